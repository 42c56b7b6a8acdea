"""需求的页面：清单与进度、填与改、一项的详情与历史、办一步、导出。"""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Wrong, permit
from miaopu.access.actor import Actor
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.access.views.settled import DRAFT, settled
from miaopu.nurture.demands import queries
from miaopu.nurture.demands.actions import demands as actions
from miaopu.nurture.demands.actions import results
from miaopu.nurture.demands.books import hidden
from miaopu.nurture.demands.forms import CONTENT, TITLES
from miaopu.nurture.demands.models import Demand, Match
from miaopu.nurture.demands.states import Step, choices
from miaopu.nurture.page import sent, tried, version_of
from miaopu.nurture.typed import wan
from miaopu.selection.city import today
from miaopu.terms.complaint import Refusal

AREAS = ("problem", "targets", "existing")


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """清单与进度。"""
    actor, wanted = request.actor, _wanted(request.GET)
    page = paged(request, queries.demands(actor, wanted))
    rows = [(one, queries.named(actor, one), wan(one.budget)) for one in page]
    shown = {"page": page, "rows": rows, "wanted": wanted, "choices": choices(), "goals": queries.goals(actor)}
    return render(request, "demands/index.html", shown | {"counties": queries.counties(actor)})


def _wanted(given: Any) -> dict[str, str]:
    return {name: given.get(name, "")[:60] for name in queries.NARROW}


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """填一份：存草稿，或存了就提交。"""
    permit(request.actor, "demand.submit")
    if request.method != "POST":
        return _form(request, {"key": uuid.uuid4().hex, "enterprise": request.GET.get("enterprise", "")[:18]})

    def work() -> HttpResponse:
        made = actions.draft(request.actor, request.POST.get("enterprise", ""), request.POST.dict())
        return _kept(request, made)

    return tried(work, lambda wrong: _form(request, request.POST, wrong=wrong))


@login_required
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """改草稿或退回的。"""
    permit(request.actor, "demand.submit")
    one = _one(request, number)
    if request.method != "POST":
        return _form(request, _typed(one) | {"reason": request.GET.get("reason", "")[:300]}, one)

    def work() -> HttpResponse:
        saved = actions.amend(request.actor, number, version_of(request), request.POST.dict())
        return _kept(request, saved)

    return tried(work, lambda wrong: _form(request, request.POST, one, wrong))


def _kept(request: HttpRequest, one: Demand) -> HttpResponse:
    """存好了；要提交的接着提交，缺项的留在草稿里说清。"""
    if "submit" not in request.POST:
        return settled(request, f"已存草稿：{one.code}“{one.title}”", "demands:show", one.pk)
    try:
        if one.state in choices().steps["submit"].before:
            actions.move(request.actor, one.pk, one.version, "submit", request.POST.get("reason", ""))
    except (Wrong, Refusal) as error:
        return _unsent(request, one, f"草稿已存，还没有提交。{error}")
    return settled(request, f"已提交{one.county or ''}审核：{one.code}“{one.title}”", "demands:show", one.pk)


def _unsent(request: HttpRequest, one: Demand, wrong: str) -> HttpResponse:
    """存了而没有提交成：接着改已存的那一份；本机的草稿送来的，转到那一份的页面，提交说明带过去。"""
    if request.headers.get(DRAFT):
        messages.error(request, wrong)
        told = urlencode({"reason": request.POST.get("reason", "")[:300]})
        return JsonResponse({"page": f"{reverse('demands:edit', args=[one.pk])}?{told}"})
    return _form(request, {**request.POST.dict(), "version": str(one.version)}, one, wrong, status=400)


def _typed(one: Demand) -> dict[str, Any]:
    told = {name: "" if getattr(one, name) is None else str(getattr(one, name)) for name in CONTENT}
    return {**told, "budget": wan(one.budget).replace(",", ""), "version": one.version}


def _form(
    request: HttpRequest, typed: Any, one: Demand | None = None, wrong: str = "", status: int = 200
) -> HttpResponse:
    firms = [] if one is not None else list(queries.firms_for(request.actor))
    areas = [(name, TITLES[name], typed.get(name, ""), name != "existing") for name in AREAS]
    shown = {"typed": typed, "one": one, "wrong": wrong, "firms": firms, "choices": choices(), "areas": areas}
    return render(request, "demands/form.html", shown, status=status)


@login_required
@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    """一项：内容、能办的步、对接、候选、历史。"""
    return detail(request, number)


def detail(request: HttpRequest, number: int, typed: Any = None, wrong: str = "") -> HttpResponse:
    """一项的页面；typed、wrong 是没有办成的那一步填的内容与原因。"""
    actor, one = request.actor, _one(request, number)
    named, full = queries.named(actor, one), queries.contactable(actor, one)
    matching = one.state in choices().visible and actor.may("demand.match")
    ranked = queries.candidates(actor, one) if one.state in choices().visible else []
    contact = {"contact": one.contact, "phone": one.phone} if full else hidden(one, queries.maskable(actor, one))
    shown = {
        "one": one, "named": named, "full": full, "contact": contact, "budget": wan(one.budget),
        "steps": [_fields(step) for step in _steps(actor, one)], "typed": typed or {}, "wrong": wrong,
        "matches": [_match(actor, each) for each in one.matches.select_related("result")],
        "ranked": ranked[: choices().shown], "offers": len(ranked), "matching": matching, "moves": _moves(one), "today": today(),
        "editable": one.editable and _covers(actor, "demand.submit", one),
    }  # fmt: skip
    return render(request, "demands/show.html", shown)


def _one(request: HttpRequest, number: int) -> Demand:
    found = queries.demand(request.actor, number)
    if found is None:
        raise Http404
    return found


def _covers(actor: Actor, operation: str, one: Demand) -> bool:
    return actor.may(operation) and actor.reach(operation).covers(district=one.district, enterprise=one.enterprise)


def _steps(actor: Actor, one: Demand) -> list[Step]:
    return [
        step for step in choices().steps.values() if one.state in step.before and _covers(actor, step.operation, one)
    ]


def _fields(step: Step) -> tuple[Step, list[tuple[str, str, str]]]:
    kinds = {name: "date" for name in TITLES if name.endswith("_on")} | {"minutes": "area"}
    return step, [(name, TITLES[name], kinds.get(name, "text")) for name in step.needs]


def _match(actor: Actor, one: Match) -> dict[str, Any]:
    steps = [_fields(step) for step in choices().match_steps.values()
             if one.state in step.before and actor.may(step.operation) and one.demand.state in choices().visible]  # fmt: skip
    return {"one": one, "steps": steps, "amount": wan(one.amount)}


def _moves(one: Demand) -> list[tuple[Any, str]]:
    known = choices()
    rows = one.moves.select_related("match__result").order_by("-pk")
    titles = [(each, known.match_states if each.match_id else known.states) for each in rows]
    return [(each, states[each.after].title) for each, states in titles]


@login_required
@require_POST
@needs("demand.submit", "demand.vet", "demand.recommend", "demand.withdraw")
def step(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """办一步；没有办成的，填的内容还在。"""
    _one(request, number)

    def work() -> HttpResponse:
        given = request.POST
        done = actions.move(request.actor, number, version_of(request), step, given.get("reason", ""), given.dict())
        messages.success(request, f"{done.code}“{done.title}”：{done.at.title}")
        return redirect("demands:show", number)

    return tried(work, lambda wrong: detail(request, number, {**request.POST.dict(), "step": step}, wrong))


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """导出所筛。"""
    return sent(lambda folder: results.export_demands(request.actor, _wanted(request.POST), folder))
