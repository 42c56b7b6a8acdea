"""一分钟自测：不登录、不存、不记；提交用 POST，填的数不进网址。"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.desk.selfcheck import GATE, Form, Question, check, form
from miaopu.selection.city import city, today
from miaopu.standards.explain import plain
from miaopu.standards.given.items import FactsError
from miaopu.standards.judge import Judgement
from miaopu.standards.tree.state import State
from miaopu.web.views.home import gap, groups, large, tiers

LONGEST = 20


@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    """选层级。"""
    told = city().catalog.read("public.yaml")
    shown = {"groups": groups(told), **large(request)}
    return render(request, "web/selfcheck.html", shown)


@login_not_required
@csrf_exempt  # 没有会话也不改任何数据，不需要校验码；要了校验码反而要发 cookie
@never_cache
def tier(request: HttpRequest, tier: str) -> HttpResponse:
    """一级的自测：题目，提交后同页给结果；填的还在。"""
    told = city().catalog.read("public.yaml")
    found = next((one for one in tiers([*told["ladder"], *told["side"]]) if one[0] == tier), None)
    if found is None:
        raise Http404
    asked = form(city().library, found[1], told["most"])
    shown: dict[str, Any] = {"tier": tier, "standard": found[1], "choice": found[2], "asked": asked}
    shown |= {"gap": gap(found[1]), "year": today().year, "typed": {}, **large(request)}
    if request.method == "POST":
        shown |= _result(asked, request)
        shown["text_size"] = "large" if request.POST.get("text") == "large" else shown["text_size"]
    shown["fields"] = [(one, shown["typed"].get(one.name, "")) for one in asked.questions]
    return render(request, "web/selfcheck_tier.html", shown, status=400 if shown.get("wrong") else 200)


def _result(asked: Form, request: HttpRequest) -> dict[str, Any]:
    names = [GATE, *(one.name for one in asked.questions)]
    raw = {name: request.POST.get(name, "")[: LONGEST + 1] for name in names}
    try:
        typed = {name: clean(text, "填的内容", LONGEST) for name, text in raw.items()}
        answers = {name: text for name, text in typed.items() if text}
        _allowed(asked, answers)
        done = check(city().catalog, city().library, asked, answers, today())
    except (FactsError, Wrong) as wrong:
        return {"typed": raw, "wrong": _named(str(wrong), asked)}
    rows = [(depth, one) for reason in done.reasons for depth, one in reason.walk()]
    shown = {"rows": rows, "scores": _scores(asked, done.found.scores), "tops": _tops(done.found)}
    return {"typed": typed, "done": done, **shown}


def _tops(found: Judgement) -> list[tuple[State, list[str]]]:
    """最上一级的要求里，不满足的、待核的、须人工的各是哪些。"""
    states = (State.fail_, State.unknown, State.manual)
    chosen = [(one, [top.title for top in found.program.requirements if found.states[top.id] is one]) for one in states]
    return [(state, titles) for state, titles in chosen if titles]


def _allowed(asked: Form, answers: dict[str, str]) -> None:
    """选择题只能是选项里的；数字题只能是数字。"""
    for one in (Question(GATE, "门槛", "flag"), *asked.questions):
        text = answers.get(one.name)
        choices = {"flag": {"1", "0"}, "category": {code for code, _ in one.choices}}.get(one.kind)
        if text is not None and choices is not None and text not in choices:
            raise Wrong(f"“{one.title}”没有这个选项；请重新选")
        if text is not None and choices is None and not _number(text):
            raise Wrong(f"“{one.title}”应是数字，发现“{text}”；请只填数，单位是{one.unit or '个'}")


def _number(text: str) -> bool:
    whole, _, part = text.replace(",", "").removeprefix("-").partition(".")
    return whole.isascii() and whole.isdigit() and (not part or (part.isascii() and part.isdigit()))


def _named(told: str, asked: Form) -> str:
    """报错里的题名换成题目。"""
    for one in asked.questions:
        told = told.replace(f"“{one.name}”", f"“{one.title}”")
    return told


def _scores(asked: Form, scores: Any) -> list[tuple[str, str, int]]:
    """各评分项与合计：（名称，得分或区间，满分）。"""
    found = []
    for one in (*asked.standard.scores, *asked.standard.totals):
        if one.id in scores:
            low, high = (plain(end) for end in scores[one.id])
            found.append((one.title, low if low == high else f"{low}至{high}", one.maximum))
    return found
