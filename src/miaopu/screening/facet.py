"""分面：按县区、产业链、门类、规模、已持有级别数家数；每一面各行之和都等于全部企业，不知道的单列一行。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from miaopu.screening.standing import NO, OPEN, YES

UNKNOWN = "未知"
FACETS = {
    "county": "县区",
    "section_title": "行业门类",
    "chain": "产业链",
    "size": "规模",
    "held_title": "已持有称号",
    "next_title": "下一级",
}
STATES = {"met": 3, "person": 2, "pending": 1, "failed": 0}
COUNTED = ("firms", "candidates", "candidates_open", "not_candidates", *STATES, "one_short", "two_short")
"""每行的家数：全部、候选、候选待核、非候选；候选里按下一级结论分四种（另有没有下一级的），及差一项、差两项。"""


class Unreconciled(ValueError):
    """分面之和与总数对不上：程序有错，不能出数。"""


def facets(firms: pl.DataFrame, order: Iterable[str] = ()) -> pl.DataFrame:
    """站位表 → 长表：facet（列名）、facet_title、value、COUNTED 各列、no_next。order 是县区的行政次序。"""
    rows = [_facet(firms, column, title) for column, title in FACETS.items()]
    table = pl.concat(rows)
    reconcile(table, firms.height)
    return _ordered(table, tuple(order))


def counted() -> list[pl.Expr]:
    """一组企业的各种家数。"""
    member = pl.col("candidate") != NO
    verdicts = [(member & (pl.col("verdict") == code)).sum().alias(name) for name, code in STATES.items()]
    return [
        pl.len().alias("firms"),
        (pl.col("candidate") == YES).sum().alias("candidates"),
        (pl.col("candidate") == OPEN).sum().alias("candidates_open"),
        (pl.col("candidate") == NO).sum().alias("not_candidates"),
        *verdicts,
        (member & (pl.col("short") == 1)).sum().alias("one_short"),
        (member & (pl.col("short") == 2)).sum().alias("two_short"),
        (member & pl.col("verdict").is_null()).sum().alias("no_next"),
    ]


def _facet(firms: pl.DataFrame, column: str, title: str) -> pl.DataFrame:
    value = pl.col(column).fill_null(UNKNOWN).replace("", UNKNOWN).alias("value")
    table = firms.group_by(value).agg(counted())
    return table.select(pl.lit(column).alias("facet"), pl.lit(title).alias("facet_title"), pl.all()).with_columns(
        pl.col(pl.UInt32).cast(pl.Int64)
    )


def reconcile(table: pl.DataFrame, total: int) -> None:
    """每一面：家数之和等于总数；每行：候选三类之和等于家数，候选里各结论之和等于候选数。"""
    sums = table.group_by("facet").agg(pl.col("firms").sum())
    wrong = sums.filter(pl.col("firms") != total)
    members = pl.sum_horizontal("candidates", "candidates_open")
    bad = table.filter(
        (members + pl.col("not_candidates") != pl.col("firms"))
        | (pl.sum_horizontal(*STATES, "no_next") != members)
    )  # fmt: skip
    if wrong.height or bad.height:
        raise Unreconciled(f"分面与总数 {total} 对不上：{wrong.rows()} {bad.rows()}")


def focus_counts(firms: pl.DataFrame, focus: Mapping[str, str], order: Iterable[str]) -> pl.DataFrame:
    """重点门类 × 县区的家数：section、section_title、value（县区）、COUNTED 各列、no_next；县区按行政次序。"""
    place = {name: at for at, name in enumerate(order)}
    chosen = firms.filter(pl.col("section").is_in(list(focus)))
    table = chosen.group_by("section", pl.col("county").fill_null(UNKNOWN).alias("value")).agg(counted())
    titled = pl.col("section").replace_strict(dict(focus), return_dtype=pl.String).alias("section_title")
    at = pl.col("value").replace_strict(place, default=len(place), return_dtype=pl.Int64)
    return table.with_columns(pl.col(pl.UInt32).cast(pl.Int64), titled).sort("section", at, "value")


def _ordered(table: pl.DataFrame, counties: tuple[str, ...]) -> pl.DataFrame:
    """县区按行政次序，其余按家数从多到少，未知在最后。"""
    place = {name: index for index, name in enumerate(counties)}
    listed = pl.when(pl.col("facet") == "county").then(
        pl.col("value").replace_strict(place, default=len(place), return_dtype=pl.Int64)
    )
    keys = [
        pl.col("facet").replace_strict({name: index for index, name in enumerate(FACETS)}, return_dtype=pl.Int64),
        (pl.col("value") == UNKNOWN),
        listed.otherwise(0),
        -pl.col("firms"),
        pl.col("value"),
    ]
    return table.sort(keys)
