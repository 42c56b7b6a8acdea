"""办完一件事：留一句话，转到该看的那一页；页面上的草稿（draft.js）送来的给网址，由它清了草稿再转。"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, resolve_url

DRAFT = "X-Draft"
"""草稿送来的请求带的头。"""


def settled(request: HttpRequest, told: str, where: str, *args: Any) -> HttpResponse:
    """转到 where；told 是办成的一句话。"""
    messages.success(request, told)
    return moved(request, where, *args)


def moved(request: HttpRequest, where: str, *args: Any) -> HttpResponse:
    """不留话，只转过去。"""
    if request.headers.get(DRAFT):
        return JsonResponse({"page": resolve_url(where, *args)})
    return redirect(where, *args)
