"""核格：用别的读法（openpyxl）打开写好的工作簿，每一格与表里的数逐个对，列、行、表藏没藏、数字格式也对；不改文件。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from fractions import Fraction
from math import isclose
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.escape import unescape

from miaopu.papers.layout import Field, Sheet
from miaopu.papers.pen import FORMATS
from miaopu.papers.proof.numbers import Fault
from miaopu.papers.sheet import LONGEST, RISKY, SCALES, TITLE_ROWS, sheet_name
from miaopu.terms.complaint import Complaint, Refusal, Severity

DIGITS = 1e-15
"""工作簿里的数写 16 位有效数字。"""


def proven(path: Path, sheets: Sequence[Sheet]) -> Path:
    """写好的一本，核过才给出；有一格不符就不给，抛 Refusal。"""
    found = misread(path, sheets)
    if found:
        path.unlink()
        remedy = "没有给出这本；请把这一句交给维护的人"
        raise Refusal(
            Complaint("book-misread", Severity.REFUSE, path.name, found[0].sentence(), "与表里的数一样", remedy)
        )
    return path


def misread(path: Path, sheets: Sequence[Sheet]) -> list[Fault]:
    """与 sheets 不符的各格；没有为空。"""
    book = openpyxl.load_workbook(path)
    return [fault for one in sheets for fault in _sheet(book[sheet_name(one.name)], one)]


def _sheet(page: Any, sheet: Sheet) -> Iterator[Fault]:
    top = TITLE_ROWS + sheet.depth + 1
    if page.sheet_state != "visible":
        yield Fault(f"工作表“{page.title}”", "隐藏着", "看得见")
    for row in range(top, top + sheet.frame.height):
        if page.row_dimensions[row].hidden:
            yield Fault(f"{page.title} 第{row}行", "隐藏着", "看得见")
    for at, one in enumerate(sheet.columns, 1):
        letter = openpyxl.utils.get_column_letter(at)
        if page.column_dimensions[letter].hidden is not one.hidden:
            yield Fault(f"{page.title} {letter}列 {one.heading}", "隐藏不对", "藏着" if one.hidden else "看得见")
        for row, wanted in enumerate(_values(sheet, one, at), top):
            cell = page.cell(row, at)
            if not _same(cell, one.kind, wanted):
                told = f"{cell.value}（格式 {cell.number_format}）"
                yield Fault(
                    f"{page.title} {cell.coordinate}格 {one.heading}", told, "空" if wanted is None else str(wanted)
                )


def _values(sheet: Sheet, one: Field, at: int) -> Sequence[Any]:
    height = sheet.frame.height
    if at == 1:
        return range(1, height + 1)
    return sheet.frame[one.column].to_list() if one.column in sheet.frame.columns else [None] * height


def _same(cell: Any, kind: str, wanted: Any) -> bool:
    """一格是不是这个数：定标的整数除得回去，文字、日期原样；从不是公式。"""
    if wanted is None or wanted == "":
        return cell.value is None
    if cell.value is None or cell.data_type == "f":
        return False
    if kind in SCALES or kind == "count":
        if not isinstance(cell.value, int | float) or cell.number_format != FORMATS[kind]["num_format"]:
            return False
        return isclose(cell.value, Fraction(int(wanted), int(SCALES.get(kind, 1))), rel_tol=DIGITS)
    if kind == "flag":
        return cell.value == ("是" if int(wanted) else "否")
    if isinstance(cell.value, datetime):
        return kind == "date" and cell.value.date().isoformat() == str(wanted)
    text = str(wanted)[:LONGEST]
    right = cell.data_type == "s" and text in (cell.value, unescape(str(cell.value)))
    return right and bool(cell.quotePrefix) is text.startswith(RISKY)
