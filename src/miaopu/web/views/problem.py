"""出错页：说清是什么、怎么办。"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from miaopu.access.signin import kept


def bad(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400。"""
    return _page(request, 400, "请求不对", "网址或提交的内容里有不能用的字符；请从菜单重新进入")


def denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403。"""
    return _page(request, 403, "没有权限", str(exception or "") or "这个页面不在您的权限里；需要的话请找系统管理员")


def missing(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404。"""
    return _page(request, 404, "没有这个页面", "网址不对，或这条记录不在您的范围里；请用菜单或查找重新进入")


def broken(request: HttpRequest) -> HttpResponse:
    """500。"""
    return _page(request, 500, "程序出错了", "没有改动任何数据；请重试，仍不行的把时间和做了什么告诉系统管理员")


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """表单的校验码过期。"""
    if _from_here(request) and request.user.is_authenticated and (found := kept.keep(request)) is not None:
        kept.hand_over(request, found)
        return redirect("kept")
    return _page(request, 403, "页面开得太久了", "请退回上一页，刷新后再提交；退回后填的内容还在")


def _from_here(request: HttpRequest) -> bool:
    """是本站的页面提交的（浏览器写的 Origin）；别的网站代人提交的不留。"""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _page(request: HttpRequest, status: int, title: str, told: str) -> HttpResponse:
    return render(request, "web/message.html", {"title": title, "told": told}, status=status)
