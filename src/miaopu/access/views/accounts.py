"""账号与授权的页面：系统管理员开账号、安全管理员授角色；临时密码只显示一次。"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST

from miaopu.access import queries
from miaopu.access.act import Wrong, permit
from miaopu.access.actions import accounts, books, grants, trail
from miaopu.access.models import Account
from miaopu.access.roles import roles
from miaopu.access.signin import second
from miaopu.access.views.download import download
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged

A_PAGE = 30
BY_SYSTEM = {
    "disable": (accounts.disable, "已停用，并已全部下线"),
    "enable": (accounts.enable, "已重新启用"),
    "second": (accounts.reset_second, "动态口令已清掉；下次登录时重新绑"),
}
"""要写理由的几件事：网址里的词 → 动作、办成后的话。"""


def index(request: HttpRequest) -> HttpResponse:
    """账号清单。"""
    given = _given(request.GET)
    page = paged(request, queries.accounts(request.actor, given), A_PAGE)
    last = queries.last_login(request.actor, page.object_list)
    rows = [(one, [queries.told_posting(held) for held in queries.postings_of(one)], last.get(one.pk)) for one in page]
    shown = {"page": page, "rows": rows, "given": given, "roles": _roles()}
    return render(request, "access/accounts.html", shown)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """导出筛出来的账号。"""
    return download("账号清单.xlsx", lambda path: trail.export_accounts(request.actor, _given(request.POST), path))


def _given(asked: QueryDict) -> dict[str, str]:
    return {name: asked.get(name, "") for name in ("q", "role", "state")}


def _roles() -> list[Any]:
    return [one for one in roles().roles.values() if one.kind != "public"]


@never_cache
@sensitive_variables("word")
def add(request: HttpRequest) -> HttpResponse:
    """开一个账号。"""
    permit(request.actor, "account.manage")
    told = ""
    if request.method == "POST":
        try:
            made, word = accounts.open_account(request.actor, request.POST.get("login", ""), request.POST.dict())
        except Wrong as error:
            told = str(error)
        else:
            return render(request, "access/word.html", {"account": made, "word": word, "opened": True})
    rows = [(key, title, longest, request.POST.get(key, "")) for key, (title, longest) in accounts.FIELDS.items()]
    shown = {"told": told, "login": request.POST.get("login", ""), "rows": rows}
    return render(request, "access/account_add.html", shown, status=400 if told else 200)


@never_cache
def bring(request: HttpRequest) -> HttpResponse:
    """导入账号；办成后给一份临时密码的工作簿。"""
    permit(request.actor, "account.manage")
    told = ""
    if request.method == "POST":
        try:
            made = accounts.open_accounts(request.actor, books.read_accounts(_uploaded(request)))
        except Wrong as error:
            told = str(error)
        else:
            return download("临时密码.xlsx", lambda path: books.password_book(path, made, request.actor))
    return render(request, "access/account_import.html", {"told": told}, status=400 if told else 200)


def _uploaded(request: HttpRequest) -> Any:
    file = request.FILES.get("file")
    if file is None:
        raise Wrong("没有选文件；请选填好的 .xlsx 再传")
    if file.size > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise Wrong("文件太大；开账号的表不会超过 5 MB，请核对是不是选错了")
    return file


def blank(request: HttpRequest) -> HttpResponse:
    """导入模板。"""
    permit(request.actor, "account.manage")
    return download("开账号模板.xlsx", lambda path: books.import_form(path, request.actor))


@never_cache
def show(request: HttpRequest, account: int) -> HttpResponse:
    """一个账号：资料、任职；系统管理员与安全管理员各办各的。"""
    found = _found(request, account)
    told = ""
    if request.method == "POST":
        try:
            accounts.amend(request.actor, account, request.POST.dict())
        except Wrong as error:
            told = str(error)
        else:
            messages.success(request, "资料已保存")
            return redirect("account", account)
    given = request.POST if told else {key: getattr(found, key) or "" for key in accounts.FIELDS}
    return render(request, "access/account.html", _shown(found, given, told), status=400 if told else 200)


def _found(request: HttpRequest, number: int) -> Account:
    found = queries.account(request.actor, number)
    if found is None:
        raise Http404
    return found


def _shown(found: Account, given: Any, told: str) -> dict[str, Any]:
    current = queries.postings_of(found)
    held = [(one, queries.told_posting(one)) for one in current]
    scopes = {"district": queries.districts(), "department": queries.departments()}
    return {
        "account": found,
        "held": held,
        "told": told,
        "rows": [(key, title, given.get(key, "")) for key, (title, _) in accounts.FIELDS.items()],
        "roles": _roles(),
        "scopes": scopes,
        "bound": second.device_of(found) is not None,
        "ended": [(one, queries.told_posting(one)) for one in found.postings.all() if one not in current],
    }


@require_POST
@needs("account.manage", "second.reset")
def settle(request: HttpRequest, account: int, what: str) -> HttpResponse:
    """停用、启用、重置动态口令。"""
    if what not in BY_SYSTEM:
        raise Http404
    action, done = BY_SYSTEM[what]
    action(request.actor, account, request.POST.get("reason", ""))
    messages.success(request, done)
    return redirect("account", account)


@require_POST
@needs("account.manage")
def unlock(request: HttpRequest, account: int) -> HttpResponse:
    """解锁。"""
    cleared = accounts.unlock(request.actor, account)
    messages.success(request, "锁定已解除" if cleared else "这个账号没有被锁定")
    return redirect("account", account)


@never_cache
@require_POST
@sensitive_variables("word")
@needs("account.manage")
def reset(request: HttpRequest, account: int) -> HttpResponse:
    """重置密码。"""
    found, word = accounts.reset_password(request.actor, account)
    return render(request, "access/word.html", {"account": found, "word": word, "opened": False})


@require_POST
@needs("grant.manage")
def grant(request: HttpRequest, account: int) -> HttpResponse:
    """授予角色。"""
    role = request.POST.get("role", "")
    needed = roles().roles[role].scope if role in roles().roles else ""
    since, until = (_day(request.POST.get(name, ""), told) for name, told in (("since", "起"), ("until", "止")))
    grants.grant(request.actor, account, role, request.POST.get(needed, "") if needed else "", since, until)
    messages.success(request, "已授予；对方下一次点开页面就生效")
    return redirect("account", account)


def _day(text: str, what: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Wrong(f"“{what}”应是 2026-11-20 这样的日期，现在是“{text[:20]}”") from error


@require_POST
@needs("grant.manage")
def withdraw(request: HttpRequest, account: int, posting: int) -> HttpResponse:
    """收回角色。"""
    grants.withdraw(request.actor, posting, request.POST.get("reason", ""))
    messages.success(request, "已收回")
    return redirect("account", account)
