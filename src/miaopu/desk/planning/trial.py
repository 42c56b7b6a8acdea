"""试算：一家在某申报日，可以假如的数与可办的措施有哪些；照写的假如重判一次，给变了的条款、花费、用到的预计。不求方案、不入账。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from miaopu.desk.dossier import Reading
from miaopu.desk.planning.answer import number
from miaopu.desk.planning.firm import Planner
from miaopu.desk.planning.record import Desk
from miaopu.plan.record import shown_value
from miaopu.plan.result import Assumption
from miaopu.plan.solver.action import Action
from miaopu.plan.solver.puzzle import Puzzle
from miaopu.plan.solver.steps import input_names
from miaopu.plan.solver.target import names_in, plain_key
from miaopu.plan.what_if import Unusable, WhatIf, parsed, what_if
from miaopu.standards.tree.vocabulary import Vocabulary
from miaopu.terms.shown import day

BARRED = ("item", "text", "date")


@dataclass(frozen=True)
class Doable:
    """可办的一项：至多 most 级，一级是 step（没有数量的为空串）；cost 每级、fixed 不论多少的（低，高）分；last 是最晚哪天办成才算。"""

    code: str
    title: str
    about: str
    step: str
    most: int
    start: date
    ready: date
    last: date
    cost: tuple[int, int]
    fixed: tuple[int, int]
    basis: str


@dataclass(frozen=True)
class Value:
    """可以假如的一个数：now 是现在的写法（不知道为“未知”），how 是预计怎么来的（事实为空串）；values 有值的是类别，只能取其一。"""

    name: str
    title: str
    unit: str
    now: str
    how: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Supposition:
    """写的假如：values 是列名 → 显示单位的数（文字），measures 是项 → 几级；by 是列名或项 → 哪天有（没有写的不看日子）。"""

    values: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, int] = field(default_factory=dict)
    by: Mapping[str, date] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        """什么也没有假如。"""
        return not (self.values or self.measures)


@dataclass(frozen=True)
class Outcome:
    """试算的结果：what 是改前改后；cost 合计（低，高）分；steps 是算了的措施与级数；notes 要留意的；assumptions 用到的预计。"""

    what: WhatIf
    cost: tuple[int, int]
    steps: tuple[tuple[Doable, int], ...]
    notes: tuple[str, ...]
    assumptions: tuple[Assumption, ...]


@dataclass(frozen=True, eq=False)
class Trial:
    """一家对一级在一个申报日的试算。"""

    puzzle: Puzzle

    @property
    def vocabulary(self) -> Vocabulary:
        """词汇。"""
        return self.puzzle.setting.vocabulary

    @property
    def doable(self) -> tuple[Doable, ...]:
        """到申报日办得成的各项，按代码排。"""
        return tuple(self._doable(one) for one in self.puzzle.options)

    def _doable(self, one: Action) -> Doable:
        measure = one.measure
        step = f"{number(measure.step)}{measure.unit}" if measure.step is not None else ""
        title = f"{measure.title}（{one.year}年度）" if one.year else measure.title
        last = date(one.year, 12, 31) if one.year else one.window or self.puzzle.record.judged_on
        told = (step, one.most, one.start, one.ready, last, one.cost, one.fixed, measure.basis)
        return Doable(one.code, title, measure.about, *told)

    @property
    def values(self) -> tuple[Value, ...]:
        """条款用到、还没有定死的数：年度没有结束的，或现在不知道的；得分与人工核定不在内。"""
        names = dict.fromkeys(name for one in self.puzzle.target.form.program.clauses for name in names_in(one.truth))
        return tuple(self._value(name) for name in names if self._open(name))

    def _open(self, name: str) -> bool:
        indicator, record = self.vocabulary.indicator(name), self.puzzle.record
        if indicator is None or indicator.formula or indicator.kind in BARRED or indicator.extra.get("judged"):
            return False
        if plain_key(name) in self.puzzle.setting.planning.scores:
            return False
        return not record.closed(name) or record.values.get(name) is None

    def _value(self, name: str) -> Value:
        record, indicator = self.puzzle.record, self.vocabulary.indicator(name)
        year, assumed = record.year_of(name), record.assumed.get(name)
        title = f"{year}年{indicator.title}" if year else self.vocabulary.title(name)
        unit = shown_value(name, 0, self.vocabulary)[1] if indicator.kind != "category" else ""
        values = tuple(words[0] for words in indicator.values.values()) if indicator.kind == "category" else ()
        values = ("是", "否") if indicator.kind == "flag" else values
        return Value(name, title, unit, self._now(name, indicator), assumed.how if assumed else "", values)

    def _now(self, name: str, indicator: Any) -> str:
        values = self.puzzle.record.values
        low, high = (values.get(f"{name}_{end}", values.get(name)) for end in ("low", "high"))
        if low is None and high is None:
            return "未知"
        ends = [self._shown(name, one, indicator) for one in (low, high)]
        return ends[0] if ends[0] == ends[1] else f"{ends[0]}至{ends[1]}"

    def _shown(self, name: str, value: Any, indicator: Any) -> str:
        if value is None:
            return "未知"
        if indicator.kind == "flag":
            return "是" if value else "否"
        if indicator.kind == "category":
            return next(iter(indicator.values.get(value, ())), str(value))
        size, unit = shown_value(name, value, self.vocabulary)
        return f"{number(size)}{unit}"

    def run(self, given: Supposition) -> Outcome:
        """重判一次。写错的数、没有的项、级数不对、互相抵触抛 Unusable（一句中文）。"""
        known, notes = {one.code: one for one in self.doable}, []
        allowed = {one.name: one for one in self.values}
        values: dict[str, Any] = {}
        for name, text in given.values.items():
            if name not in allowed:
                raise Unusable(f"“{name}”不能假如：已结账年度的数、得分、人工核定都不能动；请从列出的数里选")
            if self._counted(allowed[name].title, given.by.get(name), self._last(name), notes):
                values |= parsed(name, text, self.vocabulary)
        chosen = {}
        for code, level in given.measures.items():
            one = known.get(code)
            if one is None:
                raise Unusable(f"到申报日没有可办的“{code}”；请从列出的措施里选")
            if self._counted(one.title, given.by.get(code), one.last, notes):
                chosen[code] = level
        found = what_if(self.puzzle, values, chosen)
        notes += self._together(chosen)
        steps = tuple((known[code], level) for code, level in chosen.items() if level)
        low, high = (sum(one.cost[end] * level + one.fixed[end] for one, level in steps) for end in (0, 1))
        return Outcome(found, (low, high), steps, tuple(notes), self._assumptions(found))

    def _last(self, name: str) -> date:
        """这个数哪天以前有才算：年度数是那年年底，其余是申报日。"""
        year = self.puzzle.record.year_of(name)
        return date(year, 12, 31) if year else self.puzzle.record.judged_on

    def _counted(self, title: str, by: date | None, last: date, notes: list[str]) -> bool:
        if by is None or by <= last:
            return True
        notes.append(f"{title}：{day(by)}才有，晚于{day(last)}，这次申报不算；可以换后面的申报日再试")
        return False

    def _together(self, chosen: Mapping[str, int]) -> Iterable[str]:
        """先办的没有选的、称号自己的条件没有核的，各说明一句；互斥的 what_if 已经不收。"""
        picked = {one.measure.code: one for one in self.puzzle.options if chosen.get(one.code)}
        titles = {one.measure.code: one.measure.title for one in self.puzzle.options}
        for one in picked.values():
            first = [titles[code] for code in one.measure.requires if code in titles and code not in picked]
            if first:
                yield f"“{one.measure.title}”要先办“{'、'.join(first)}”，没有选，花费里没有它"
            if one.window is not None:
                yield f"“{one.measure.title}”当作办成了；它自己的条件没有在这里核，见它那一级的方案"

    def _assumptions(self, found: WhatIf) -> tuple[Assumption, ...]:
        """这份标准用到、又没有被假如盖过的预计数。"""
        record = self.puzzle.record
        names = {name for one in self.puzzle.target.clauses for name in input_names(one)} | set(record.limits or ())
        told = {one.name for one in found.effects}
        return tuple(record.assumed[name] for name in sorted(names & set(record.assumed)) if name not in told)


def trial_of(reading: Reading, enterprise: str, name: str, judged_on: date) -> Trial:
    """一家的试算：name 是层级或标准代码。没有这家抛 Refusal，没有适用的标准抛 LookupError。"""
    planner = Planner(Desk(reading, (enterprise,)))
    return Trial(planner.solver.puzzle(planner.desk.record(enterprise, judged_on), name))


__all__ = ["Doable", "Outcome", "Supposition", "Trial", "Value", "trial_of"]
