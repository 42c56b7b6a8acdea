"""格：一条事实和它所在的文件、表、格、批次、入账人；读一家的全部事实，一家读一遍。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import polars as pl

from miaopu.ledger.journal import Active, Entry
from miaopu.ledger.snapshot import Snapshot
from miaopu.ledger.snapshot.gather import facts_of
from miaopu.ledger.snapshot.roster import every_name, names_of
from miaopu.ledger.trace.wording import Wording
from miaopu.terms.complaint import Complaint, Severity

Mark = tuple[Any, ...]


@dataclass(frozen=True)
class Cell:
    """一条事实和它所在的格：value 为内部单位的整数，text 为文字，shown 是人读的写法；cell 为 A1 写法。"""

    indicator: str
    item: str
    period: str
    basis: str
    value: int | None
    text: str | None
    source: str
    file: str
    digest: str
    sheet: str
    cell: str
    batch: str
    received: date
    posted_by: str
    shown: str = ""
    department: str = ""

    def sentence(self) -> str:
        """一句完整的中文。"""
        place = "".join((f"《{self.file}》", f"工作表“{self.sheet}”" if self.sheet else "", self.cell))
        return f"{place}：{self.shown}（{self.basis}，批次 {self.batch}，{self.received} 收到，{self.posted_by} 入账）"


@dataclass(frozen=True)
class View:
    """一家在一次快照里：now 有效批次，row 宽表里的一行（一行的表），wording 措辞。"""

    now: Active
    snapshot: Snapshot
    enterprise: str
    row: pl.DataFrame
    wording: Wording

    def value(self, column: str) -> Any:
        """宽表里的值；没有这一列为 None。"""
        return self.row[column][0] if column in self.row.columns else None

    @cached_property
    def said(self) -> frozenset[str]:
        """它在来件里用过的主体号：自己的，加上并入它的。"""
        return every_name(self.now, [self.enterprise])

    @cached_property
    def named(self) -> pl.DataFrame:
        """登记来源报过的它的名称。"""
        return names_of(self.now, self.said)

    def cells(self, indicator: str) -> tuple[Cell, ...]:
        """该企业这个指标（或条目的全部字段）在有效批次里的全部事实。"""
        return tuple(one for one in self.every_cell if one.indicator.partition(".")[0] == indicator.partition(".")[0])

    @cached_property
    def every_cell(self) -> tuple[Cell, ...]:
        """该企业在有效批次里的全部事实，并入它的主体的也在内。"""
        facts = facts_of(self.now, self.said).collect()
        return tuple(
            cell_of(one, self.entries[one["batch"]], self.wording)
            for one in facts.iter_rows(named=True)
            if one["batch"] in self.entries
        )

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """有效批次号 → 账页。"""
        return {entry.id: entry for entry in self.now.batches}

    @cached_property
    def origin(self) -> pl.DataFrame:
        """这一家取定的值的出处。"""
        return self.snapshot.origin.filter(pl.col("enterprise") == self.enterprise)

    @cached_property
    def conflicts(self) -> list[dict[str, Any]]:
        """这一家的冲突。"""
        return self.snapshot.conflicts.filter(pl.col("enterprise") == self.enterprise).to_dicts()

    @cached_property
    def taken(self) -> Mapping[str, frozenset[Mark]]:
        """列名 → 取定的格。"""
        told: dict[str, set[Mark]] = {}
        for one in self.origin.iter_rows(named=True):
            told.setdefault(one["column"], set()).add(_mark(one, a1(one["row"], one["cell"])))
        return {column: frozenset(marks) for column, marks in told.items()}

    def split(self, told: tuple[Cell, ...], column: str) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
        """（取用的, 未取用的）。"""
        marks = self.taken.get(column, frozenset())
        taken = [mark_of(cell) in marks for cell in told]
        facts = tuple(cell for cell, mark in zip(told, taken, strict=True) if mark)
        return facts, tuple(cell for cell, mark in zip(told, taken, strict=True) if not mark)


def mark_of(cell: Cell) -> Mark:
    """一格的身份：来源、批次、表、期间、口径、格。"""
    return (cell.source, cell.batch, cell.sheet, cell.period, cell.basis, cell.cell)


def _mark(origin: Mapping[str, Any], place: str) -> Mark:
    return (*(origin[name] for name in ("source", "batch", "sheet", "period", "basis")), place)


def cell_of(fact: Mapping[str, Any], entry: Entry, wording: Wording) -> Cell:
    """一条事实（FACT_SCHEMA 的一行）与它的批次 → 格。"""
    kept = ("indicator", "item", "period", "basis", "value", "text", "source", "sheet", "batch", "received")
    value = fact["text"] if fact["value"] is None else fact["value"]
    return Cell(
        **{name: fact[name] for name in kept},
        file=entry.body["file"],
        digest=entry.body["digest"],
        cell=a1(fact["row"], fact["column"]),
        posted_by=entry.by,
        shown=wording.shown(fact["indicator"], value),
        department=wording.source(fact["source"]),
    )


def a1(row: int | None, column: int | None) -> str:
    """A1 写法；没有列号的只写行。"""
    return Complaint("", Severity.INFO, "", "", "", "", row=row or 0, column=column or 0).cell
