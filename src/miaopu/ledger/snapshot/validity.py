"""有效期与名单：评估日是否在有效期内；完整名单里没有的即为“无”，不完整的即为未知。"""

from datetime import date

import polars as pl

from miaopu.ledger.snapshot.columns import Column
from miaopu.ledger.snapshot.conflict import PLACED
from miaopu.ledger.snapshot.gather import Scope


def standing(facts: pl.DataFrame, assessed_on: date) -> pl.DataFrame:
    """有效期事实 → 每主体每列每来源一行候选：value 为评估日是否有效，只见过期的为 null（可能已续，未知）。

    同一来源同一起始日，后收到的更正先收到的；截止日当天仍有效；没有写截止日的长期有效。
    """
    by = ["ent", "col", "source"]
    newest = facts.filter(pl.col("when") == pl.col("when").max().over([*by, "start"]))
    day = pl.lit(assessed_on.isoformat())
    inside = (pl.col("start").is_null() | (pl.col("start") <= day)) & (
        pl.col("until").is_null() | (pl.col("until") >= day)
    )
    rated = newest.with_columns(
        value=pl.when(pl.col("value") == 0).then(0).when(inside).then(1).cast(pl.Int64),
        far=pl.col("until").fill_null("9999"),
    )
    ordered = rated.sort([*by, "when", "value", "far", *PLACED], nulls_last=False)
    return _deciding(ordered, by).drop("far")


def _deciding(ordered: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """明说“否”的若是最近一次说法，以它为准；否则取有效而截止最晚的；再否则取最近过期的。"""
    said = pl.col("when").filter(pl.col("value") == 0).max().over(by).fill_null(-1)
    held = pl.col("when").filter(pl.col("value") == 1).max().over(by).fill_null(-1)
    mark = pl.when(pl.col("value") == 0).then(pl.when(said > held).then(3).otherwise(0))
    ranked = ordered.with_columns(weight=mark.when(pl.col("value") == 1).then(2).otherwise(1))
    last = ranked.sort([*by, "weight", "far"], maintain_order=True).unique(by, keep="last", maintain_order=True)
    return last.drop("weight")


def absences(scope: Scope, plan: list[Column], told: pl.DataFrame) -> pl.DataFrame:
    """完整名单里没有或只见过期、别的来源却有说法的：替该名单补一条“否”的候选，好让先后与冲突照常裁定。"""
    parts = told.partition_by("col", as_dict=True)
    rows = [
        _absent(scope, parts[(col,)], plan[col], source, batches)
        for col, source, batches in listed(scope, plan)
        if (col,) in parts
    ]
    return pl.concat([told.clear(), *rows], how="diagonal").select(told.columns)


def listed(scope: Scope, plan: list[Column]) -> list[tuple[int, str, frozenset[str]]]:
    """（列号, 来源, 名单批次）：有完整名单的是否类列。"""
    flags = {one.indicator: col for col, one in enumerate(plan) if one.flag and one.mode in ("day", "validity")}
    return [
        (flags[key], source, batches)
        for (source, key), batches in ((place, one.batches) for place, one in scope.lists.items())
        if key in flags
    ]


def _absent(
    scope: Scope, of_column: pl.DataFrame, column: Column, source: str, batches: frozenset[str]
) -> pl.DataFrame:
    sure = of_column.filter(pl.col("source") == source, pl.col("value").is_not_null())
    firms = of_column.join(sure, on="ent", how="anti")
    entry = next(one for one in scope.now.batches if one.id == max(batches))
    rank = scope.rules[source].rank_of(column.indicator)
    return firms.unique("ent", maintain_order=True).with_columns(
        value=pl.lit(0, pl.Int64), text=pl.lit(None, pl.String), source=pl.lit(source), batch=pl.lit(entry.id),
        received=pl.lit(entry.day), rank=pl.lit(rank, pl.Int32), sheet=pl.lit(None, pl.String),
        row=pl.lit(None, pl.UInt32), column=pl.lit(None, pl.UInt16), period=pl.lit(""), basis=pl.lit("未说明"),
        when=pl.lit(0, pl.Int64),
    )  # fmt: skip
