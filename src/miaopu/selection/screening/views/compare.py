"""比较两轮：各层级变了几家，从什么到什么；选一个层级看是谁、哪项要求变的，谁进出了名单。"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from miaopu.access.actor import Reach
from miaopu.access.text import clean
from miaopu.access.views.paging import paged
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.rounds.compare import Pair, changes, clauses, counties, movers, moves, why
from miaopu.selection.screening.rounds.kept import kept
from miaopu.selection.screening.views.page import asked, firm_address, seen, tier_of

FEW = 100
"""进出名单各最多列几家，其余看导出。"""


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """比较；只有一轮时说明怎样才有得比。"""
    reach, found, held, shown = seen(request)
    every = list(Round.objects.all())
    shown["every"] = every
    older = (
        asked(request, "with") if request.GET.get("with") else next((one for one in every if one.pk != found.pk), None)
    )
    if older is None or older.pk == found.pk:
        return render(request, "screening/compare.html", shown | {"older": older, "alone": True})
    pair = Pair(kept(older), held)
    tier = tier_of(request, pair.tiers) if request.GET.get("tier") else _first(pair)
    county = clean(request.GET.get("county", ""), "县区")
    shown |= {"older": older, "moves": moves(pair, reach), "tier": tier, "county": county}
    return render(request, "screening/compare.html", shown | _tier(request, pair, tier, reach, county))


def _first(pair: Pair) -> str:
    return next((one for one in pair.new.lists if one in pair.tiers), pair.tiers[0])


def _tier(request: HttpRequest, pair: Pair, tier: str, reach: Reach, county: str) -> dict[str, Any]:
    """一个层级：变了的企业（一页）、哪项要求、分县区、进出名单。"""
    every = changes(pair, tier, reach)
    found = every.filter(district=county) if county else every
    page = paged(request, range(found.height))
    rows = found[page.start_index() - 1 : page.end_index()].to_dicts() if found.height else []
    reasons = why(pair, tier, found["enterprise"].gather(list(page.object_list))) if rows else {}
    address = firm_address()
    for one in rows:
        one |= {"why": reasons.get(one["enterprise"], "").split("；"), "address": address(one["enterprise"])}
    entered, left = (one.filter(district=county) if county else one for one in movers(pair, tier, reach))
    return {
        "page": page,
        "rows": rows,
        "standard": pair.new.tiers[tier],
        "clauses": clauses(pair, tier, reach, county),
        "counties": counties(every, pair.new),
        "entered": entered.head(FEW).to_dicts(),
        "left": left.head(FEW).to_dicts(),
        "entered_total": entered.height,
        "left_total": left.height,
        "few": FEW,
    }
