"""数条目：每家每个派生指标给 [下限, 上限]；下限只算条件全真的，上限再算未知的；没有完整名单则上限不封顶（null）。"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache

import polars as pl

from miaopu.ledger.derive.condition import every
from miaopu.ledger.derive.definition import NONE, Derived


def derive(
    derived: list[Derived], items: Mapping[str, pl.DataFrame], height: int, closed: Collection[str], assessed_on: date
) -> list[pl.Series]:
    """各派生指标的列（每家一行，共 height 行）。closed：有完整名单的条目指标，名单外即为“无”。

    没有任何条目又没有完整名单的，上下限都为 null；有条目而没有完整名单的，只有下限。同一种条目的各指标一遍数完。
    """
    found: dict[str, pl.Series] = {}
    for kind in dict.fromkeys(one.items for one in derived):
        mine = [one for one in derived if one.items == kind]
        found |= _counted(mine, items[kind], height, kind in closed, assessed_on)
    return [found[name] for one in derived for name in one.columns()]


def _counted(
    mine: list[Derived], table: pl.DataFrame, height: int, shut: bool, assessed_on: date
) -> dict[str, pl.Series]:
    if table.is_empty():
        return _nothing(mine, height, shut)
    rated = table.with_columns(truth for one in mine for truth in _truths(one, assessed_on))
    ends = [end for one in mine for end in _ends(one, shut)]
    firms = pl.DataFrame({"ent": pl.int_range(height, dtype=pl.UInt32, eager=True)})
    counted = rated.group_by("ent").agg(*ends).with_columns(known=True)
    return _place(mine, firms.join(counted, on="ent", how="left", maintain_order="left"), shut)


@lru_cache(maxsize=512)
def _truths(one: Derived, assessed_on: date) -> tuple[pl.Expr, ...]:
    """条目表上的三值判断列：口径本身，与由高到低各档。"""
    steps = (every(where, assessed_on).alias(_step(one, code)) for code, where in one.order)
    return (every(one.where, assessed_on).alias(one.key), *steps)


@lru_cache(maxsize=512)
def _ends(one: Derived, shut: bool) -> tuple[pl.Expr, ...]:
    """数出的各列。"""
    return tuple(end.alias(name) for name, end in zip(one.columns(), _MEASURES[one.measure](one, shut), strict=True))


def _step(one: Derived, code: str) -> str:
    return f"{one.key}={code}"


def _yes(name: str) -> pl.Expr:
    return pl.col(name).fill_null(False)


def _maybe(name: str) -> pl.Expr:
    return pl.col(name).fill_null(True)


def _count(one: Derived, shut: bool) -> list[pl.Expr]:
    return [_yes(one.key).sum().cast(pl.Int64), _if(shut, _maybe(one.key).sum().cast(pl.Int64))]


def _sum(one: Derived, shut: bool) -> list[pl.Expr]:
    amount = pl.col(one.field)
    unknown = (_maybe(one.key) & amount.is_null()).any()
    most = pl.when(~unknown).then(amount.filter(_maybe(one.key)).sum())
    return [amount.filter(_yes(one.key)).sum(), _if(shut, most)]


def _best(one: Derived, shut: bool) -> list[pl.Expr]:
    """由高到低第一个确有的档为下限，第一个可能有的档为上限。"""
    surely = [(code, (_yes(one.key) & _yes(_step(one, code))).any()) for code, _ in one.order]
    perhaps = [(code, (_maybe(one.key) & _maybe(_step(one, code))).any()) for code, _ in one.order]
    return [_first(surely), _if(shut, _first(perhaps))]


def _exists(one: Derived, shut: bool) -> list[pl.Expr]:
    none = ~_maybe(one.key).any() & shut
    return [pl.when(_yes(one.key).any()).then(1).when(none).then(0).cast(pl.Int64)]


def _first(steps: list[tuple[str, pl.Expr]]) -> pl.Expr:
    return pl.coalesce(*(pl.when(met).then(pl.lit(code)) for code, met in steps), pl.lit(NONE))


def _if(shut: bool, expr: pl.Expr) -> pl.Expr:
    return pl.when(pl.lit(shut)).then(expr)


def _place(mine: list[Derived], placed: pl.DataFrame, shut: bool) -> dict[str, pl.Series]:
    """有完整名单时，没有条目的家填“无”。"""
    filled = placed.select(
        pl.when(pl.col("known").is_null() & shut).then(_absent(one)).otherwise(name).alias(name)
        for one in mine
        for name in one.columns()
    )
    return {series.name: series for series in filled.iter_columns()}


def _nothing(mine: list[Derived], height: int, shut: bool) -> dict[str, pl.Series]:
    """一个条目也没有：有完整名单的全填“无”，没有的全不知道。"""
    sure = {
        one: pl.Series([(NONE if one.measure == "best" else 0) if shut else None], dtype=_dtype(one)) for one in mine
    }
    return {name: sure[one].new_from_index(0, height).alias(name) for one in mine for name in one.columns()}


def _dtype(one: Derived) -> pl.DataType:
    return pl.String() if one.measure == "best" else pl.Int64()


def _absent(one: Derived) -> pl.Expr:
    return pl.lit(NONE if one.measure == "best" else 0)


_MEASURES = {"count": _count, "sum": _sum, "best": _best, "exists": _exists}
