"""一企一策的页面：清单与起草、一份（时间图、条款前后、备选、变动）、各步的进展。"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.actor import Actor
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.access.views.settled import settled
from miaopu.jobs.views import begun
from miaopu.nurture.followup.actions import plans, stages
from miaopu.nurture.followup.actions.agreed import adopt_all, agree_on_paper
from miaopu.nurture.followup.actions.stages import Note
from miaopu.nurture.followup.matter import day, left
from miaopu.nurture.followup.models import Paper
from miaopu.nurture.followup.plans.papers import write_papers
from miaopu.nurture.followup.plans.reached import lacking, waited
from miaopu.nurture.followup.plans.shown import whole
from miaopu.nurture.followup.policy.tiers import tier_titles
from miaopu.nurture.followup.queries import plans as queries
from miaopu.nurture.followup.queries.own import firms_for
from miaopu.nurture.followup.states import PACES, Pace
from miaopu.nurture.followup.states import Paper as At
from miaopu.nurture.followup.views import page as pages
from miaopu.nurture.followup.views.page import attempt, choices, filters, said, version_of
from miaopu.selection.city import today
from miaopu.selection.library.views.page import numbered

NOTED, REACHED = "已记下", "台账里的数已经达到；请再记一次进展，选完成"
CHECKING = "已记下；台账里的数还没有入账，或还没有达到，这一步先记为待核，入账以后再记一次完成（有附件的可以只凭附件，不选台账里的数）"
TOGETHER = {"decline": "agree", "back": "adopt"}
"""同在一张表单上的两步。"""
NARROW = ("state", "tier", "district", "possible", "q", "enterprise")
WORDS = {
    "choose": "已换方案", "agree": "企业已同意，等县区批准", "decline": "已记下企业的意见", "back": "已退回起草",
    "paper": "已代录企业的书面同意，等县区批准",
    "adopt": "已批准，开始执行", "withdraw": "已撤回", "review": "评审已记下",
}  # fmt: skip


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """清单。"""
    return _index(request)


def _index(request: HttpRequest, wrong: str = "", form: str = "") -> HttpResponse:
    """清单；form 是没有办成的那张表单（draft、one、batch），填的、勾的还在。"""
    wanted = filters(request.GET, *NARROW) | {"state": request.GET.get("state", "live")[:10]}
    page, ticked = paged(request, queries.plans(request.actor, wanted)), set(request.POST.getlist("plan"))
    mine = queries.plans(request.actor)
    shown = {"page": page, "wanted": wanted, "wrong": wrong, "form": form, "reason": said(request.POST, "reason")}
    if form == "one":
        enterprise, tier = said(request.POST, "enterprise").strip(), said(request.POST, "tier")[:40]
        shown |= {"firm": firms_for(request.actor, "plan.make").filter(enterprise=enterprise).first(), "tier": tier}
        shown["tier_title"] = tier_titles().get(tier, tier)
    shown["listed"] = [(one, form != "batch" or f"{one.pk}:{one.version}" in ticked) for one in page]
    shown |= {"batch": _batch(request.actor, wanted["state"]), **choices()}
    shown |= {
        "states": list(At),
        "tiers": list(tier_titles().items()),
        "counties": pages.counties(mine),
        "lacking": len(queries.lacking(request.actor)),
    }
    return render(request, "followup/plans.html", shown, status=400 if wrong else 200)


def _batch(actor: Actor, state: str) -> str:
    """这个状态能成批办什么：起草的代录书面同意（paper），等批准的批准（adopt）；没有为空。"""
    if state == At.DRAFT.value and actor.may("plan.make") and not actor.may("plan.agree"):
        return "paper"
    return "adopt" if state == At.AGREED.value and actor.may("plan.adopt") else ""


@login_required
@require_POST
@needs("plan.make", "plan.adopt")
def batch(request: HttpRequest) -> HttpResponse:
    """清单上勾的若干份：代录书面同意，或批准。"""
    typed, reason = request.POST, said(request.POST, "reason")

    def work() -> HttpResponse:
        numbers = numbered(typed.getlist("plan"))
        if typed.get("did") == "adopt":
            made = adopt_all(request.actor, numbers, reason)
        else:
            made = agree_on_paper(request.actor, numbers, reason, request.FILES.getlist("files"))
        messages.success(request, f"{len(made)} 份：{made[0].at.word}")
        return redirect(f"{reverse('followup:plans')}?state={made[0].state}")

    return attempt(request, work, lambda wrong: _index(request, wrong, "batch"))


@login_required
@require_POST
@needs("plan.make")
def draft(request: HttpRequest) -> HttpResponse:
    """起草一家的，或在库而没有方案的全部（作业）。"""
    typed = request.POST
    reason, enterprise = said(typed, "reason"), said(typed, "enterprise").strip()

    def work() -> HttpResponse:
        if not enterprise:
            return begun(request, plans.make_drafts(request.actor, queries.lacking(request.actor), reason))
        made = plans.draft(request.actor, enterprise, said(typed, "tier"), reason)
        return settled(request, f"第 {made.number} 版已起草", "followup:plan", made.pk)

    return attempt(request, work, lambda wrong: _index(request, wrong, "one" if enterprise else "draft"))


@login_required
@require_POST
@needs("service.export")
def papers(request: HttpRequest) -> HttpResponse:
    """把清单上所筛的（或一份）写成材料（作业）。"""
    typed = request.POST
    wanted = filters(typed, *NARROW) | {"state": typed.get("state", "live")[:10]}
    found = queries.plans(request.actor, wanted)
    found = found.filter(pk=pages.whole(typed, "number", "方案")) if typed.get("number") else found
    return begun(request, write_papers(request.actor, list(found)))


@login_required
@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    """一份方案。"""
    return _show(request, number)


def _show(request: HttpRequest, number: int, typed: Any = None, wrong: str = "", form: str = "") -> HttpResponse:
    one = queries.plan(request.actor, number)
    shown = {
        "one": one,
        "whole": whole(one),
        "moves": one.moves.prefetch_related("files"),
        "kept": {TOGETHER.get(form, form): typed},
        "wrong": wrong,
    }
    shown |= {"form": form, "may": may(request.actor, one), "tier": one.tier_title, "left": left(one)}
    shown |= {"versions": queries.plans(request.actor, {"enterprise": one.enterprise, "tier": one.tier})}
    return render(request, "followup/plan.html", shown | choices(), status=409 if wrong else 200)


def may(actor: Any, one: Paper) -> set[str]:
    """能做什么；只管按钮显不显示，关口在动作里。"""

    def covers(operation: str) -> bool:
        reach = actor.reach(operation)
        return actor.may(operation) and reach.covers(district=one.district, enterprise=one.enterprise)

    makes, agrees, adopts = (covers(each) for each in ("plan.make", "plan.agree", "plan.adopt"))
    found = {
        "choose": makes and one.at is At.DRAFT,
        "make": makes,
        "agree": agrees and one.at is At.DRAFT,
        "paper": makes and not agrees and one.at is At.DRAFT,
        "adopt": adopts and one.at is At.AGREED,
        "review": adopts and one.at is At.FORCE,
        "withdraw": (makes and one.at is At.DRAFT) or (adopts and one.at is At.FORCE),
        "step": covers("plan.step") and one.at is At.FORCE,
    }
    return {name for name, yes in found.items() if yes}


@login_required
@require_POST
@needs("plan.make", "plan.agree", "plan.adopt")
def step(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """办一步；没有办成的，填的内容还在。"""
    known = _steps(request, number)
    if step not in known:
        raise Http404

    def work() -> HttpResponse:
        known[step]()
        return settled(request, WORDS[step], "followup:plan", number)

    return attempt(request, work, lambda wrong: _show(request, number, request.POST, wrong, step))


def _steps(request: HttpRequest, number: int) -> dict[str, Callable[[], Any]]:
    typed, actor, reason = request.POST, request.actor, said(request.POST, "reason")

    def simple(action: Callable[..., Any]) -> Callable[[], Any]:
        return lambda: action(actor, number, version_of(typed), reason)

    return {
        "choose": lambda: plans.choose(actor, number, version_of(typed), pages.whole(typed, "index", "方案"), reason),
        "agree": simple(plans.agree),
        "paper": lambda: agree_on_paper(actor, {number: version_of(typed)}, reason, request.FILES.getlist("files")),
        "decline": simple(plans.decline),
        "back": simple(plans.send_back),
        "adopt": simple(plans.adopt),
        "withdraw": simple(plans.withdraw),
        "review": simple(plans.review),
    }


@login_required
@needs("plan.step", "plan.make")
def stage(request: HttpRequest, number: int) -> HttpResponse:
    """方案的一步：进展与佐证。"""
    if request.method != "POST":
        return _stage(request, number)
    typed = request.POST

    def work() -> HttpResponse:
        if said(typed, "did") == "hand":
            due = day(said(typed, "due"), "完成日")
            args = (said(typed, "person"), due, said(typed, "reason"))
            stages.hand(request.actor, number, version_of(typed), *args)
        else:
            told = {name: said(typed, name) for name in ("words", "state", "column")}
            note = Note(on=day(said(typed, "on"), "日期"), **told)
            made = stages.progress(request.actor, number, version_of(typed), note, request.FILES.getlist("files"))
            return settled(request, CHECKING if made.at is Pace.CHECKING else NOTED, "followup:stage", number)
        return settled(request, NOTED, "followup:stage", number)

    return attempt(request, work, lambda wrong: _stage(request, number, typed, wrong))


def _stage(request: HttpRequest, number: int, typed: Any = None, wrong: str = "") -> HttpResponse:
    """两张表：记进展（note）与改责任人、完成日（hand）；没有办成的那张填的还在，另一张照现在的。"""
    one, handing = queries.stage(request.actor, number), bool(typed) and said(typed, "did") == "hand"
    fresh = {"on": today().isoformat(), "state": Pace.DONE.value if one.at is Pace.CHECKING else one.state}
    now = {"person": one.person, "due": one.due.isoformat(), "reason": None}
    note, hand = (fresh, typed) if handing else (typed or fresh, now)
    told = next(each for each in whole(one.paper).steps if each.stage.pk == one.pk)
    shown = {"one": one, "told": told, "typed": note, "hand": hand, "wrong": wrong, "paces": PACES, "today": today()}
    notes = one.notes.prefetch_related("files")
    if (aim := waited(one)) is not None:
        shown["checking"] = lacking(aim) or REACHED
    columns = {each.name: each.column for each in told.effects}
    linked = [(each, columns.get(each.column or "", "")) for each in notes]
    shown |= {"notes": linked, "may": may(request.actor, one.paper), **choices()}
    return render(request, "followup/stage.html", shown, status=409 if wrong else 200)
