"""大事：一家企业有日期的事（成立、更名、称号起止、专利、融资、奖励、来件、决定），由早到晚排好；只整理，不查账。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from miaopu.ledger.trace.about import Mention, Ruling
from miaopu.ledger.trace.cell import Cell, View
from miaopu.ledger.trace.record import Name, Piece, Title
from miaopu.terms.shown import day

ESTABLISHED = "established"


@dataclass(frozen=True)
class Event:
    """一件事：on 日期（ISO，可只到月、年），kind 种类（指标键，或 name、batch、decision），what 一句话；cell 出自哪一格。

    shown 是日期的写法；batch 是收件的批次；future 为真表示在评估日之后（如称号到期）。
    """

    on: str
    shown: str
    kind: str
    what: str
    future: bool
    cell: Cell | None = None
    batch: str = ""


def timeline(
    view: View,
    names: Iterable[Name],
    titles: Iterable[Title],
    items: Iterable[Piece],
    made: Iterable[Ruling],
    mentioned: Iterable[Mention],
) -> tuple[Event, ...]:
    """全部大事，由早到晚；同一天的照：企业自身、收件、决定。"""
    found = [*_own(view), *_renamed(view, names), *_held(view, titles), *_pieces(view, items)]
    found += [
        _event(
            view,
            one.received.isoformat(),
            "batch",
            f"收到{one.department}《{one.file}》，{one.facts}条",
            None,
            one.batch,
        )
        for one in mentioned
    ]
    found += [_event(view, one.day.isoformat(), "decision", f"{one.by}决定：{one.what}") for one in made]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.on))


def _event(view: View, on: str, kind: str, what: str, cell: Cell | None = None, batch: str = "") -> Event:
    return Event(on, day(on), kind, what, on > view.snapshot.assessed_on.isoformat(), cell, batch)


def _own(view: View) -> Iterator[Event]:
    founded = view.value(ESTABLISHED)
    if founded:
        taken, _ = view.split(view.cells(ESTABLISHED), ESTABLISHED)
        yield _event(view, founded, ESTABLISHED, "成立", next(iter(taken), None))


def _renamed(view: View, names: Iterable[Name]) -> Iterator[Event]:
    for one in names:
        if one.until:
            yield _event(view, one.until, "name", f"更名，此前名称为{one.name}", None, one.batch)


def _held(view: View, titles: Iterable[Title]) -> Iterator[Event]:
    """称号的起止；几批都载的同一起止只列一次，取先收到的那格。"""
    seen: set[tuple[str, str, str]] = set()
    for one in titles:
        for on, word in ((one.since, "起"), (one.until, "到期")):
            if on and one.cell.value and (one.indicator, on, word) not in seen:
                seen.add((one.indicator, on, word))
                yield _event(view, on, one.indicator, f"{one.title}{word}", one.cell)


def _pieces(view: View, items: Iterable[Piece]) -> Iterator[Event]:
    """条目的每个日期字段一件事。"""
    for piece in items:
        kinds = view.wording.indicators[piece.indicator].fields
        for name, title, value, _ in piece.fields:
            if value and kinds.get(name) == "date":
                cell = next((one for one in piece.cells if one.indicator == f"{piece.indicator}.{name}"), None)
                yield _event(view, value, piece.indicator, f"{piece.title}{title}：{piece.item}", cell)
