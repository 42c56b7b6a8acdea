"""中间件：给每个请求配上行为人；没有登录、闲置太久、该改密码、该验口令的先拦下；拒绝给中文页面。"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject

from miaopu.access.act import Denied, Wrong
from miaopu.access.actor import NOBODY, Actor
from miaopu.access.queries import actor_of
from miaopu.access.signin import kept, passwords, second, sessions
from miaopu.access.signin.oidc import by_unified_identity
from miaopu.access.signin.place import address
from miaopu.access.views import wire
from miaopu.access.views.ask import ask
from miaopu.terms.complaint import Refusal
from miaopu.terms.yaml_lines import CatalogError

log = logging.getLogger(__name__)
Next = Callable[[HttpRequest], HttpResponse]
ALWAYS = {"login", "logout", "second", "password", "token", "home"}
"""还没有办完登录的人也能去的网址名。"""


class ActorMiddleware:
    """request.actor：登录的人的行为人；没有登录为公众；登录没有办完的什么也不能做。"""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        sessions.touch(request)
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        kept.sent(request, response.status_code)
        if not response.has_header("Cache-Control") and (request.user.is_authenticated or wire.asked(request)):
            patch_cache_control(response, no_store=True, private=True)  # 登录后的页面、文件不留在机器上
        return kept.remember(request, wire.method_told(request, response))

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """页面缺省要登录，公众页面用 login_not_required 标明；接口自己认令牌。"""
        match = request.resolver_match
        api = match is not None and "api" in match.namespaces
        if not request.user.is_authenticated:
            return None if api or not getattr(view, "login_required", True) else ask(request)
        due = pending(request)
        if not due or (match is not None and match.view_name in ALWAYS):
            return None
        if api:
            return wire.told(403, "登录还没有办完：请先在网页上验证动态口令或修改密码")
        return redirect(due)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Denied → 403，Wrong 与台账的拒绝 → 400；本地目录写错的见 _miswritten；页面片段也给同样的句子。"""
        if isinstance(error, Denied):
            return render(request, "web/message.html", {"title": "没有权限", "told": str(error)}, status=403)
        if isinstance(error, Wrong | Refusal):
            return render(request, "web/message.html", {"title": "没有办成", "told": str(error)}, status=400)
        return _miswritten(request, error) if isinstance(error, CatalogError) else None


def _miswritten(request: HttpRequest, error: CatalogError) -> HttpResponse:
    """本地目录写错了（500）：登录的人、接口说是哪个文件哪一行；公众不说文件在哪里。"""
    log.error("目录写错了：%s", error)
    inside = request.user.is_authenticated or wire.asked(request)
    told = f"{error}。请把这句话告诉系统管理员，改好就能用" if inside else "已经记下；请告诉主管部门，改好就能用"
    if wire.asked(request):
        return wire.told(500, f"目录里有写错的文件：{told}")
    return render(request, "web/message.html", {"title": "目录里有写错的文件", "told": told}, status=500)


def pending(request: HttpRequest) -> str:
    """登录还差哪一步：second 验口令、password 改密码；办完了为空串。"""
    if not hasattr(request, "pending_step"):
        request.pending_step = _pending(request)  # type: ignore[attr-defined]
    return request.pending_step  # type: ignore[attr-defined]


def _pending(request: HttpRequest) -> str:
    account = request.user
    if not account.is_verified() and (second.required(_whole(request)) or second.device_of(account) is not None):
        return "second"
    return "password" if passwords.due(account) and not by_unified_identity(request) else ""


def _whole(request: HttpRequest) -> Actor:
    """登录的人的全部任职，一次请求只查一回。"""
    if not hasattr(request, "whole_actor"):
        request.whole_actor = actor_of(request.user, address(request))  # type: ignore[attr-defined]
    return request.whole_actor  # type: ignore[attr-defined]


def _actor(request: HttpRequest) -> Actor:
    account = request.user
    if not account.is_authenticated:
        return NOBODY
    if pending(request):
        return Actor(account.login, account.name, account=account.pk, place=address(request))
    return _whole(request)
