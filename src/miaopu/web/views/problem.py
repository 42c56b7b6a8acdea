"""出错页：说清是什么、怎么办。"""

from __future__ import annotations

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from miaopu.access import outage
from miaopu.access.signin import kept
from miaopu.access.views import wire

UPLOAD = "没有收"
"""上传的闸说的话里有这几个字；框架自己说的是英文，换成中文。"""


def bad(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400。"""
    if isinstance(exception, RequestDataTooBig):
        told = str(exception) if UPLOAD in str(exception) else "交的文字太多，没有收；请分成几次，或改用文件上传"
        return _page(request, 413, "太大了", told)
    return _page(request, 400, "请求不对", "网址或提交的内容里有不能用的字符；请从菜单重新进入")


def denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403。"""
    return _page(request, 403, "没有权限", str(exception or "") or "这个页面不在您的权限里；需要的话请找系统管理员")


def missing(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404。"""
    return _page(request, 404, "没有这个页面", "网址不对，或这条记录不在您的范围里；请用菜单或查找重新进入")


def broken(request: HttpRequest) -> HttpResponse:
    """500；案件库一时够不着的是 503。"""
    if outage.unreachable(sys.exc_info()[1]):
        return unreachable(request)
    try:
        return _page(request, 500, "程序出错了", "没有改动任何数据；请重试，仍不行的把时间和做了什么告诉系统管理员")
    except Exception as error:  # 出错页的外壳要查库：这时库也够不着，就用不查库的一页
        if outage.unreachable(error):
            return unreachable(request)
        raise


def unreachable(request: HttpRequest) -> HttpResponse:
    """503：案件库连不上。这一页不查数据库；交的内容带在页上，过一会儿再交一次。"""
    if wire.asked(request):
        answer = wire.told(503, f"{outage.TOLD}；请 {outage.LATER} 秒后再发")
    else:
        shown = {"told": outage.TOLD, "address": request.get_full_path(), "sent": request.method == "POST"}
        shown |= {"fields": _typed(request), "again": not request.FILES, "text_size": request.GET.get("text")}
        answer = HttpResponse(render_to_string("web/outage.html", shown), status=503)
    answer["Retry-After"] = str(outage.LATER)
    return answer


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """填的内容；有密码的一概不留。"""
    if any("password" in name.lower() for name in request.POST):
        return []
    return [(name, value) for name in request.POST for value in request.POST.getlist(name)]


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
    if wire.asked(request):
        return wire.told(status, told)
    return render(request, "web/message.html", {"title": title, "told": told}, status=status)
