"""竖式表：一家企业一张，左边是项目，右边是值；带年份的项目按年份行横排。"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from miaopu.ledger.reading.table.fit import Matched, measured
from miaopu.ledger.reading.table.heading import Heading, heading, stated_unit, stated_year
from miaopu.ledger.reading.workbook.grid import Grid
from miaopu.ledger.source import Column, Source, Table
from miaopu.terms.indicator import fold
from miaopu.terms.period import parse_year
from miaopu.terms.quantity import unit_named

TALLEST, WIDEST, LONGEST = 400, 40, 40
"""竖式表至多多少行、多少列，项目名至多多少字。"""
LEAST = 4
"""至少对上这么多个项目才算竖式表。"""


@dataclass(frozen=True)
class Cell:
    """竖式表里的一个值：matched 是它的项目（指标、单位、期间），row、column 是格子里的位置。"""

    matched: Matched
    row: int
    column: int
    text: str


@dataclass(frozen=True)
class Form:
    """认出的一张竖式表。unknown 是不认得的项目（行、列、文字）。"""

    grid: Grid
    source: Source
    table: Table
    top: int
    cells: tuple[Cell, ...]
    unknown: tuple[tuple[int, int, str], ...]

    @property
    def score(self) -> float:
        """用来认来源：对上的不同项目数。"""
        return float(len({one.matched.column.key for one in self.cells}))

    def text(self, role: str) -> str | None:
        """某身份项（uscc、name…）的值；没有为 None。"""
        return next(
            (one.text for one in self.cells if role in (one.matched.column.role, one.matched.column.indicator)), None
        )


def find(grid: Grid, source: Source) -> Form | None:
    """把格子当作该来源的竖式表来读；不像则为 None。"""
    tables = [table for table in source.tables if table.shape == "form"]
    if not tables or grid.height > TALLEST or grid.width > WIDEST:
        return None
    form = _read(grid, source, tables[0])
    named = any(one.matched.column.role == "name" for one in form.cells)
    return form if named and form.score >= LEAST else None


def _read(grid: Grid, source: Source, table: Table) -> Form:
    aliases = {alias: column for column in table.columns for alias in column.aliases}
    top_text = " ".join(text for row in range(1, min(grid.height, 6) + 1) for text in grid.row(row) if text)
    unit, year = stated_unit(top_text), stated_year(top_text)
    years: dict[int, str] = {}
    unit_column = 0
    cells: list[Cell] = []
    unknown: list[tuple[int, int, str]] = []
    for row in range(1, grid.height + 1):
        texts = grid.row(row)
        found = {column: one for column, text in enumerate(texts, 1) if (one := parse_year(text) or _dated(text))}
        if len(found) >= 2 or (found and fold(texts[0]) in table.ignore):
            years = found
            unit_column = next((c for c, text in enumerate(texts, 1) if fold(text) in ("单位", "计量单位")), 0)
            continue
        labels = [(c, aliases[word]) for c, text in enumerate(texts, 1) if (word := _alias(text, aliases))]
        row_unit = unit_named(texts[unit_column - 1]) if unit_column and texts[unit_column - 1] else None
        for place, (column, declared) in enumerate(labels):
            stop = labels[place + 1][0] if place + 1 < len(labels) else grid.width + 1
            label = heading(column, (texts[column - 1],))
            spot = Spot(row, column, stop, unit_column, row_unit or label.unit or "", unit, year)
            cells.extend(_cells(texts, label, declared, spot, years))
        if not labels and years and texts[0] and any(texts[c - 1] for c in years if c <= len(texts)):
            unknown.append((row, 1, texts[0]))
    top = min((one.row for one in cells if one.matched.column.role == "name"), default=1)
    return Form(grid, source, table, top, tuple(cells), tuple(unknown))


@dataclass(frozen=True)
class Spot:
    """项目所在：行、列、值到哪一列为止、单位列、本行单位、全表单位、全表年份。"""

    row: int
    column: int
    stop: int
    unit_column: int
    unit: str
    sheet_unit: str
    sheet_year: str


@lru_cache(maxsize=4096)  # 认来源时同一张表要按各来源各看一遍
def _dated(text: str) -> str:
    """“2025年末”“2025年（实际）”一类短的年份格。"""
    one = heading(1, (text,)) if text and len(text) <= 10 else None
    return one.year if one and not any(one.words) else ""


def _alias(text: str, aliases: dict[str, Column]) -> str:
    if not text or len(text) > LONGEST:
        return ""
    return next((word for word in _words(text) if word in aliases), "")


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return heading(1, (text,)).candidates()


def _cells(
    texts: tuple[str, ...], label: Heading, declared: Column, spot: Spot, years: dict[int, str]
) -> Iterator[Cell]:
    within = [column for column in years if spot.column < column < spot.stop]
    by_year = within and "header" in declared.period and declared.indicator and declared.period[-1] != "none"
    if by_year and not label.year:
        for column in within:
            if texts[column - 1]:
                yield _cell(texts, replace(label, year=years[column]), declared, spot, column)
        return
    column = next((c for c in range(spot.column + 1, spot.stop) if texts[c - 1] and c != spot.unit_column), 0)
    if column:
        yield _cell(texts, label, declared, spot, column)


def _cell(texts: tuple[str, ...], label: Heading, declared: Column, spot: Spot, column: int) -> Cell:
    stated = replace(label, unit=spot.unit, column=column)
    return Cell(
        measured(stated, declared, spot.sheet_unit, spot.sheet_year, False), spot.row, column, texts[column - 1]
    )
