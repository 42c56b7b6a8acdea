"""答复：方案、差距、预计、假如换成给程序看的形状（JSON）与给人看的行；给程序的写精确分数，给人看的行至多两位小数。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from miaopu.plan.result import PERSON, SCORE, Clash, Impossible, Plan, Planned, Step
from miaopu.standards.engine.measure import Distance
from miaopu.standards.tree.state import State

WAITS = {SCORE: "平台得分，方案不动", PERSON: "须人工核定，方案不动"}
FEN = 1_000_000


def data(value: Any) -> Any:
    """冻结的数据类 → 映射；状态写英文键，钱是分的整数，数是精确分数。"""
    if isinstance(value, State):
        return value.key
    if is_dataclass(value) and not isinstance(value, type):
        made = {one.name: data(getattr(value, one.name)) for one in fields(value)}
        return made | _derived(value)
    if isinstance(value, Mapping):
        return {str(key): data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [data(item) for item in value]
    return value.name if isinstance(value, Enum) else value


def _derived(value: Any) -> dict[str, Any]:
    """不在字段里而程序要看的：花费、算完没有、说不出年份时是哪几条。"""
    match value:
        case Plan():
            return {"cost": list(value.cost)}
        case Impossible():
            return {"never": [one.clause for one in value.never]}
        case Planned():
            return {"proven": value.proven}
    return {}


def number(value: Fraction | None) -> str:
    """显示单位的数：至多两位小数，去掉末尾的零；不知道写“未知”。"""
    if value is None:
        return "未知"
    hundredths = round(value * 100)
    whole, rest = divmod(abs(hundredths), 100)
    text = f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    return f"-{text}" if hundredths < 0 else text


def reached(pair: tuple[Distance | None, Distance | None] | None) -> str:
    """改后到线、还差多少（改前、改后的距离）；没有距离的为空串。"""
    after = pair[1] if pair else None
    if after is None or after.distance is None or after.actual is None:
        return ""
    word = "差" if after.distance < 0 else "余"
    low, high = (number(one) for one in after.actual)
    now = low if low == high else f"{low}至{high}"
    return f"{now}{after.unit}，线 {number(after.limit)}{after.unit}，{word} {number(abs(after.distance))}{after.unit}"


def valued(value: Fraction | None, unit: str) -> str:
    """带单位的数；没有单位的 0、1 是“否、是”；不知道写“未知”。"""
    if value is None:
        return "未知"
    return ("否", "是")[int(value)] if not unit and value in (0, 1) else f"{number(value)}{unit}"


def money(cost: tuple[int, int]) -> str:
    """（低，高）分 → 万元区间。"""
    low, high = (number(Fraction(one, FEN)) for one in cost)
    return f"{low}万元" if low == high else f"{low}至{high}万元"


def planned_lines(found: Planned) -> list[str]:
    """给人看的方案。"""
    if isinstance(found.best, Impossible):
        return _impossible(found.best)
    lines = _plan(found.best)
    for at, one in enumerate(found.others, 1):
        titles = "、".join(step.title for step in one.steps)
        lines.append(f"备选{at}　合计 {money(one.cost)}：{titles}")
    return lines


def _plan(one: Plan) -> list[str]:
    head = "最省的方案" if one.proven else "能办到的方案（没有算完，可能还有更省的）"
    if not one.steps:
        return [f"{head}　不用另办什么", *_rest(one)]
    lines = [f"{head}　{len(one.steps)} 步，合计 {money(one.cost)}（估计，只用来比较）"]
    for at, step in enumerate(one.steps, 1):
        lines += _step(at, step)
    return lines + _rest(one)


def _rest(one: Plan) -> list[str]:
    lines = [f"不动　{left.clause} {left.title}：{_left(left)}" for left in one.left]
    lines += [f"预计　{item.title} {number(item.value)}{item.unit}，{item.how}" for item in one.assumptions]
    return lines


def _left(left: Any) -> str:
    if not left.inputs:
        return "所依据的数不全，补齐再算分"
    return WAITS.get(left.why) or f"缺数待补（{'、'.join(left.names or left.inputs)}）"


def _step(at: int, step: Step) -> list[str]:
    amount = f" {number(step.amount)}{step.unit}" if step.amount is not None else ""
    lines = [
        f"{at}. {step.title}{amount}　{money(step.cost)}　{step.start} 开工，{step.ready} 办成　为 {'、'.join(step.clauses)}"
    ]
    lines += [f"   {e.title} {valued(e.before, e.unit)} → {valued(e.after, e.unit)}" for e in step.effects]
    return lines


def _impossible(one: Impossible) -> list[str]:
    head = (
        f"到 {one.judged_on} 做不到，因为："
        if one.proven or one.clashes[0].clause
        else f"到 {one.judged_on} 能不能做到没有算完："
    )
    lines = [head, *(_clash(clash) for clash in (*one.clashes, *one.others))]
    if one.then is not None:
        return [*lines, f"最早 {one.earliest} 申报，那时：", *_plan(one.then)]
    return [*lines, *_never(one)]


def _clash(one: Clash) -> str:
    when = f"最早 {one.earliest}" if one.earliest else one.never
    return f"  {one.clause} {one.title}：{one.why}" + (f"（{when}）" if when else "")


def _never(one: Impossible) -> list[str]:
    """说不出年份：一直过不了的是哪几条，或者哪几条到最后也不能同时满足。"""
    if one.until is None and not one.never:
        return []
    until = f"看到 {one.until} 的申报窗口，" if one.until else ""
    names = "、".join(f"{clash.clause} {clash.title}".strip() for clash in one.never)
    lines = [f"说不出哪年能申报：{until}{names or '没有算完'}" + ("一直不能满足" if names and not one.last else "")]
    if one.last:
        lines[0] = f"说不出哪年能申报：{until}下列各条不能同时满足"
        lines += [f"  {clash.clause} {clash.title}：{clash.why}" for clash in one.last]
    return lines


def gap_lines(found: Any, judged_on: Any) -> list[str]:
    """给人看的差距：一条一行。"""
    words = {"short": "不满足", "unknown": "缺数", PERSON: "须人工", SCORE: "平台得分"}
    out = []
    for one in found:
        when = "本次能补" if one.earliest == judged_on else f"最早 {one.earliest}" if one.earliest else "往后几年看不到"
        waits = one.why in (PERSON, SCORE)
        out.append(f"{one.clause} {one.title}　{words[one.why]}　{one.sentence}" + ("" if waits else f"（{when}）"))
    return out


def coming_lines(one: Any, scenarios: Any, library: Any) -> list[str]:
    """给人看的预计：一个申报日。"""
    lines = [f"{one.judged_on}　口径 {scenarios[one.scenario].title}　{one.verdict.word}"]
    for clause in one.failing:
        found = one.distances.get(clause)
        lines.append(f"  会不满足　{clause}{_distance(found)}")
    return lines if one.failing else [*lines, "  没有会不满足的条款"]


def _distance(found: Any) -> str:
    if found is None or found.actual is None:
        return ""
    return f"　预计 {number(found.actual[0])}{found.unit}，线 {number(found.limit)}{found.unit}，差 {number(-found.distance)}{found.unit}"


def what_if_lines(found: Any) -> list[str]:
    """给人看的假如：改了什么、结论、变了的条款。"""
    lines = [f"{one.title} {valued(one.before, one.unit)} → {valued(one.after, one.unit)}" for one in found.effects]
    lines.append(f"结论 {found.verdicts[0].word} → {found.verdicts[1].word}")
    for clause in found.changed:
        after = found.distances.get(clause, (None, None))[1]
        short = after is not None and after.distance is not None and after.distance < 0
        lines.append(
            f"  {clause} {found.before[clause].word} → {found.after[clause].word}{_distance(after) if short else ''}"
        )
    return lines if found.changed else [*lines, "  没有条款变"]
