"""注：材料里每个来自台账的数带一个注号，文末一张表写明它出自哪一格；同一个数只注一次。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from miaopu.desk.figure import Figures
from miaopu.desk.improvement.words import dated
from miaopu.ledger.trace import Cell, Counted, Trace
from miaopu.terms.complaint import Refusal
from miaopu.terms.shown import UNKNOWN, day

HEADS = ("注号", "数", "写法", "出处")
WIDTHS = (12, 34, 32, 78)
ADDRESS = re.compile(r"([A-Z]+)(\d+)")
MOST = 6
"""一个数至多写出几段格，多的写“等几格”。"""


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
    year: int
    told: dict[str, Note] = field(default_factory=dict)

    def title(self, column: str) -> str:
        """名称，年度列写明是哪一年。"""
        return dated(column, self.figures.title(column), self.year)

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
        title = dated(column, found.title, self.year)
        self.told[column] = Note(number, column, title, found.shown, "")
        self.told[column] = Note(number, column, title, found.shown, self._place(found))
        return True

    def _place(self, found: Trace) -> str:
        if found.parts:
            parts = "、".join(
                f"{dated(one.column, one.title, self.year)}{one.shown}{self.mark(one.column)}" for one in found.parts
            )
            return f"由{parts}得出（{found.formula}）"
        return _cells(found.facts) or _counted(found.items) or found.reason


def _counted(items: Sequence[Counted]) -> str:
    """由条目数得的：算进去的各件、还说不准的各件，分开写各自的格。"""
    parts = []
    for answer, head in (("满足", "由条目数得，计入{}件"), ("未知", "待核{}件，没有计入确有的")):
        mine = [one for one in items if one.answer == answer]
        if mine:
            parts.append(f"{head.format(len(mine))}：{_cells([cell for one in mine for cell in one.cells])}")
    return "；".join(parts)


def _cells(cells: Sequence[Cell]) -> str:
    """同一文件、工作表、批次的格写在一起，同一行相连的并成一段；写不下的写明共几格，一格只数一回。"""
    grouped: dict[tuple[str, str, str, date], set[str]] = {}
    for one in cells:
        grouped.setdefault((one.file, one.sheet, one.batch, one.received), set()).add(one.cell)
    spans = [(place, span) for place, found in grouped.items() for span in _spans(found)]
    kept: dict[tuple[str, str, str, date], list[str]] = {}
    for place, span in spans[:MOST]:
        kept.setdefault(place, []).append(span)
    more = f"等{sum(map(len, grouped.values()))}格" if len(spans) > MOST else ""
    return "；".join(_file(*place, "、".join(found)) for place, found in kept.items()) + more


def _spans(cells: Iterable[str]) -> list[str]:
    """B3、C3、D3 → B3:D3；没有列号的（整行）照写。"""
    runs: list[list[tuple[str, int, str]]] = []
    for one in sorted(map(address, cells)):
        if runs and one[1] and (runs[-1][-1][0], runs[-1][-1][1] + 1) == one[:2]:
            runs[-1].append(one)
        else:
            runs.append([one])
    return [run[0][2] if len(run) == 1 else f"{run[0][2]}:{run[-1][2]}" for run in runs]


def address(cell: str) -> tuple[int, int, str]:
    """A1 写法 →（行，列，原样）；没有列的列为 0。"""
    found = ADDRESS.fullmatch(cell)
    if found is None:
        return 0, 0, cell
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column, cell


def _file(file: str, sheet: str, batch: str, received: date, cells: str) -> str:
    return f"《{file}》{f'“{sheet}”' if sheet else ''}{cells}（批次{batch}，{day(received)}收到）"
