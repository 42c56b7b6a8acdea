"""一户一档：台账对一家企业所知的全部：名称、代码、各数与各来源说法、称号、条目、冲突、决定、批次、大事；只读。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from miaopu.ledger.decision import aliases, decisions
from miaopu.ledger.journal import Ledger, active
from miaopu.ledger.snapshot import Snapshot
from miaopu.ledger.trace.about import Mention, Ruling, mentions, rulings
from miaopu.ledger.trace.cell import Cell, View
from miaopu.ledger.trace.record import Conflict, Fact, Name, Piece, Title
from miaopu.ledger.trace.timeline import Event, timeline
from miaopu.ledger.trace.wording import Wording
from miaopu.terms.complaint import Complaint, Refusal, Severity
from miaopu.terms.indicator import Indicator

FORMER = "former_name"
NOT_FIELDS = frozenset({"enterprise", "ent", "item", "first_known", "listed"})


@dataclass(frozen=True)
class FirmFile:
    """一家企业的档案；merged 是并入它的主体号；messages 是名单方面要告诉人的话。"""

    enterprise: str
    name: str
    uscc: str | None
    merged: tuple[str, ...]
    names: tuple[Name, ...]
    facts: tuple[Fact, ...]
    titles: tuple[Title, ...]
    items: tuple[Piece, ...]
    conflicts: tuple[Conflict, ...]
    decisions: tuple[Ruling, ...]
    batches: tuple[Mention, ...]
    events: tuple[Event, ...]


def firm_file(
    ledger: Ledger,
    snapshot: Snapshot,
    enterprise: str,
    *,
    indicators: Mapping[str, Indicator],
    sources: Any,
) -> FirmFile:
    """台账对一家所知的全部，照快照的两个日期；快照里没有这家抛 Refusal（已并入别家的，说明并入了谁）。"""
    row = snapshot.frame.filter(pl.col("enterprise") == enterprise)
    now = active(ledger, snapshot.known_on)
    if row.is_empty():
        into = aliases(decisions(now)).get(enterprise)
        found = f"它已并入 {into}" if into else "快照里没有这家企业"
        raise Refusal(Complaint("firm-unknown", Severity.REFUSE, enterprise, found, "名册里的企业", "核对代码"))
    view = View(now, snapshot, enterprise, row, Wording(indicators, sources))
    names, titles, items = _names(view), tuple(_titles(view)), tuple(_items(view))
    made, mentioned = tuple(rulings(view)), tuple(mentions(view))
    first = row.row(0, named=True)
    return FirmFile(
        enterprise=enterprise,
        name=first["name"],
        uscc=first["uscc"],
        merged=tuple(sorted(view.said - {enterprise})),
        names=names,
        facts=tuple(_facts(view)),
        titles=titles,
        items=items,
        conflicts=tuple(_conflict(view, one) for one in view.conflicts),
        decisions=made,
        batches=mentioned,
        events=timeline(view, names, titles, items, made, mentioned),
    )


def _names(view: View) -> tuple[Name, ...]:
    """现用名在前，曾用名由近及远；一个名称的起日是上一个名称的止日。"""
    current, told = view.value("name"), view.named
    former = _former(view)
    seen = {one["name"]: one for one in told.sort("order", "row").to_dicts() if one["name"]}
    ends = sorted((until for name, (until, _) in former.items() if until and name != current), reverse=True)
    found = [_reported(view, current, True, ends[0] if ends else None, None, seen.get(current), former.get(current))]
    for name in sorted({*seen, *former} - {current}, key=lambda one: former.get(one, ("",))[0] or "", reverse=True):
        until = former.get(name, (None,))[0]
        since = next((end for end in ends if until and end < until), None)
        found.append(_reported(view, name, False, since, until, seen.get(name), former.get(name)))
    return tuple(found)


def _former(view: View) -> dict[str, tuple[str | None, Cell]]:
    """曾用名 → （至哪天，所在的格）。"""
    cells = view.cells(FORMER)
    ends = {(one.item, one.batch): one.text for one in cells if one.indicator == f"{FORMER}.until"}
    named = [one for one in cells if one.indicator == f"{FORMER}.name" and one.text]
    return {str(one.text): (ends.get((one.item, one.batch)), one) for one in named}


def _reported(
    view: View,
    name: str,
    current: bool,
    since: str | None,
    until: str | None,
    row: Mapping[str, Any] | None,
    told: tuple[str | None, Cell] | None,
) -> Name:
    if row is not None and row["batch"] not in view.entries:  # 人工决定按所写名称立的户，没有来源文件
        return Name(name, current, since, until, row["batch"], "", "人工决定")
    if row is not None:
        file = view.entries[row["batch"]].body["file"]
        return Name(name, current, since, until, row["batch"], file, f"{row['sheet']} 第{row['row']}行")
    if told is not None:
        cell = told[1]
        return Name(name, current, since, until, cell.batch, cell.file, f"{cell.sheet} {cell.cell}")
    return Name(name, current, since, until, "", "", "")


def _facts(view: View) -> Iterator[Fact]:
    """每个指标每个期间一个，照目录次序、年份由近及远；时点指标各期合为一个。"""
    grouped: dict[tuple[str, str], list[Cell]] = {}
    for cell in view.every_cell:
        one = view.wording.indicators.get(cell.indicator)
        if one is not None and one.kind != "item" and one.period != "validity":
            grouped.setdefault((one.key, cell.period[:4] if one.period == "year" else ""), []).append(cell)
    order = {key: place for place, key in enumerate(view.wording.indicators)}
    for key, year in sorted(grouped, key=lambda one: (order[one[0]], -int(one[1] or 0))):
        yield _fact(view, key, year, tuple(grouped[key, year]))


def _fact(view: View, key: str, year: str, told: tuple[Cell, ...]) -> Fact:
    column = f"{key}_t{view.snapshot.assessed_on.year - int(year)}" if year else key
    kept = column in view.row.columns
    taken, others = view.split(told, column)
    value = view.value(column)
    title = view.wording.title(key)
    return Fact(key, column if kept else None, title, year, value, view.wording.shown(key, value), taken, others)


def _titles(view: View) -> Iterator[Title]:
    """称号的各次记载，照目录次序、起始日期。"""
    on = view.snapshot.assessed_on.isoformat()
    for key, one in view.wording.indicators.items():
        if one.period != "validity" or one.kind != "flag":
            continue
        for cell in sorted(view.cells(key), key=lambda cell: cell.period):
            since, _, until = cell.period.partition("/")
            inside = bool(cell.value) and since <= on and (not until or until >= on)
            yield Title(key, one.title, since, until, inside, cell)


def _items(view: View) -> Iterator[Piece]:
    """各条目，字段照目录次序；曾用名另列，不在内。"""
    for key, table in view.snapshot.items.items():
        mine = table.filter(pl.col("enterprise") == view.enterprise) if key != FORMER else table.clear()
        if mine.is_empty():
            continue
        cells = view.cells(key)
        for row in mine.iter_rows(named=True):
            fields = tuple(
                (name, view.wording.title(f"{key}.{name}"), value, view.wording.shown(f"{key}.{name}", value))
                for name, value in row.items()
                if name not in NOT_FIELDS
            )
            told = tuple(cell for cell in cells if cell.item == row["item"])
            yield Piece(key, view.wording.title(key), row["item"], fields, row["listed"], row["first_known"], told)


def _conflict(view: View, one: Mapping[str, Any]) -> Conflict:
    column = one["column"]
    values = tuple(
        (
            view.wording.source(said["source"]),
            view.wording.shown(column, said["text"] if said["value"] is None else said["value"]),
            said["basis"],
            said["batch"],
        )
        for said in one["values"] or ()
    )
    told = (column, view.wording.title(column), one["item"] or "", one["kind"], one["chosen"], one["rule"])
    return Conflict(*told, one["chosen"] is not None, values)
