"""核定：人对须人工指标的结论进快照；过了期限的不再算数，只记“已过期”。"""

from datetime import date

import polars as pl

JUDGEMENT_COLUMNS = (
    "enterprise", "indicator", "value", "text", "until", "version", "by", "day", "reason", "evidence", "decision"
)  # fmt: skip


def judgements(made: pl.DataFrame, assessed_on: date) -> pl.DataFrame:
    """每主体每指标最近一次核定；current 表示评估日仍在期限内。"""
    told = made.filter(pl.col("kind") == "judgement").unique(
        ["enterprise", "indicator"], keep="last", maintain_order=True
    )
    current = (pl.col("until").is_null() | (pl.col("until") >= assessed_on)).alias("current")
    return told.select(*JUDGEMENT_COLUMNS, current)


def apply(frame: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """把在期限内的核定写进宽表：同名列以核定为准，没有的列新增。"""
    current = judged.filter("current")
    counted = current.group_by("indicator", maintain_order=True).agg(pl.col("value").is_not_null().all())
    mine = current.join(frame.select("enterprise"), on="enterprise", how="semi", maintain_order="left")
    parts = mine.partition_by("indicator", as_dict=True)
    for indicator, numeric in counted.iter_rows():
        side = "value" if numeric else "text"
        if indicator in frame.columns:
            side = "text" if frame.schema[indicator] == pl.String else "value"
        if (indicator,) in parts:
            frame = _one(frame, indicator, parts[(indicator,)], side)
        elif indicator not in frame.columns:
            frame = frame.with_columns(pl.lit(None, current.schema[side]).alias(indicator))
    return frame


def _one(frame: pl.DataFrame, indicator: str, part: pl.DataFrame, side: str) -> pl.DataFrame:
    found = frame.select("enterprise").join(
        part.select("enterprise", judged=side), on="enterprise", how="left", maintain_order="left"
    )["judged"]
    before = frame[indicator] if indicator in frame.columns else found
    return frame.with_columns(found.zip_with(found.is_not_null(), before).alias(indicator))


def stale(judged: pl.DataFrame) -> pl.DataFrame:
    """过期的核定 → 冲突表的行（种类 stale）。"""
    return judged.filter(~pl.col("current")).select(
        "enterprise",
        column="indicator",
        item=pl.lit(""),
        kind=pl.lit("stale"),
        chosen=pl.lit(None, pl.String),
        rule=pl.lit("人工核定已过期，待重新核定"),
    )
