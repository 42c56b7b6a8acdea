"""登录与退出。"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from miaopu.access.queries import demo_accounts


def enter(request: HttpRequest) -> HttpResponse:
    """登录页。"""
    told, after = "", request.POST.get("next") or request.GET.get("next", "")
    if request.method == "POST":
        account = authenticate(
            request, username=request.POST.get("username", ""), password=request.POST.get("password", "")
        )
        if account is not None:
            login(request, account)
            return redirect(after if _own(request, after) else settings.LOGIN_REDIRECT_URL)
        told = "登录名或密码不对；请核对后再试，连续错 5 次会锁定 30 分钟"
    shown = {"told": told, "next": after, "username": request.POST.get("username", ""), "demo": demo_accounts()}
    return render(request, "access/login.html", shown, status=401 if told else 200)


def _own(request: HttpRequest, address: str) -> bool:
    return bool(address) and url_has_allowed_host_and_scheme(address, {request.get_host()}, request.is_secure())


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """退出。"""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


def locked(request: HttpRequest, *_: Any, **__: Any) -> HttpResponse:
    """连续错太多次。"""
    told = "这个登录名在这台机器上连续错了太多次，已锁定 30 分钟；请稍后再试，或找系统管理员解锁"
    return render(request, "access/login.html", {"told": told, "demo": ()}, status=429)
