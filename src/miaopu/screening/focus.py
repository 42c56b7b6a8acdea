"""摸排：重点行业工作名单（联系进度留空给人填）与小升规关注名单（规模线取自标准本身）。"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from miaopu.screening.rank import WORDS
from miaopu.screening.settings import Settings
from miaopu.screening.standing import NO, Tier
from miaopu.standards.tree.node import All, Compare, Derived, Input, Member, Truth

FOCUS_COLUMNS = (
    "enterprise", "uscc", "name", "county", "section_title", "industry", "chain", "size", "candidate",
    "not_candidate", "held_title", "next_title", "verdict_word", "short", "unknown", "manual",
)  # fmt: skip


def focus(firms: pl.DataFrame, section: str, settings: Settings) -> pl.DataFrame:
    """一个门类的摸排名单：候选在前、按县区，末尾是待填的联系进度各列（空）。"""
    chosen = firms.filter(pl.col("section") == section).with_columns(
        pl.col("verdict").replace_strict(WORDS, default="", return_dtype=pl.String).alias("verdict_word")
    )
    blank = [pl.lit(None, pl.String).alias(name) for name in settings.contact]
    ordered = chosen.sort(pl.col("candidate") == NO, "county", "short", "enterprise", nulls_last=True)
    return ordered.select(*FOCUS_COLUMNS, *blank)


def scale_lines(tier: Tier) -> Iterator[tuple[str, str, int]]:
    """小升规标准里的（类别, 收入列, 线（分））；不是“类别＋收入”两个条件的条款没有线。"""
    for bound in tier.program.clauses:
        found = _line(bound.clause.body)
        if found:
            yield found


def _line(body: Truth | None) -> tuple[str, str, int] | None:
    match body:
        case All(items):
            members = [one for one in items if isinstance(one, Member)]
            tests = [one for one in items if isinstance(one, Compare) and one.op == ">="]
            if len(members) == len(tests) == 1:
                left = tests[0].left
                name = left.given.name if isinstance(left, Derived) else left.name if isinstance(left, Input) else ""
                return members[0].values[0], name, int(tests[0].right.value)
    return None


def scale_watch(firms: pl.DataFrame, wide: pl.DataFrame, tier: Tier, settings: Settings) -> pl.DataFrame:
    """小升规关注名单：候选、不在规上名录、到线的一定百分比以上。

    列：enterprise、uscc、name、county、category、basis_column、value、line、to_line（value－line，分）、
    percent（value 占线的百分数，取整）、stand_in（是否代看）、above_scale_t1、state（已过线未入库、临近、代看）。
    """
    lines = pl.DataFrame(list(scale_lines(tier)), schema=["scale_category", "basis_column", "line"], orient="row")
    kept = [name for name in ("scale_category", "above_scale_t1") if name in wide.columns]
    amounts = sorted({*lines["basis_column"], *settings.stand_in.values()} & set(wide.columns))
    if "scale_category" not in kept or not amounts:
        return pl.DataFrame()
    joined = (
        firms.filter(pl.col("candidate") != NO)
        .select("enterprise", "uscc", "name", "county", "section_title")
        .join(wide.select("enterprise", *kept, *amounts), on="enterprise")
        .join(lines, on="scale_category")
    )
    if "above_scale_t1" not in kept:
        joined = joined.with_columns(above_scale_t1=pl.lit(None, pl.Int64))
    valued = joined.with_columns(*_value(lines["basis_column"].unique().to_list(), amounts, settings))
    return _near(valued, settings.scale_percent).drop(amounts)


def _value(columns: list[str], present: list[str], settings: Settings) -> list[pl.Expr]:
    own, other = pl.lit(None, pl.Int64), pl.lit(None, pl.Int64)
    for name in columns:
        here = pl.col("basis_column") == name
        own = pl.when(here).then(pl.col(name)).otherwise(own) if name in present else own
        stand = settings.stand_in.get(name)
        other = pl.when(here).then(pl.col(stand)).otherwise(other) if stand in present else other
    return [
        pl.coalesce(own, other).alias("value"),
        pl.when(own.is_null()).then(pl.lit("是")).otherwise(pl.lit("否")).alias("stand_in"),
    ]


def _near(table: pl.DataFrame, percent: int) -> pl.DataFrame:
    close = (pl.col("value") * 100 >= pl.col("line") * percent) & (pl.col("above_scale_t1").fill_null(0) != 1)
    over = pl.col("value") >= pl.col("line")
    state = (
        pl.when(pl.col("stand_in") == "是").then(pl.lit("代看：主营业务收入待补"))
        .when(over & pl.col("above_scale_t1").is_null()).then(pl.lit("已过线，规上情况不详"))
        .when(over).then(pl.lit("已过线，不在规上名录")).otherwise(pl.lit("临近"))
    )  # fmt: skip
    return (
        table.filter(close)
        .with_columns(
            to_line=pl.col("value") - pl.col("line"), percent=pl.col("value") * 100 // pl.col("line"), state=state
        )
        .rename({"scale_category": "category"})
        .sort(pl.col("stand_in") == "是", -pl.col("percent"), "enterprise")
    )
