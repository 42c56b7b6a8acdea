"""库里的企业：表与看板、一家的变动与基线；提名、变动、撤销、责任到人、导出。"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.selection.files import located
from miaopu.selection.library.actions import members as actions
from miaopu.selection.library.book import export
from miaopu.selection.library.entry import lacking, lackings, lacks
from miaopu.selection.library.evidence import WHAT
from miaopu.selection.library.models import Member
from miaopu.selection.library.narrow import INSIDE, OPEN, parse
from miaopu.selection.library.queries import members as queries
from miaopu.selection.library.states import flow
from miaopu.selection.library.views.page import frame, numbered, proof_of, whole
from miaopu.selection.library.watch.baseline import compared, frozen, stands
from miaopu.selection.screening.queries import current
from miaopu.selection.screening.views.page import firm_address

COLUMN, NAMED = 30, 5
"""看板一列至多列几家；办成的一句话里至多写几家的名称。"""


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """库里的企业：表，或看板（view=board）。"""
    wanted = parse(request.GET)
    found, known, address = queries.members(request.actor, wanted), flow(), firm_address()
    counts = queries.counts(request.actor, wanted)
    shown = frame(request, wanted=wanted, counts=counts, states=known.states.values(), **_choices(request))
    shown["stages"] = [(one, counts.get(one.code, 0)) for one in known.states.values()]
    shown["totals"] = (
        (INSIDE, sum(counts.get(one, 0) for one in known.inside)),
        (OPEN, sum(counts.get(one.code, 0) for one in known.states.values() if one.open)),
    )
    book = lacks()
    shown |= {"lacking": lacking(wanted.tier, book), "lackings": lackings(book)}
    if request.GET.get("view") == "board":
        columns = [one for one in known.states.values() if one.inside or one.code == "proposed"]
        shown["columns"] = [
            (one, counts.get(one.code, 0), list(found.filter(state=one.code)[:COLUMN])) for one in columns
        ]
        return render(request, "library/board.html", shown)
    page = paged(request, found)
    shown |= {"page": page, "rows": [(one, address(one.enterprise)) for one in page], "steps": _steps(request, page)}
    return render(request, "library/index.html", shown)


def _choices(request: HttpRequest) -> dict[str, Any]:
    mine = queries.members(request.actor)
    return {
        "tiers": mine.order_by("tier").values_list("tier", "tier_title").distinct(),
        "counties": mine.exclude(county=None).order_by("district").values_list("district", "county").distinct(),
        "years": mine.order_by("-year").values_list("year", flat=True).distinct(),
        "people": mine.exclude(person=None).order_by("person").values_list("person", flat=True).distinct(),
        "may_export": request.actor.may("library.export"),
    }


def _steps(request: HttpRequest, page: Any) -> list[Any]:
    """这一页上的企业能办的变动。"""
    states = {one.state for one in page}
    return [one for one in flow().steps.values() if states & set(one.before) and request.actor.may(one.operation)]


def _one(request: HttpRequest, number: int) -> Member:
    found = queries.member(request.actor, number)
    if found is None:
        raise Http404
    return found


@login_required
@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    """一家的库内情形：变动、基线、责任人、预警。"""
    return _shown(request, _one(request, number))


def _shown(request: HttpRequest, one: Member, wrong: str = "", typed: Any = None) -> HttpResponse:
    may, known = request.actor.may, flow()
    shown = frame(request, one=one, wrong=wrong, typed=typed or {}, address=firm_address()(one.enterprise))
    shown |= {
        "moves": queries.moves(request.actor, one),
        "steps": [each for each in known.after(one.state) if may(each.operation)],
        "may_undo": may(known.undo.operation),
        "may_charge": may("library.charge") and one.at.open,
        "alerts": queries.alerts(request.actor, False).filter(member=one),
        "parcels": [each.parcel for each in one.items.select_related("parcel__dispatch")],
        "issues": one.issues.all(),
    }
    return render(request, "library/member.html", shown, status=400 if wrong else 200)


@login_required
@require_GET
def baseline(request: HttpRequest, number: int) -> HttpResponse:
    """基线与现在并排。"""
    one, found = _one(request, number), current()
    then = frozen(one)
    now = stands(found, one.tier, [one.enterprise]).get(one.enterprise) if found and then else None
    rows = compared(then, now) if then and now else []
    if request.GET.get("only") != "all":
        rows = [each for each in rows if not each.same]
    shown = frame(request, one=one, then=then, now=now, rows=rows, every=request.GET.get("only") == "all")
    shown |= {"numbers": _numbers(one), "found": found}
    return render(request, "library/baseline.html", shown)


def _numbers(one: Member) -> str:
    """数的来历的网址样式，列名处是 COLUMN。"""
    return reverse("number", args=[one.enterprise, "COLUMN"])


@login_required
@require_POST
@needs("library.propose")
def propose(request: HttpRequest) -> HttpResponse:
    """由近选名单提名。"""
    given = request.POST
    chosen = [clean(one, "企业号") for one in given.getlist("enterprise")]
    code, tier = (clean(given.get(one, ""), one) for one in ("round", "tier"))
    result = actions.propose(request.actor, code, tier, chosen, given.get("reason", ""))
    messages.add_message(request, messages.SUCCESS if result.made else messages.WARNING, result.sentence())
    return redirect(f"{reverse('library:index')}?state=proposed&tier={tier}")


@login_required
@require_POST
@needs("library.move", "library.admit", "library.propose")
def move(request: HttpRequest) -> HttpResponse:
    """办变动：清单上的若干家，或一家的页面上的一家（填错的留在那一页）。"""
    chosen, alone = numbered(request.POST.getlist("member")), request.POST.get("alone")
    try:
        moved = actions.move(
            request.actor,
            chosen,
            clean(request.POST.get("step", ""), "变动"),
            request.POST.get("reason", ""),
            proof_of(request),
        )
    except Wrong as wrong:
        if not alone or len(chosen) != 1:
            raise
        return _shown(request, _one(request, next(iter(chosen))), str(wrong), request.POST)
    named = "、".join(one.name for one in moved[:NAMED]) + ("等" if len(moved) > NAMED else "")
    messages.success(request, f"{len(moved)} 家改为“{moved[0].at.title}”：{named}")
    if alone:
        return redirect("library:show", moved[0].pk)
    return redirect(f"{reverse('library:index')}?{parse(_back(request)).query()}")


def _back(request: HttpRequest) -> dict[str, str]:
    return {name: request.POST.get(f"back_{name}", "") for name in ("state", "tier", "county", "year", "duty", "q")}


@login_required
@require_POST
@needs("library.admit", "library.move")
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """撤销最近一次变动。"""
    one = _one(request, number)
    try:
        made = actions.undo(
            request.actor, number, whole(request.POST, "version", "版本"), request.POST.get("reason", "")
        )
    except Wrong as wrong:
        return _shown(request, one, str(wrong), request.POST)
    messages.success(request, f"已撤销，回到“{made.at.title}”；原来的一行留着")
    return redirect("library:show", number)


@login_required
@require_POST
@needs("library.charge")
def charge(request: HttpRequest, number: int) -> HttpResponse:
    """责任到人。"""
    one, typed = _one(request, number), request.POST
    try:
        duty = {number: (typed.get("office", ""), typed.get("person", ""))}
        actions.charge(request.actor, {number: whole(typed, "version", "版本")}, duty)
    except Wrong as wrong:
        return _shown(request, one, str(wrong), typed)
    messages.success(request, "责任科室与责任人已记下")
    return redirect("library:show", number)


@login_required
@require_POST
@needs("library.export")
def download(request: HttpRequest) -> HttpResponse:
    """导出所筛。"""
    with tempfile.TemporaryDirectory() as folder:
        path = export(request.actor, parse(request.POST), Path(folder))
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@login_required
@require_GET
def proof(request: HttpRequest, number: int) -> HttpResponse:
    """下载依据：一律当作附件，不在页面里打开。"""
    one = queries.proof(request.actor, number)
    if one is None:
        raise Http404
    return FileResponse(
        located(one.path, one.name, WHAT).open("rb"),
        as_attachment=True,
        filename=one.name,
        content_type="application/octet-stream",
    )
