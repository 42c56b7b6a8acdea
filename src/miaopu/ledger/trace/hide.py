"""遮挡：不给这位读者看的来源（统计单户资料等不得作依据的）→ 来历、各数、分歧里它们的值都换成一句话；别的不变。"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from typing import Any

from miaopu.ledger.trace.cell import Cell
from miaopu.ledger.trace.firm_file import FirmFile
from miaopu.ledger.trace.record import Conflict, Fact
from miaopu.ledger.trace.walk import Trace

HIDDEN = "（统计调查资料，本账号不显示数值）"


def hidden_sources(sources: Mapping[str, Any], seen: Callable[[str], bool]) -> frozenset[str]:
    """不得作为依据、读者又不在其范围里（seen 为假）的来源代码。"""
    return frozenset(code for code, one in sources.items() if not one.may_ground and not seen(code))


def hide_cell(cell: Cell, barred: Set[str]) -> Cell:
    """一格；来源在 barred 里的不给值。"""
    return replace(cell, value=None, text=None, shown=HIDDEN) if cell.source in barred else cell


def hide_trace(found: Trace, barred: Set[str]) -> Trace:
    """一个数的来历；取自 barred、或由这样的数算得的，值也不给。"""
    if not barred:
        return found
    parts = tuple(hide_trace(one, barred) for one in found.parts)
    items = tuple(replace(one, cells=_cells(one.cells, barred)) for one in found.items)
    told = replace(
        found, facts=_cells(found.facts, barred), others=_cells(found.others, barred), items=items, parts=parts
    )
    if any(one.source in barred for one in found.facts) or any(one.shown == HIDDEN for one in parts):
        return replace(told, value=None, shown=HIDDEN)
    return told


def hide_file(file: FirmFile, barred: Set[str], source: Callable[[str], str]) -> FirmFile:
    """一家的档案：各来源报过的数与分歧里的说法；source 是来源代码 → 叫法（分歧里写的是叫法）。"""
    if not barred:
        return file
    names = {source(one) for one in barred}
    return replace(
        file,
        facts=tuple(_fact(one, barred) for one in file.facts),
        conflicts=tuple(_conflict(one, barred, names) for one in file.conflicts),
    )


def _cells(cells: tuple[Cell, ...], barred: Set[str]) -> tuple[Cell, ...]:
    return tuple(hide_cell(one, barred) for one in cells)


def _fact(one: Fact, barred: Set[str]) -> Fact:
    told = replace(one, taken=_cells(one.taken, barred), others=_cells(one.others, barred))
    early = one.column is None and any(cell.source in barred for cell in one.others)
    if early or any(cell.source in barred for cell in one.taken):
        return replace(told, value=None, shown=HIDDEN)
    return told


def _conflict(one: Conflict, barred: Set[str], names: Set[str]) -> Conflict:
    values = tuple((who, HIDDEN if who in names else shown, *rest) for who, shown, *rest in one.values)
    return replace(one, values=values)
