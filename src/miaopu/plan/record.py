"""一家在某个判定日的数：事实、预计（标明怎么来的）、哪些年度已结账；给宽表行与口径，给行式要的值，不读台账、不入账。"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from miaopu.plan.result import Assumption
from miaopu.plan.rules import GROW, SAME, Planning, Scenario, Series
from miaopu.standards.engine.measure import UNITS
from miaopu.standards.tree.vocabulary import PER, Vocabulary

SLOTS = (1, 2, 3)
_YEARLY = re.compile(r"(?P<key>.+)_t(?P<slot>[0-3])$")

Then = Callable[[date], Mapping[str, Any]]
"""早一天申报时的宽表行（有效期、条目按那天算）：日 → 列名 → 那天的内部值。"""

Limits = Mapping[str, int]
"""大型企业的下限：列名（从业人员、营业收入、资产总额，上年）→ 内部数；全部达到才是大型。"""


@dataclass(frozen=True)
class Known:
    """一家所知：panel 是（指标，年度）→ 内部数；row 是按判定日取的宽表行（有效期、条目按那天算）；其余见 Record。"""

    enterprise: str
    known_on: date
    panel: Mapping[tuple[str, int], int | None]
    row: Mapping[str, Any]
    judged_on: date
    limits: Limits | None = None
    why: Mapping[str, str] = field(default_factory=dict)
    moved: frozenset[str] = frozenset()
    then: Then | None = None


@dataclass(frozen=True, eq=False)
class Carried:
    """往前推好的面板：panel 推到哪一年以前都在里面，told 是推出来的（指标，年度）→ 怎么来的；同一家各判定日共用。"""

    panel: Mapping[tuple[str, int], int | None]
    told: Mapping[tuple[str, int], str]
    _columns: dict[int, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    def columns(self, year: int) -> Mapping[str, Any]:
        """year 年申报时的年度列；面板里没有的指标没有列。"""
        if year not in self._columns:
            keys = {key for key, _ in self.panel}
            self._columns[year] = {
                f"{key}_t{slot}": self.panel.get((key, year - slot)) for key in keys for slot in SLOTS
            }
        return self._columns[year]


class Assumed(Mapping[str, Assumption]):
    """列名 → 预计：都记着怎么来的，要看哪一个才写成句子。"""

    def __init__(self, hows: Mapping[str, tuple[str, str]], values: Mapping[str, Any], vocabulary: Vocabulary) -> None:
        self.hows, self.values_, self.vocabulary = hows, values, vocabulary

    def __getitem__(self, name: str) -> Assumption:
        title, how = self.hows[name]
        shown, unit = shown_value(name, self.values_[name], self.vocabulary)
        return Assumption(name, title, shown, unit, how)

    def __iter__(self) -> Iterator[str]:
        return iter(self.hows)

    def __len__(self) -> int:
        return len(self.hows)

    def __contains__(self, name: object) -> bool:
        return name in self.hows


@dataclass(frozen=True, eq=False)
class Record:
    """一家在 judged_on 的数。

    values 是行式要的内部值（None 是不知道）；assumed 是其中的预计，列名 → 怎么来的；
    limits 有值时“属中小企业”由从业人员、营业收入、资产总额推，随措施变。why：未知的列 → 原因；elapse：过一年长一年的列；
    moved：所知那天与判定日不同、中间哪天变要看那天的列（有效期、条目）；then 见 Then。
    """

    enterprise: str
    known_on: date
    judged_on: date
    values: Mapping[str, Any]
    assumed: Mapping[str, Assumption]
    panel: Mapping[tuple[str, int], int | None]
    limits: Limits | None = None
    why: Mapping[str, str] = field(default_factory=dict)
    ahead: Carried | None = None
    elapse: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    then: Then | None = None

    @cached_property
    def open_years(self) -> tuple[int, ...]:
        """判定用到而还没有结束的年度，由早到晚。"""
        return tuple(range(max(self.known_on.year, self.judged_on.year - SLOTS[-1]), self.judged_on.year))

    def year_of(self, name: str) -> int | None:
        """列名 → 会计年度；不是年度列为 None。"""
        found = _YEARLY.match(name)
        return self.judged_on.year - int(found["slot"]) if found else None

    def closed(self, name: str) -> bool:
        """属于已结账的年度。"""
        year = self.year_of(name)
        return year is not None and year < self.known_on.year

    def complete(self, values: dict[str, Any]) -> dict[str, Any]:
        """按改后的数重推“属中小企业”；就地改并交回。"""
        if self.limits is not None:
            values["is_sme"] = is_sme(values, self.limits)
        return values

    def at(self, day: date, read: Collection[str]) -> Mapping[str, Any]:
        """同一家在早一天申报时的值：年度列、年限照那一天的年份，有效期、条目照那一天；read 是要看的列，都没有变过的不必取那天的数。"""
        years = self.judged_on.year - day.year
        changed = self.moved.intersection(read)
        row = self.then(day) if changed and self.then else self.values
        values = {**self.values, **{name: row.get(name) for name in changed}}
        if not years:
            return values
        ahead = self.ahead or Carried(self.panel, {})
        known = {name: values.get(name) for name in self.elapse}
        back = {name: value - years * PER["decimal"] for name, value in known.items() if value is not None}
        return self.complete({**values, **back, **ahead.columns(day.year)})


def is_sme(values: Mapping[str, Any], limits: Limits) -> int | None:
    """由划型下限推是否中小企业：有一项低于大型的下限即是；全部达到即不是；缺数不能定为 None。"""
    reached = [None if values.get(name) is None else values[name] >= limit for name, limit in limits.items()]
    if False in reached:
        return 1
    return None if None in reached or not reached else 0


def carried(known: Known, planning: Planning, until: int, scenario: str | None = None) -> Carried:
    """所知的面板，按预计口径推到 until 年以前（不含）。"""
    panel = dict(known.panel)
    chosen = planning.scenarios[scenario or planning.scenario]
    return Carried(panel, carry(panel, planning.series, chosen, range(known.known_on.year, until)))


def record(
    known: Known, planning: Planning, vocabulary: Vocabulary, scenario: str | None = None, ahead: Carried | None = None
) -> Record:
    """所知 → 记录：按预计口径补上还没有结束的年度，年限类按年增加；ahead 是已经推好的（不早于判定日那年）。"""
    ready = ahead or carried(known, planning, known.judged_on.year, scenario)
    values = {**known.row, **ready.columns(known.judged_on.year)}
    hows = _assumed(ready.told, known.judged_on.year, vocabulary)
    hows.update(_elapsed(values, known, planning, vocabulary))
    limits = known.limits if values.get("is_sme") is None else None
    if limits is not None and is_sme(values, limits) is None:
        limits = None  # 缺划型的数：先补数，不为凑划型去动营收
    assumed = Assumed(hows, values, vocabulary)
    shown = (known.enterprise, known.known_on, known.judged_on, values, assumed, ready.panel, limits, known.why, ready)
    made = Record(*shown, planning.elapse, known.moved, known.then)
    made.complete(values)
    return made


def carry(
    panel: dict[tuple[str, int], Any], series: tuple[Series, ...], scenario: Scenario, years: range
) -> dict[tuple[str, int], str]:
    """把各年还没有的数推出来，就地写进 panel；给（指标，年度）→ 怎么来的一句话。"""
    growth: dict[str, Fraction] = {}
    told: dict[tuple[str, int], str] = {}
    for year in years:
        for one in series:
            if panel.get((one.indicator, year)) is None and (made := _next(panel, one, year, scenario, growth)):
                panel[(one.indicator, year)], told[(one.indicator, year)] = made
    return told


def _next(panel: Any, one: Series, year: int, scenario: Scenario, growth: dict[str, Fraction]) -> Any:
    last = panel.get((one.indicator, year - 1))
    if last is None:
        return None
    if one.how == SAME:
        return last, f"与{year - 1}年相同"
    if one.how == GROW:
        rate = growth.setdefault(one.indicator, _rate(last, panel.get((one.indicator, year - 2)), scenario))
        return _floor(
            last * (1 + rate)
        ), f"按“{scenario.title}”在{year - 1}年的基础上{'减' if rate < 0 else '增'}{_percent(abs(rate))}"
    base, new = panel.get((one.of, year - 1)), panel.get((one.of, year))
    if not base or new is None or base < 0:
        return None
    return _floor(Fraction(last) * new / base), f"随营业收入，占比与{year - 1}年相同"


def _rate(last: int, before: int | None, scenario: Scenario) -> Fraction:
    if not before or before < 0:
        return max(scenario.least, min(scenario.most, Fraction(0)))
    rate = Fraction(last, before) - 1
    return max(scenario.least, min(scenario.most, rate * scenario.share if rate > 0 else rate))  # 谨慎不把跌幅减半


def _floor(value: Fraction) -> int:
    return value.numerator // value.denominator


def _percent(rate: Fraction) -> str:
    tenths = round(rate * 1000)
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}%"


def _assumed(told: Mapping[tuple[str, int], str], year: int, vocabulary: Vocabulary) -> dict[str, tuple[str, str]]:
    """判定用到的三年里推出来的：列名 →（名称，怎么来的）。"""
    return {
        f"{key}_t{year - when}": (f"{when}年{vocabulary.indicators[key].title}", how)
        for (key, when), how in told.items()
        if 1 <= year - when <= SLOTS[-1]
    }


def _elapsed(
    values: dict[str, Any], known: Known, planning: Planning, vocabulary: Vocabulary
) -> dict[str, tuple[str, str]]:
    """年限类：从所知那年到判定那年，过几年加几年。"""
    years, out = known.judged_on.year - known.known_on.year, {}
    for name in planning.elapse:
        if years > 0 and values.get(name) is not None:
            values[name] += years * PER["decimal"]
            out[name] = (vocabulary.title(name), f"过一年长一年，到{known.judged_on.year - 1}年末")
    return out


def shown_value(name: str, value: Any, vocabulary: Vocabulary) -> tuple[Fraction, str]:
    """内部值 → 显示单位的精确分数与单位（金额万元，比例百分数值，是否类 0、1，无单位的用指标自己的）。"""
    indicator = vocabulary.indicator(re.sub(r"_(low|high)$", "", name))
    kind = indicator.kind if indicator else "count"
    unit = UNITS.get(kind, UNITS["count"])
    word = unit.word or (indicator.unit if indicator else "")
    return Fraction(value) / PER.get(kind, 1) / unit.size, word


__all__ = ["Carried", "Known", "Limits", "Record", "Then", "carried", "carry", "is_sme", "record", "shown_value"]
