"""接口令牌的页面：发放（原文只显示一次）、停用、今天的用量。"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from miaopu.access.act import Wrong
from miaopu.access.roles import roles
from miaopu.api import tokens
from miaopu.api.models import Use

DAYS, QUOTA = 90, 2000
ISSUED = "issued-token"
"""刚发放的令牌，看过一次就从会话里去掉。"""


@login_required
@never_cache
def tokens_page(request: HttpRequest) -> HttpResponse:
    """我的令牌与发放。"""
    shown = {
        "issued": request.session.pop(ISSUED, None),
        "told": "",
        "typed": {"name": "", "days": DAYS, "quota": QUOTA},
    }
    mine = tokens.own(request.actor)
    if request.method == "POST":
        shown |= _issued(request)
        if not shown["told"]:
            return redirect("tokens")
    used = dict(Use.objects.filter(token__in=mine, day=timezone.localdate()).values_list("token_id", "count"))
    rows = [(one, used.get(one.pk, 0), [_title(code) for code in one.scopes.split()]) for one in mine]
    choices = [(code, _title(code)) for code in sorted(tokens.GIVEN) if request.actor.may(code)]
    shown |= {"rows": rows, "choices": choices, "now": timezone.localdate()}
    return render(request, "api/tokens.html", shown, status=400 if shown["told"] else 200)


def _issued(request: HttpRequest) -> dict[str, object]:
    given = request.POST
    typed = {name: given.get(name, "") for name in ("name", "days", "quota")} | {"scopes": given.getlist("scopes")}
    try:
        days, quota = int(given.get("days", "")), int(given.get("quota", ""))
    except ValueError:
        return {"told": "有效期与每日次数应是整数；请改正后再发放", "typed": typed}
    try:
        token, secret = tokens.issue(request.actor, given.get("name", ""), given.getlist("scopes"), quota, days)
    except Wrong as error:
        return {"told": str(error), "typed": typed}
    request.session[ISSUED] = {"name": token.name, "secret": secret}  # 转去看一次就没有了，刷新不会再发一个
    return {}


@login_required
@require_POST
def stop_token(request: HttpRequest, number: int) -> HttpResponse:
    """停用。"""
    tokens.revoke(request.actor, number)
    messages.success(request, "已停用；用它的程序从现在起不能再访问")
    return redirect("tokens")


def _title(code: str) -> str:
    return roles().operations.get(code, code)
