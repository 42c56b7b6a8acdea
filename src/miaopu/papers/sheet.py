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

from miaopu.papers.layout import Field, Sheet, spans
from miaopu.papers.marks import Marks, day

DICTIONARY, TEMPLATE = "字典", "_模板"
TITLE_ROWS = 2
"""表题一行、填报单位一行，之下是表头。"""

LONGEST = 32_000
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""打头即可能被当作公式的字符；写成文字，并带引号前缀，另存为 csv 也有提示。"""

FORMATS = {
    "money": {"num_format": "#,##0.00"},
    "percent": {"num_format": "0.00%"},
    "count": {"num_format": "0"},
    "decimal": {"num_format": "General"},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "code": {"num_format": "@", "align": "center"},
    "text": {"text_wrap": True},
    "flag": {"align": "center"},
    "quoted": {"text_wrap": True, "quote_prefix": True},
}
HOUSE = {"font_name": "仿宋_GB2312", "font_size": 11, "valign": "vcenter", "border": 1}
HEAD = {"font_name": "黑体", "font_size": 11, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1,
        "bg_color": "#EDEDED"}  # fmt: skip
SCALES = {"money": Decimal(1_000_000), "percent": Decimal(1_000_000), "decimal": Decimal(10_000)}
A4, A3 = 9, 8
WIDEST_ON_A4 = 150


def write_book(path: Path, sheets: Sequence[Sheet], marks: Marks, template: str, version: str = "1") -> Path:
    """写一个工作簿；template、version 是模板标识，藏在隐藏表与定义名称里。同样的内容写两次字节相同。"""
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "nan_inf_to_errors": False}  # fmt: skip
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": sheets[0].title, "author": marks.filled_by, "created": _created(marks)})
        pen = Pen(book)
        for one in sheets:
            _Writer(pen, one, marks, book.add_worksheet(sheet_name(one.name))).write()
        pen.dictionary()
        _identity(book, template, version, marks)
    return path


def sheet_name(text: str) -> str:
    """工作表名：去掉不许用的字符，至多 31 字。"""
    return "".join(char for char in text if char not in "[]:*?/\\'")[:31] or "表"


def _created(marks: Marks) -> datetime:
    return datetime(marks.filled_on.year, marks.filled_on.month, marks.filled_on.day)


def _identity(book: xlsxwriter.Workbook, template: str, version: str, marks: Marks) -> None:
    hidden = book.add_worksheet(TEMPLATE)
    told = [("模板", template), ("模板版本", version), ("快照指纹", marks.snapshot)]
    told += [("数据截至", marks.known_on.isoformat()), ("评估日", marks.assessed_on.isoformat())]
    told += [("标准", one.sentence()) for one in marks.standards]
    for row, (key, value) in enumerate(told):
        hidden.write_string(row, 0, key)
        hidden.write_string(row, 1, value)
    hidden.very_hidden()
    book.define_name("miaopu_template", f"='{TEMPLATE}'!$B$1")
    book.define_name("miaopu_template_version", f"='{TEMPLATE}'!$B$2")


class Pen:
    """一个工作簿共用的格式与字典。"""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book, self.made, self.choices = book, {}, {}

    def cell(self, kind: str, bold: bool = False) -> Any:
        """某类格的格式。"""
        key = (kind, bold)
        if key not in self.made:
            weight = {"bold": True} if bold else {}
            self.made[key] = self.book.add_format({**HOUSE, **FORMATS[kind], **weight})
        return self.made[key]

    def style(self, **more: Any) -> Any:
        """抬头、说明等单用的格式。"""
        key = tuple(sorted(more.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(more)
        return self.made[key]

    def options(self, words: tuple[str, ...]) -> str:
        """下拉用的引用：同一组可选值在字典表里只占一列。"""
        column = self.choices.setdefault(words, len(self.choices))
        top, bottom = (xl_rowcol_to_cell(row, column, True, True) for row in (0, len(words) - 1))
        return f"={DICTIONARY}!{top}:{bottom}"

    def dictionary(self) -> None:
        """写隐藏的字典表。"""
        if not self.choices:
            return
        sheet = self.book.add_worksheet(DICTIONARY)
        for words, column in self.choices.items():
            for row, word in enumerate(words):
                sheet.write_string(row, column, word)
        sheet.hide()


@dataclass(frozen=True)
class _Writer:
    pen: Pen
    sheet: Sheet
    marks: Marks
    page: Worksheet

    def write(self) -> None:
        columns, top = self.sheet.columns, TITLE_ROWS + self.sheet.depth
        self.heading(columns)
        rows = self.body(columns, top)
        if self.sheet.total and rows:
            self.totals(columns, top, rows)
        self.rules(columns, top, rows)
        self.foot(columns, top + rows + int(self.sheet.total and rows > 0))
        self.setup(columns, top)

    def heading(self, columns: tuple[Field, ...]) -> None:
        last, page = len(columns) - 1, self.page
        title = self.pen.style(font_name="方正小标宋简体", font_size=18, align="center", valign="vcenter")
        line = {"font_name": "仿宋_GB2312", "font_size": 11, "valign": "vcenter"}
        page.merge_range(0, 0, 0, last, self.sheet.title, title)
        page.set_row(0, 34)
        third = max(last // 3, 1)
        page.merge_range(1, 0, 1, third, f"填报单位：{self.marks.filled_by}", self.pen.style(**line))
        middle = self.pen.style(**line, align="center")
        page.merge_range(1, third + 1, 1, last - 2, f"填报时间：{day(self.marks.filled_on)}", middle)
        page.merge_range(1, last - 1, 1, last, f"单位：{self.sheet.unit}", self.pen.style(**line, align="right"))
        for one in spans(columns, self.sheet.depth):
            style = self.pen.style(**HEAD, **({"font_color": "#C00000"} if one.required else {}))
            box = (TITLE_ROWS + one.top, one.left, TITLE_ROWS + one.bottom, one.right)
            if box[:2] == box[2:]:
                page.write_string(*box[:2], one.text, style)
            else:
                page.merge_range(*box, one.text, style)

    def body(self, columns: tuple[Field, ...], top: int) -> int:
        known = set(self.sheet.frame.columns)
        height = self.sheet.frame.height
        for at, one in enumerate(columns):
            self.page.set_column(at, at, one.width)
            if at == 0:
                values: Iterable[Any] = range(1, height + 1)
            elif one.column in known:
                values = self.sheet.frame[one.column]
            else:
                values = [None] * height
            for row, value in enumerate(values, top):
                self.put(row, at, one.kind, value)
        return height

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
            elif one.total:
                where = f"{xl_rowcol_to_cell(top, at)}:{xl_rowcol_to_cell(row - 1, at)}"
                self.page.write_formula(row, at, f"=SUM({where})", style, self.sum_of(one))
            else:
                self.page.write_blank(row, at, None, style)

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
        wide = sum(one.width for one in columns)
        for offset, line in enumerate(self.sheet.notes):
            text = f"说明：{line}"
            self.page.merge_range(row + offset, 0, row + offset, len(columns) - 1, text, style)
            self.page.set_row(row + offset, 16 * (1 + len(text) * 2 // max(int(wide), 1)))

    def setup(self, columns: tuple[Field, ...], top: int) -> None:
        page = self.page
        fixed = next((at + 1 for at, one in enumerate(columns) if one.heading == self.sheet.frozen_at), 1)
        page.freeze_panes(top, fixed)
        page.repeat_rows(TITLE_ROWS, top - 1)
        page.set_landscape()
        wide = self.sheet.large or sum(one.width for one in columns) > WIDEST_ON_A4
        page.set_paper(A3 if wide else A4)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        page.set_footer("&C第 &P 页，共 &N 页")
        page.set_header("")


def _date(text: str) -> datetime | None:
    try:
        found = datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None
    return found if found.year >= 1900 else None
