"""一个县区的一览表：标题、表头、数据、小计、重复表头、分表、签字、隐藏，排成工作表并逐处记账。"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from miaopu.demo import draw
from miaopu.demo.plan import Plan
from miaopu.demo.survey.cell import CellWriter
from miaopu.demo.survey.column import Column, columns, head
from miaopu.demo.survey.fault import Fault, Ledger
from miaopu.demo.survey.grid import WRITERS, Grid
from miaopu.demo.survey.record import Record

SOURCE = "county"
_TWINS = ("duplicate_same", "duplicate_conflict")
_BREAKS = ("subtotal", "repeat")
_MAKING = {str(division) for division in range(13, 44)}


@dataclass
class Page:
    """正在排的一张表：grid 与当前行号（从 0 起）。"""

    plan: Plan
    style: dict[str, Any]
    grid: Grid
    ledger: Ledger
    writer: CellWriter
    cols: list[Column]
    row: int = 0
    serial: int = 0

    def note(self, kind: str, column: int = 0, one: Record | None = None, **more: Any) -> None:
        """记一处毛病；行号取当前行。"""
        place = {"file": self.style["file"], "sheet": self.sheet, "row": self.row + 1, "column": column}
        who = {"firm": one.firm, "uscc": one.uscc} if one else {}
        self.ledger.faults.append(Fault(kind, SOURCE, **place, **who, **more))

    @property
    def sheet(self) -> str:
        """工作表名；csv 没有工作表。"""
        return "" if self.style.get("format") == "csv" else self.grid.name


def county_file(plan: Plan, style: dict[str, Any], rows: list[Record], folder: Path, ledger: Ledger) -> tuple[int, int]:
    """写一个县区的文件，返回数据行数与单元格数。"""
    writer = CellWriter(style, plan.survey["missing"], draw.stream(plan.seed, f"survey cells {style['county']}"))
    page = Page(plan, style, Grid("企业数据一览表"), ledger, writer, columns(style))
    _title(page)
    for part, label in _tables(style, rows):
        _table(page, part, label)
    _tail(page)
    grids = [page.grid, *_hidden(page, rows)]
    folder.mkdir(parents=True, exist_ok=True)
    more = {"epoch": style["epoch"]} if "epoch" in style else {}
    WRITERS[style.get("format", "xlsx")](folder / style["file"], grids, **more)
    return len(rows), sum(len(grid.cells) for grid in grids)


def _title(page: Page) -> None:
    """标题、填报单位与日期、单位（若写在标题）；csv 从表头开始。"""
    words, width = page.plan.survey, len(page.cols)
    if page.style.get("format") == "csv":
        return
    page.grid.put(0, 0, words["title"].format(county=page.style["county"]))
    page.grid.merge(0, 0, 0, width - 1)
    page.note("title_rows")
    page.grid.put(1, 0, words["reporter"].format(county=page.style["county"]))
    page.grid.put(1, width // 2, words["date"])
    if page.style["unit_at"] == "title":
        page.grid.put(1, width - 3, f"单位：{page.style.get('unit', '万元')}")
    page.row = 2
    if page.style["unit_at"] == "note above":
        page.grid.put(2, 0, f"注：金额单位：{page.style.get('unit', '万元')}，以审计报告为准")
        page.grid.merge(2, 0, 2, width - 1)
        page.row = 3
    if "wrong_unit" in page.style:
        page.note("wrong_unit_file", found=f"单位：{page.style.get('unit', '万元')}", right=page.style["wrong_unit"])


def _tables(style: dict[str, Any], rows: list[Record]) -> Iterator[tuple[list[Record], str]]:
    """同一张表上的几个分表；只有一个时没有分表名。"""
    if style.get("tables", 1) == 1:
        yield rows, ""
        return
    making = [str(one.values["industry"])[:2] in _MAKING for one in rows]
    yield [one for one, made in zip(rows, making, strict=True) if made], "一、制造业企业"
    yield [one for one, made in zip(rows, making, strict=True) if not made], "二、软件和信息技术服务业等企业"


def _table(page: Page, rows: list[Record], label: str) -> None:
    if label:
        page.note("several_tables", found=label)
        page.grid.put(page.row, 0, label)
        page.row += 1
    _head(page)
    start, half = page.row, max(2, len(rows) // 2 + 1)
    every, again = (min(page.style.get(key, len(rows)), half if key in page.style else len(rows)) for key in _BREAKS)
    for done, one in enumerate(rows, start=1):
        if done > 1 and (done - 1) % again == 0:
            _region(page, start)
            page.note("repeated_header")
            _head(page)
            start = page.row
        _line(page, one)
        if done % every == 0 and done < len(rows):
            _region(page, start)
            _sum(page, rows[done - every : done], "小计")
            start = page.row
    _region(page, start)
    if "subtotal" in page.style:
        _sum(page, rows, "合计")


def _head(page: Page) -> None:
    if page.style["header"] > 1:
        page.note("merged_header", found=f"{page.style['header']}行表头")
    page.row = head(page.grid, page.row, page.cols, page.style["header"])


def _line(page: Page, one: Record) -> None:
    """一家一行：先写格，再把行级毛病记在它的格上；重复的一行照抄前一行。"""
    page.serial += 1
    before = page.ledger.rows[-1][3] - 1 if page.ledger.rows else 0
    page.ledger.rows.append((SOURCE, page.style["file"], page.sheet, page.row + 1, one.firm))
    if one.faults and one.faults[0][0] in _TWINS:
        _twin(page, one, before)
    else:
        _cells(page, one)
    _spoiled(page, one)
    if one.hidden:
        page.grid.hidden_rows.add(page.row)
    page.row += 1


def _shown(page: Page) -> Iterator[tuple[int, Column]]:
    """逐行要写的列；县区纵向合并时不逐行写。"""
    merged = page.style["region"] == "merged"
    return ((at, column) for at, column in enumerate(page.cols) if not (merged and column.key == "county"))


def _cells(page: Page, one: Record) -> None:
    spoiled = {key for _, key, _ in one.faults}
    for at, column in _shown(page):
        value = page.serial if column.kind == "serial" else one.values.get(column.key)
        if column.key in spoiled:
            page.grid.put(page.row, at, value)
            continue
        shown, kind, right = page.writer.write(column, value)
        page.grid.put(page.row, at, shown)
        if kind:
            period = str(column.year or "")
            page.note(kind, at + 1, one, indicator=column.field, period=period, found=str(shown), right=right)


def _twin(page: Page, one: Record, before: int) -> None:
    """同一家又报一次：与前一行一字不差，只有矛盾的那一格不同；抄来的毛病也记账。"""
    changed = {key for _, key, _ in one.faults}
    for at, column in _shown(page):
        same = page.serial if column.kind == "serial" else page.grid.cells.get((before, at))
        other = column.key in changed
        page.grid.put(page.row, at, page.writer.plain(column, one.values[column.key]) if other else same)
    own = {at + 1 for at, column in enumerate(page.cols) if column.key not in changed}
    recent = [fault for fault in page.ledger.faults[-99:] if fault.file == page.style["file"] and fault.column in own]
    page.ledger.faults += [replace(fault, row=page.row + 1) for fault in recent if fault.row == before + 1]


def _spoiled(page: Page, one: Record) -> None:
    keys = {column.key: (at + 1, column) for at, column in enumerate(page.cols)}
    for kind, key, right in one.faults:
        at, column = keys.get(key, (0, None))
        found = str(page.grid.cells.get((page.row, at - 1), "")) if at else ""
        period = str(column.year or "") if column else ""
        page.note(kind, at, one, indicator=column.field if column else "", period=period, found=found, right=right)


def _region(page: Page, start: int) -> None:
    """县区纵向合并：只在首行写一次。"""
    if page.style["region"] != "merged" or page.row <= start:
        return
    at = next(place for place, column in enumerate(page.cols) if column.key == "county")
    page.grid.put(start, at, page.style["county"])
    page.grid.merge(start, at, page.row - 1, at)


def _sum(page: Page, rows: list[Record], word: str) -> None:
    """小计或合计行：金额列相加，绝不是一家企业。"""
    page.note("subtotal", found=word)
    page.grid.put(page.row, 2, word)
    for at, column in enumerate(page.cols):
        if column.kind == "money":
            total = sum(one.values.get(column.key) or 0 for one in rows)
            page.grid.put(page.row, at, float(page.writer.amount(column, total)))
    page.row += 1


def _tail(page: Page) -> None:
    """附注与签字。"""
    if page.style.get("format") == "csv":
        return
    if page.style["unit_at"] == "note":
        page.grid.put(page.row, 0, f"注：金额单位：{page.style.get('unit', '万元')}；没有的填“—”。")
    else:
        page.grid.put(page.row, 0, page.plan.survey["note"])
    page.row += 1
    page.note("signature")
    page.grid.put(page.row, 0, page.plan.survey["signature"])


def _hidden(page: Page, rows: list[Record]) -> list[Grid]:
    """隐藏的列与隐藏的旧表。"""
    if page.style.get("hidden_column"):
        at = next(place for place, column in enumerate(page.cols) if column.key == "rank")
        page.grid.hidden_columns.add(at)
        page.row = 0
        page.note("hidden_column", at + 1, indicator="rank")
    if not page.style.get("hidden_sheet"):
        return []
    old = Grid("旧数", hidden=True)
    start = head(old, 0, page.cols, 1)
    for at, column in enumerate(page.cols):
        if column.key in ("name", "uscc", "revenue_2025"):
            value = rows[0].values[column.key]
            old.put(start, at, value if column.kind == "text" else float(page.writer.amount(column, value // 2)))
    page.ledger.faults.append(Fault("hidden_sheet", SOURCE, page.style["file"], old.name))
    return [old]
