"""数条目：每家每个派生指标给 [下限, 上限]；下限只算条件全真的，上限再算未知的；没有完整名单则上限不封顶（null）。"""

from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

from miaopu.ledger.derive.condition import every
from miaopu.ledger.derive.definition import NONE, Derived

YES, MAYBE = "yes", "maybe"


def derive(
    derived: list[Derived], items: Mapping[str, pl.DataFrame], height: int, closed: Collection[str], assessed_on: date
) -> list[pl.Series]:
    """各派生指标的列（每家一行，共 height 行）。closed：有完整名单的条目指标，名单外即为“无”。

    没有任何条目又没有完整名单的，上下限都为 null；有条目而没有完整名单的，只有下限。
    """
    found: list[pl.Series] = []
    for one in derived:
        table, shut = items[one.items], one.items in closed
        measured = _MEASURES[one.measure](one, _rated(one, table, assessed_on), assessed_on, shut)
        found += _place(one, measured, height, shut)
    return found


def _rated(one: Derived, table: pl.DataFrame, assessed_on: date) -> pl.DataFrame:
    truth = every(one.where, assessed_on)
    return table.with_columns((truth.fill_null(False)).alias(YES), truth.fill_null(True).alias(MAYBE))


def _count(one: Derived, rated: pl.DataFrame, assessed_on: date, shut: bool) -> pl.DataFrame:
    return rated.group_by("ent").agg(
        low=pl.col(YES).sum().cast(pl.Int64), high=_if(shut, pl.col(MAYBE).sum().cast(pl.Int64))
    )


def _sum(one: Derived, rated: pl.DataFrame, assessed_on: date, shut: bool) -> pl.DataFrame:
    amount = pl.col(one.field)
    unknown = (pl.col(MAYBE) & amount.is_null()).any()
    most = pl.when(~unknown).then(amount.filter(MAYBE).sum())
    return rated.group_by("ent").agg(low=amount.filter(YES).sum(), high=_if(shut, most))


def _best(one: Derived, rated: pl.DataFrame, assessed_on: date, shut: bool) -> pl.DataFrame:
    """由高到低第一个确有的档为下限，第一个可能有的档为上限。"""
    steps = [(code, every(where, assessed_on)) for code, where in one.order]
    surely = [(code, (pl.col(YES) & truth.fill_null(False)).any()) for code, truth in steps]
    perhaps = [(code, (pl.col(MAYBE) & truth.fill_null(True)).any()) for code, truth in steps]
    return rated.group_by("ent").agg(low=_first(surely), high=_if(shut, _first(perhaps)))


def _exists(one: Derived, rated: pl.DataFrame, assessed_on: date, shut: bool) -> pl.DataFrame:
    none = ~pl.col(MAYBE).any() & shut
    return rated.group_by("ent").agg(low=pl.when(pl.col(YES).any()).then(1).when(none).then(0).cast(pl.Int64))


def _first(steps: list[tuple[str, pl.Expr]]) -> pl.Expr:
    return pl.coalesce(*(pl.when(met).then(pl.lit(code)) for code, met in steps), pl.lit(NONE))


def _if(shut: bool, expr: pl.Expr) -> pl.Expr:
    return pl.when(pl.lit(shut)).then(expr)


def _place(one: Derived, measured: pl.DataFrame, height: int, shut: bool) -> list[pl.Series]:
    """铺到全部家并改成快照列名；有完整名单时，没有条目的家填“无”。"""
    firms = pl.DataFrame({"ent": pl.int_range(height, dtype=pl.UInt32, eager=True)})
    placed = firms.join(measured.with_columns(known=True), on="ent", how="left", maintain_order="left")
    absent = pl.lit(NONE if one.measure == "best" else 0)
    empty = pl.col("known").is_null() & shut
    filled = placed.select(pl.when(empty).then(absent).otherwise(pl.exclude("ent", "known")).name.keep())
    return [series.alias(name) for name, series in zip(one.columns(), filled.iter_columns(), strict=True)]


_MEASURES = {"count": _count, "sum": _sum, "best": _best, "exists": _exists}
