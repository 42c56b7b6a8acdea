"""企业数据一览表：一家一行的宽表，三年经营、市场、创新指标，多层表头；改后可再导入，不改即无变化。"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import Marks
from miaopu.papers.proof.cells import proven
from miaopu.papers.sheet import write_book

YEARS = (3, 2, 1)
"""由远及近：再前一年、上上年、上年。"""

OPERATION, MARKET, INNOVATION = "经营指标", "市场规模", "科技创新"
TITLE = "企业数据一览表"


def overview_fields(year: int) -> tuple[Field, ...]:
    """一览表的列；year 是上年。表头用词与来源声明（县区企业数据一览表）的别名一致。"""
    return (
        Field(("县区",), "county", width=14),
        Field(("企业名称",), "name", width=32, required=True),
        Field(("统一社会信用代码",), "uscc", "code", 21, required=True),
        Field(("行业代码",), "industry", "text", 9),
        Field(("成立日期",), "established", "date", 12),
        Field(("重点产业链",), "chain", width=12),
        *_yearly(OPERATION, "营业收入", "revenue", year, total=True),
        *_yearly(OPERATION, "主营业务收入", "main_revenue", year, total=True),
        *_yearly(OPERATION, "净利润", "net_profit", year),
        *_yearly(OPERATION, "资产总额", "assets", year),
        *_yearly(OPERATION, "负债总额", "liabilities", year),
        Field((MARKET, "主导产品"), "lead_product", width=16),
        Field((MARKET, "从事细分市场年限（年）"), "segment_years", "decimal", 10),
        Field((MARKET, "主导产品收入占比（%）"), "lead_product_share", "percent", 11),
        Field((MARKET, "市场占有率（%）"), "market_share", "percent", 11),
        Field((MARKET, "国内排名（名）"), "domestic_rank", "count", 9),
        *_yearly(INNOVATION, "研发费用", "rd", year, total=True),
        *_yearly(INNOVATION, "研发人员（人）", "rd_staff", year, kind="count", width=9),
        *_yearly(INNOVATION, "从业人员（人）", "employees", year, kind="count", width=9),
    )


def _yearly(
    group: str, title: str, key: str, year: int, kind: str = "money", width: float = 13, total: bool = False
) -> tuple[Field, ...]:
    return tuple(Field((group, title, f"{year + 1 - back}年"), f"{key}_t{back}", kind, width, total) for back in YEARS)


def write_overview(
    path: Path, table: pl.DataFrame, marks: Marks, counties: Mapping[str, str], population: str, title: str = TITLE
) -> Path:
    """table：若干家的快照宽表；counties：区划代码 → 县区名（行政次序）；population：是哪些企业。"""
    names = dict(counties)
    place = {name: at for at, name in enumerate(dict.fromkeys(names.values()))}
    frame = table.with_columns(
        pl.col("region").replace_strict(names, default=None, return_dtype=pl.String).alias("county")
    ).sort(pl.col("county").replace_strict(place, default=len(place), return_dtype=pl.Int64), "enterprise")
    notes = (*marks.lines(f"{population}，共{frame.height}家"), "空格为没有数据，不是零；不知道的不要填零")
    sheet = Sheet(title, title, overview_fields(marks.assessed_on.year - 1), frame, "万元", notes, total=True)
    return proven(write_book(path, [sheet], marks, TITLE), [sheet])
