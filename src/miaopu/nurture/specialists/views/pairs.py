"""分工的页面：按专员、按企业的分工，草案的理由与两张表，采用、人工改、解除、交接、导出。"""

from __future__ import annotations

import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import F, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.text import clean
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.jobs.models import Job
from miaopu.jobs.states import State as JobState
from miaopu.nurture.specialists.actions import importing, pairs
from miaopu.nurture.specialists.actions.words import whole_of
from miaopu.nurture.specialists.kinds import split
from miaopu.nurture.specialists.models import Draft, Person
from miaopu.nurture.specialists.pool import helpers_now
from miaopu.nurture.specialists.queries import roster as queries
from miaopu.nurture.specialists.states import DraftState
from miaopu.nurture.specialists.views.roster import number_of
from miaopu.selection.intake.views.page import tried
from miaopu.selection.screening.views.page import firm_address

MOST_COUNTIES = 99


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """现行的分工：view=people 按专员，缺省按企业；q 是企业或专员的名字。"""
    text, by = clean(request.GET.get("q", "")), request.GET.get("view", "")
    found, address = queries.pairings(request.actor), firm_address()
    if text:
        found = found.filter(Q(name__contains=text) | Q(person__name__contains=text))
    shown = {"by": by, "q": text, "total": found.count(), "may": request.actor.may("pair.assign")}
    if by == "people":
        groups: dict[Person, list[Any]] = defaultdict(list)
        for one in found:
            groups[one.person].append((one, address(one.enterprise)))
        rows = [(one, len(held), held) for one, held in groups.items()]
        shown |= {"groups": rows, "chart": chart((one.name, count, one.capacity) for one, count, _ in rows)}
    else:
        page = paged(request, found)
        shown |= {"page": page, "rows": [(one, address(one.enterprise)) for one in page.object_list]}
    if request.actor.may("pair.assign"):
        shown["unserved"] = queries.unserved(request.actor)
    return render(request, "specialists/board.html", shown)


def chart(rows: Iterable[tuple[str, int, int]]) -> dict[str, Any]:
    """负荷的横条图：家数与容量；数在旁边的表里。"""
    told = list(rows)
    return {
        "animation": False, "aria": {"enabled": True}, "legend": {"data": ["家数", "容量"]}, "tooltip": {},
        "grid": {"left": 8, "right": 32, "top": 32, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "inverse": True, "data": [name for name, *_ in told]},
        "series": [
            {"name": "家数", "type": "bar", "color": "#17694a", "data": [count for _, count, _ in told]},
            {"name": "容量", "type": "bar", "color": "#b9cfc5", "data": [room for *_, room in told]},
        ],
    }  # fmt: skip


@login_required
@needs("pair.assign")
def drafts(request: HttpRequest) -> HttpResponse:
    """草案清单与发起统筹。"""

    def page() -> HttpResponse:
        shown = {"page": paged(request, queries.drafts(request.actor)), "typed": request.POST}
        shown |= {"firms": len(queries.firms_to_serve(request.actor)), "people": len(helpers_now())}
        return render(request, "specialists/drafts.html", shown)

    def action() -> HttpResponse:
        given = request.POST
        most = whole_of(given.get("most_counties", "") or "0", "至多几个县区", MOST_COUNTIES)
        codes = tuple(split(clean(given.get("firms", ""), "企业号", 20_000).replace("\r", "").replace("\n", "、")))
        wanted = pairs.Wanted(given.get("how") != "fresh", most, bool(given.get("cross_forbidden")), codes)
        return redirect("specialists:draft", pairs.begin(request.actor, wanted).pk)

    return tried(request, action, page) if request.method == "POST" else page()


@login_required
@needs("pair.assign")
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """一份草案：看理由与负荷；采用要写理由。all=1 看全部的对，重新统筹的缺省只看改了的。"""

    def action() -> HttpResponse:
        pairs.adopt(request.actor, number, request.POST.get("reason", ""))
        messages.success(request, "已采用：分工即日生效，专员账号看得到的企业已同步")
        return redirect("specialists:pairs")

    if request.method == "POST":
        return tried(request, action, lambda: _draft(request, number))
    return _draft(request, number)


def _draft(request: HttpRequest, number: int) -> HttpResponse:
    found = queries.drafts(request.actor).filter(pk=number).first()
    if found is None:
        raise Http404
    job = Job.objects.filter(pk=found.job).first()
    shown: dict[str, Any] = {"one": found, "told": json.loads(found.told or "{}"), "typed": request.POST}
    if found.stage == DraftState.WORKING:
        shown |= {"job": job, "state": JobState(job.state) if job else None}
    if found.stage in (DraftState.READY, DraftState.ADOPTED):
        shown |= _tables(request, found, shown["told"])
    return render(request, "specialists/draft.html", shown)


def _tables(request: HttpRequest, found: Draft, told: dict[str, Any]) -> dict[str, Any]:
    listed = found.pairs.select_related("person", "former")
    moved = listed.exclude(former__isnull=False, former=F("person"))
    only = found.least and not request.GET.get("all")
    known = Person.objects.in_bulk([one[0] for one in told["loads"]])
    loads = [(known[one[0]], *one[1:]) for one in told["loads"] if one[0] in known]
    counties = Counter((one.county or "不详", one.person.county or "不详") for one in listed)
    page = paged(request, moved if only else listed)
    return {
        "page": page, "only": only, "moved": moved.count(), "total": listed.count(), "loads": loads,
        "counties": [(*key, count, key[0] != key[1]) for key, count in sorted(counties.items())],
        "chart": chart((one[0].name, one[1], one[2]) for one in loads),
    }  # fmt: skip


@login_required
@needs("pair.assign")
def pair(request: HttpRequest, number: int) -> HttpResponse:
    """一对：为什么、先后的专员；人工改、解除指定、写交接说明。"""
    if queries.pairing(request.actor, number) is None:
        raise Http404
    if request.method == "POST":
        return tried(request, lambda: _posted(request, number), lambda: _pair(request, number))
    return _pair(request, number)


def _pair(request: HttpRequest, number: int) -> HttpResponse:
    found = queries.pairing(request.actor, number)
    if found is None:
        raise Http404
    may = request.actor.may("pair.assign") and found.until is None
    shown = {"one": found, "may": may, "typed": request.POST, "others": helpers_now() if may else []}
    shown |= {"history": queries.history(request.actor, found.enterprise), "address": firm_address()(found.enterprise)}
    return render(request, "specialists/pair.html", shown)


def _posted(request: HttpRequest, number: int) -> HttpResponse:
    given, actor, version = request.POST, request.actor, number_of(request, "version")
    what, reason = given.get("what", ""), given.get("reason", "")
    if what == "override":
        made = pairs.override(actor, number, version, number_of(request, "person"), reason)
    elif what == "release":
        made = pairs.release(actor, number, version, reason)
    else:
        made = pairs.hand_over(actor, number, version, given.get("handover", ""))
    messages.success(request, "已办")
    return redirect("specialists:pair", made.pk)


@login_required
@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """专员分工表。"""
    with tempfile.TemporaryDirectory() as folder:
        made = importing.export_pairs(request.actor, Path(folder))
        return FileResponse(made.open("rb"), as_attachment=True, filename=made.name)
