"""事实的形状：给解析好的列补上表名、列号、口径、期间，截成 READ_FACT_SCHEMA。"""

import polars as pl

from miaopu.ledger.reading.table.fit import Fit, Matched
from miaopu.ledger.record import READ_FACT_SCHEMA


def shaped(fit: Fit, frame: pl.DataFrame, one: Matched, **given: pl.Expr) -> pl.DataFrame:
    """补上表名、列号、口径，截成事实的形状；缺条目键或期间的去掉。"""
    blank = {"item": pl.lit(""), "period": pl.lit(""), "value": pl.lit(None, pl.Int64), "text": pl.lit(None, pl.String)}
    placed = {
        "basis": pl.lit(fit.source.basis),
        "sheet": pl.lit(fit.region.grid.sheet),
        "column": pl.lit(one.index),
        "indicator": pl.lit(one.column.indicator),
    }
    missing = {name: expr for name, expr in blank.items() if name not in frame.columns}
    full = frame.with_columns(**{**missing, **placed, **given})
    return full.drop_nulls(["item", "period", "indicator"]).select(list(READ_FACT_SCHEMA)).cast(READ_FACT_SCHEMA)
