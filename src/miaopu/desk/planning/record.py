"""由台账造记录：按这一轮所知、照判定日取快照（有效期、条目按那天算），年度数按年份放；若干家一起取一次，不写台账。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from miaopu.desk.dossier import Reading
from miaopu.ledger.snapshot import Knowledge, framed, knowledge
from miaopu.plan.measure import load_measures
from miaopu.plan.record import SLOTS, Carried, Known, Record, carried, record
from miaopu.plan.rules import load_planning
from miaopu.plan.solver.action import Setting
from miaopu.screening import load_settings
from miaopu.standards.attributes import with_attributes
from miaopu.standards.explain.firm import KINDS
from miaopu.standards.judge import MISSING
from miaopu.standards.size import METRICS, SizeStandard
from miaopu.terms.complaint import Complaint, Refusal, Severity

LARGE, SME, WHY = "large", "is_sme", "#why"
REGISTERED = ("status", "entity_type")
Rows = Mapping[str, Mapping[str, Any]]
"""企业号 → 宽表行（加上属性）；#why 是各未知列的原因。"""


@dataclass(eq=False)
class Desk:
    """若干家一起做方案时共用的：口径、措施、各判定日的快照（一天取一回）。"""

    reading: Reading
    enterprises: tuple[str, ...]
    _days: dict[date, Rows] = field(default_factory=dict)
    _panels: dict[str, Mapping[tuple[str, int], Any]] = field(default_factory=dict)
    _ahead: dict[tuple[str, str | None], tuple[int, Carried]] = field(default_factory=dict)

    @cached_property
    def knowledge(self) -> Knowledge:
        """这一轮所知。"""
        return known_of(self.reading, self.enterprises, self.reading.run.known_on)

    @cached_property
    def setting(self) -> Setting:
        """措施与口径。"""
        catalog, library = self.reading.space.catalog, self.reading.space.library
        planning = load_planning(catalog)
        return Setting(load_measures(catalog, library, planning), planning, library.vocabulary)

    @cached_property
    def limits(self) -> Mapping[str, Mapping[str, int]]:
        """行业组 → 大型企业的下限（列名 → 内部数）。"""
        size = SizeStandard.load(self.reading.space.catalog)
        return {
            one.name: {METRICS[metric][0]: limit * METRICS[metric][1] for metric, limit in one.limits[LARGE].items()}
            for one in size.groups
        }

    @cached_property
    def province(self) -> str:
        """这些企业多数在哪个省（简称）；都不知道在哪里为空串，只看全国的规则。"""
        rows = self.day(self.reading.run.known_on).values()
        codes = Counter(f"{row['region'][:2]}0000" for row in rows if row.get("region"))
        found = self.reading.space.districts.current(codes.most_common(1)[0][0]) if codes else None
        return found.name.removesuffix("省").removesuffix("市") if found else ""

    def barred(self, enterprise: str) -> str:
        """登记状态、主体类型使它不能申报的缘由（筛选口径里的写法）；能申报为空串。属不属中小企业由条款说，不在此列。"""
        row = self.day(self.reading.run.known_on).get(enterprise, {})
        found = (one.reason for one in self.exclusions if row.get(one.column) in one.values)
        return next(found, "")

    @cached_property
    def exclusions(self) -> list[Any]:
        """筛选口径里看登记的几条。"""
        return [one for one in load_settings(self.reading.space.catalog).exclusions if one.column in REGISTERED]

    def record(self, enterprise: str, judged_on: date, scenario: str | None = None) -> Record:
        """一家在判定日的记录；名册里没有这家抛 Refusal。"""
        known = self.known(enterprise, judged_on)
        ahead = self.ahead(known, scenario)
        return record(known, self.setting.planning, self.setting.vocabulary, scenario, ahead)

    def ahead(self, known: Known, scenario: str | None) -> Carried:
        """一家推好的面板：各判定日共用，一种口径只推一回。"""
        key, planning = (known.enterprise, scenario), self.setting.planning
        if key not in self._ahead or self._ahead[key][0] < known.judged_on.year:
            until = max(known.judged_on.year, known.known_on.year + planning.years_ahead)
            self._ahead[key] = (until, carried(known, planning, until, scenario))
        return self._ahead[key][1]

    def known(self, enterprise: str, judged_on: date) -> Known:
        """一家所知：年度数照这一轮所知那年的快照，其余照判定日的快照。"""
        run = self.reading.run
        now, row = self.day(run.known_on).get(enterprise), self.day(judged_on).get(enterprise)
        if now is None or row is None:
            told = (f"名册里没有企业“{enterprise}”", "一家现有的企业号", "核对企业号；已并入别家的用现用号")
            raise Refusal(Complaint("firm-not-one", Severity.REFUSE, enterprise, *told))
        if enterprise not in self._panels:
            self._panels[enterprise] = self.panel(now)
        group, panel = row.get("size_group"), self._panels[enterprise]
        limits = self.limits.get(group) if group else None
        moved = self.moved(now, row)
        return Known(
            enterprise, run.known_on, panel, row, judged_on, limits, row[WHY], moved,
            lambda day: self.day(day)[enterprise],
        )  # fmt: skip

    def moved(self, now: Mapping[str, Any], row: Mapping[str, Any]) -> frozenset[str]:
        """所知那天与判定日不同的列：有效期满了没有、条目还在不在近几年；年度数、年限、由划型推的另算，不在此列。"""
        return frozenset(name for name in self.dated if now.get(name) != row.get(name))

    @cached_property
    def dated(self) -> tuple[str, ...]:
        """随日子变的列。"""
        (row, *_) = self.day(self.reading.run.known_on).values()
        yearly = {name for _, _, name in self.yearly}
        return tuple(frozenset(row) - yearly - self.setting.planning.elapse - {WHY, SME})

    def panel(self, now: Mapping[str, Any]) -> dict[tuple[str, int], Any]:
        """宽表行的年度列 → （指标，年度）；当年（t0）的在内。"""
        year = self.reading.run.known_on.year
        return {(key, year - slot): now.get(name) for key, slot, name in self.yearly}

    @cached_property
    def yearly(self) -> list[tuple[str, int, str]]:
        """（指标，年序，列名）。"""
        keys = [
            one.key for one in self.setting.vocabulary.indicators.values() if one.period == "year" and not one.formula
        ]
        return [(key, slot, f"{key}_t{slot}") for key in keys for slot in (0, *SLOTS)]

    def day(self, on: date) -> Rows:
        """这些企业在某判定日的宽表行。"""
        if on not in self._days:
            # 年度数一律照所知那年的面板，别的判定日不必再取
            spare = () if on == self.reading.run.known_on else [name for _, slot, name in self.yearly if slot]
            self._days[on] = rows_of(self.reading, self.knowledge, on, spare)
        return self._days[on]


def rows(reading: Reading, enterprises: Collection[str], on: date, known_on: date) -> Rows:
    """若干家照 known_on 所知、在某判定日的宽表行。"""
    return rows_of(reading, known_of(reading, enterprises, known_on), on)


def known_of(reading: Reading, enterprises: Collection[str], known_on: date) -> Knowledge:
    """若干家在 known_on 所知，各判定日共用。"""
    space = reading.space
    given = {"indicators": space.indicators, "sources": space.sources, "enterprises": list(enterprises)}
    return knowledge(space.ledger, known_on=known_on, **given)


def rows_of(reading: Reading, known: Knowledge, on: date, spare: Collection[str] = ()) -> Rows:
    """同一份所知在某判定日的宽表行，spare 各列不要。"""
    taken = framed(known, on)
    wide = with_attributes(taken.frame.lazy(), reading.space.attribute_rules, on).drop(spare).collect()
    why, out = _why(taken.conflicts), {}
    for row in wide.iter_rows(named=True):
        out[row["enterprise"]] = row
        row[WHY] = why.get(row["enterprise"], {})
    return out


def _why(conflicts: pl.DataFrame) -> dict[str, dict[str, str]]:
    out: dict[str, dict[str, str]] = {}
    mine = conflicts.filter(pl.col("chosen").is_null(), pl.col("kind") != "ground")
    for enterprise, column, kind in mine.select("enterprise", "column", "kind").iter_rows():
        out.setdefault(enterprise, {})[column] = KINDS.get(kind, MISSING)
    return out
