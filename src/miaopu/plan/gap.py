"""差距：对一份标准还差什么、差多少、为什么、最早哪个申报日能补上；不知道的与不满足的分开。给题，不求方案。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from miaopu.plan.measure import Measures
from miaopu.plan.result import PERSON, SCORE, UNKNOWN
from miaopu.plan.solver.action import apply
from miaopu.plan.solver.puzzle import Puzzle
from miaopu.plan.solver.target import names_in, plain_key
from miaopu.standards.engine.bind import BoundClause
from miaopu.standards.engine.measure import Distance, distance
from miaopu.standards.tree.node import Input, children
from miaopu.standards.tree.state import State

SHORT = "short"
"""确实不满足；其余三种见 result：得分、须人工、不知道。"""

CLOSED, PARTLY, ELAPSES, LATE, NONE = "closed", "partly", "elapses", "late", "none"
"""到判定日办不到的原因：数属已结账年度；年限要等；有措施而来不及或不够；没有措施可办。"""

REASONS = {
    CLOSED: "所看年度已经结账，不能再改，等它退出所看的三年",
    PARTLY: "已结账年度的数不能再改，还没有结束的年度来得及办的不够",
    ELAPSES: "过一年长一年，只能等",
    LATE: "有措施，到申报日来不及或不够",
    NONE: "没有措施可办",
}
WORDS = {">=": "{}以上", ">": "超过{}", "<=": "不超过{}", "<": "低于{}"}


@dataclass(frozen=True)
class Gap:
    """一条还没有满足的条款（最下一层）。

    actual、limit、lacking 是显示单位（不是单个数的条款为 None）；why 是 SHORT、UNKNOWN、PERSON、SCORE；
    fixed 是到判定日办不到的原因代码（办得到为空串）；earliest 是最早能满足的申报日（本次就能的是判定日，往后几年都不能为 None）。
    """

    clause: str
    title: str
    state: State
    actual: Fraction | None
    limit: Fraction | None
    lacking: Fraction | None
    unit: str
    why: str
    fixed: str
    earliest: date | None
    inputs: tuple[str, ...]
    sentence: str


def gaps(one: Puzzle, later: Iterable[Puzzle]) -> tuple[Gap, ...]:
    """还没有满足的各条，按条款次序；later 是往后各申报日的题，由早到晚。"""
    coming = tuple(later)
    open_leaves = [bound for bound in one.target.form.program.clauses if _lacking(one, bound)]
    return tuple(_gap(one, bound, coming) for bound in open_leaves)


def _lacking(one: Puzzle, bound: BoundClause) -> bool:
    """最下一层、没有满足，并且上面要求成立的也没有满足。"""
    if bound.clause.body is None or one.before[bound.id].met:
        return False
    above = one.target.above[bound.id]
    return bool(above) and not any(one.before[name].met for name in above)


def _gap(one: Puzzle, bound: BoundClause, coming: tuple[Puzzle, ...]) -> Gap:
    found = measured(one, bound)
    why, fixed = _why(one, bound), "" if _possible(one, bound) else reason_of(one, bound)
    earliest = one.record.judged_on if not fixed else _earliest(bound, coming)
    lack = -found.distance if found and found.distance is not None and found.distance < 0 else None
    return Gap(
        clause=bound.id, title=bound.clause.title, state=one.before[bound.id],
        actual=found.actual[0] if found and found.actual else None, limit=found.limit if found else None,
        lacking=lack, unit=found.unit if found else "", why=why, fixed=fixed, earliest=earliest,
        inputs=blank(one, bound), sentence=sentence(one, bound, fixed),
    )  # fmt: skip


def _why(one: Puzzle, bound: BoundClause) -> str:
    state = one.before[bound.id]
    if state is State.manual:
        return PERSON
    scored = {plain_key(name) for name in names_in(bound.truth)} & one.setting.planning.scores
    return SCORE if scored else SHORT if state is State.fail_ else UNKNOWN


def _possible(one: Puzzle, bound: BoundClause) -> bool:
    return one.possible([one.builder.goal(bound.truth)])


def _earliest(bound: BoundClause, coming: tuple[Puzzle, ...]) -> date | None:
    for later in coming:
        places = later.target.places
        if bound.id in places and _possible(later, later.target.form.program.clauses[places[bound.id]]):
            return later.record.judged_on
    return None


def measured(one: Puzzle, bound: BoundClause) -> Distance | None:
    """单个比较的实际值、界线、距离。"""
    return distance(bound.clause.body, one.record.values, {}, one.setting.vocabulary)


def reason_of(one: Puzzle, bound: BoundClause) -> str:
    """到判定日办不到的原因。"""
    names, planning = names_in(bound.truth), one.setting.planning
    if any(name in planning.elapse for name in names):
        return ELAPSES
    closed = [name for name in names if one.record.closed(name)]
    if closed:
        return PARTLY if _served([name for name in names if name not in closed], one.setting.measures) else CLOSED
    return LATE if _served(names, one.setting.measures) else NONE


def _served(names: Iterable[str], measures: Measures) -> bool:
    keys = {plain_key(name) for name in names}
    return any(change.input in keys for one in measures.values() for change in one.changes)


def blank(one: Puzzle, bound: BoundClause) -> tuple[str, ...]:
    """还不知道的列；都知道的为空。"""
    return tuple(name for name in _columns(bound.truth) if one.record.values.get(name) is None)


def _columns(node: Any) -> list[str]:
    if isinstance(node, Input):
        return [f"{node.name}_low"] if node.interval else [node.name]
    return list(dict.fromkeys(name for child in children(node) for name in _columns(child)))


def sentence(one: Puzzle, bound: BoundClause, fixed: str) -> str:
    """一句：现在多少、要多少、差多少；办不到的说为什么。"""
    found, missing = measured(one, bound), blank(one, bound)
    vocabulary = one.setting.vocabulary
    if missing:
        parts = ["缺" + "、".join(vocabulary.title(name.removesuffix("_low")) for name in missing)]
    elif found and found.actual and found.distance is not None:
        now, limit = shown(found.actual[0]), shown(found.limit)
        gap = f"，差{shown(-found.distance)}{found.unit}" if found.distance < 0 else ""
        parts = [f"现为{now}{found.unit}，要{WORDS[found.op].format(limit + found.unit)}{gap}"]
    else:
        parts = [bound.clause.text or bound.clause.title]
    if any(name in one.record.assumed for name in names_in(bound.truth)):
        parts.append("其中有预计数")
    return "；".join([*parts, *([REASONS[fixed]] if fixed and not missing else [])])


def shown(value: Fraction) -> str:
    """至多四位小数，离界线近的也看得出差。"""
    scaled = round(value * 10_000)
    whole, rest = divmod(abs(scaled), 10_000)
    text = f"{whole}.{rest:04d}".rstrip("0").rstrip(".")
    return f"-{text}" if scaled < 0 else text


def leaves_under(one: Puzzle, clause: str) -> list[BoundClause]:
    """一条下面最下一层、没有满足的各条。"""
    top: Mapping[str, int] = one.target.places
    below = {child.id for child in one.target.form.program.clauses[top[clause]].clause.walk()}
    program = one.target.form.program
    return [
        item
        for item in program.clauses
        if item.id in below and item.clause.body is not None and not one.before[item.id].met
    ]


def why_never(last: Puzzle, clause: str) -> str:
    """看到最后一个申报日都不能满足的缘由：没有措施可办的，与办足措施也不够的，分开说。"""
    program, day = last.target.form.program, last.record.judged_on
    inside = program.clauses[last.target.places[clause]].clause
    if last.reachable(clause):
        return f"到{day.year}年单看能满足，与别的条款不能同时满足"
    parts = [_reach(last, leaf) for leaf in leaves_under(last, clause)]
    return f"看到{day.year}年的申报窗口：" + ("；".join(dict.fromkeys(parts)) or f"“{inside.text}”没有办法")


def _reach(last: Puzzle, leaf: BoundClause) -> str:
    """一条到最后办足措施能到多少。"""
    title, reason = leaf.clause.title, reason_of(last, leaf)
    if reason in (NONE, CLOSED):
        return f"{title}{REASONS[NONE]}，不会随年份改变" if reason == NONE else f"{title}{REASONS[CLOSED]}"
    best = best_reach(last, leaf)
    if best is None or best.actual is None:
        return f"{title}办足目录里的措施也不够"
    return f"{title}办足目录里的措施也只到{shown(best.actual[0])}{best.unit}，要{WORDS[best.op].format(shown(best.limit) + best.unit)}"


def best_reach(one: Puzzle, leaf: BoundClause) -> Distance | None:
    """只看这一条，把有帮助的各项办到头以后的距离；不是单个数的为 None。"""
    best, values = measured(one, leaf), dict(one.record.values)
    columns, day = one.target.columns[leaf.id], one.record.judged_on
    for option in one.options:
        if columns.isdisjoint(name for name, _, _ in one.setting.moves(option, day)):
            continue
        made = apply(values, [(option, option.most)], one.record.judged_on, one.setting.vocabulary)
        again = distance(leaf.clause.body, made, {}, one.setting.vocabulary)
        if best is None or best.distance is None or again is None or again.distance is None:
            return best
        if again.distance > best.distance:
            best, values = again, made
    return best
