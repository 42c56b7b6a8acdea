"""专家诊断的页面：申报企业一览、问题清单、写一次诊断、一次诊断（逐条办理）、意见书。"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Denied, Wrong
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.access.views.settled import settled
from miaopu.nurture.followup.actions import diagnoses as actions
from miaopu.nurture.followup.actions.diagnoses import Issue, Session
from miaopu.nurture.followup.ledgers.diagnosed import applicant_row, point_row
from miaopu.nurture.followup.ledgers.opinion import write_opinion
from miaopu.nurture.followup.matter import day
from miaopu.nurture.followup.models import Point
from miaopu.nurture.followup.policy.lights import of_point
from miaopu.nurture.followup.policy.rules import rules
from miaopu.nurture.followup.queries import diagnoses as queries
from miaopu.nurture.followup.queries.clauses import asks
from miaopu.nurture.followup.queries.own import firms_for
from miaopu.nurture.followup.states import Mend
from miaopu.nurture.followup.views.page import attempt, choices, counties, filters, fresh_key, said, version_of
from miaopu.selection.city import today

ON, ADVICE, PARTY, DUE, ABOUT = "on:", "advice:", "party:", "due:", "about:"
"""一条条款的问题、建议、谁改、期限在表单里的名字打头；后面是条款（如 LG-2026:B3a），自由写的是 f0、f1……"""
FREE = tuple(f"f{at}" for at in range(3))
WORDS = {"mend": "已报整改，等销号", "back": "已退回，请再改", "close": "已销号", "drop": "记为不再跟"}
TITLES = {"mend": "报整改", "back": "退回", "close": "销号", "drop": "不再跟"}


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """申报企业做过诊断没有；没有做过的在前。"""
    wanted = filters(request.GET, "lack", "district", "q")
    page = paged(request, queries.applicants(request.actor, wanted))
    every = queries.applicants(request.actor)
    total, lacking = queries.counts(request.actor, every)
    shown = {"page": page, "rows": [(one, applicant_row(one)) for one in page], "wanted": wanted, "total": total}
    shown |= {
        "lacking": lacking,
        "counties": sorted({(one.member.district, one.member.county) for one in every if one.member.district}),
    }
    shown |= {"held": queries.diagnoses(request.actor)[:20], "may_hold": request.actor.may("diagnosis.hold")}
    return render(request, "followup/diagnoses.html", shown)


@login_required
@require_GET
def points(request: HttpRequest) -> HttpResponse:
    """问题清单，期限早的在前。"""
    wanted = filters(request.GET, "state", "district", "party", "q", "enterprise")
    page = paged(request, queries.points(request.actor, wanted).order_by("due", "pk").prefetch_related("steps__files"))
    shown = {"page": page, "rows": [(one, point_row(one), of_point(one, today())) for one in page], "wanted": wanted}
    shown |= {"states": list(Mend), "parties": rules().diagnoses.parties}
    shown |= {"counties": counties(queries.diagnoses(request.actor)), **choices()}
    return render(request, "followup/points.html", shown)


@login_required
@needs("diagnosis.hold")
def new(request: HttpRequest) -> HttpResponse:
    """写一次诊断：先选派给自己的企业，再逐条写。"""
    if request.method != "POST":
        typed = {"on": today().isoformat(), "key": fresh_key(), "enterprise": request.GET.get("enterprise", "")[:60]}
        return _new(request, typed)
    typed = request.POST

    def work() -> HttpResponse:
        if not said(typed, "enterprise").strip():
            raise Wrong("没有选企业；请从派给您的企业里选")
        firm = _firm(request, typed)
        if firm is None:
            raise Denied("没有这家企业，或没有派给您；请重选")
        made = actions.hold(request.actor, firm.enterprise, _session(request, typed, firm.enterprise))
        return settled(request, f"已记下诊断，{made.points.count()} 条问题转给要改的人", "followup:diagnosis", made.pk)

    return attempt(request, work, lambda wrong: _new(request, typed, wrong))


def _firm(request: HttpRequest, typed: Any) -> Any:
    told = typed.get("enterprise", "").strip()
    return firms_for(request.actor, "diagnosis.hold").filter(enterprise=told).first() if told else None


def _new(request: HttpRequest, typed: Any, wrong: str = "") -> HttpResponse:
    firm, told = _firm(request, typed), rules().diagnoses
    shown: dict[str, Any] = {"typed": typed, "wrong": wrong, "firm": firm, "ways": told.ways, "parties": told.parties}
    status = 409 if wrong else 200
    if firm is None:
        shown["firms"] = firms_for(request.actor, "diagnosis.hold")
        return render(request, "followup/diagnosis_new.html", shown, status=status)
    title, listed = asks(request.actor, firm.enterprise)
    due = (today() + timedelta(days=told.due_days)).isoformat()
    asked = {each.column: each for each in listed}
    gone = [code for code in _written(typed) if code not in asked and code not in FREE]
    names = {"words": ON, "advice": ADVICE, "party": PARTY, "due": DUE, "about": ABOUT}
    shown["rows"] = [
        (code, asked.get(code), {name: typed.get(f"{head}{code}", "") for name, head in names.items()})
        for code in (*asked, *gone, *FREE)
    ]
    shown |= {"standard": title, "due": due, "gone": gone}
    return render(request, "followup/diagnosis_new.html", shown, status=status)


def _written(typed: Any) -> list[str]:
    """写了问题或建议的各条。"""
    codes = [name.removeprefix(ON) for name in typed if name.startswith(ON)]
    return [one for one in codes if typed.get(f"{ON}{one}", "").strip() or typed.get(f"{ADVICE}{one}", "").strip()]


def _session(request: HttpRequest, typed: QueryDict, enterprise: str) -> Session:
    """表单 → 一次诊断；只收写了问题或建议的各条。打开表单以后条款已不在清单上的，仍是那一条。"""
    title, listed = asks(request.actor, enterprise)
    known, issues = {each.column: each.about for each in listed}, []
    for code in _written(typed):
        clause = "" if code in FREE else code
        about = known.get(code) or said(typed, f"{ABOUT}{code}") or clause
        due = day(said(typed, f"{DUE}{code}"), f"{about or '条款以外的一条'}的期限")
        words, advice, party = (said(typed, f"{head}{code}") for head in (ON, ADVICE, PARTY))
        issues.append(Issue(words, advice, party, due, about, clause))
    told = {name: said(typed, name) for name in ("way", "summary", "people", "key")}
    return Session(
        on=day(said(typed, "on"), "诊断日"), issues=tuple(issues), standard=title or "没有要走的下一级", **told
    )


@login_required
@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    """一次诊断。"""
    return _show(request, number)


def _show(
    request: HttpRequest, number: int, typed: Any = None, wrong: str = "", point: int = 0, did: str = ""
) -> HttpResponse:
    """point、did 是没有办成的那一条、那一步，填的只留在那里。"""
    one, told = queries.diagnosis(request.actor, number), rules().diagnoses
    every = one.points.prefetch_related("steps__files")
    rows = [
        (each, of_point(each, today()), told.parties.get(each.party, each.party), may(request.actor, each))
        for each in every
    ]
    shown = {"one": one, "rows": rows, "typed": typed or {}, "wrong": wrong, "point": point, "did": did}
    shown |= {"way": told.ways.get(one.way, one.way), **choices()}
    return render(request, "followup/diagnosis.html", shown, status=409 if wrong else 200)


def may(actor: Any, one: Point) -> list[tuple[str, str]]:
    """能办什么：（代码，名称）；只管按钮显不显示，关口在动作里。"""
    found = {
        "mend": actor.may("diagnosis.mend") and one.at is Mend.OPEN,
        "close": actor.may("diagnosis.close") and one.at is Mend.MENDED,
        "back": actor.may("diagnosis.close") and one.at is Mend.MENDED,
        "drop": actor.may("diagnosis.close") and not one.at.ended,
    }
    return [(code, TITLES[code]) for code, yes in found.items() if yes]


@login_required
@require_POST
@needs("diagnosis.mend", "diagnosis.close")
def step(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """一条问题办一步：报整改、退回、销号、不再跟。"""
    one = queries.points(request.actor).filter(pk=number).first()
    if one is None:
        raise Denied("没有这条问题，或不在您的范围里；请从问题清单重新进入")
    typed, known = request.POST, _steps(request, number)
    if step not in known:
        raise Http404

    def work() -> HttpResponse:
        known[step]()
        return settled(request, WORDS[step], "followup:diagnosis", one.diagnosis_id)

    return attempt(request, work, lambda wrong: _show(request, one.diagnosis_id, typed, wrong, number, step))


def _steps(request: HttpRequest, number: int) -> dict[str, Callable[[], Any]]:
    typed, actor, files = request.POST, request.actor, request.FILES.getlist("files")
    return {
        "mend": lambda: actions.mend(actor, number, version_of(typed), said(typed, "words"), files),
        "back": lambda: actions.send_back(actor, number, version_of(typed), said(typed, "words")),
        "close": lambda: actions.close(actor, number, version_of(typed), said(typed, "words")),
        "drop": lambda: actions.drop(actor, number, version_of(typed), said(typed, "words")),
    }


@login_required
@require_POST
@needs("diagnosis.view")
def paper(request: HttpRequest, number: int) -> HttpResponse:
    """诊断意见书。"""
    one = queries.diagnosis(request.actor, number)
    with tempfile.TemporaryDirectory() as folder:
        try:
            path = write_opinion(request.actor, one, Path(folder))
        except Wrong as wrong:
            return _show(request, number, None, str(wrong))
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
