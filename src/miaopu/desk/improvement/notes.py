"""注：材料里每个来自台账的数带一个注号，文末一张表写明它出自哪一格；同一个数只注一次。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from miaopu.desk.figure import Figures
from miaopu.ledger.trace import Cell, Trace
from miaopu.terms.complaint import Refusal
from miaopu.terms.shown import UNKNOWN, day

HEADS = ("注号", "数", "写法", "出处")
WIDTHS = (12, 34, 32, 78)
MOST = 6
"""一个数至多写出几格出处，多的写“等几格”。"""


@dataclass(frozen=True)
class Note:
    """一条注：column 是列名，shown 是写法，place 是出处一句。"""

    number: int
    column: str
    title: str
    shown: str
    place: str

    @property
    def row(self) -> tuple[str, str, str, str]:
        """表里的一行。"""
        return str(self.number), self.title, self.shown, self.place


@dataclass
class Notes:
    """一份材料的注；次序是先用先注。"""

    figures: Figures
    told: dict[str, Note] = field(default_factory=dict)

    def cite(self, column: str) -> str:
        """数的写法带注号；不知道的为“—”，不注。"""
        shown = self.figures.shown(column)
        return shown if shown == UNKNOWN else shown + self.mark(column)

    def mark(self, column: str) -> str:
        """〔注1〕；没有来历的（如企业号）为空串。"""
        if column not in self.told and not self._tell(column):
            return ""
        return f"〔注{self.told[column].number}〕"

    def rows(self) -> list[tuple[str, str, str, str]]:
        """注的表，按注号。"""
        return [one.row for one in self.told.values()]

    def _tell(self, column: str) -> bool:
        try:
            found = self.figures.trace(column)
        except Refusal:
            return False
        if found.shown in ("", UNKNOWN):
            return False
        number = len(self.told) + 1
        self.told[column] = Note(number, column, found.title, found.shown, "")
        self.told[column] = Note(number, column, found.title, found.shown, self._place(found))
        return True

    def _place(self, found: Trace) -> str:
        if found.parts:
            parts = "、".join(f"{one.title}{one.shown}{self.mark(one.column)}" for one in found.parts)
            return f"由{parts}得出（{found.formula}）"
        items = [cell for one in found.items if one.answer != "不满足" for cell in one.cells[:1]]
        told = _cells(found.facts) or (f"由条目数得：{_cells(items)}" if items else "")
        return told or found.reason


def _cells(cells: Sequence[Cell]) -> str:
    """同一文件、工作表、批次的格写在一起。"""
    grouped: dict[tuple[str, str, str, date], list[str]] = {}
    for one in cells[:MOST]:
        grouped.setdefault((one.file, one.sheet, one.batch, one.received), []).append(one.cell)
    more = f"等{len(cells)}格" if len(cells) > MOST else ""
    return "；".join(_file(*place, "、".join(found)) for place, found in grouped.items()) + more


def _file(file: str, sheet: str, batch: str, received: date, cells: str) -> str:
    return f"《{file}》{f'“{sheet}”' if sheet else ''}{cells}（批次{batch}，{day(received)}收到）"
