"""走访的页面：台账、日历（可加入）、登记、一次（记录、签认、历史）、附件；填记录在 records.py。"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Wrong
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.access.views.settled import settled
from miaopu.nurture.followup.actions import records, visits
from miaopu.nurture.followup.matter import body_of, day
from miaopu.nurture.followup.models import Visit
from miaopu.nurture.followup.policy.quiet import room
from miaopu.nurture.followup.queries import requests as asking
from miaopu.nurture.followup.queries import visits as queries
from miaopu.nurture.followup.queries.own import firms_for
from miaopu.nurture.followup.states import Seen
from miaopu.nurture.followup.views import page as pages
from miaopu.nurture.followup.views.page import attempt, choices, filters, fresh_key, said, version_of
from miaopu.nurture.followup.views.records import FEW, intent_of
from miaopu.selection.city import today
from miaopu.selection.files import located

NARROW = ("state", "district", "body", "asked", "q", "enterprise")
WORDS = {"join": "已加入，到时一起去", "leave": "已退出，走访照旧", "postpone": "已改期",
         "cancel": "已取消，名额让出来了", "sign": "已签认",
         "paper": "纸面签认已记下"}  # fmt: skip


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
@needs("visit.ask")
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
        made = visits.plan(request.actor, firm.enterprise, intent_of(typed))
        return settled(request, f"已登记 {made.on.isoformat()} 走访{made.name}", "followup:agenda")

    return attempt(request, work, lambda wrong: _new(request, typed, wrong))


def _new(request: HttpRequest, typed: Any, wrong: str = "") -> HttpResponse:
    try:
        firm = queries.named_firm(request.actor, typed.get("enterprise", ""))
    except Wrong as error:
        firm, wrong = None, str(error)
    shown: dict[str, Any] = {"typed": typed, "wrong": wrong, "firm": firm, **choices()}
    mine = firms_for(request.actor, "visit.ask")
    shown["firms"] = mine if mine[: FEW + 1].count() <= FEW else ()
    if firm is not None:
        on = _day(typed)
        shown |= {"room": room(firm.enterprise, on), "room_on": on}
        shown |= {"others": queries.agenda(request.actor, firm.enterprise), "asked": _asked(request, firm.enterprise)}
    return render(request, "followup/visit_new.html", shown, status=409 if wrong else 200)


def _asked(request: HttpRequest, enterprise: str) -> list[Any]:
    """这家看得到的、还没有了结的诉求。"""
    if not request.actor.may("request.view"):
        return []
    found = asking.requests(request.actor, {"enterprise": enterprise})
    return [one for one in found if not one.at.ended]


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
    asks, body = actor.may("visit.ask") and one.at is Seen.PLANNED, body_of(actor, "visit.ask", one.county)[0]
    found = {
        "record": actor.may("visit.record") and one.at is not Seen.CANCELLED,
        "paper": actor.may("visit.record") and one.at is Seen.RECORDED,
        "sign": actor.may("visit.sign") and one.at is Seen.RECORDED,
        "move": asks and (body == one.body or actor.reach("visit.ask").everywhere),
        "leave": asks and body in {each.body for each in one.going},
    }
    return {name for name, yes in found.items() if yes}


@login_required
@require_POST
@needs("visit.ask", "visit.record", "visit.sign")
def step(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """办一步：加入、退出、改期、取消、签认、纸面签认。"""
    typed, known = request.POST, _steps(request, number)
    if step not in known:
        raise Http404

    def work() -> HttpResponse:
        known[step]()
        if step in ("join", "leave"):
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
        "leave": lambda: visits.leave(actor, number, version_of(typed), said(typed, "reason")),
        "postpone": lambda: visits.postpone(actor, number, version_of(typed), intent_of(typed), said(typed, "reason")),
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
