"""走访的页面：台账、日历（可加入）、登记、一次（记录、签认、历史）、填记录、附件。"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Denied, Wrong
from miaopu.access.views.paging import paged
from miaopu.nurture.followup.actions import records, visits
from miaopu.nurture.followup.actions.records import Found, Told
from miaopu.nurture.followup.actions.visits import Intent
from miaopu.nurture.followup.matter import day
from miaopu.nurture.followup.models import Visit
from miaopu.nurture.followup.policy.quiet import room
from miaopu.nurture.followup.queries import visits as queries
from miaopu.nurture.followup.queries.own import firms_for
from miaopu.nurture.followup.states import Seen
from miaopu.nurture.followup.views import page as pages
from miaopu.nurture.followup.views.page import attempt, choices, filters, fresh_key, said, settled, version_of
from miaopu.selection.city import today
from miaopu.selection.files import located

NARROW = ("state", "district", "body", "asked", "q", "enterprise")
WORDS = {"join": "已加入，到时一起去", "postpone": "已改期", "cancel": "已取消，名额让出来了", "sign": "已签认",
         "paper": "纸面签认已记下"}  # fmt: skip
SHOWN = 3
"""记录表单先给几行发现。"""


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """走访台账。"""
    wanted = filters(request.GET, *NARROW)
    page = paged(request, queries.visits(request.actor, wanted).prefetch_related("joined"))
    shown = {"page": page, "wanted": wanted, "states": list(Seen), **choices()}
    shown |= {"counties": pages.counties(queries.visits(request.actor))}
    return render(request, "followup/visits.html", shown)


@login_required
@require_GET
def agenda(request: HttpRequest) -> HttpResponse:
    """今后的走访：各部门的都在，可以加入。"""
    page = paged(request, queries.agenda(request.actor))
    return render(request, "followup/agenda.html", {"page": page, **choices()})


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """登记走访：先看这家企业还有没有名额、别人登记了什么。"""
    if request.method != "POST":
        typed = {name: request.GET.get(name, "")[:60] for name in ("enterprise", "on", "request")}
        return _new(request, {**typed, "key": fresh_key(), "on": typed["on"] or today().isoformat()})
    typed = request.POST

    def work() -> HttpResponse:
        firm = queries.named_firm(request.actor, said(typed, "enterprise"))
        if firm is None:
            raise Wrong("没有这家企业，或不在您的范围里；请填统一社会信用代码或全名")
        made = visits.plan(request.actor, firm.enterprise, _intent(typed))
        return settled(request, f"已登记 {made.on.isoformat()} 走访{made.name}", "followup:agenda")

    return attempt(request, work, lambda wrong: _new(request, typed, wrong))


def _intent(typed: QueryDict) -> Intent:
    told = {name: said(typed, name) for name in ("purpose", "invitation", "over", "key")}
    asked = pages.number_or_none(typed, "request", "诉求编号")
    return Intent(on=day(said(typed, "on"), "日期"), request=asked, **told)


def _new(request: HttpRequest, typed: Any, wrong: str = "") -> HttpResponse:
    firm = queries.named_firm(request.actor, typed.get("enterprise", ""))
    shown: dict[str, Any] = {"typed": typed, "wrong": wrong, "firm": firm, **choices()}
    if firm is not None:
        found = room(firm.enterprise, _day(typed))
        shown |= {"room": found, "others": queries.agenda(request.actor, firm.enterprise)}
    return render(request, "followup/visit_new.html", shown, status=409 if wrong else 200)


def _day(typed: Any) -> date:
    try:
        return day(typed.get("on", ""), "日期")
    except Wrong:
        return today()


@login_required
@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    """一次走访。"""
    return _show(request, number)


def _show(request: HttpRequest, number: int, typed: Any = None, wrong: str = "", form: str = "") -> HttpResponse:
    one = queries.visit(request.actor, number)
    told = one.records.select_related("signing").prefetch_related("findings", "files", "signing__files")
    shown = {"one": one, "records": told, "joined": one.joined.all(), "typed": typed or {}, "wrong": wrong}
    shown |= {"form": form, "may": may(request.actor, one), "today": today(), **choices()}
    return render(request, "followup/visit.html", shown, status=409 if wrong else 200)


def may(actor: Any, one: Visit) -> set[str]:
    """能做什么；只管按钮显不显示，关口在动作里。"""
    planned = one.at is Seen.PLANNED
    found = {
        "record": actor.may("visit.record") and one.at is not Seen.CANCELLED,
        "paper": actor.may("visit.record") and one.at is Seen.RECORDED,
        "sign": actor.may("visit.sign") and one.at is Seen.RECORDED,
        "move": actor.may("visit.ask") and planned,
    }
    return {name for name, yes in found.items() if yes}


@login_required
def record(request: HttpRequest, number: int) -> HttpResponse:
    """填记录或更正。"""
    one = queries.visit(request.actor, number)
    if request.method != "POST":
        return _form(request, one, _started(one))
    typed = request.POST

    def work() -> HttpResponse:
        made = records.record(request.actor, number, version_of(typed), _told(typed), *_files(request))
        return settled(request, "记录已交，等企业签认", "followup:visit", made.pk)

    return attempt(request, work, lambda wrong: _form(request, one, typed, wrong))


@login_required
def drop_in(request: HttpRequest) -> HttpResponse:
    """没有登记过的走访：登记与记录一次填。"""
    if request.method != "POST":
        typed = {"on": today().isoformat(), "key": fresh_key(), "enterprise": request.GET.get("enterprise", "")[:20]}
        return _form(request, None, typed)
    typed = request.POST

    def work() -> HttpResponse:
        firm = firms_for(request.actor, "visit.record", said(typed, "enterprise")).first()
        if firm is None or not said(typed, "enterprise").strip():
            raise Denied("没有这家企业，或不在您的范围里；请重选")
        made = records.drop_in(request.actor, firm.enterprise, _intent(typed), _told(typed), *_files(request))
        return settled(request, "记录已交，等企业签认", "followup:visit", made.pk)

    return attempt(request, work, lambda wrong: _form(request, None, typed, wrong))


def _started(one: Visit) -> dict[str, Any]:
    """表单的初值：上一版（更正）或登记的内容。"""
    last = one.records.first()
    told: dict[str, Any] = {"key": fresh_key(), "version": one.version, "on": one.on.isoformat()}
    told |= {"purpose": one.purpose}
    if last is None:
        return told | {"on": min(one.on, today()).isoformat()}
    names = ("purpose", "people", "firm_people", "next_step")
    told |= {name: getattr(last, name) or "" for name in names} | {"on": last.on.isoformat()}
    found = [(each.words, each.about or "", each.closed) for each in last.findings.all()]
    return told | {"next_on": last.next_on.isoformat() if last.next_on else "", "findings": found}


def _form(request: HttpRequest, one: Visit | None, typed: Any, wrong: str = "") -> HttpResponse:
    found = typed["findings"] if isinstance(typed, dict) and "findings" in typed else _findings(typed)
    shown: dict[str, Any] = {"one": one, "typed": typed, "wrong": wrong, **choices()}
    shown["findings"] = [*found, *[("", "", False)] * max(SHOWN - len(found), 1)]
    shown["correcting"] = one is not None and one.at is not Seen.PLANNED
    if one is None:
        shown["firms"] = firms_for(request.actor, "visit.record")[:200]
    return render(request, "followup/record.html", shown, status=409 if wrong else 200)


def _findings(typed: Any) -> list[tuple[str, str, bool]]:
    if not isinstance(typed, QueryDict):
        return []
    closed = set(typed.getlist("closed"))
    pairs = zip(typed.getlist("finding"), typed.getlist("about"), strict=False)
    return [(words, about, str(at) in closed) for at, (words, about) in enumerate(pairs) if words.strip()]


def _told(typed: QueryDict) -> Told:
    told = {name: said(typed, name) for name in ("purpose", "people", "firm_people", "next_step", "why", "key")}
    found = tuple(Found(*each) for each in _findings(typed))
    when = pages.day_or_none(typed, "next_on", "下次日期")
    return Told(on=day(said(typed, "on"), "走访日"), findings=found, next_on=when, **told)


def _files(request: HttpRequest) -> tuple[list[Any], list[Any]]:
    return request.FILES.getlist("files"), request.FILES.getlist("photos")


@login_required
@require_POST
def step(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """办一步：加入、改期、取消、签认、纸面签认。"""
    typed, known = request.POST, _steps(request, number)
    if step not in known:
        raise Http404

    def work() -> HttpResponse:
        known[step]()
        if step == "join":
            return settled(request, WORDS[step], "followup:agenda")
        return settled(request, WORDS[step], "followup:visit", number)

    if step == "join":
        return work()
    return attempt(request, work, lambda wrong: _show(request, number, typed, wrong, step))


def _steps(request: HttpRequest, number: int) -> dict[str, Callable[[], Any]]:
    typed, actor = request.POST, request.actor
    photos = request.FILES.getlist("photos")
    return {
        "join": lambda: visits.join(actor, number, said(typed, "words")),
        "postpone": lambda: visits.postpone(actor, number, version_of(typed), _intent(typed), said(typed, "reason")),
        "cancel": lambda: visits.cancel(actor, number, version_of(typed), said(typed, "reason")),
        "sign": lambda: records.sign(actor, number, version_of(typed), said(typed, "words")),
        "paper": lambda: records.sign_paper(actor, number, version_of(typed), said(typed, "reason"), photos),
    }


@login_required
@require_GET
def attachment(request: HttpRequest, number: int) -> FileResponse:
    """下载附件：一律当作附件，不在页面里打开。"""
    one = queries.attachment(request.actor, number)
    kind = "application/octet-stream"
    return FileResponse(
        located(one.path, one.name).open("rb"), as_attachment=True, filename=one.name, content_type=kind
    )
