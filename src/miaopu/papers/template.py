"""填报模板（xlsx）：由来源声明生成，表头带单位，有示例行、下拉字典和藏着的模板标识；填好后原样读得回来。

取一张声明的表与指标目录，给写下的路径；从不改声明，也不写任何企业的数据。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from miaopu.ledger.reading.template import EXAMPLE, stamp_of
from miaopu.ledger.source import Column, Source, Table
from miaopu.papers.pen import HEAD, HOUSE, TEMPLATE, Pen
from miaopu.papers.sheet import A3, A4, LOW, WIDEST_ON_A4, sheet_name
from miaopu.terms.indicator import Indicator, fold

ROOM = 5_000
"""备好格式与下拉的空行数；再多的照样能填，只是没有下拉。"""

YEARS = 3
UNITS = {"money": "万元", "percent": "%"}
NUMBERS = {"money": "1234.56", "count": "10", "percent": "12.5", "decimal": "3"}
ROLES = {"uscc": "91371500MA00000000", "name": "示例有限公司", "former": "示例旧名有限公司", "item": "2023100000001",
         "items": "2023100000001、2023100000002", "industry_name": "", "until": "2027-12-31", "from": "2024-01-01"}  # fmt: skip
ANSWERS = ("是", "否")
REMEDY = "请从下拉中选，或照示例的写法填"


@dataclass(frozen=True)
class Slot:
    """模板里要填的一列（竖式表是一格）：表头、声明的列、年度、可选值、示例。"""

    heading: str
    column: Column
    year: str
    choices: tuple[str, ...]
    example: str

    @property
    def as_text(self) -> bool:
        """须按文字填：代码、编号、日期，免得被表格软件改成科学计数。"""
        return self.column.kind not in NUMBERS or bool(self.column.values)


@dataclass(frozen=True)
class Filling:
    """生成模板要的：指标目录、填报年度（上年）、本市县区名、一个行业代码与名称。"""

    indicators: Mapping[str, Indicator]
    last_year: int
    counties: tuple[str, ...] = ()
    industry: tuple[str, str] = ("", "")


def write_template(path: Path, source: Source, table: Table, filling: Filling) -> Path:
    """写一张表的模板。"""
    stamp = stamp_of(source.code, table)
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        pen = Pen(book)
        page = book.add_worksheet(sheet_name(table.title))
        (_form if table.shape == "form" else _list)(page, pen, table, slots(table, filling), filling)
        pen.dictionary()
        hidden = book.add_worksheet(TEMPLATE)
        for row, told in enumerate((("模板", stamp.identity), ("模板版本", stamp.version), ("来源", source.title))):
            hidden.write_row(row, 0, told)
        hidden.very_hidden()
    return path


def slots(table: Table, filling: Filling) -> tuple[Slot, ...]:
    """一张表要填的各列；按年的指标没有年度列时，近三年各一列。"""
    yearly = table.with_role("year") is not None
    return tuple(
        _slot(one, year, filling, alone)
        for one in table.columns
        for year, alone in _years(one, yearly, table.shape, filling)
    )


def _years(one: Column, yearly: bool, shape: str, filling: Filling) -> list[tuple[str, bool]]:
    dated = "header" in one.period and one.period[-1] != "none" and bool(one.indicator) and not yearly
    if not dated:
        return [("", True)]
    years = [str(filling.last_year - back) for back in range(YEARS)]
    return [(year, shape != "form") for year in years]


def _slot(one: Column, year: str, filling: Filling, written: bool) -> Slot:
    unit = unit_of(one)
    shown = named(one, filling.indicators)
    heading = f"{year}年{shown}" if year and written else shown
    choices = _choices(one, filling)
    return Slot(
        f"{heading}（{unit}）" if unit and written else heading, one, year, choices, _example(one, choices, filling)
    )


def unit_of(one: Column) -> str:
    """表头里写的单位；没有单位的为空串。"""
    return "" if one.values and one.kind != "money" else one.unit or UNITS.get(one.kind, "")


def named(one: Column, indicators: Mapping[str, Indicator]) -> str:
    """表头用词：指标的正名是声明过的写法就用正名，否则用第一个写法。"""
    known = indicators.get(one.indicator)
    return known.title if known is not None and fold(known.title) in one.aliases else one.aliases[0]


def _choices(one: Column, filling: Filling) -> tuple[str, ...]:
    if one.indicator == "region" or one.role == "region":
        return filling.counties
    first: dict[str, str] = {}
    for word, code in one.values.items():
        first.setdefault(code, word)
    if one.kind == "flag" or set(first) == {"0", "1"}:
        return ANSWERS if all(fold(word) in one.values for word in ANSWERS) else tuple(first.values())
    return tuple(first.values())


def _example(one: Column, choices: Sequence[str], filling: Filling) -> str:
    special = {"year": str(filling.last_year), "industry_name": filling.industry[1]}
    told = special.get(one.role) or ROLES.get(one.role, "")
    if told and not (one.role == "item" and one.kind == "date"):
        return told
    if one.indicator == "industry":
        return filling.industry[0]
    if choices:
        return choices[0]
    if one.kind == "flag":
        return ANSWERS[0]
    return "2024-03-01" if one.kind == "date" else NUMBERS.get(one.kind, "示例文字")


def _list(page: Worksheet, pen: Pen, table: Table, columns: Sequence[Slot], filling: Filling) -> None:
    last, top = len(columns) + 1, 3
    _front(page, pen, table, last, ("填报单位：", "填报时间：", "金额单位：万元"))
    head, text = pen.style(**HEAD), pen.style(**HOUSE, num_format="@")
    must = pen.style(**HEAD, font_color="#C00000")
    grey = pen.style(**HOUSE, num_format="@", italic=True, font_color="#808080", bg_color="#F2F2F2")
    page.write_string(2, 0, "序号", head)
    page.write_string(3, 0, EXAMPLE, grey)
    page.set_column(0, 0, 6)
    for at, one in enumerate(columns, 1):
        page.set_column(at, at, _width(one), text if one.as_text else pen.style(**HOUSE))
        page.write_string(2, at, one.heading, must if one.column.role in ("uscc", "name") else head)
        page.write_string(3, at, one.example, grey)
        _rule(page, pen, one, (top + 1, at, top + ROOM, at))
    page.write_string(2, last, "备注", head)
    page.write_string(3, last, "示例行不读入，可以不删", grey)
    page.set_column(last, last, 24)
    fixed = next((at + 1 for at, one in enumerate(columns, 1) if one.column.role == "name"), 1)
    page.freeze_panes(top, fixed)
    page.repeat_rows(2)
    page.set_landscape()
    page.set_paper(A3 if sum(map(_width, columns)) > WIDEST_ON_A4 else A4)
    page.fit_to_pages(1, 0)


def _form(page: Worksheet, pen: Pen, table: Table, cells: Sequence[Slot], filling: Filling) -> None:
    years = [str(filling.last_year - back) for back in range(YEARS)]
    _front(page, pen, table, 1 + YEARS, ("填报时间：", "金额单位：万元"))
    head, text, plain = pen.style(**HEAD), pen.style(**HOUSE, num_format="@"), pen.style(**HOUSE)
    page.write_row(2, 0, ["项目", "单位", *(f"{year}年" for year in years)], head)
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 8)
    page.set_column(2, 1 + YEARS, 22)
    rows = list(dict.fromkeys(one.column for one in cells))
    for row, column in enumerate(rows, 3):
        own = [one for one in cells if one.column is column]
        page.write_string(row, 0, own[0].heading, plain)
        page.write_string(row, 1, unit_of(column), plain)
        for place in range(2, 2 + YEARS):
            page.write_blank(row, place, None, text if own[0].as_text else plain)
        _rule(page, pen, own[0], (row, 2, row, 1 + len(own)))
    page.freeze_panes(3, 2)
    page.set_paper(A4)
    page.fit_to_pages(1, 0)


def _front(page: Worksheet, pen: Pen, table: Table, last: int, told: Sequence[str]) -> None:
    """表题一行，填报单位、时间、计量单位一行。"""
    page.set_default_row(LOW)
    title = pen.style(font_name="方正小标宋简体", font_size=18, align="center", valign="vcenter")
    page.merge_range(0, 0, 0, max(last, 1), table.title, title)
    page.set_row(0, 34)
    page.write_string(1, 0, "　　　　　".join(told), pen.style(font_name="仿宋_GB2312", font_size=11))


def _width(one: Slot) -> float:
    return {"uscc": 22, "name": 32, "address": 36}.get(one.column.role, max(12, min(2 * len(one.heading) + 2, 30)))


def _rule(page: Worksheet, pen: Pen, one: Slot, box: tuple[int, int, int, int]) -> None:
    """下拉与填写提示。"""
    hint = {"input_title": one.heading[:32], "input_message": f"例：{one.example}"[:255]}
    rule: dict[str, Any] = {"validate": "any"}
    if one.choices:
        said = {"error_title": "不在可选的取值里", "error_message": REMEDY}
        rule = {"validate": "list", "source": pen.options(one.choices), **said}
    elif one.column.role == "uscc":
        said = {"error_title": "代码长度不对", "error_message": "统一社会信用代码是18位"}
        rule = {"validate": "length", "criteria": "==", "value": 18, **said}
    page.data_validation(*box, {**rule, **hint, "ignore_blank": True})
