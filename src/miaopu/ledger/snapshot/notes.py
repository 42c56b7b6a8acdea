"""快照的旁注：每个值的出处表与冲突表，键换回主体号与列名。"""

import polars as pl

from miaopu.ledger.snapshot import judgement
from miaopu.ledger.snapshot.columns import Column
from miaopu.ledger.snapshot.gather import WIDTH
from miaopu.ledger.snapshot.items import Items

ORIGIN = ("enterprise", "column", "item", "source", "batch", "sheet", "row", "cell", "period", "basis", "received")


def origins(firms: pl.Series, plan: list[Column], chosen: pl.DataFrame, pieces: Items) -> pl.DataFrame:
    """出处表（ORIGIN）：每个取定的值一行；条目字段的列名如 ip.granted，item 为条目键。"""
    kept = pieces.settled.chosen
    of_items = _origin(firms.gather(pieces.index["ent"].gather(kept["ent"])), pieces.fields, kept)
    of_items = of_items.with_columns(item=pieces.index["item"].gather(kept["ent"]))
    return pl.concat([_origin(firms.gather(chosen["ent"]), plan, chosen), of_items])


def conflicts(
    firms: pl.Series, plan: list[Column], found: pl.DataFrame, pieces: Items, judged: pl.DataFrame
) -> pl.DataFrame:
    """冲突表：enterprise、column、item、kind（value 值不同、basis 口径不同、stale 核定过期）、chosen、rule、values。"""
    told = pieces.settled.conflicts
    number = told["key"] // WIDTH
    of_items = _conflict(firms.gather(pieces.index["ent"].gather(number)), pieces.fields, told)
    of_items = of_items.with_columns(item=pieces.index["item"].gather(number))
    plain = _conflict(firms.gather(found["key"] // WIDTH), plan, found)
    return pl.concat([plain, of_items, judgement.stale(judged)], how="diagonal").sort(
        "enterprise", "column", "item", "kind"
    )


def _origin(owners: pl.Series, plan: list[Column], chosen: pl.DataFrame) -> pl.DataFrame:
    names = pl.Series([one.name for one in plan], dtype=pl.Categorical)
    return chosen.select(
        owners.alias("enterprise"),
        names.gather(chosen["col"]).alias("column"),
        pl.lit("").alias("item"),
        *(pl.col(name).cast(pl.Categorical) for name in ("source", "batch", "sheet")),
        "row",
        pl.col("column").alias("cell"),
        *(pl.col(name).cast(pl.Categorical) for name in ("period", "basis")),
        "received",
    )


def _conflict(owners: pl.Series, plan: list[Column], found: pl.DataFrame) -> pl.DataFrame:
    names = pl.Series([one.name for one in plan], dtype=pl.String)
    return found.select(
        owners.alias("enterprise"),
        names.gather(found["key"] % WIDTH).alias("column"),
        pl.lit("").alias("item"),
        "kind",
        "chosen",
        "rule",
        "values",
    )
