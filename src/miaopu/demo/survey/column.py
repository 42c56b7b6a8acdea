"""一览表的列：指标、年份、单位与表头写法；一、二、三行表头都由同一份列出。"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from miaopu.demo.survey.grid import Grid
from miaopu.demo.town.economy import YEARS

MONEY = {
    "revenue": "营业收入",
    "main_revenue": "主营业务收入",
    "rd": "研发费用",
    "assets": "资产总额",
    "liabilities": "负债总额",
    "net_profit": "净利润",
}
FEN = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}
"""各单位合多少分。"""
BASIC, RUN, MAKE = "企业基本信息", "经营情况", "创新与市场情况"


@dataclass(frozen=True)
class Column:
    """field 是记录里的键；unit 只在写进表头时非空；kind 决定怎样写值。"""

    field: str
    title: str
    kind: str
    group: str
    year: int | None = None
    unit: str = ""

    @property
    def heading(self) -> str:
        """表头文字（不含年份）。"""
        return f"{self.title}（{self.unit}）" if self.unit else self.title

    @property
    def key(self) -> str:
        """记录里的键（含年份）。"""
        return f"{self.field}_{self.year}" if self.year else self.field


def columns(style: dict[str, Any]) -> list[Column]:
    """某县区一览表的列，从左到右。"""
    extra = style.get("extra", [])
    first = [
        Column("serial", "序号", "serial", BASIC),
        Column("county", "县区", "text", BASIC),
        Column("name", "企业名称", "text", BASIC),
        Column("uscc", "统一社会信用代码", "text", BASIC),
    ]
    if "industry" in extra:
        first += [Column("industry", "行业代码", "text", BASIC), Column("industry_name", "行业名称", "text", BASIC)]
    if "established" in extra:
        first.append(Column("established", "成立日期", "date", BASIC))
    first += [
        Column("product", "主导产品", "text", BASIC),
        Column("segment_years", "从事细分市场年限", "tenth", BASIC, unit="年"),
    ]
    return first + list(_money(style)) + _made()


def _money(style: dict[str, Any]) -> Iterator[Column]:
    for field, title in MONEY.items():
        years = (2025,) if field in ("assets", "liabilities") else YEARS
        unit = unit_of(style, field) if style["unit_at"] == "header" else ""
        yield from (Column(field, title, "money", RUN, year, unit) for year in years)


def _made() -> list[Column]:
    return [
        Column("rd_staff", "研发人员", "count", MAKE, 2025, "人"),
        Column("lead_share", "主导产品占比", "percent", MAKE, unit="%"),
        Column("market_share", "市场占有率", "percent", MAKE, unit="%"),
        Column("rank", "国内排名", "count", MAKE),
        Column("strategic", "是否战略性新兴产业", "flag", MAKE),
        Column("field", "主导产品领域档次", "field", MAKE),
        Column("informed", "采用信息系统的核心业务", "count", MAKE, unit="项"),
        Column("prohibited", "是否属禁止限制淘汰类", "flag", MAKE),
        Column("used", "已应用且相关的专利", "text", MAKE),
        Column("remark", "备注", "text", MAKE),
    ]


def unit_of(style: dict[str, Any], field: str) -> str:
    """某金额指标申明的单位。"""
    return style.get("units", {}).get(field, style.get("unit", "万元"))


def head(grid: Grid, top: int, cols: list[Column], rows: int) -> int:
    """从 top 行起写表头，返回数据首行。"""
    if rows == 1:
        for at, one in enumerate(cols):
            grid.put(top, at, f"{one.year}年{one.heading}" if one.year else one.heading)
        return top + 1
    if rows == 3:
        _band(grid, top, [one.group for one in cols])
    level = top + rows - 2
    _band(grid, level, [one.heading if one.year else f"\0{one.heading}" for one in cols])
    for at, one in enumerate(cols):
        if one.year:
            grid.put(level + 1, at, f"{one.year}年")
    return level + 2


def _band(grid: Grid, row: int, labels: list[str]) -> None:
    """一行表头：相同的相邻标签横向合并；\\0 打头的向下合并一行。"""
    at = 0
    for label, run in groupby(labels):
        width = len(list(run))
        grid.put(row, at, label.lstrip("\0"))
        grid.merge(row, at, row + label.startswith("\0"), at + width - 1)
        at += width
