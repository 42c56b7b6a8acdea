"""登录、退出、锁定、接着提交。"""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from miaopu.access.actions import own
from miaopu.access.actor import NOBODY, Actor
from miaopu.access.models import Account
from miaopu.access.queries import actor_of
from miaopu.access.signin import kept, sessions
from miaopu.access.signin.place import address
from miaopu.access.views.ask import sign_in

AFTER = "after"
"""会话里记着办完登录去哪里。"""
LONGEST = 128


@never_cache
@login_not_required
def enter(request: HttpRequest) -> HttpResponse:
    """登录页。"""
    if request.method != "POST":
        return sign_in(request)
    name, held = request.POST.get("username", "")[:LONGEST].replace("\x00", ""), request.POST.get("kept", "")
    given = {"username": name, "password": request.POST.get("password", "")[:LONGEST]}
    before = AxesProxyHandler.is_allowed(request, given)
    account = authenticate(request, **given)
    if account is not None:
        return entered(request, account, "密码", held)
    _note_refusal(request, name, before)
    told = f"登录名或密码不对；请核对后再试，连续错 {settings.AXES_FAILURE_LIMIT} 次会锁定 {cooling()} 分钟"
    return sign_in(request, told, 401, username=name, held=held)


def entered(request: HttpRequest, account: Account, way: str, held: str = "") -> HttpResponse:
    """认对了人：建会话、记日志，去该去的地方（还差口令或改密码的由中间件先拦去）。"""
    after = request.POST.get("next") or request.GET.get("next", "") or request.session.get(AFTER, "")
    passed = kept.restored(request.session[kept.SESSION]) if kept.SESSION in request.session else kept.unpacked(held)
    request.session.pop(kept.SESSION, None)
    login(request, account)
    sessions.begin(request)
    own.note_login(actor_of(account, address(request)), way)
    goal = after if _own(request, after) else resolve_url(settings.LOGIN_REDIRECT_URL)
    if kept.hand_over(request, passed):
        goal = resolve_url("kept")
    request.session[AFTER] = goal
    return redirect(goal)


def _note_refusal(request: HttpRequest, name: str, before: bool) -> None:
    """密码不对记一行；这一次错到了锁定再记一行；已经锁着的不再记，免得日志被刷满。"""
    if before:
        own.note_failure(passer(request), _known(name), "登录名或密码不对")
        if getattr(request, "axes_locked_out", False):
            own.note_lockout(passer(request), _known(name))


def _known(name: str) -> str:
    """记进日志的登录名：没有这个账号的不记（常有人把密码填在这一格），日志不能删。"""
    return name if Account.objects.filter(login=name).exists() else f"（没有这个账号，填了 {len(name)} 个字）"


def passer(request: HttpRequest) -> Actor:
    """没有登录的人，带着来自哪里。"""
    return NOBODY.at(address(request))


def cooling() -> int:
    """锁多久，分钟。"""
    return round(settings.AXES_COOLOFF_TIME * 60)


def _own(request: HttpRequest, goal: str) -> bool:
    return bool(goal) and url_has_allowed_host_and_scheme(goal, {request.get_host()}, request.is_secure())


@require_POST
@login_not_required
def leave(request: HttpRequest) -> HttpResponse:
    """退出。"""
    if request.user.is_authenticated:
        own.note_logout(request.actor)
        sessions.forget(request)
    logout(request)
    return kept.forget(redirect(settings.LOGOUT_REDIRECT_URL))


def locked(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """连续错太多次。"""
    told = f"这个登录名在这台机器上连续错了太多次，已锁定 {cooling()} 分钟；请稍后再试，或找系统管理员解锁"
    return sign_in(request, told, 429, demo=())


@never_cache
@login_not_required
def token(request: HttpRequest) -> JsonResponse:
    """页面开着时在别的窗口重新登录了：给它现在的登录名与校验码。"""
    return JsonResponse({"login": request.actor.login, "token": get_token(request)})


@never_cache
def resume(request: HttpRequest) -> HttpResponse:
    """接着提交：把留住的内容给本人看，由本人再交；POST 是不要了。"""
    data = request.session.get(kept.SESSION)
    if request.method == "POST" or data is None:
        request.session.pop(kept.SESSION, None)
        return redirect("desk")
    return render(request, "access/kept.html", {"kept": kept.restored(data)})


def finish(request: HttpRequest) -> HttpResponse:
    """口令验过、密码改过之后，去登录时要去的地方。"""
    goal = request.session.pop(AFTER, "")
    return redirect(goal if _own(request, goal) else settings.LOGIN_REDIRECT_URL)
