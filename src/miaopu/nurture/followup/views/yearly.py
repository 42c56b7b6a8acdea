"""年度评价的页面：逐家与县区合计，可筛、可导出；每个数点开看来历。"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.nurture.followup.ledgers.yearbook import export, told
from miaopu.nurture.followup.queries import yearly as queries
from miaopu.nurture.followup.views.page import counties, filters
from miaopu.selection.library.states import flow
from miaopu.selection.library.watch.gauge import gauges
from miaopu.selection.library.watch.yearly import Number, broken, year_of
from miaopu.terms.quantity import display

NARROW = ("year", "tier", "county", "state", "q")


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """年度评价。"""
    wanted = filters(request.GET, *NARROW)
    found, rows = queries.evaluations(request.actor, wanted)
    page = paged(request, rows)
    every = queries.entered(request.actor, {"year": wanted["year"]})
    shown: dict[str, Any] = {"wanted": wanted, "year": year_of(wanted["year"]), "found": found, "page": page}
    shown |= {"rows": [(one, told(one), [_cell(each) for each in one.told.numbers]) for one in page]}
    shown |= {
        "summary": queries.by_county(request.actor, rows),
        "gauges": gauges(),
        "years": queries.years(request.actor),
    }
    shown |= {"tiers": dict(every.order_by("tier").values_list("tier", "tier_title")), "counties": counties(every)}
    shown |= {"states": [one for one in flow().states.values() if one.inside or not one.open]}
    shown |= {"broken": broken(one.told for one in rows)}
    return render(request, "followup/yearly.html", shown)


def _cell(one: Number) -> dict[str, Any]:
    growth = None if one.growth is None else display(round(one.growth * 1_000_000), "percent", "%")
    return {"told": one, "before": one.gauge.shown(one.before), "after": one.gauge.shown(one.after), "growth": growth}


@login_required
@require_POST
@needs("library.export")
def download(request: HttpRequest) -> HttpResponse:
    """导出所筛。"""
    with tempfile.TemporaryDirectory() as folder:
        path = export(request.actor, filters(request.POST, *NARROW), Path(folder))
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
