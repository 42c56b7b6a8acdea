"""来自哪里：请求的地址；只信设置里写明的反向代理转来的头。"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def address(request: HttpRequest) -> str:
    """来自哪个地址；经可信代理来的，取转发头里最后一个不是代理的。"""
    near = request.META.get("REMOTE_ADDR", "")
    if near not in settings.PROXIES:
        return near
    passed = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    return next((one for one in reversed(passed) if one not in settings.PROXIES), near)


def proxies_only(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """中间件，放在最前：不是可信代理来的请求，它说自己是 https（X-Forwarded-Proto）不算数。"""

    def only(request: HttpRequest) -> HttpResponse:
        if request.META.get("REMOTE_ADDR", "") not in settings.PROXIES:
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return get_response(request)

    return only
