"""可办的各项：一项措施在某一年度（或某个申报窗口）办，最多几级、何时开工办成、改哪些数；由措施与记录得出，不看条款。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations
from typing import Any

from miaopu.plan.measure import ADD, DAY, SET, Change, Measure, Measures
from miaopu.plan.record import SLOTS, Record
from miaopu.plan.rules import Planning
from miaopu.standards.tree.node import Input
from miaopu.standards.tree.vocabulary import Vocabulary


@dataclass(frozen=True)
class Action:
    """一项可办的事。code 独一无二；year 是计入的会计年度（按申报日计的为 None）；most 至多几级；

    cost、fixed 的（低，高）是分；window 是称号类的申报日。
    """

    code: str
    measure: Measure
    year: int | None
    most: int
    start: date
    ready: date
    cost: tuple[int, int]
    fixed: tuple[int, int]
    window: date | None = None

    def done(self, level: int) -> date:
        """办 level 级哪天办成：分几期办的，一期一期来。"""
        most = self.measure.most
        if not most.again or not most.count:
            return self.ready
        return self.start + timedelta(days=self.measure.lead_days * -(-level // most.count))


Move = tuple[str, str, Any]
"""一项改一列：列名、加还是定、一级的数。"""


@dataclass(frozen=True)
class Setting:
    """造各项要用的：措施、口径、词汇；同样的一项、同一项在同一年的改动，一份口径里只造一回。"""

    measures: Measures
    planning: Planning
    vocabulary: Vocabulary
    _made: dict[tuple[Any, ...], Action] = field(default_factory=dict, repr=False, compare=False)
    _moves: dict[tuple[str, int], tuple[Move, ...]] = field(default_factory=dict, repr=False, compare=False)
    _columns: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict, repr=False, compare=False)

    def action(
        self, code: str, measure: Measure, year: int | None, most: int, start: date, ready: date, window: date | None = None
    ) -> Action:  # fmt: skip
        """一项；code 带着年度或申报日。"""
        key = (code, most, start, ready)
        if key not in self._made:
            self._made[key] = Action(code, measure, year, most, start, ready, measure.cost, measure.fixed, window)
        return self._made[key]

    def moves(self, action: Action, judged: date) -> tuple[Move, ...]:
        """一项在 judged 那天申报时改哪些列。"""
        key = (action.code, judged.year)
        if key not in self._moves:
            self._moves[key] = tuple(
                (name, change.mode, change.value)
                for change in action.measure.changes
                for name in touched(change, action, judged, self.vocabulary)
            )
        return self._moves[key]

    def columns(self, action: Action, judged: date) -> frozenset[str]:
        """一项在 judged 那天申报时改得到的列。"""
        key = (action.code, judged.year)
        if key not in self._columns:
            self._columns[key] = frozenset(name for name, _, _ in self.moves(action, judged))
        return self._columns[key]

    @cached_property
    def rivals(self) -> tuple[tuple[str, str], ...]:
        """可能不得同办的两项措施：目录写明互斥的，或有一个输入定成两样的。"""
        every = sorted(self.measures.values(), key=lambda one: one.code)
        return tuple(
            (one.code, two.code) for one, two in combinations(every, 2) if _excluded(one, two) or _torn(one, two)
        )

    def against(self, one: Action, two: Action, judged: date) -> bool:
        """两项不得同办：互斥，或在 judged 那天把同一列定成两样（有高低次序的只升不降、计数取大的，不相左）。"""
        if _excluded(one.measure, two.measure):
            return True
        fixed = {name: value for name, mode, value in self.moves(one, judged) if mode == SET}
        return any(
            mode == SET and fixed.get(name, value) != value and not self._graded(name)
            for name, mode, value in self.moves(two, judged)
        )

    def _graded(self, name: str) -> bool:
        node = self.vocabulary.lookup(re.sub(r"_(low|high)$", "", name))
        return node.kind == "count" or bool(isinstance(node, Input) and node.order)


def _excluded(one: Measure, two: Measure) -> bool:
    return two.code in one.excludes or one.code in two.excludes


def _torn(one: Measure, two: Measure) -> bool:
    fixed = {change.input: change.value for change in one.changes if change.mode == SET}
    return any(change.mode == SET and fixed.get(change.input, change.value) != change.value for change in two.changes)


def actions(record: Record, setting: Setting, without: Iterable[str] = ()) -> tuple[Action, ...]:
    """这家到判定日以前办得成的各项，按代码排；without 是不用的措施。"""
    skipped, out = frozenset(without), []
    for measure in setting.measures.values():
        if measure.code in skipped or measure.evidence_only:
            continue
        if measure.title_of:
            out += _titles(measure, record, setting)
        elif measure.counts == DAY:
            out += _by_day(measure, record, setting)
        else:
            out += [one for year in record.open_years for one in _in_year(measure, record, year, setting)]
    return tuple(sorted(out, key=lambda one: one.code))


def _by_day(measure: Measure, record: Record, setting: Setting) -> list[Action]:
    start = _after(measure, record, setting)
    rounds = (record.judged_on - start).days // measure.lead_days
    if rounds < 1 or held(measure, record.values, setting.vocabulary):
        return []
    times = rounds if measure.most.again else 1
    ready, most = start + timedelta(days=times * measure.lead_days), times * (measure.most.count or 1)
    return [setting.action(measure.code, measure, None, most, start, ready)]


def _after(measure: Measure, record: Record, setting: Setting) -> date:
    """先办的都办成了才开工；先办的已有的不等。"""
    start = record.known_on
    for name in measure.requires:
        first = setting.measures[name]
        if not held(first, record.values, setting.vocabulary):
            start = max(start, _after(first, record, setting) + timedelta(days=first.lead_days))
    return start


def held(measure: Measure, values: Mapping[str, Any], vocabulary: Vocabulary) -> bool:
    """这项措施要定的都已经是了（加数的措施没有“已经是了”）。"""
    fixed = [change for change in measure.changes if change.mode != ADD]
    return len(fixed) == len(measure.changes) and all(_reached(one, values, vocabulary) for one in fixed)


def _reached(change: Change, values: Mapping[str, Any], vocabulary: Vocabulary) -> bool:
    node = vocabulary.lookup(change.input)
    if isinstance(node, Input) and node.order:
        low = values.get(f"{change.input}_low")
        return low in node.order and node.order.index(low) <= node.order.index(change.value)
    now = values.get(change.input)
    return now is not None and (now >= change.value if node.kind == "count" else now == change.value)


def _in_year(measure: Measure, record: Record, year: int, setting: Setting) -> list[Action]:
    start, end = max(record.known_on, date(year, 1, 1)), date(year, 12, 31)
    if start + timedelta(days=measure.lead_days) > end:
        return []
    most = _most(measure, record, year, (end - start).days + 1)
    return [setting.action(f"{measure.code}@{year}", measure, year, most, start, end)] if most >= 1 else []


def _most(measure: Measure, record: Record, year: int, days: int) -> int:
    """至多几级：占当年某数的比例，按剩下的天数折算；那个数不知道就不办。"""
    if measure.most.count is not None:
        return measure.most.count
    base = record.panel.get((measure.most.of, year))
    if base is None or measure.most.share is None or base <= 0:
        return 0
    share, part = measure.most.share, min(days, 365) if measure.most.prorated else 365
    step = max(abs(change.value) for change in measure.changes)
    return base * share.numerator * part // (share.denominator * 365 * step)


def _titles(measure: Measure, record: Record, setting: Setting) -> list[Action]:
    """每个申报窗口一项；已有的不办，到判定日已经过期的不办。"""
    if held(measure, record.values, setting.vocabulary):
        return []
    window = setting.planning.window(measure.title_of)
    out = []
    for day in window.between(record.known_on, record.judged_on):
        ready = window.ready(day)
        if ready <= record.judged_on <= window.expires(ready):
            out.append(setting.action(f"{measure.code}@{day.isoformat()}", measure, None, 1, day, ready, day))
    return out


def touched(change: Change, action: Action, judged: date, vocabulary: Vocabulary) -> list[str]:
    """在 judged 那天申报时，这处改动落在哪几列；不在三年之内的没有。"""
    if action.year is None:
        node = vocabulary.lookup(change.input)
        interval = isinstance(node, Input) and node.interval
        return [f"{change.input}_low", f"{change.input}_high"] if interval else [change.input]
    slot = judged.year - action.year
    last = 1 if change.stays else slot
    return [f"{change.input}_t{one}" for one in range(last, slot + 1) if one in SLOTS]


def apply(
    values: Mapping[str, Any], chosen: Iterable[tuple[Action, int]], judged: date, vocabulary: Vocabulary
) -> dict[str, Any]:
    """照选定的各项（与级数）改一份值；不知道的数加了还是不知道，有高低次序的类别只升不降。"""
    out = dict(values)
    for action, level in chosen:
        for change in action.measure.changes if level else ():
            for name in touched(change, action, judged, vocabulary):
                if name in out:
                    out[name] = _changed(out[name], change, level, vocabulary, name.endswith("_high"))
    return out


def _changed(now: Any, change: Change, level: int, vocabulary: Vocabulary, high: bool) -> Any:
    if change.mode == ADD:
        return None if now is None else now + change.value * level
    node = vocabulary.lookup(change.input)
    if isinstance(node, Input) and node.order:
        if now is None:
            return None if high else change.value
        order = node.order
        return change.value if now not in order or order.index(change.value) < order.index(now) else now
    if node.kind == "count":
        return change.value if now is None else max(now, change.value)
    return change.value
