"""一家与若干家的方案、差距、预计、假如：给这一轮、企业、层级或标准代码、判定日；不写台账。"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from miaopu.desk.dossier import Reading
from miaopu.desk.planning.record import Desk
from miaopu.plan.forecast import Coming, coming
from miaopu.plan.gap import Gap, gaps
from miaopu.plan.record import Record
from miaopu.plan.result import Clash, Failed, Impossible, Planned
from miaopu.plan.solver.solve import NO_STANDARD, Solver
from miaopu.plan.solver.target import Target, target_of
from miaopu.plan.what_if import WhatIf, parsed, what_if
from miaopu.standards.applicability import choose, load_rules
from miaopu.standards.engine.bind import NEW
from miaopu.terms.complaint import Refusal


@dataclass(eq=False)
class Planner:
    """一张桌子与它的求解；标准按（层级或代码，日）只编译一回。"""

    desk: Desk

    def __post_init__(self) -> None:
        self.target_at = lru_cache(maxsize=None)(self._target)

    @cached_property
    def solver(self) -> Solver:
        """求解。"""
        return Solver(self.desk.setting, self.target_at)

    @cached_property
    def rules(self) -> list:
        """适用规则。"""
        return load_rules(self.desk.reading.space.catalog)

    def _target(self, name: str, on: date) -> Target | None:
        """层级 → 那天适用的新申请标准；标准代码（或 名字@版本）→ 就是它。没有适用的为 None。"""
        library = self.desk.reading.space.library
        choice = choose(self.rules, name, on, NEW, self.desk.province)
        code = choice.standard if choice is not None else name
        if choice is not None and code not in library.standards:
            return None
        tiers = {one.tier for one in library.standards.values()}
        if choice is None and name in tiers:
            return None
        standard = library.find(code)
        return self._compiled(standard.code, on) if standard.clauses else None

    def _compiled(self, code: str, on: date) -> Target:
        form = self.desk.reading.judge.form(self.desk.reading.space.library.find(code), on, NEW)
        if id(form) not in self._targets:
            self._targets[id(form)] = target_of(form)
        return self._targets[id(form)]

    @cached_property
    def _targets(self) -> dict[int, Target]:
        return {}

    def plan(self, enterprise: str, name: str, judged_on: date) -> Planned:
        """一家的方案，做不到的往后找。"""
        record = self.desk.record(enterprise, judged_on)
        if reason := self.desk.barred(enterprise):
            return Planned(self.barred(record, self.solver.puzzle(record, name).target, reason))
        return self.solver.planned(record, name, self.at(enterprise))

    def barred(self, record: Record, target: Target, reason: str) -> Impossible:
        """不能申报的主体：没有年份可说。"""
        why = Clash("", "申报主体", reason, None, "不是能申报的主体，哪年也不能")
        code = target.form.program.standard.code
        return Impossible(record.enterprise, code, record.known_on, record.judged_on, (why,), None, None)

    def at(self, enterprise: str) -> Callable[[date], Record]:
        """这一家在别的判定日的记录。"""
        return lambda day: self.desk.record(enterprise, day)

    def gaps(self, enterprise: str, name: str, judged_on: date) -> tuple[Gap, ...]:
        """一家的差距。"""
        one = self.solver.puzzle(self.desk.record(enterprise, judged_on), name)
        return gaps(one, self.solver.later(one, name, self.at(enterprise)))

    def forecast(self, enterprise: str, name: str, days: Iterable[date], scenario: str | None) -> Iterator[Coming]:
        """一家在各申报日的预计；那天没有适用的标准的略过。"""
        planning = self.desk.setting.planning
        for day in days:
            if (target := self.target_at(name, day)) is not None:
                record = self.desk.record(enterprise, day, scenario)
                yield coming(record, target, self.desk.setting.vocabulary, scenario or planning.scenario)


def plan_firm(reading: Reading, enterprise: str, name: str, judged_on: date) -> Planned:
    """一家的方案：name 是层级（LG）或标准代码（LG-2026）。没有这家抛 Refusal，没有适用的标准抛 LookupError。"""
    return Planner(Desk(reading, (enterprise,))).plan(enterprise, name, judged_on)


def plan_many(
    reading: Reading, enterprises: Iterable[str], name: str, judged_on: date
) -> Iterator[tuple[str, Planned | Failed]]:
    """若干家的方案，逐家给出（企业号，方案），次序同给入；快照各判定日只取一回。

    一家出了错（名册里没有、数据或程序的毛病）给 Failed，记进日志，别家照编；没有适用的标准是大家的事，抛 LookupError。
    """
    planner = Planner(Desk(reading, tuple(enterprises)))
    if planner.desk.enterprises and planner.target_at(name, judged_on) is None:
        raise LookupError(NO_STANDARD.format(judged_on, name))
    for enterprise in planner.desk.enterprises:
        yield enterprise, _kept_apart(planner, enterprise, name, judged_on)


def _kept_apart(planner: Planner, enterprise: str, name: str, judged_on: date) -> Planned | Failed:
    """一家的方案；出了什么错都不连累别家。"""
    try:
        return planner.plan(enterprise, name, judged_on)
    except Refusal as refusal:
        return Failed(enterprise, str(refusal))
    except Exception as error:  # 任何毛病都只算这一家的
        logging.getLogger(__name__).exception("企业 %s 的方案没有编成", enterprise)
        told = f"{type(error).__name__}：{error}"
        return Failed(
            enterprise, f"企业 {enterprise} 的方案没有编成，出了 {told}；请把这一句交给维护的人，别家不受影响"
        )


def gap_of(reading: Reading, enterprise: str, name: str, judged_on: date) -> tuple[Gap, ...]:
    """一家对一份标准还差什么；错误同 plan_firm。"""
    return Planner(Desk(reading, (enterprise,))).gaps(enterprise, name, judged_on)


def forecast_of(
    reading: Reading, enterprise: str, name: str, days: Iterable[date], scenario: str | None = None
) -> tuple[Coming, ...]:
    """什么也不办，各申报日会怎样；scenario 是 planning.yaml 里的口径代码，没有这个口径抛 KeyError。"""
    return tuple(Planner(Desk(reading, (enterprise,))).forecast(enterprise, name, days, scenario))


def what_if_of(
    reading: Reading, enterprise: str, name: str, judged_on: date, given: Mapping[str, str],
    measures: Mapping[str, int] | None = None,
) -> WhatIf:  # fmt: skip
    """假如：given 是 列名 → 显示单位的数（文字）；measures 是可办的项 → 几级。写不成抛 what_if.Unusable。"""
    planner = Planner(Desk(reading, (enterprise,)))
    one = planner.solver.puzzle(planner.desk.record(enterprise, judged_on), name)
    values: dict[str, Any] = {}
    for column, text in given.items():
        values.update(parsed(column, text, planner.desk.setting.vocabulary))
    return what_if(one, values, measures)
