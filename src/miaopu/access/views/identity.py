"""统一身份：去统一身份平台，从那里回来；没有打开就当没有这个网址。"""

from __future__ import annotations

import logging

import requests
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

from miaopu.access.actions import own
from miaopu.access.signin import kept, oidc
from miaopu.access.text import masked
from miaopu.access.views.ask import sign_in
from miaopu.access.views.enter import AFTER, entered, passer

STATES, SUBJECT = "oidc_states", "subject"
log = logging.getLogger(__name__)


@never_cache
@login_not_required
def go(request: HttpRequest) -> HttpResponse:
    """去统一身份平台；留住的内容与要去的网址先放进会话。"""
    if not settings.OIDC:
        raise Http404
    held = kept.unpacked(request.POST.get("kept", ""))
    if held is not None:
        request.session[kept.SESSION] = kept.plain(held)
    request.session[AFTER] = request.POST.get("next", "")
    return OIDCAuthenticationRequestView().get(request)


@never_cache
@login_not_required
def back(request: HttpRequest) -> HttpResponse:
    """从统一身份平台回来：核对随机串，换凭据，认人。"""
    if not settings.OIDC:
        raise Http404
    known = request.session.get(STATES, {}).pop(request.GET.get("state", ""), None)
    request.session.modified = known is not None
    if known is None or "code" not in request.GET:
        return sign_in(request, f"没有在{settings.OIDC_TITLE}登录成；请再试一次", 400)
    try:
        account = oidc.recognised(request, known["nonce"], known["code_verifier"])
    except (requests.RequestException, SuspiciousOperation, KeyError, ValueError) as error:
        log.warning("统一身份登录不成：%s", error)
        own.note_failure(passer(request), settings.OIDC_TITLE, f"凭据核对不过（{type(error).__name__}）")
        return sign_in(request, f"{settings.OIDC_TITLE}给的凭据核对不过，没有登录；请再试，仍不行找系统管理员", 400)
    return _stranger(request) if account is None else entered(request, account, settings.OIDC_TITLE)


def _stranger(request: HttpRequest) -> HttpResponse:
    subject = request.session.pop(SUBJECT, "")
    own.note_failure(passer(request), masked(subject, 2, 2) or settings.OIDC_TITLE, "没有对应的在用账号")
    told = f"您的统一身份（标识 {subject}）还没有对应的账号，或账号已停用；请把标识告诉系统管理员"
    return render(request, "web/message.html", {"title": "还没有账号", "told": told}, status=403)
