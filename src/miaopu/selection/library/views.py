"""培育库入口的页面：库里的企业、提名清单、一件提名；提名、变动、导出。"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.selection.library import actions, queries
from miaopu.selection.library.book import export
from miaopu.selection.library.narrow import Narrow, parse
from miaopu.selection.library.states import STEPS, State
from miaopu.selection.screening.views.page import firm_address, paged


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """库里的企业。"""
    wanted = parse(request.GET)
    return render(request, "library/index.html", _listed(request, queries.admitted(request.actor, wanted), wanted))


@login_required
@require_GET
def nominations(request: HttpRequest) -> HttpResponse:
    """提名清单。"""
    wanted = parse(request.GET)
    shown = _listed(request, queries.nominations(request.actor, wanted), wanted)
    waiting = [one for one in STEPS if one.before == State.PROPOSED and request.actor.may(one.operation)]
    return render(request, "library/nominations.html", shown | {"states": list(State), "steps": waiting})


@login_required
@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    """一件提名：情形、历史、能做的变动。"""
    found = queries.nomination(request.actor, number)
    if found is None:
        raise Http404
    steps = [one for one in STEPS if one.before == found.at and request.actor.may(one.operation)]
    shown = {"one": found, "moves": found.moves.all(), "steps": steps, "address": firm_address()(found.enterprise)}
    return render(request, "library/nomination.html", shown)


@login_required
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """由近选名单提名。"""
    given = request.POST
    chosen = [clean(one, "企业号") for one in given.getlist("enterprise")]
    code, tier = (clean(given.get(one, ""), one) for one in ("round", "tier"))
    result = actions.propose(request.actor, code, tier, chosen, given.get("reason", ""))
    messages.add_message(request, messages.SUCCESS if result.made else messages.WARNING, result.sentence())
    return redirect("library:nominations")


@login_required
@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """变动所选的提名；每件写“编号:版本”。"""
    chosen = dict(_numbered(one) for one in request.POST.getlist("nomination"))
    to = clean(request.POST.get("to", ""), "变动")
    moved = actions.move(request.actor, chosen, to, request.POST.get("reason", ""))
    messages.success(request, f"{len(moved)} 件改为“{State(to).word}”：{'、'.join(one.name for one in moved)[:300]}")
    return redirect("library:nominations")


@login_required
@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """导出所筛。"""
    with tempfile.TemporaryDirectory() as folder:
        path = export(request.actor, parse(request.POST), Path(folder))
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _numbered(text: str) -> tuple[int, int]:
    number, _, version = text.partition(":")
    if not (number.isdecimal() and version.isdecimal() and len(text) < 30):
        raise Wrong("提名的编号不对；请刷新页面再选")
    return int(number), int(version)


def _listed(request: HttpRequest, found: Any, wanted: Narrow) -> dict[str, Any]:
    page, address = paged(request, found), firm_address()
    mine = queries.nominations(request.actor)
    return {
        "page": page,
        "rows": [(one, address(one.enterprise)) for one in page],
        "wanted": wanted,
        "tiers": mine.order_by("tier").values_list("tier", "tier_title").distinct(),
        "counties": mine.exclude(district=None).order_by("district").values_list("district", "county").distinct(),
        "counts": dict(mine.order_by().values_list("state").annotate(Count("pk"))),
        "may_export": request.actor.may("screening.export"),
    }
