"""照登记的进度试算：在办的各件到申报日办不办得成，办成的当作办到、归集的数当作那一年的数，重判一次；不入账，不算花费。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from miaopu.desk.planning.trial import Trial
from miaopu.plan.record import SLOTS
from miaopu.plan.solver.action import Action, apply
from miaopu.plan.what_if import WhatIf, what_if
from miaopu.terms.shown import day


@dataclass(frozen=True)
class Pending:
    """登记的一件：measure 措施代码；done 办成的日期，estimate 自己写的预计，since 起算日（都可能没有）。"""

    measure: str
    title: str
    done: date | None = None
    estimate: date | None = None
    since: date | None = None


@dataclass(frozen=True)
class Booked:
    """按年度归集的数：input 指标，year 会计年度，value 内部数（金额是分）。"""

    input: str
    year: int
    value: int


@dataclass(frozen=True)
class Counted:
    """一件算不算：ready 是哪天（不知道为 None），told 是一句话。"""

    title: str
    counts: bool
    ready: date | None
    told: str


@dataclass(frozen=True)
class Ahead:
    """试算的结果：各件、各归集数怎样算，重判的改前改后；titles 是条款的名称。"""

    rows: tuple[Counted, ...]
    what: WhatIf
    titles: Mapping[str, str]


def ahead(trial: Trial, pending: Sequence[Pending], booked: Sequence[Booked]) -> Ahead:
    """重判一次；与判定日、已结账年度无关的不动。"""
    told = [(one, _ready(trial, one)) for one in pending]
    rows = [_counted(trial, one, ready) for one, ready in told]
    chosen = [_action(trial, one, ready) for (one, ready), row in zip(told, rows, strict=True) if row.counts and ready]
    record, vocabulary = trial.puzzle.record, trial.vocabulary
    made = apply(record.values, [(one, 1) for one in chosen], record.judged_on, vocabulary)
    values = {name: value for name, value in made.items() if record.values.get(name) != value}
    for each in booked:
        values |= _year(trial, each, rows)
    titles = {one.id: one.clause.title or one.clause.text for one in trial.puzzle.target.form.program.clauses}
    return Ahead(tuple(rows), what_if(trial.puzzle, values), titles)


def _ready(trial: Trial, one: Pending) -> date | None:
    """办成的、自己预计的、按措施办理天数估的，先有的先用。"""
    measure = trial.puzzle.setting.measures[one.measure]
    estimated = one.since + timedelta(days=measure.lead_days) if one.since else None
    return one.done or one.estimate or estimated


def _counted(trial: Trial, one: Pending, ready: date | None) -> Counted:
    record, measure = trial.puzzle.record, trial.puzzle.setting.measures[one.measure]
    if ready is None:
        return Counted(one.title, False, None, "没有起算日，也没有预计日，不知道哪天办成，不算")
    if one.done and one.done <= record.known_on:
        return Counted(one.title, False, ready, f"{day(ready)}已办成，应在部门报来的数里，不另加；台账里没有的请核对")
    how = "登记的" if one.done else "自己预计的" if one.estimate else f"按“{measure.title}”{measure.lead_days}天估的"
    if ready <= record.known_on:
        return Counted(one.title, False, ready, f"{how}{day(ready)}已经过了，还没有办成，不算；请改预计日")
    if ready > record.judged_on:
        return Counted(one.title, False, ready, f"{how}{day(ready)}才有，晚于申报日{day(record.judged_on)}，不算")
    return Counted(one.title, True, ready, f"{how}{day(ready)}有，算")


def _action(trial: Trial, one: Pending, ready: date) -> Action:
    """已经开了工的一项：不问来不来得及，只要它改哪些数。"""
    measure = trial.puzzle.setting.measures[one.measure]
    return Action(measure.code, measure, None, 1, one.since or ready, ready, measure.cost, measure.fixed)


def _year(trial: Trial, one: Booked, rows: list[Counted]) -> Mapping[str, Any]:
    """那一年的一列；已结账的、三年以外的不动，说一句。"""
    record = trial.puzzle.record
    slot, title = record.judged_on.year - one.year, trial.vocabulary.title(one.input)
    name = f"{one.input}_t{slot}"
    if slot not in SLOTS or record.closed(name):
        rows.append(Counted(f"{one.year}年{title}", False, None, "已结账或不在申报看的三年里，以审计数为准，不动"))
        return {}
    rows.append(Counted(f"{one.year}年{title}", True, None, "按已归集的数算，当年还没有归集完的会更多"))
    return {name: one.value}


__all__ = ["Ahead", "Booked", "Counted", "Pending", "ahead"]
