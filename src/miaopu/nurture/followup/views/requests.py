"""诉求的页面：台账、提出、一件（办理与历史）、有求必应。"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Denied, Wrong
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.access.views.settled import settled
from miaopu.nurture.followup.actions import requests as actions
from miaopu.nurture.followup.actions.requests import Want
from miaopu.nurture.followup.matter import only
from miaopu.nurture.followup.models import Request
from miaopu.nurture.followup.policy.lights import of_request
from miaopu.nurture.followup.policy.rules import rules
from miaopu.nurture.followup.queries import requests as queries
from miaopu.nurture.followup.queries.own import firms_for
from miaopu.nurture.followup.states import Asked
from miaopu.nurture.followup.views import page as pages
from miaopu.nurture.followup.views.page import attempt, choices, filters, fresh_key, said, version_of
from miaopu.selection.city import today

NARROW = ("state", "kind", "district", "target", "light", "q", "enterprise")
WORDS = {
    "route": "已转办", "back": "已退回", "answer": "已答复", "rate": "已评价", "withdraw": "已撤回", "close": "已办结",
}  # fmt: skip
STEPS = {
    "raise": "提出", "route": "转办", "back": "退回", "answer": "答复", "rate": "评价", "reopen": "不满意，重办",
    "withdraw": "撤回", "close": "办结",
}  # fmt: skip


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """诉求台账。"""
    wanted = filters(request.GET, *NARROW)
    found = queries.requests(request.actor, wanted)
    page = paged(request, found)
    rows = [(one, of_request(one, today()), rules().requests.kinds.get(one.kind)) for one in page]
    shown = {"page": page, "rows": rows, "wanted": wanted, "states": list(Asked), "today": today()}
    shown |= {"counties": pages.counties(queries.requests(request.actor)), **choices()}
    return render(request, "followup/requests.html", shown)


@login_required
@needs("request.raise")
def new(request: HttpRequest) -> HttpResponse:
    """提出诉求。"""
    if request.method != "POST":
        typed = {"key": fresh_key(), "enterprise": request.GET.get("enterprise", "")[:20]}
        return _new(request, typed)
    typed = request.POST
    want = Want(*(said(typed, name) for name in ("kind", "title", "words", "contact", "phone", "key")))

    def work() -> HttpResponse:
        told = said(typed, "enterprise").strip()
        mine = firms_for(request.actor, "request.raise", told)
        if not told and mine.count() > 1:
            raise Wrong("没有选企业；请选是哪家的诉求")
        firm = only(mine, told) if told else mine.first()  # 企业账号只有自己一家，不用选
        if firm is None:
            raise Denied("没有这家企业，或不在您的范围里；请重选")
        made = actions.raise_request(request.actor, firm.enterprise, want, request.FILES.getlist("files"))
        told = f"已提出，{made.due.isoformat()} 前转办；办理情况在这一页看"
        return settled(request, told, "followup:request", made.pk)

    return attempt(request, work, lambda wrong: _new(request, typed, wrong))


def _new(request: HttpRequest, typed: Any, wrong: str = "") -> HttpResponse:
    firms = firms_for(request.actor, "request.raise")
    shown = {"typed": typed, "wrong": wrong, "firms": firms, **choices()}
    return render(request, "followup/request_new.html", shown, status=409 if wrong else 200)


@login_required
@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    """一件诉求。"""
    return _show(request, number)


def _show(request: HttpRequest, number: int, typed: Any = None, wrong: str = "", form: str = "") -> HttpResponse:
    one = queries.request(request.actor, number)
    steps = [(step, STEPS.get(step.act, step.act)) for step in one.steps.prefetch_related("files")]
    shown = {"one": one, "light": of_request(one, today()), "steps": steps, "typed": typed or {}, "wrong": wrong}
    shown |= {"form": form, "kind": rules().requests.kinds.get(one.kind), "may": may(request.actor, one)}
    shown |= {"target": rules().targets.get(one.target or ""), "scores": (5, 4, 3, 2, 1), **choices()}
    return render(request, "followup/request.html", shown, status=409 if wrong else 200)


def may(actor: Any, one: Request) -> set[str]:
    """这个人在这一步能做什么；只管按钮显不显示，关口在动作里。"""
    own = actor.reach("request.raise").covers(enterprise=one.enterprise)
    routes = actor.may("request.route") and actor.reach("request.route").covers(
        district=one.district, enterprise=one.enterprise
    )
    rated = actor.may("request.rate") and actor.reach("request.rate").covers(enterprise=one.enterprise)
    found = {
        "route": routes and one.at in (Asked.RAISED, Asked.ROUTED),
        "answer": _answers(actor, one),
        "back": _answers(actor, one),
        "rate": rated and one.at is Asked.ANSWERED,
        "withdraw": own and not one.at.ended,
        "close": routes and one.at is Asked.ANSWERED,
        "contact": own or routes or _answers(actor, one),
    }
    return {name for name, yes in found.items() if yes}


def _answers(actor: Any, one: Request) -> bool:
    if one.at is not Asked.ROUTED or not actor.may("request.answer"):
        return False
    reach = actor.reach("request.answer")
    if one.target in ("county", "specialist"):
        return reach.covers(district=one.district, enterprise=one.enterprise if one.target == "specialist" else None)
    return reach.everywhere or (reach.departments is not None and reach.of_department(one.target or ""))


@login_required
@require_POST
@needs("request.route", "request.answer", "request.rate", "request.raise")
def step(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """办一步：转办、退回、答复、评价、撤回、办结；没有办成的，填的内容还在。"""
    typed, known = request.POST, _steps(request, number)
    if step not in known:
        raise Http404

    def work() -> HttpResponse:
        known[step]()
        return settled(request, WORDS[step], "followup:request", number)

    return attempt(request, work, lambda wrong: _show(request, number, typed, wrong, step))


def _steps(request: HttpRequest, number: int) -> dict[str, Callable[[], Any]]:
    typed, actor = request.POST, request.actor
    files = request.FILES.getlist("files")

    def score() -> int | None:
        return None if said(typed, "score") == "no" else pages.whole(typed, "score", "满意度")

    return {
        "route": lambda: actions.route(actor, number, version_of(typed), said(typed, "target"), said(typed, "reason")),
        "back": lambda: actions.send_back(actor, number, version_of(typed), said(typed, "reason")),
        "answer": lambda: actions.answer(actor, number, version_of(typed), said(typed, "words"), files),
        "rate": lambda: actions.rate(actor, number, version_of(typed), score(), said(typed, "words")),
        "withdraw": lambda: actions.withdraw(actor, number, version_of(typed), said(typed, "reason")),
        "close": lambda: actions.close(actor, number, version_of(typed), said(typed, "reason")),
    }


@login_required
@require_GET
def goal(request: HttpRequest) -> HttpResponse:
    """有求必应：每家每年办成几件，还没有的在前。"""
    rows = queries.answered(request.actor)
    met = sum(one.met for one in rows)
    wanted = filters(request.GET, "show")
    listed = rows if wanted["show"] == "all" else [one for one in rows if not one.met]
    shown = {"page": paged(request, listed, 50), "total": len(rows), "met": met, "wanted": wanted}
    shown |= {"year": today().year, "told": rules().requests}
    return render(request, "followup/goal.html", shown)
