"""试算的页面：假如某个数是多少、某项措施办了，哪些条款变、花多少；不存，不改方案。"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from miaopu.access.act import Wrong
from miaopu.desk.planning.answer import money, reached, valued
from miaopu.desk.planning.trial import Outcome, Supposition, Trial, trial_of
from miaopu.nurture.followup.matter import day
from miaopu.nurture.followup.models import Paper
from miaopu.nurture.followup.plans.origin import bases, this_year
from miaopu.nurture.followup.plans.shown import clause_titles
from miaopu.nurture.followup.queries import plans as queries
from miaopu.nurture.followup.views.page import whole
from miaopu.plan.rules import load_planning
from miaopu.plan.what_if import Unusable
from miaopu.selection.city import city, today
from miaopu.selection.screening.opening import reading_of
from miaopu.selection.screening.queries import current

YEARS, ROWS, LONGEST = 4, 3, 30
"""往后看几年的申报日；先给几行假如的数；一格至多几个字。"""


@login_required
@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    """一份方案的试算；没有写假如的只给表单。"""
    one, given = queries.plan(request.actor, number), request.GET
    shown: dict[str, Any] = {"one": one, "days": _days(one), "typed": given, "wrong": ""}
    try:
        on = day(given["on"], "申报日") if given.get("on") else one.judged_on
        if on not in shown["days"]:
            raise Wrong(f"{on.isoformat()} 不是往后 {YEARS} 年里的申报日；请从下拉里选")
        shown |= {"on": on} | _worked(one, on, given)
    except (Wrong, Unusable) as wrong:
        shown |= {"wrong": str(wrong)} | _blank(one, given)
    return render(request, "followup/trial.html", shown)


def _days(one: Paper) -> list[date]:
    """这一级往后几年的申报日，连同方案自己的。"""
    window = load_planning(city().catalog).window(one.tier)
    later = window.between(today(), today() + timedelta(days=366 * YEARS))
    return sorted({one.judged_on, *later})


def _trial(one: Paper, on: date) -> Trial:
    now = current()
    if now is None:
        raise Wrong("还没有评估结果，不能试算；请先在“筛选”运行一轮")
    try:
        return trial_of(reading_of(now), one.enterprise, one.tier, on)
    except LookupError as error:
        raise Wrong(f"{on.isoformat()} 没有适用的“{one.tier}”标准；请换一个申报日") from error


def _blank(one: Paper, given: QueryDict) -> dict[str, Any]:
    """写错了：表单照方案自己的申报日给，填的还在。"""
    try:
        return _form(_trial(one, one.judged_on), given) | {"on": one.judged_on}
    except Wrong:
        return {"on": one.judged_on, "doable": (), "rows": ()}


def _worked(one: Paper, on: date, given: QueryDict) -> dict[str, Any]:
    trial = _trial(one, on)
    asked = _supposition(given, trial)
    return _form(trial, given) | ({} if asked.blank else _told(one, on, trial.run(asked)))


def _form(trial: Trial, given: QueryDict) -> dict[str, Any]:
    doable = [(each, money(each.cost), money(each.fixed) if any(each.fixed) else "", given.get(f"m:{each.code}", ""),
               given.get(f"by:{each.code}", "")) for each in trial.doable]  # fmt: skip
    named = [one for one in _rows(given) if any(one)]
    return {
        "doable": doable,
        "values": sorted(trial.values, key=lambda each: (bool(each.values), each.now != "未知")),
        "rows": [*named, *[("", "", "")] * max(ROWS - len(named), 1)],
    }


def _rows(given: QueryDict) -> list[tuple[str, str, str]]:
    lists = (given.getlist(name) for name in ("name", "value", "day"))
    return [
        tuple(each[:LONGEST] if at else each[:80] for at, each in enumerate(row)) for row in zip(*lists, strict=False)
    ]  # type: ignore[misc]


def _supposition(given: QueryDict, trial: Trial) -> Supposition:
    """表单 → 假如：没有写数的行、没有写级数的措施不算。"""
    values, measures, by = {}, {}, {}
    for name, value, when in _rows(given):
        if name and value.strip():
            values[name] = value.strip()
            by |= {name: day(when, "哪天有")} if when else {}
    for each in trial.doable:
        if given.get(f"m:{each.code}", "").strip():
            measures[each.code] = whole(given, f"m:{each.code}", each.title)
            when = given.get(f"by:{each.code}", "")
            by |= {each.code: day(when, "哪天办成")} if when else {}
    return Supposition(values, {code: level for code, level in measures.items() if level}, by)


def _told(one: Paper, on: date, found: Outcome) -> dict[str, Any]:
    titles, what, year = clause_titles(one.standard), found.what, this_year()
    changed = [
        (code, titles.get(code, ""), what.before[code], what.after[code], reached(what.distances.get(code)))
        for code in what.changed
    ]
    effects = [(each.title, valued(each.before, each.unit), valued(each.after, each.unit)) for each in what.effects]
    assumed = [
        (each.title, valued(each.value, each.unit), each.how, bases(each.name, on, year)) for each in found.assumptions
    ]
    steps = [(each, level, money(_cost(each, level))) for each, level in found.steps]
    return {
        "found": found, "changed": changed, "effects": effects, "assumed": assumed, "steps": steps,
        "cost": money(found.cost), "verdicts": [int(each) for each in what.verdicts],
    }  # fmt: skip


def _cost(each: Any, level: int) -> tuple[int, int]:
    return each.cost[0] * level + each.fixed[0], each.cost[1] * level + each.fixed[1]
