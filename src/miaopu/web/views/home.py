"""首页与工作台。"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """公众首页。"""
    return render(request, "web/home.html")


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """工作台。"""
    return render(request, "web/desk.html")
