"""格子：一张工作表读成的文字方格，连同合并、隐藏、数值类型与纪元；行列从 1 起。"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

from miaopu.ledger.reading.workbook.sheets import NUMBER


@dataclass(frozen=True)
class Grid:
    """frame 每列一个 String 列，列名是列号；rows 为各行的源行号（稀疏表才不连续，否则为 None）。"""

    sheet: str
    frame: pl.DataFrame
    types: Mapping[int, bytes] = field(default_factory=dict)
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    epoch: int = 1900
    lines: tuple[int, ...] | None = None

    @property
    def height(self) -> int:
        """行数。"""
        return self.frame.height

    @property
    def width(self) -> int:
        """列数。"""
        return self.frame.width

    def text(self, row: int, column: int) -> str:
        """一格的文字；空格为空串。"""
        return self.frame[str(column)][row - 1] or ""

    def row(self, row: int) -> tuple[str, ...]:
        """一行的文字。"""
        return tuple(value or "" for value in self.frame.row(row - 1))

    def line(self, row: int) -> int:
        """源文件里的行号。"""
        return self.lines[row - 1] if self.lines else row

    def numeric_rows(self, column: int) -> frozenset[int]:
        """该列里原是数（不是文字）的行。"""
        kinds = self.types.get(column, b"")
        return frozenset(index for index, kind in enumerate(kinds, 1) if kind == NUMBER)


def build(payload: Mapping[str, Any], **marks: Any) -> Grid:
    """由子进程给的一张表建格子；percents 是带百分号格式的格，换成带 % 的文字。"""
    columns = payload["columns"]
    for row, column in marks.pop("percents", ()):
        if column <= len(columns) and row <= len(columns[column - 1]) and columns[column - 1][row - 1]:
            columns[column - 1][row - 1] = _percent(columns[column - 1][row - 1])
    return Grid(
        sheet=payload["name"],
        frame=_frame(columns),
        types={index: kinds for index, kinds in enumerate(payload["types"], 1) if kinds},
        merges=tuple(tuple(one) for one in payload["merges"]),
        hidden=marks.pop("hidden", payload["hidden"]),
        **marks,
    )


def _frame(columns: list[list[str | None]]) -> pl.DataFrame:
    frame = pl.DataFrame([pl.Series(str(index), column, pl.String) for index, column in enumerate(columns, 1)])
    stripped = pl.all().str.strip_chars(" \t\r\n\u3000\xa0\ufeff")
    return frame.select(stripped).select(pl.when(pl.all() != "").then(pl.all()))


def _percent(text: str) -> str:
    try:
        return f"{(Decimal(text) * 100).normalize():f}%"
    except ArithmeticError:
        return text
