"""走访记录的页面：按条款问、填记录、更正、没有登记过的一次填。"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from miaopu.access.act import Denied, Wrong, permit
from miaopu.access.views.needs import needs
from miaopu.access.views.settled import settled
from miaopu.nurture.followup.actions import records
from miaopu.nurture.followup.actions.records import Found, Told
from miaopu.nurture.followup.actions.visits import Intent
from miaopu.nurture.followup.matter import day, only
from miaopu.nurture.followup.models import Visit
from miaopu.nurture.followup.queries import visits as queries
from miaopu.nurture.followup.queries.clauses import asks
from miaopu.nurture.followup.queries.own import firms_for
from miaopu.nurture.followup.states import Seen
from miaopu.nurture.followup.views import page as pages
from miaopu.nurture.followup.views.page import attempt, choices, fresh_key, said, version_of
from miaopu.selection.city import today

FREE, FEW = 2, 200
"""条款以外先给几行发现；至多这么多家时用下拉选。"""
ON, SHUT = "on:", "shut:"
"""一条条款的发现、补上了没有，在表单里的名字打头；后面是条款。"""
Finds = list[tuple[str, str, bool]]
"""各条发现：话、关于什么、补上没有。"""


@login_required
def record(request: HttpRequest, number: int) -> HttpResponse:
    """填记录或更正；不能记的人看不到这张表，看记录在走访的页面上。"""
    permit(request.actor, "visit.record")
    one = queries.visit(request.actor, number)
    if request.method != "POST":
        return _form(request, one, *_started(one))
    typed = request.POST

    def work() -> HttpResponse:
        made = records.record(request.actor, number, version_of(typed), _told(typed), *_files(request))
        return settled(request, "记录已交，等企业签认", "followup:visit", made.pk)

    return attempt(request, work, lambda wrong: _form(request, one, typed, _findings(typed), wrong))


@login_required
@needs("visit.record")
def drop_in(request: HttpRequest) -> HttpResponse:
    """没有登记过的走访：登记与记录一次填；先选企业。"""
    if request.method != "POST":
        typed = {"on": today().isoformat(), "key": fresh_key(), "enterprise": request.GET.get("enterprise", "")[:60]}
        return _form(request, None, typed, [])
    typed = request.POST

    def work() -> HttpResponse:
        firm = _chosen(request, typed)
        if firm is None:
            raise Denied("没有这家企业，或不在您的范围里；请重选")
        made = records.drop_in(request.actor, firm.enterprise, intent_of(typed), _told(typed), *_files(request))
        return settled(request, "记录已交，等企业签认", "followup:visit", made.pk)

    return attempt(request, work, lambda wrong: _form(request, None, typed, _findings(typed), wrong))


def intent_of(typed: QueryDict) -> Intent:
    """表单里的走访打算。"""
    told = {name: said(typed, name) for name in ("purpose", "invitation", "over", "key")}
    asked = pages.number_or_none(typed, "request", "诉求编号")
    return Intent(on=day(said(typed, "on"), "日期"), request=asked, **told)


def _started(one: Visit) -> tuple[dict[str, Any], Finds]:
    """表单的初值：上一版（更正）或登记的内容。"""
    last = one.records.first()
    told: dict[str, Any] = {"key": fresh_key(), "version": one.version, "purpose": one.purpose}
    if last is None:
        return told | {"on": min(one.on, today()).isoformat()}, []
    names = ("purpose", "people", "firm_people", "next_step")
    told |= {name: getattr(last, name) or "" for name in names} | {"on": last.on.isoformat()}
    told |= {"next_on": last.next_on.isoformat() if last.next_on else ""}
    return told, [(each.words, each.about or "", each.closed) for each in last.findings.all()]


def _form(request: HttpRequest, one: Visit | None, typed: Any, found: Finds, wrong: str = "") -> HttpResponse:
    shown: dict[str, Any] = {"one": one, "typed": typed, "wrong": wrong, **choices()}
    firm = one
    if one is None:
        mine = firms_for(request.actor, "visit.record")
        try:
            firm = _chosen(request, typed) or (mine.get() if mine[:2].count() == 1 else None)
        except Wrong as error:
            wrong = str(error)
        if firm is None:
            told = {"firms": mine[:FEW] if mine[: FEW + 1].count() <= FEW else (), "typed": typed, "wrong": wrong}
            return render(request, "followup/record_firm.html", told, status=409 if wrong else 200)
    title, listed = asks(request.actor, firm.enterprise if firm else "")
    known = {each.about for each in listed}
    said_of = {about: (words, closed) for words, about, closed in found if about in known}
    shown |= {
        "firm": firm,
        "standard": title,
        "asks": [(each, *said_of.get(each.about, ("", False))) for each in listed],
    }
    rest = [each for each in found if each[1] not in known]
    shown["findings"] = [*rest, *[("", "", False)] * max(FREE - len(rest), 1)]
    shown["correcting"] = one is not None and one.at is not Seen.PLANNED
    return render(request, "followup/record.html", shown, status=409 if wrong else 200)


def _chosen(request: HttpRequest, typed: Any) -> Any:
    told = typed.get("enterprise", "").strip()
    return only(firms_for(request.actor, "visit.record", told), told)


def _findings(typed: QueryDict) -> Finds:
    """按条款问到的在前，其余在后；没有写话也没有勾的不算。"""
    about = [name.removeprefix(ON) for name in typed if name.startswith(ON)]
    found = [(said(typed, f"{ON}{each}"), each, f"{SHUT}{each}" in typed) for each in about]
    closed = set(typed.getlist("closed"))
    pairs = zip(typed.getlist("finding"), typed.getlist("about"), strict=False)
    found += [(words, each, str(at) in closed) for at, (words, each) in enumerate(pairs)]
    return [each for each in found if each[0].strip() or each[2]]


def _told(typed: QueryDict) -> Told:
    told = {name: said(typed, name) for name in ("purpose", "people", "firm_people", "next_step", "why", "key")}
    found = tuple(Found(*each) for each in _findings(typed))
    if bare := [one.about or "条款以外的一条" for one in found if not one.words.strip()]:
        raise Wrong(f"“{bare[0]}”勾了“缺口补上了”而没有写话；请写一句怎么补上的，或去掉勾")
    when = pages.day_or_none(typed, "next_on", "下次日期")
    return Told(on=day(said(typed, "on"), "走访日"), findings=found, next_on=when, **told)


def _files(request: HttpRequest) -> tuple[list[Any], list[Any]]:
    return request.FILES.getlist("files"), request.FILES.getlist("photos")
