"""预警：库里的企业掉下曾满足的一条；看、处置、发起监测。"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.jobs.views import begun
from miaopu.selection.library.actions import alerts as actions
from miaopu.selection.library.queries.members import alerts
from miaopu.selection.library.views.page import frame


@login_required
@needs("library.watch")
def index(request: HttpRequest) -> HttpResponse:
    """预警清单；处置若干条。"""
    if request.method != "POST":
        return _index(request)
    typed = request.POST
    try:
        chosen = [int(one) for one in typed.getlist("alert") if one.isascii() and one.isdigit() and len(one) < 12]
        done = actions.acknowledge(request.actor, chosen, typed.get("reason", ""))
    except Wrong as wrong:
        return _index(request, str(wrong))
    messages.success(request, f"已处置 {done} 条")
    return redirect("library:alerts")


def _index(request: HttpRequest, wrong: str = "") -> HttpResponse:
    every = clean(request.GET.get("all", ""), "条件") == "1"
    page = paged(request, alerts(request.actor, not every))
    rows = [(one, reverse("number", args=[one.member.enterprise, one.column]) if one.column else "") for one in page]
    shown = frame(request, page=page, rows=rows, every=every, wrong=wrong, typed=request.POST)
    shown |= {
        "may_watch": request.actor.may("library.watch"),
        "may_begin": request.actor.reach("library.watch").everywhere,
    }
    return render(request, "library/alerts.html", shown, status=400 if wrong else 200)


@login_required
@require_POST
@needs("library.watch")
def begin(request: HttpRequest) -> HttpResponse:
    """发起监测。"""
    return begun(request, actions.begin(request.actor))
