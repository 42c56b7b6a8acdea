"""复核清单（xlsx）：把 conflict 与 review 的行连同候选并排列出，留“决定”下拉栏给人填；填好后就是决定文件。"""

from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from miaopu.ledger.record import Outcome
from miaopu.ledger.resolve.headings import CHOICES, REVIEW_COLUMNS

OUTCOMES = {Outcome.CONFLICT: "冲突", Outcome.REVIEW: "待人工"}
HEADER_ROW = 2
"""表头在第 3 行：第 1 行标题，第 2 行填写说明。"""
GUIDE = "在“决定”栏选：候选1—5、指定企业（另填指定企业号）、新主体、暂不处理；决定理由与决定人必填。表头、批次、行编号、企业号不要改。"
NEUTRAL = ("=", "+", "-", "@", "\t", "\r")


def review_rows(rows: pl.DataFrame, resolution: pl.DataFrame, batch: str = "") -> pl.DataFrame:
    """来源行（ROW_SCHEMA）与对主体结果拼成复核清单的表，只留要人定的行。"""
    waiting = resolution.filter(pl.col("outcome").is_in([str(one) for one in OUTCOMES]))
    return waiting.join(rows, on="row_id", how="left", maintain_order="left").with_columns(pl.lit(batch).alias("batch"))


def write_review(table: pl.DataFrame, path: Path, title: str = "主体复核清单") -> int:
    """写复核清单，给行数；table 的列见 review_rows，少的列留空。文字原样写入，不会被当作公式。"""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("复核清单")
        styles = _styles(book)
        _frame(sheet, title, styles, table.height)
        for number, row in enumerate(table.iter_rows(named=True), HEADER_ROW + 1):
            for column, (value, style) in enumerate(_cells(row)):
                sheet.write(number, column, value, styles[style])
    return table.height


def _styles(book: xlsxwriter.Workbook) -> dict[str, Any]:
    plain = {"border": 1, "valign": "vcenter", "text_wrap": True}
    return {
        "title": book.add_format({"bold": True, "font_size": 16, "align": "left"}),
        "guide": book.add_format({"font_color": "#7F6000"}),
        "head": book.add_format(plain | {"bold": True, "bg_color": "#D9E1F2", "align": "center"}),
        "must": book.add_format(plain | {"bold": True, "bg_color": "#F8CBAD", "align": "center"}),
        "text": book.add_format(plain | {"num_format": "@"}),
        "number": book.add_format(plain | {"num_format": "0.0"}),
        "fill": book.add_format(plain | {"num_format": "@", "bg_color": "#FFF2CC"}),
    }


def _frame(sheet: Any, title: str, styles: dict[str, Any], height: int) -> None:
    sheet.write(0, 0, title, styles["title"])
    sheet.write(1, 0, GUIDE, styles["guide"])
    names = [name for name, _ in REVIEW_COLUMNS]
    for column, (name, width) in enumerate(REVIEW_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write(HEADER_ROW, column, name, styles["must" if name in ("决定", "决定理由", "决定人") else "head"])
    sheet.freeze_panes(HEADER_ROW + 1, names.index("来源代码"))
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(height, 1), len(names) - 1)
    at = names.index("决定")
    rule = {"validate": "list", "source": list(CHOICES), "error_title": "决定", "error_message": "请从下拉选项里选"}
    sheet.data_validation(HEADER_ROW + 1, at, HEADER_ROW + max(height, 1), at, rule)
    sheet.set_landscape()
    sheet.set_paper(8)  # A3
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)


def _cells(row: dict[str, Any]) -> list[tuple[Any, str]]:
    said = ("sheet", "row", "name_raw", "uscc_raw", "region_raw", "address_raw")
    cells = [("主体", "text"), (row.get("batch"), "text"), (row["row_id"], "text")]
    cells += [(_safe(row.get(one)), "text") for one in said]
    cells += [(OUTCOMES.get(row["outcome"], row["outcome"]), "text"), (row["reason"], "text")]
    given = list(row["candidates"] or [])[:5]
    for one in given + [None] * (5 - len(given)):
        cells += _candidate(one)
    return cells + [("", "fill")] * 6


def _candidate(one: dict[str, Any] | None) -> list[tuple[Any, str]]:
    if one is None:
        return [("", "text")] * 4
    return [
        (one["enterprise"], "text"),
        (_safe(one["name"]), "text"),
        (one["score"], "number"),
        (one["reason"], "text"),
    ]


def _safe(value: Any) -> Any:
    """以公式符号开头的文字前加撇号，别的软件再打开也只是文字。"""
    return "'" + value if isinstance(value, str) and value.startswith(NEUTRAL) else value
