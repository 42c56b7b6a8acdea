"""方案页面要的样子：一张时间图、每步的前后与花费、条款前后、备选、不动的与预计的；只排样子，不求解。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from miaopu.desk.planning.answer import WAITS, money, number, valued
from miaopu.nurture.followup.models import Paper, Stage
from miaopu.nurture.followup.plans.frozen import options, thaw
from miaopu.nurture.followup.plans.origin import Base, bases, ledger_column, measures, this_year
from miaopu.nurture.followup.policy.lights import of_stage
from miaopu.nurture.followup.policy.rules import Light
from miaopu.plan.result import Clash, Impossible, Left, Plan, Step
from miaopu.selection.city import city, today

WIDE, LEFT, ROW, TOP = 720, 8, 30, 24
"""时间图的宽、左边距、行高、顶（像素）。"""


@dataclass(frozen=True)
class Bar:
    """时间图的一条。"""

    x: int
    y: int
    width: int
    text_y: int
    title: str
    colour: str


@dataclass(frozen=True)
class Moved:
    """一步改了一个数：前、后的写法；column 是台账里同一年的列（还没有的为空串），assumed 为真即改前的是预计。"""

    name: str
    title: str
    before: str
    after: str
    column: str
    assumed: bool


@dataclass(frozen=True)
class Shown:
    """一步：表里的一行、求解的一步、灯、花费、各数前后、花费怎么估的。"""

    stage: Stage
    step: Step
    light: Light
    cost: str
    effects: tuple[Moved, ...]
    amount: str
    basis: str


@dataclass(frozen=True)
class Whole:
    """整份方案。"""

    best: Any
    impossible: bool
    steps: tuple[Shown, ...]
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[int, str], ...]
    height: int
    clauses: tuple[tuple[str, str, Any, Any], ...]
    left: tuple[tuple[str, str, str], ...]
    assumptions: tuple[tuple[str, str, str, str, tuple[Base, ...]], ...]
    others: tuple[tuple[int, str, str, bool], ...]
    clashes: tuple[Clash, ...]
    cost: str


def whole(paper: Paper) -> Whole:
    """由存下的结果与各步的进展排出。"""
    found = thaw(paper.frozen)
    listed, best = options(found), found.best
    plan = listed[paper.choice] if listed else None
    titles, stages = clause_titles(paper.standard), list(paper.stages.all())
    year = this_year()
    steps = tuple(_shown(one, plan.steps[one.place_order], plan, year) for one in stages) if plan else ()
    bars, ticks = _bars(steps, plan)
    return Whole(
        best, isinstance(best, Impossible), steps, bars, ticks, TOP + ROW * len(bars) + 8, _clauses(plan, titles),
        tuple(_left(one) for one in (plan.left if plan else ())),
        tuple((one.name, one.title, valued(one.value, one.unit), one.how, bases(one.name, plan.judged_on, year))
              for one in (plan.assumptions if plan else ())),
        tuple((at, money(one.cost), "、".join(step.title for step in one.steps), at == paper.choice)
              for at, one in enumerate(listed)),
        (*best.clashes, *best.others) if isinstance(best, Impossible) else (),
        money(plan.cost) if plan else "",
    )  # fmt: skip


def _left(one: Left) -> tuple[str, str, str]:
    """方案不动的一条：号（先要取得的称号的标准不写，名称里有）、名称、为什么。"""
    lacking = _titles(one.inputs)
    why = WAITS.get(one.why) or (f"缺数待补：{lacking}" if lacking else "缺数待补")
    return one.clause.rpartition(":")[2], one.title, why


def clause_titles(standard: str) -> Mapping[str, str]:
    """条款代码 → 名称；标准不在了给空。"""
    try:
        found = city().library.find(standard)
    except LookupError:
        return {}
    return {one.id: one.title or one.text for clause in found.clauses for one in clause.walk()}


def _titles(names: tuple[str, ...]) -> str:
    """输入的中文叫法；“_t1”一类的年序不写。"""
    known = city().indicators
    found = (known.get(one) or known.get(one.rpartition("_t")[0]) for one in names)
    return "、".join(dict.fromkeys(one.title if one else name for one, name in zip(found, names, strict=True)))


def _shown(stage: Stage, step: Step, plan: Plan, year: int | None) -> Shown:
    assumed = {one.name for one in plan.assumptions}
    effects = tuple(
        Moved(one.name, one.title, valued(one.before, one.unit), valued(one.after, one.unit),
              ledger_column(one.name, plan.judged_on, year), one.name in assumed)
        for one in step.effects
    )  # fmt: skip
    amount = f"{number(step.amount)}{step.unit}" if step.amount is not None else ""
    known = measures().get(step.measure)
    return Shown(stage, step, of_stage(stage, today()), money(step.cost), effects, amount, known.basis if known else "")


def _clauses(plan: Plan | None, titles: Mapping[str, str]) -> tuple[tuple[str, str, Any, Any], ...]:
    if plan is None:
        return ()
    codes = [*plan.before, *(one for one in plan.after if one not in plan.before)]
    rows = [(one, titles.get(one, ""), plan.before.get(one), plan.after.get(one)) for one in codes]
    return tuple(row for row in rows if row[2] is not None or row[3] is not None)


def _bars(steps: tuple[Shown, ...], plan: Plan | None) -> tuple[tuple[Bar, ...], tuple[tuple[int, str], ...]]:
    if not steps or plan is None:
        return (), ()
    since = min(plan.known_on, *(one.stage.start for one in steps))
    until = max(plan.judged_on, *(one.stage.due for one in steps))
    days = max((until - since).days, 1)

    def at(day: date) -> int:
        return LEFT + round((WIDE - 2 * LEFT) * (day - since).days / days)

    bars = tuple(
        Bar(at(one.stage.start), TOP + ROW * place, max(at(one.stage.due) - at(one.stage.start), 4),
            TOP + ROW * place + 12, f"{place + 1}. {one.stage.title}", one.light.code)
        for place, one in enumerate(steps)
    )  # fmt: skip
    marks = sorted({since, plan.judged_on, until})
    return bars, tuple((at(day), f"{day.year}.{day.month}.{day.day}") for day in marks)
