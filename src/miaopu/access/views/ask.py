"""请登录：没有登录就来的请求，看的去登录页，交的把填的内容留住，页面片段说清怎么接着办。"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url

from miaopu.access.queries import demo_accounts
from miaopu.access.signin import kept


def ask(request: HttpRequest) -> HttpResponse:
    """没有登录的请求怎么答。"""
    if request.htmx:
        told = "登录已过期，填的内容还在这个页面上；在新窗口登录后回来再点一次"
        return render(request, "web/message.html", {"title": "请重新登录", "told": told}, status=401)
    if request.method in ("GET", "HEAD"):
        return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
    found = kept.keep(request)
    told = "登录已过期，刚才没有办成；" + ("填的内容还在，登录后可以接着提交" if found else "请登录后再办")
    return sign_in(request, told, 401, held=kept.packed(found) if found else "")


def sign_in(request: HttpRequest, told: str = "", status: int = 200, **more: Any) -> HttpResponse:
    """登录页。"""
    shown = {
        "told": told,
        "next": request.POST.get("next") or request.GET.get("next", ""),
        "username": "",
        "demo": demo_accounts(),
        "identity": settings.OIDC_TITLE if settings.OIDC else "",
        **more,
    }
    return render(request, "access/login.html", shown, status=status)
