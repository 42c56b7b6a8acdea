"""依据：把快照列写成“中文名：值”的文字，整列进行；金额万元两位小数按去尾显示，不知道的写“未知”。"""

from __future__ import annotations

import re

import polars as pl

from miaopu.standards.tree.vocabulary import Vocabulary

YEAR_WORDS = {"t0": "本年", "t1": "上年", "t2": "上上年", "t3": "再前一年"}
COUNTS = {"verdict": "结论代码", "short": "不满足项数", "unknown": "待核项数", "manual": "须人工项数"}
ENDS = {"low": "确有", "high": "至多", "until": "截止日"}
_TAIL = re.compile(r"(?P<stem>.+)_(?P<end>low|high|until)$")
PERCENT, DECIMAL, MONEY = 10_000, 10_000, 1_000_000


def name_of(column: str, vocabulary: Vocabulary) -> str:
    """快照列、筛选列的中文名。"""
    tier, _, count = column.partition(".")
    if count in COUNTS:
        return f"{tier}{COUNTS[count]}"
    if (match := _TAIL.match(column)) and vocabulary.indicator(column) is None:
        return f"{name_of(match['stem'], vocabulary)}（{ENDS[match['end']]}）"
    found = vocabulary.indicator(column)
    if found is None:
        return column
    year = YEAR_WORDS.get(column.rpartition("_")[2], "") if found.key != column else ""
    return f"{year}{found.title}"


def shown(column: str, vocabulary: Vocabulary) -> pl.Expr:
    """“中文名：值”。"""
    match = _TAIL.match(column)
    found = vocabulary.indicator(column) or (vocabulary.indicator(match["stem"]) if match else None)
    kind = found.kind if found and not (match and match["end"] == "until") else "text"
    unit = found.unit if found and kind != "text" else ""
    value = pl.col(column)
    texts = {
        "flag": lambda: value.cast(pl.String).replace({"1": "是", "0": "否"}),
        "money": lambda: _places(value, MONEY, 2) + "万元",
        "percent": lambda: _places(value, PERCENT, 2) + "%",
        "decimal": lambda: _places(value, DECIMAL, 1) + unit,
        "count": lambda: value.cast(pl.String) + unit,
    }
    text = texts[kind]() if kind in texts else value.cast(pl.String)
    return pl.concat_str(pl.lit(f"{name_of(column, vocabulary)}："), text.fill_null("未知"))


def _places(value: pl.Expr, scale: int, places: int) -> pl.Expr:
    """整数 → 小数文字，向零去尾。"""
    size, step = value.abs(), scale // 10**places
    sign = pl.when(value < 0).then(pl.lit("-")).otherwise(pl.lit(""))
    rest = (size % scale // step).cast(pl.String).str.zfill(places)
    return sign + (size // scale).cast(pl.String) + "." + rest
