"""快照的列：每个指标展开成哪几列、是数还是文字；列次序即目录次序。"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from miaopu.terms.indicator import NUMERIC_KINDS, Indicator

YEARS = 3
DERIVED = frozenset({"items", "attribute", "list"})
"""有这些键的指标由别处得出，不直接取自事实：条目计数、属性、一串数。"""

ROSTER_KEYS = frozenset({"name", "uscc", "former_name"})


@dataclass(frozen=True)
class Column:
    """快照的一列：indicator 指标，slot 年序（0 本年、1 上年……3；非年度为 0），numeric 取 value 还是 text。"""

    name: str
    indicator: str
    slot: int
    mode: str
    numeric: bool
    money: bool = False
    flag: bool = False

    @property
    def dtype(self) -> pl.DataType:
        """列的类型。"""
        return pl.Int64() if self.numeric else pl.String()


def plan(indicators: Iterable[Indicator]) -> list[Column]:
    """直接由事实而来的列（条目与派生指标不在内）。"""
    return [column for one in indicators for column in _columns(one)]


def fields(indicators: Iterable[Indicator]) -> list[Column]:
    """条目字段的“列”：名为 ip.granted。"""
    return [
        Column(f"{one.key}.{name}", f"{one.key}.{name}", 0, "item", kind in NUMERIC_KINDS)
        for one in indicators
        if one.kind == "item"
        for name, kind in one.fields.items()
    ]


def table(columns: list[Column], *modes: str) -> pl.DataFrame:
    """列的编号表：indicator、slot、col（列号）、series_no（指标号）、numeric、mode、money。"""
    order = {name: place for place, name in enumerate(dict.fromkeys(one.indicator for one in columns))}
    return pl.DataFrame(
        {
            "indicator": [one.indicator for one in columns],
            "slot": [one.slot for one in columns],
            "col": range(len(columns)),
            "mode": [one.mode for one in columns],
            "series_no": [order[one.indicator] for one in columns],
            "numeric": [one.numeric for one in columns],
            "money": [one.money for one in columns],
        },
        schema={
            "indicator": pl.String,
            "slot": pl.Int8,
            "col": pl.UInt32,
            "mode": pl.String,
            "series_no": pl.UInt32,
            "numeric": pl.Boolean,
            "money": pl.Boolean,
        },
    ).filter(pl.col("mode").is_in(modes) if modes else True)


def _columns(one: Indicator) -> list[Column]:
    if one.kind == "item" or one.formula or one.key in ROSTER_KEYS or not DERIVED.isdisjoint(one.extra):
        return []
    numeric, money = one.kind in NUMERIC_KINDS, one.kind == "money"
    if one.period == "year":
        first = 0 if one.extra.get("current_year") else 1
        return [Column(f"{one.key}_t{slot}", one.key, slot, "year", numeric, money) for slot in range(first, YEARS + 1)]
    mode = "validity" if one.period == "validity" else "day"
    return [Column(one.key, one.key, 0, mode, numeric, money, one.kind == "flag")]
