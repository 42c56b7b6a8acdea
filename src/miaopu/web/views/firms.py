"""企业总库。"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from miaopu.selection.screening.queries import firms


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """列表与查找。"""
    found = firms(request.actor)
    text = request.GET.get("q", "").strip().lower()
    if text:
        found = found.filter(search__contains=text)
    page = Paginator(found.order_by("enterprise"), 50).get_page(request.GET.get("page"))
    return render(request, "web/firms.html", {"page": page, "q": text})
