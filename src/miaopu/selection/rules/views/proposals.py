"""提案的页面：清单、提出、改内容、走步、影响。"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from miaopu.access.act import Denied, Wrong
from miaopu.access.text import clean
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.jobs.views import begun
from miaopu.selection.city import city, today
from miaopu.selection.rules import actions, drafts, queries
from miaopu.selection.rules.forms import LimitForm, MoveForm, ProposalForm, TermsForm, limits_of
from miaopu.selection.rules.models import Proposal
from miaopu.selection.rules.states import MOVES, State
from miaopu.selection.rules.views.effects import counted, may_measure
from miaopu.selection.rules.views.gate import viewing
from miaopu.selection.screening.actions import run
from miaopu.standards.tree.difference import Difference, difference


@viewing
def index(request: HttpRequest) -> HttpResponse:
    """清单。"""
    found = queries.proposals(request.actor)
    state = clean(request.GET.get("state", ""))
    if state in {one.value for one in State}:
        found = found.filter(state=state)
    page = paged(request, found, 20)
    rows = [(one, State(one.state)) for one in page]
    return render(request, "rules/proposals.html", {"page": page, "rows": rows, "state": state, "states": State})


@viewing
def new(request: HttpRequest) -> HttpResponse:
    """提出。"""
    if not request.actor.may("rule.propose"):
        raise Denied("您没有“提出规则修改”的权限；需要的话请找系统管理员")
    codes = [(one.code, f"{one.code} {one.title}") for one in city().library.standards.values()]
    form = ProposalForm(codes, request.POST or None, initial={"base": clean(request.GET.get("base", ""))})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.propose(request.actor, form.asked())
        except Wrong as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"提案 {made.pk} 已起草：接着改界线或条款，改好后提交核对")
            return redirect("rules:proposal", made.pk)
    status = 400 if form.errors else 200
    return render(request, "rules/propose.html", {"form": form}, status=status)


@viewing
def show(request: HttpRequest, number: int) -> HttpResponse:
    """一份提案：内容之差、核验、判例、影响、经过、能走的步。"""
    return render(request, "rules/proposal.html", _page(request, number))


def _page(request: HttpRequest, number: int) -> dict[str, Any]:
    proposal = queries.proposal(request.actor, number)
    state, found = State(proposal.state), None
    published = city().library.standards.get(proposal.code)
    if state not in (State.APPROVED, State.RETIRED):
        found = drafts.examined(proposal)
    affected = queries.affected(request.actor, proposal)
    return {
        "proposal": proposal,
        "state": state,
        "found": found,
        "published": published,
        "difference": drafts.compared(proposal, found) if found else _published_difference(proposal),
        "moves": queries.moves(request.actor, proposal),
        "barred": [
            (one, told)
            for one in MOVES.values()
            if state in one.sources and request.actor.may(one.operation)
            if (told := queries.barred(request.actor, proposal, one))
        ],
        "steps": [(one, State(one.after).word) for one in proposal.steps.all()],
        "case_changes": drafts.case_changes(proposal) if found else [],
        "affected": affected,
        "may_edit": state.open and request.actor.may("rule.propose"),
        "may_measure": may_measure(request.actor, proposal),
        "parts": [(one, counted(one.counts)) for one in affected.parts] if affected else [],
    }


def _published_difference(proposal: Proposal) -> Difference | None:
    """发布以后，与原版之差照目录里的两份比。"""
    library = city().library
    base, made = library.standards.get(proposal.base), library.standards.get(proposal.code)
    return difference(base, made, library.vocabulary) if base and made else None


@viewing
@needs("rule.propose")
def limits(request: HttpRequest, number: int) -> HttpResponse:
    """改界线的表单。"""
    proposal = queries.proposal(request.actor, number)
    rows = limits_of(proposal)
    form, wrong = LimitForm(rows, request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_limits(request.actor, number, form.version, form.changed())
            messages.success(request, "界线已改；判例里恰在线上的几条要跟着改，核验会指出是哪几条")
            return redirect("rules:proposal", number)
        except Wrong as error:
            wrong = str(error)
    wrong = wrong or form.told
    told = {"proposal": proposal, "form": form, "rows": form.rows(), "wrong": wrong, "state": State(proposal.state)}
    return render(request, "rules/limits.html", told, status=400 if wrong else 200)


@viewing
@needs("rule.propose")
def terms(request: HttpRequest, number: int) -> HttpResponse:
    """改依据、理由与起止。"""
    proposal = queries.proposal(request.actor, number)
    now = {name: getattr(proposal, name) for name in TermsForm.base_fields}
    form, wrong = TermsForm(request.POST or None, initial=now), ""
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_terms(request.actor, number, _version(request), form.terms())
            messages.success(request, "已保存")
            return redirect("rules:proposal", number)
        except Wrong as error:
            wrong = str(error)
    told = {"proposal": proposal, "form": form, "wrong": wrong, "state": State(proposal.state)}
    return render(request, "rules/terms.html", told, status=400 if wrong or form.errors else 200)


@viewing
@needs("rule.propose")
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """改整份文字；核验的提示带文件与行号。"""
    proposal = queries.proposal(request.actor, number)
    now, wrong = dict(proposal.files.values_list("name", "text")), ""
    texts = {name: request.POST.get(f"text-{name}", text) for name, text in now.items()}
    if request.method == "POST":
        try:
            actions.revise(request.actor, number, _version(request), texts)
            messages.success(request, "已保存；核验结果在下面")
            return redirect("rules:edit", number)
        except Wrong as error:
            wrong = str(error)
    found = drafts.examined(proposal)
    told = {"proposal": proposal, "texts": texts, "found": found, "wrong": wrong, "state": State(proposal.state)}
    return render(request, "rules/edit.html", told, status=400 if wrong else 200)


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    if not text.isdecimal():
        raise Wrong("表单缺了版本；请刷新页面再改")
    return int(text)


@viewing
@require_POST
@needs("rule.propose", "rule.check", "rule.approve")
def move(request: HttpRequest, number: int, code: str) -> HttpResponse:
    """走一步。"""
    if code not in MOVES:
        raise Wrong("没有这一步；请从提案页面重新进入")
    form = MoveForm(request.POST)
    if not form.is_valid():
        raise Wrong("；".join(one for errors in form.errors.values() for one in errors))
    given = form.cleaned_data
    moved = actions.move(request.actor, number, given["version"], code, given["opinion"], given["starts"])
    messages.success(request, f"提案 {number}：{MOVES[code].title}，现在是“{State(moved.state).word}”")
    return redirect("rules:proposal", number)


@viewing
@require_POST
@needs("rule.propose")
def accept(request: HttpRequest, number: int) -> HttpResponse:
    """把不符的判例预期改成现算的结果。"""
    actions.accept_cases(request.actor, number, _version(request))
    messages.success(request, "预期已改成现算的结果；请逐条看一遍再提交，核对的人也会看到")
    return redirect("rules:edit", number)


@viewing
@require_POST
@needs("screening.run")
def rerun(request: HttpRequest, number: int) -> HttpResponse:
    """批准以后，按新规则跑一轮筛选：已经起用的评估到今天；还没有起用的按起用那天判，只存着供看与比较。"""
    proposal = queries.proposal(request.actor, number)
    if State(proposal.state) is not State.APPROVED:
        raise Wrong(f"提案现在是“{State(proposal.state).word}”，没有新规则可跑；批准以后再来")
    started = run(request.actor, today(), max(today(), proposal.starts))
    return begun(request, started)
