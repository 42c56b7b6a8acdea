"""假如：改几个数或办几项措施，重判一次，给改前改后的条款与距离；不求方案、不入账。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from miaopu.plan.record import Record, shown_value
from miaopu.plan.result import Effect
from miaopu.plan.solver.action import apply
from miaopu.plan.solver.puzzle import Puzzle
from miaopu.standards.engine.measure import UNITS, Distance, distance
from miaopu.standards.tree.state import State, Verdict
from miaopu.standards.tree.vocabulary import PER, Vocabulary


class Unusable(ValueError):
    """不能这样假如：一句中文。"""


@dataclass(frozen=True)
class WhatIf:
    """改前改后：结论、条款状态、距离；changed 是状态变了的条款。"""

    effects: tuple[Effect, ...]
    verdicts: tuple[Verdict, Verdict]
    before: Mapping[str, State]
    after: Mapping[str, State]
    distances: Mapping[str, tuple[Distance | None, Distance | None]]
    changed: tuple[str, ...]


def what_if(one: Puzzle, values: Mapping[str, Any], measures: Mapping[str, int] | None = None) -> WhatIf:
    """values：列名 → 内部值（见 parsed）；measures：可办的项的代码 → 几级。没有这一项、超过上限抛 Unusable。"""
    chosen = [(option, measures[option.code]) for option in one.options if measures and option.code in measures]
    unknown = set(measures or ()) - {option.code for option, _ in chosen}
    if unknown:
        raise Unusable(
            f"到判定日没有可办的 {'、'.join(sorted(unknown))}；可办的有 {'、'.join(o.code for o in one.options)}"
        )
    for option, level in chosen:
        if not 0 <= level <= option.most:
            told = f"“{option.measure.title}”（{option.code}）应是 0 至 {option.most} 级，写的是 {level}"
            raise Unusable(f"{told}；改好再试")
    for (first, _), (second, _) in combinations([item for item in chosen if item[1]], 2):
        if one.setting.against(first, second, one.record.judged_on):
            both = "与".join(f"“{item.measure.title}”（{item.code}）" for item in (first, second))
            raise Unusable(f"{both}不得同办（互斥，或把同一个数定成两样），只留一项")
    record = one.record
    made = apply({**record.values, **values}, chosen, record.judged_on, one.setting.vocabulary)
    after = record.complete(made)
    if "is_sme" in values:
        after["is_sme"] = values["is_sme"]
    return _told(one, after)


def _told(one: Puzzle, after: Mapping[str, Any]) -> WhatIf:
    program, vocabulary = one.target.form.program, one.setting.vocabulary
    states = one.target.states(after)
    distances = {
        item.id: tuple(distance(item.clause.body, given, {}, vocabulary) for given in (one.record.values, after))
        for item in program.clauses
        if item.clause.body is not None
    }
    verdicts = tuple(Verdict(one.target.form.raw(given)[0]) for given in (one.record.values, after))
    changed = tuple(name for name, state in states.items() if state is not one.before[name])
    effects = tuple(_effects(one.record, after, vocabulary))
    kept = {name: pair for name, pair in distances.items() if pair != (None, None)}
    return WhatIf(effects, verdicts, one.before, states, kept, changed)  # type: ignore[arg-type]


def _effects(record: Record, after: Mapping[str, Any], vocabulary: Vocabulary) -> list[Effect]:
    out = []
    for name in sorted(after):
        now, before = after[name], record.values.get(name)
        if now == before or now is None or isinstance(now, str) or vocabulary.indicator(_stem(name)) is None:
            continue
        value, unit = shown_value(name, now, vocabulary)
        out.append(
            Effect(
                name,
                vocabulary.title(_stem(name)),
                None if before is None else shown_value(name, before, vocabulary)[0],
                value,
                unit,
            )
        )
    return out


def _stem(name: str) -> str:
    return name.removesuffix("_low").removesuffix("_high")


def parsed(name: str, text: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """“指标=数”的右边（显示单位）→ 列名与内部值；条目计数同时定上下限。写不成抛 Unusable。"""
    indicator = vocabulary.indicator(name)
    if indicator is None or indicator.formula or indicator.kind in ("item", "text", "date"):
        raise Unusable(f"“{name}”不是可以假如的数；派生的请改它所依据的数（如 revenue_t1），名字见 catalog/indicators")
    try:
        node = vocabulary.lookup(name)
        value = _value(indicator, text)
    except ValueError as error:
        raise Unusable(f"“{name}={text}”不对：{error}") from None
    return {f"{name}_low": value, f"{name}_high": value} if getattr(node, "interval", False) else {name: value}


def _value(indicator: Any, text: str) -> Any:
    if text in ("", "未知"):
        return None
    if indicator.kind == "flag":
        if text not in ("是", "否", "1", "0"):
            raise ValueError("是否类写 是 或 否")
        return int(text in ("是", "1"))
    if indicator.kind == "category":
        code = indicator.code_of(text)
        if code is None:
            raise ValueError(f"应是 {'、'.join(indicator.values)} 之一")
        return code
    exact = Fraction(text.removesuffix("%").removesuffix("万元")) * UNITS.get(indicator.kind, UNITS["count"]).size
    made = exact * PER.get(indicator.kind, 1)
    if made.denominator != 1:
        raise ValueError("小数位太多")
    return int(made)
