"""本人的页面：改密码、动态口令、会话。"""

from __future__ import annotations

import django_otp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from miaopu.access import queries
from miaopu.access.act import Wrong
from miaopu.access.actions import accounts, own
from miaopu.access.signin import passwords, second
from miaopu.access.views.enter import LONGEST, finish
from miaopu.access.views.paging import paged

TRIED = "tried"
"""会话里记着原密码连错几次。"""
CANDIDATE = "candidate"
"""会话里记着正在绑的动态口令是哪一个。"""


@never_cache
@sensitive_post_parameters()
def password(request: HttpRequest) -> HttpResponse:
    """改密码；到期、首次登录也到这里。"""
    told, why = "", passwords.due(request.user)
    if request.method == "POST":
        try:
            given = [request.POST.get(one, "") for one in ("old_password", "new_password", "again_password")]
            account = own.change_password(request.actor, *given, here=request.session.session_key or "")
        except Wrong as error:
            told = str(error)
            if _tried_too_often(request):
                logout(request)
                return redirect("login")
        else:
            update_session_auth_hash(request, account)
            messages.success(request, "密码已更换；别处登着的会话都已下线")
            return finish(request)
    shown = {"told": told, "why": why, "policy": _policy()}
    return render(request, "access/password.html", shown, status=400 if told else 200)


def _policy() -> dict[str, int]:
    return {one: getattr(settings, f"PASSWORD_{one.upper()}") for one in ("length", "classes", "history", "days")}


def _tried_too_often(request: HttpRequest) -> bool:
    """原密码连错几次就退出：会话被人拿去也猜不了密码。"""
    wrong = not request.user.check_password(request.POST.get("old_password", "")[:LONGEST])
    request.session[TRIED] = request.session.get(TRIED, 0) + 1 if wrong else 0
    return request.session[TRIED] >= settings.AXES_FAILURE_LIMIT


@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """动态口令：没有绑的来绑，绑了还没验的来验，验过的看状态。"""
    device = second.device_of(request.user)
    if device is None:
        return _bind(request)
    if request.user.is_verified():
        return render(request, "access/second.html", {"device": device, "step": "bound"})
    told = ""
    if request.method == "POST":
        if second.accept(device, request.POST.get("code", "")):
            django_otp.login(request, device)
            own.note_login(request.actor, "动态口令")
            return finish(request)
        own.note_failure(request.actor, request.actor.login, "动态口令不对")
        seconds = second.wait(device)
        told = f"错得太多，请等 {seconds} 秒再试" if seconds else "口令不对；请看手机上此刻的六位数，每个口令只能用一次"
    return render(request, "access/second.html", {"step": "verify", "told": told}, status=400 if told else 200)


def _bind(request: HttpRequest) -> HttpResponse:
    told, device = "", second.candidate(request.user, request.session.get(CANDIDATE))
    request.session[CANDIDATE] = device.pk
    if request.method == "POST":
        try:
            own.bind_second(request.actor, device, request.POST.get("code", ""))
        except Wrong as error:
            told = str(error)
        else:
            django_otp.login(request, second.device_of(request.user))
            messages.success(request, "动态口令已绑好；以后登录时都要看手机上的六位数")
            return finish(request)
    shown = {"step": "bind", "picture": second.picture(device), "secret": second.secret(device), "told": told}
    return render(request, "access/second.html", shown, status=400 if told else 200)


@require_POST
def unbind(request: HttpRequest) -> HttpResponse:
    """解下动态口令。"""
    own.unbind_second(request.actor, request.POST.get("code", ""))
    messages.success(request, "动态口令已解下")
    return redirect("second")


def visits(request: HttpRequest) -> HttpResponse:
    """我的会话；系统管理员可看全部。"""
    everyone = request.GET.get("all") == "1"
    page = paged(request, queries.visits(request.actor, everyone))
    shown = {"page": page, "everyone": everyone, "here": request.session.session_key}
    return render(request, "access/visits.html", shown)


@require_POST
def end_visit(request: HttpRequest, visit: int) -> HttpResponse:
    """强制下线。"""
    accounts.end_visit(request.actor, visit)
    messages.success(request, "已下线")
    back = reverse("visits")
    return redirect(f"{back}?all=1" if request.POST.get("all") else back)
