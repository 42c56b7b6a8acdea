"""表样：一张工作表的格、合并、隐藏；写成 xlsx、xls（BIFF）、网页冒充的 xls、csv。"""

import html
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import xlsxwriter
import xlwt

from miaopu.demo import write


@dataclass(frozen=True)
class Formula:
    """公式与它保存的结果。"""

    text: str
    result: float

    def __str__(self) -> str:
        return self.text


Value = str | int | float | date | Formula


@dataclass
class Grid:
    """行列从 0 起；merges 是（首行、首列、末行、末列）。"""

    name: str
    cells: dict[tuple[int, int], Value] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False

    def put(self, row: int, column: int, value: Value | None) -> None:
        """写一格；None 与空串不写。"""
        if value is not None and value != "":
            self.cells[row, column] = value

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """合并；单格不必合并。"""
        if (top, left) != (bottom, right):
            self.merges.append((top, left, bottom, right))

    @property
    def height(self) -> int:
        """行数。"""
        return max((row for row, _ in self.cells), default=-1) + 1

    @property
    def width(self) -> int:
        """列数。"""
        return max((column for _, column in self.cells), default=-1) + 1


def to_xlsx(path: Path, grids: list[Grid], epoch: int = 1900) -> None:
    """xlsx；合并格左上写值，隐藏照写；epoch 为 1904 时用 1904 日期系统。"""
    with write.workbook(path, date_1904=epoch == 1904) as book:
        formats = {
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "head": book.add_format({"align": "center", "valign": "vcenter", "text_wrap": True}),
        }
        for grid in grids:
            _xlsx_sheet(book.add_worksheet(grid.name), grid, formats)


def _xlsx_sheet(page: xlsxwriter.worksheet.Worksheet, grid: Grid, formats: dict) -> None:
    for span in grid.merges:
        page.merge_range(*span, "", formats["head"])
    for (row, column), value in grid.cells.items():
        _xlsx_cell(page, row, column, value, formats)
    for row in grid.hidden_rows:
        page.set_row(row, None, None, {"hidden": True})
    for column in grid.hidden_columns:
        page.set_column(column, column, None, None, {"hidden": True})
    if grid.hidden:
        page.hide()


def _xlsx_cell(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Value, formats: dict) -> None:
    if isinstance(value, Formula):
        page.write_formula(row, column, value.text, None, value.result)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, formats["day"])
    elif isinstance(value, str):
        page.write_string(row, column, value)
    else:
        page.write_number(row, column, value)


def to_biff(path: Path, grids: list[Grid]) -> None:
    """真正的 xls（BIFF8）。"""
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for grid in grids:
        page = book.add_sheet(grid.name)
        spans = {(top, left): (top, bottom, left, right) for top, left, bottom, right in grid.merges}
        for place, value in grid.cells.items():
            if place in spans:
                page.write_merge(*spans[place], value)
            else:
                page.write(*place, value, *([day] if isinstance(value, date) else []))
    book.save(str(path))


def to_html(path: Path, grids: list[Grid]) -> None:
    """网页表格存成 .xls：门户导出的老毛病；编码 GB18030。"""
    tables = "".join(_html_table(grid) for grid in grids)
    head = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>'
    path.write_bytes(f"{head}\n{tables}</body></html>\n".encode("gb18030"))


def _html_table(grid: Grid) -> str:
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in grid.merges}
    inside = {
        (row, column)
        for top, left, bottom, right in grid.merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - set(spans)
    lines = []
    for row in range(grid.height):
        cells = [_html_cell(grid, spans, row, column) for column in range(grid.width) if (row, column) not in inside]
        lines.append("<tr>" + "".join(cells) + "</tr>")
    return '<table border="1">\n' + "\n".join(lines) + "\n</table>\n"


def _html_cell(grid: Grid, spans: dict[tuple[int, int], tuple[int, int]], row: int, column: int) -> str:
    tall, wide = spans.get((row, column), (1, 1))
    mark = (f' rowspan="{tall}"' if tall > 1 else "") + (f' colspan="{wide}"' if wide > 1 else "")
    return f"<td{mark}>{html.escape(str(grid.cells.get((row, column), '')))}</td>"


def to_csv(path: Path, grids: list[Grid]) -> None:
    """GB18030 的 csv；含逗号的格加引号。"""
    grid = grids[0]
    lines = [
        ",".join(_csv_cell(grid.cells.get((row, column), "")) for column in range(grid.width))
        for row in range(grid.height)
    ]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode("gb18030"))


def _csv_cell(value: Value) -> str:
    text = str(value)
    return f'"{text}"' if "," in text or '"' in text else text


WRITERS = {"xlsx": to_xlsx, "biff": to_biff, "html": to_html, "csv": to_csv}
