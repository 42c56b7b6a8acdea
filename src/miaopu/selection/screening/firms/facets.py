"""分面：企业总库可以按哪些列筛、每列有哪些取值、什么次序；“未知”是自成一项的取值。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from miaopu.screening.rank import BANDS, WORDS
from miaopu.screening.settings import Settings
from miaopu.standards.size import SIZES
from miaopu.standards.size import WORDS as SIZE_WORDS

UNKNOWN = ("unknown", "未知")
TOP = ("none", "没有下一级")
"""已在最高一级：知道，不是未知。"""


@dataclass(frozen=True)
class Facet:
    """一个分面：网址参数名、名称、读表里的列、名称列、空值是什么。"""

    name: str
    title: str
    column: str
    shown: str
    blank: tuple[str, str] = UNKNOWN


@dataclass(frozen=True)
class Value:
    """一个取值：网址里的写法与显示的名称。"""

    code: str
    title: str


FACETS = (
    Facet("county", "县区", "district", "county"),
    Facet("section", "行业门类", "section", "section_title"),
    Facet("chain", "产业链", "chain", "chain"),
    Facet("size", "规模", "size", "size"),
    Facet("held", "已持有", "held", "held_title"),
    Facet("next", "下一级", "next_rung", "next_title", TOP),
    Facet("band", "分档", "band", "band", TOP),
    Facet("verdict", "结论", "verdict", "verdict", TOP),
)
"""页面上的次序。"""


def values_of(firms: pl.DataFrame, counties: Mapping[str, str], settings: Settings) -> dict[str, list[Value]]:
    """各分面的取值：有固定次序的按次序，其余按家数从多到少；每面末尾是空值那一项。"""
    orders = {"county": list(counties), "size": _sizes(), "held": _rungs(settings), "next": _rungs(settings)}
    orders |= {"band": list(BANDS), "verdict": [str(code) for code in sorted(WORDS, reverse=True)]}
    return {one.name: _values(firms, one, orders.get(one.name, [])) for one in FACETS}


def _values(firms: pl.DataFrame, facet: Facet, order: Sequence[str]) -> list[Value]:
    code, title = pl.col(facet.column).cast(pl.String), pl.col(facet.shown).cast(pl.String)
    counted = firms.group_by(code.alias("code")).agg(title.first().alias("title"), pl.len().alias("firms"))
    place = {one: at for at, one in enumerate(order)}
    rows = sorted(counted.drop_nulls("code").rows(), key=lambda row: (place.get(row[0], len(place)), -row[2], row[0]))
    words = {str(code): word for code, word in WORDS.items()} if facet.name == "verdict" else {}
    return [*(Value(code, words.get(code, title)) for code, title, _ in rows), Value(*facet.blank)]


def _sizes() -> list[str]:
    """大中小微，再是未定的“某型至某型”。"""
    words = [SIZE_WORDS[name] for name in reversed(SIZES)]
    return [*words, *(f"{low}至{high}" for low in words for high in words)]


def _rungs(settings: Settings) -> list[str]:
    return [settings.none.code, *(one.code for one in settings.ladder)]


def coded(firms: pl.DataFrame, values: Mapping[str, Sequence[Value]]) -> list[pl.Series]:
    """各分面一列：取值在 values 里的序号（空值是末位）。"""
    out = []
    for facet in FACETS:
        known = {one.code: at for at, one in enumerate(values[facet.name][:-1])}
        last = len(values[facet.name]) - 1
        column = firms[facet.column].cast(pl.String)
        placed = column.replace_strict(known, default=last, return_dtype=pl.UInt16)
        out.append(placed.fill_null(last).alias(f"facet.{facet.name}"))
    return out
