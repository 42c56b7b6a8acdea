"""取数冲突清单（xlsx）：同一家同一数各来源说法不同的，并排列出，留“决定”下拉栏；填好后就是决定文件。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from miaopu.terms.complaint import Complaint, Severity
from miaopu.terms.indicator import Indicator
from miaopu.terms.quantity import display

COLUMNS = (
    ("类型", 6), ("企业号", 21), ("企业名称", 30), ("指标", 16), ("指标名称", 22), ("条目", 14), ("期间", 12), ("各来源说法", 60),
    ("现采用", 14), ("采用规则", 18), ("决定", 14), ("决定理由", 26), ("依据", 20), ("决定人", 10), ("决定日期", 12),
)  # fmt: skip
"""栏目与列宽；表头与决定文件相同。"""

GUIDE = "在“决定”栏选采用哪个来源；决定理由与决定人必填，不决定的留空。企业号、指标、期间不要改。"
HEAD = 2
"""表头在第 3 行。"""

PROMPTED = 10
"""从第几列起由人填。"""


def write_conflicts(
    conflicts: pl.DataFrame,
    names: Mapping[str, str],
    indicators: Callable[[str], Indicator | None],
    titles: Mapping[str, str],
    files: Mapping[str, str],
    path: Path,
) -> int:
    """写清单，给行数。names 企业号→名称；indicators 列名→指标；titles 来源代码→名称；files 批次→文件名。"""
    rows = conflicts.filter(pl.col("kind").is_in(["value", "basis"])).to_dicts()
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("取数冲突")
        plain = {"border": 1, "valign": "top", "text_wrap": True, "num_format": "@"}
        text, head = book.add_format(plain), book.add_format(plain | {"bold": True, "bg_color": "#D9E1F2"})
        fill = book.add_format(plain | {"bg_color": "#FFF2CC"})
        _frame(sheet, book.add_format({"bold": True, "font_size": 16}), head)
        for number, row in enumerate(rows, HEAD + 1):
            cells = _cells(row, names, indicators(row["column"]), titles, files)
            for column, value in enumerate(cells):
                sheet.write_string(number, column, value, fill if column >= PROMPTED else text)
            choices = list(dict.fromkeys(titles.get(one["source"], one["source"]) for one in row["values"] or ()))
            if choices:
                sheet.data_validation(number, PROMPTED, number, PROMPTED, {"validate": "list", "source": choices})
    return len(rows)


def _frame(sheet: Any, title: Any, head: Any) -> None:
    sheet.write_string(0, 0, "取数冲突清单", title)
    sheet.write_string(1, 0, GUIDE)
    for column, (name, width) in enumerate(COLUMNS):
        sheet.write_string(HEAD, column, name, head)
        sheet.set_column(column, column, width)
    sheet.freeze_panes(HEAD + 1, 3)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)


def _cells(
    row: Mapping[str, Any],
    names: Mapping[str, str],
    indicator: Indicator | None,
    titles: Mapping[str, str],
    files: Mapping[str, str],
) -> list[str]:
    key = indicator.key if indicator else row["column"]
    periods = dict.fromkeys(one["period"] for one in row["values"] or () if one["period"])
    told = "；".join(_told(one, indicator, titles, files) for one in row["values"] or ())
    chosen = titles.get(row["chosen"], row["chosen"] or "未取（待决定）")
    title = indicator.title if indicator else ""
    known = [row["enterprise"], names.get(row["enterprise"], ""), key, title, row["item"] or "", "、".join(periods)]
    return ["取数", *known, told, chosen, row["rule"] or "", *[""] * 5]


def _told(
    one: Mapping[str, Any], indicator: Indicator | None, titles: Mapping[str, str], files: Mapping[str, str]
) -> str:
    """一个来源的说法和它的格。"""
    said = one["text"]
    if one["value"] is not None:
        said = _shown(one["value"], indicator)
    place = Complaint("", Severity.INFO, "", "", "", "", row=one["row"] or 0, column=one["column"] or 0).cell
    return f"{titles.get(one['source'], one['source'])} {said}（{one['basis']}，《{files.get(one['batch'], '')}》{one['sheet']} {place}）"


def _shown(value: int, indicator: Indicator | None) -> str:
    """内部数的显示。"""
    if indicator is None:
        return str(value)
    if indicator.kind == "flag":
        return "是" if value else "否"
    return display(value, indicator.kind, indicator.unit) + (indicator.unit if indicator.kind == "money" else "")
