"""笔：一个工作簿共用的格式、下拉字典与藏着的模板标识；不管一张表怎么排。"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from miaopu.papers.marks import Marks

DICTIONARY, TEMPLATE, LISTED = "字典", "_模板", "导出的行"
FORMATS = {
    "money": {"num_format": "#,##0.00"},
    "percent": {"num_format": "0.00%"},
    "count": {"num_format": "0", "align": "center"},
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


def identify(book: xlsxwriter.Workbook, template: str, version: str, marks: Marks, listed: Sequence[str] = ()) -> None:
    """把模板标识、快照与标准指纹写进深度隐藏的表，并起定义名称；listed 是导出的各行，交回时看少了哪几行。"""
    hidden = book.add_worksheet(TEMPLATE)
    told = [("模板", template), ("模板版本", version), ("快照指纹", marks.snapshot)]
    told += [("数据截至", marks.known_on.isoformat()), ("评估日", marks.assessed_on.isoformat())]
    told += [("标准", one.sentence()) for one in marks.standards]
    told += [(LISTED, one) for one in listed]
    for row, (key, value) in enumerate(told):
        hidden.write_string(row, 0, key)
        hidden.write_string(row, 1, value)
    hidden.very_hidden()
    book.define_name("miaopu_template", f"='{TEMPLATE}'!$B$1")
    book.define_name("miaopu_template_version", f"='{TEMPLATE}'!$B$2")
