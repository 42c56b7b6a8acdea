"""写工作簿：抬头、多层表头、冻结、打印设置、下拉、合计、说明行与模板标识；文字一律按文字写，从不成公式。"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from miaopu.papers.layout import SIGNED, Field, Sheet, spans
from miaopu.papers.marks import Marks, day
from miaopu.papers.pen import HEAD, Pen, identify

TITLE_ROWS = 2
"""表题一行、填报单位一行，之下是表头。"""

LONGEST = 32_000
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""打头即可能被当作公式的字符；写成文字，并带引号前缀，另存为 csv 也有提示。"""

SCALES = {"money": Decimal(1_000_000), "percent": Decimal(1_000_000), "decimal": Decimal(10_000)}
A4, A3 = 9, 8
WIDEST_ON_A4 = 150
WIDEST_ON_A3 = 240
"""一页 A3 横放还看得清的总列宽（字符）；再宽就分几页宽，每页重复左边的固定列。"""

POINTS_A_LINE = 16
LOW = 18
NARROW = 3
TALLEST = 400


def write_book(
    path: Path, sheets: Sequence[Sheet], marks: Marks, template: str, version: str = "1", listed: Sequence[str] = ()
) -> Path:
    """写一个工作簿；template、version 是模板标识，藏在隐藏表与定义名称里，listed（要交回的各行）也在那里。

    同样的内容写两次字节相同。
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "nan_inf_to_errors": False}  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": sheets[0].title, "author": marks.filled_by, "created": _created(marks)})
        pen = Pen(book)
        for one in sheets:
            _Writer(pen, one, marks, book.add_worksheet(sheet_name(one.name))).write()
        pen.dictionary()
        identify(book, template, version, marks, listed)
    return path


def sheet_name(text: str) -> str:
    """工作表名：去掉不许用的字符，至多 31 字。"""
    return "".join(char for char in text if char not in "[]:*?/\\'")[:31] or "表"


def _created(marks: Marks) -> datetime:
    return datetime(marks.filled_on.year, marks.filled_on.month, marks.filled_on.day)


@dataclass(frozen=True)
class _Writer:
    pen: Pen
    sheet: Sheet
    marks: Marks
    page: Worksheet

    def write(self) -> None:
        columns, top = self.sheet.columns, TITLE_ROWS + self.sheet.depth
        self.page.set_default_row(LOW)
        self.heading(columns)
        rows = self.body(columns, top)
        if self.sheet.total and rows:
            self.totals(columns, top, rows)
        self.rules(columns, top, rows)
        self.foot(columns, top + rows + int(self.sheet.total and rows > 0))
        self.setup(columns, top)

    def heading(self, columns: tuple[Field, ...]) -> None:
        last, page = self.front(columns), self.page
        title = self.pen.style(font_name="方正小标宋简体", font_size=18, align="center", valign="vcenter")
        line = {"font_name": "仿宋_GB2312", "font_size": 11, "valign": "vcenter"}
        self.across(0, 0, last, self.sheet.title, title)
        page.set_row(0, 34)
        self.block(last, line)
        for one in spans(columns, self.sheet.depth):
            style = self.pen.style(**HEAD, **({"font_color": "#C00000"} if one.required else {}))
            box = (TITLE_ROWS + one.top, one.left, TITLE_ROWS + one.bottom, one.right)
            if box[:2] == box[2:]:
                page.write_string(*box[:2], one.text, style)
            else:
                page.merge_range(*box, one.text, style)
        self.head_heights(columns)

    def across(self, row: int, left: int, right: int, text: str, style: Any) -> None:
        """横向合并写一格；只有一格的不合并。"""
        if left == right:
            self.page.write_string(row, left, text, style)
        else:
            self.page.merge_range(row, left, row, right, text, style)

    def block(self, last: int, line: dict[str, Any]) -> None:
        """填报单位、填报时间、单位，左中右；列太少时并成一格。"""
        marks, unit = self.marks, f"单位：{self.sheet.unit}"
        told = (f"填报单位：{marks.filled_by}", f"填报时间：{day(marks.filled_on)}", unit)
        third = self.third(last)
        if last - third < NARROW:
            self.across(1, 0, last, "　".join(told), self.pen.style(**line))
            return
        self.across(1, 0, third, told[0], self.pen.style(**line))
        self.across(1, third + 1, last - 2, told[1], self.pen.style(**line, align="center"))
        self.across(1, last - 1, last, told[2], self.pen.style(**line, align="right"))

    def third(self, last: int) -> int:
        """填报单位占到哪一列：左起约三分之一宽。"""
        widths = [0 if one.hidden else one.width for one in self.sheet.columns[: last + 1]]
        return next(at for at in range(last + 1) if sum(widths[: at + 1]) * 3 >= sum(widths))

    def front(self, columns: tuple[Field, ...]) -> int:
        """抬头与说明合并到哪一列：打印分几页宽的，只到第一页的末列。"""
        wide = shown(columns)
        room, used = wide / pages_wide(wide), 0.0
        for at, one in enumerate(columns):
            used += 0 if one.hidden else one.width
            if used >= room * 0.95:
                return at
        return len(columns) - 1

    def head_heights(self, columns: tuple[Field, ...]) -> None:
        """表头末行的高度：按末层表头折几行。"""
        depth = self.sheet.depth
        need = max(lines_of(one.heading, one.width) - (depth - len(one.path)) for one in columns)
        self.page.set_row(TITLE_ROWS + depth - 1, POINTS_A_LINE * max(need, 1) + 3)

    def body(self, columns: tuple[Field, ...], top: int) -> int:
        height = self.sheet.frame.height
        lines = [1] * height
        for at, one in enumerate(columns):
            self.page.set_column(at, at, one.width, None, {"hidden": True} if one.hidden else {})
            for place, value in enumerate(self.values(at, one, height)):
                self.put(top + place, at, one.kind, value)
                if one.kind == "text" and value:
                    lines[place] = max(lines[place], lines_of(str(value), one.width))
        for place, count in enumerate(lines):
            if count > 1:
                self.page.set_row(top + place, min(POINTS_A_LINE * count + 3, TALLEST))
        return height

    def values(self, at: int, one: Field, height: int) -> Iterable[Any]:
        if at == 0:
            return range(1, height + 1)
        return self.sheet.frame[one.column] if one.column in self.sheet.frame.columns else [None] * height

    def put(self, row: int, at: int, kind: str, value: Any) -> None:
        style = self.pen.cell(kind)
        if value is None or value == "":
            self.page.write_blank(row, at, None, style)
        elif kind in SCALES:
            self.page.write_number(row, at, float(Decimal(value) / SCALES[kind]), style)
        elif kind == "count":
            self.page.write_number(row, at, int(value), style)
        elif kind == "flag":
            self.page.write_string(row, at, "是" if int(value) else "否", style)
        elif kind == "date" and (when := _date(str(value))):
            self.page.write_datetime(row, at, when, style)
        else:
            self.text(row, at, kind, str(value))

    def text(self, row: int, at: int, kind: str, value: str) -> None:
        quoted = value.startswith(RISKY)
        self.page.write_string(row, at, value[:LONGEST], self.pen.cell("quoted" if quoted else kind))

    def totals(self, columns: tuple[Field, ...], top: int, rows: int) -> None:
        row = top + rows
        for at, one in enumerate(columns):
            style = self.pen.cell(one.kind if at else "text", bold=True)
            if at == 0:
                self.page.write_string(row, at, "合计", self.pen.cell("flag", bold=True))
            elif one.total and self.known(one):
                where = f"{xl_rowcol_to_cell(top, at)}:{xl_rowcol_to_cell(row - 1, at)}"
                self.page.write_formula(row, at, f"=SUM({where})", style, self.sum_of(one))
            else:
                self.page.write_blank(row, at, None, style)

    def known(self, one: Field) -> int:
        """这一列有数的行数；表里没有这一列的为零。"""
        frame = self.sheet.frame
        return frame.height - frame[one.column].null_count() if one.column in frame.columns else 0

    def uncounted(self) -> list[str]:
        """合计里没有的：各合计列几行没有数；没有数不是零。"""
        if not self.sheet.total or not self.sheet.frame.height:
            return []
        found = [(one, self.sheet.frame.height - self.known(one)) for one in self.sheet.fields if one.total]
        told = "、".join(f"{''.join(one.path)}{absent}{self.sheet.counted}" for one, absent in found if absent)
        return [f"合计只计有数的，没有数的不当作零：{told}无数"] if told else []

    def sum_of(self, one: Field) -> float | int:
        total = self.sheet.frame[one.column].sum()
        return float(Decimal(total) / SCALES[one.kind]) if one.kind in SCALES else int(total)

    def rules(self, columns: tuple[Field, ...], top: int, rows: int) -> None:
        for at, one in enumerate(columns):
            rule = self.rule(one) if at and rows else None
            if rule:
                self.page.data_validation(top, at, top + rows - 1, at, {**rule, "ignore_blank": True})

    def rule(self, one: Field) -> dict[str, Any] | None:
        words = one.choices or (("是", "否") if one.kind == "flag" else ())
        if words:
            said = {"error_title": "请从下拉中选", "error_message": "只能选下拉里的取值"}
            return {"validate": "list", "source": self.pen.options(words), **said}
        if one.kind == "code":
            said = {"error_title": "代码长度不对", "error_message": "统一社会信用代码是18位"}
            return {"validate": "length", "criteria": "==", "value": 18, **said}
        if one.kind == "count":
            said = {"error_title": "应为整数", "error_message": "填不小于0的整数"}
            return {"validate": "integer", "criteria": ">=", "value": 0, **said}
        if one.kind == "percent":
            said = {
                "error_title": "应为百分数",
                "error_message": "填0至100之间的百分数，如12.5%",
                "error_type": "warning",
            }
            return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1, **said}
        return None

    def foot(self, columns: tuple[Field, ...], row: int) -> None:
        style = self.pen.style(font_name="仿宋_GB2312", font_size=10, text_wrap=True, valign="vcenter")
        wide, lines = shown(columns[: self.front(columns) + 1]), (*self.uncounted(), *self.sheet.notes)
        for offset, line in enumerate(lines):
            text = f"说明：{line}"
            self.across(row + offset, 0, self.front(columns), text, style)
            self.page.set_row(row + offset, 16 * lines_of(text, wide))
        if self.sheet.signed:
            at = row + len(lines)
            self.across(at, 0, self.front(columns), SIGNED, self.pen.style(font_name="仿宋_GB2312", font_size=11))
            self.page.set_row(at, 30)

    def setup(self, columns: tuple[Field, ...], top: int) -> None:
        page = self.page
        fixed = next((at + 1 for at, one in enumerate(columns) if one.heading == self.sheet.frozen_at), 1)
        page.freeze_panes(top, fixed)
        page.repeat_rows(TITLE_ROWS, top - 1)
        page.set_landscape()
        wide = shown(columns)
        pages = pages_wide(wide)
        page.set_paper(A3 if wide > WIDEST_ON_A4 else A4)
        page.fit_to_pages(pages, 0)
        if pages > 1:
            page.repeat_columns(0, fixed - 1)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        page.set_footer("&C第 &P 页，共 &N 页")
        page.set_header("")


def shown(columns: Sequence[Field]) -> float:
    """看得见的列合起来多宽。"""
    return sum(one.width for one in columns if not one.hidden)


def pages_wide(width: float) -> int:
    """总列宽要分几页宽打印。"""
    return max(1, -(-int(width) // WIDEST_ON_A3))


def lines_of(text: str, width: float) -> int:
    """一格文字要几行：汉字算两个字符宽。"""
    room = max(int(width) - 1, 2)
    return sum(-(-max(sum(2 if ord(char) > 255 else 1 for char in part), 1) // room) for part in text.split("\n"))


def _date(text: str) -> datetime | None:
    try:
        found = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None
    return found if found.year >= 1900 else None
