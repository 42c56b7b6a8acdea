"""铺开：把裁定好的长表铺成一家一行的宽表；没有值的格为 null。"""

import numpy as np
import polars as pl

from miaopu.ledger.snapshot.columns import Column


def widen(chosen: pl.DataFrame, plan: list[Column], height: int) -> dict[str, pl.Series]:
    """chosen（ent、col、value、text，每键一行）→ 列名到列；行号即 ent，共 height 行。"""
    parts = chosen.select("ent", "col", "value", "text").partition_by("col", as_dict=True)
    numbers, texts = (pl.Series([None], dtype=kind).new_from_index(0, height) for kind in (pl.Int64, pl.String))
    return {
        one.name: _column(parts[(col,)], one, height)
        if (col,) in parts
        else (numbers if one.numeric else texts).alias(one.name)
        for col, one in enumerate(plan)
    }


def spread(values: pl.Series, places: pl.Series, height: int) -> pl.Series:
    """把 values 放到 places 指的行上，其余为 null。"""
    index = np.full(height, -1, dtype=np.int64)
    index[places.to_numpy()] = np.arange(len(places))
    where = pl.Series(index)
    return values.gather(where.set(where < 0, None))


def _column(part: pl.DataFrame, column: Column, height: int) -> pl.Series:
    side = part["value" if column.numeric else "text"]
    return spread(side, part["ent"], height).alias(column.name)
