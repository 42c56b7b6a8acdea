"""筛选首页：当前一轮、各标准的家数、各层级名单的分档、轮次表与换看的历史；发起评估、换看。"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Wrong, permit
from miaopu.access.text import clean
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.jobs.views import begun
from miaopu.selection.city import today
from miaopu.selection.screening import actions
from miaopu.selection.screening.models import Round, Turn
from miaopu.selection.screening.queries import current
from miaopu.selection.screening.rounds.counts import listed_bands, populations, standings
from miaopu.selection.screening.rounds.lists import BANDS
from miaopu.selection.screening.rounds.turn import turn as turn_to
from miaopu.selection.screening.views.page import empty, seen, tabs


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """当前一轮的概况。"""
    permit(request.actor, "screening.view")
    if not request.GET.get("round") and current() is None:
        return empty(request)
    reach, _found, held, shown = seen(request)
    bands = listed_bands(held, reach)
    rows = [
        {**held.tiers[tier], **held.lists[tier], "tier": tier, "bands": list(zip(BANDS, counts.values(), strict=True)),
         "total": sum(counts.values())}
        for tier, counts in bands.items()
    ]  # fmt: skip
    shown |= {"lists": rows, "bands": BANDS, "standings": standings(held, reach), "people": populations(held, reach)}
    return render(request, "screening/index.html", shown | _running(request))


@login_required
@require_GET
def rounds(request: HttpRequest) -> HttpResponse:
    """轮次表与换看的历史。"""
    permit(request.actor, "screening.view")
    page = paged(request, Round.objects.all(), 20)
    told = [(one, _standards(one)) for one in page]
    shown = {"page": page, "rows": told, "turns": Turn.objects.select_related("round", "previous")}
    return render(request, "screening/rounds.html", tabs(request) | _running(request) | shown)


@login_required
@require_POST
@needs("screening.run")
def run(request: HttpRequest) -> HttpResponse:
    """发起一轮评估。"""
    known_on, assessed_on = (_date(request.POST.get(one, ""), title) for one, title in DATES.items())
    return begun(request, actions.run(request.actor, known_on, assessed_on))


@login_required
@require_POST
@needs("screening.run")
def turn(request: HttpRequest) -> HttpResponse:
    """换看一轮。"""
    job = turn_to(request.actor, clean(request.POST.get("round", ""), "轮次"), request.POST.get("reason", ""))
    return begun(request, job)


DATES = {"known_on": "数据截至（知于）", "assessed_on": "按哪天的规则判（判于）"}


def _date(text: str, title: str) -> date:
    try:
        return date.fromisoformat(clean(text, title))
    except ValueError as error:
        raise Wrong(f"“{title}”应是日期，如 2026-11-20，现在是“{text}”") from error


def _running(request: HttpRequest) -> dict[str, Any]:
    return {"may_run": request.actor.may("screening.run"), "on": today().isoformat()}


def _standards(found: Round) -> list[dict[str, Any]]:
    return json.loads(found.marks)["standards"]
