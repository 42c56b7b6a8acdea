"""对照：一份要入账的事实与台账所载有何不同：新增、改数、未变，以及与别的来源不一致的；只比，不入账。"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from miaopu.ledger.decision import aliases, decisions
from miaopu.ledger.journal import Active
from miaopu.ledger.record import FACT_SCHEMA

SLOT = ["enterprise", "indicator", "item", "period"]
SHOWN = 20


@dataclass(frozen=True)
class Differences:
    """各种情形的条数；changed_rows、apart_rows、new_rows 是前若干例：SLOT、sheet、row、column、value、text，

    另有 was_value、was_text（台账所载）与 was_source、was_received。
    """

    new: int
    changed: int
    same: int
    apart: int
    new_rows: pl.DataFrame
    changed_rows: pl.DataFrame
    apart_rows: pl.DataFrame


def differences(now: Active, facts: pl.DataFrame, source: str, shown: int = SHOWN) -> Differences:
    """facts 是读入的事实（READ_FACT_SCHEMA）带 enterprise；与 now 里同一来源最近所报的比，再与别的来源比。"""
    facts = facts.with_columns(pl.col("enterprise").replace(aliases(decisions(now))))
    held = _held(now, facts)
    mine = facts.join(_latest(held.filter(source=source), [*SLOT, "basis"]), on=[*SLOT, "basis"], how="left")
    changed = mine.filter("held", ~_equal())
    others = _latest(held.filter(pl.col("source") != source), [*SLOT, "was_source"])
    apart = facts.join(others, on=SLOT, how="inner").filter(~_equal())
    counted = mine.select(new=pl.col("held").is_null().sum(), same=(pl.col("held").fill_null(False) & _equal()).sum())
    fresh = mine.filter(pl.col("held").is_null())
    return Differences(
        new=counted["new"][0],
        changed=changed.height,
        same=counted["same"][0],
        apart=apart.select(SLOT).n_unique() if apart.height else 0,
        new_rows=fresh.head(shown),
        changed_rows=changed.head(shown),
        apart_rows=apart.head(shown),
    )


def _held(now: Active, facts: pl.DataFrame) -> pl.DataFrame:
    """台账里同样的主体与指标的有效事实，先后有序。"""
    paths, merged = now.files("facts.parquet"), aliases(decisions(now))
    if not paths:
        return pl.DataFrame(schema=FACT_SCHEMA)
    firms = [*facts["enterprise"].unique(), *merged]
    wanted = pl.col("indicator").is_in(facts["indicator"].unique().implode()) & pl.col("enterprise").is_in(firms)
    found = pl.scan_parquet(paths).filter(wanted).select(list(FACT_SCHEMA)).collect()
    live = found.filter(pl.col("batch").is_in(list(now.order())))
    order = pl.col("batch").replace_strict(now.order(), default=0, return_dtype=pl.Int64)
    return live.with_columns(pl.col("enterprise").replace(merged)).sort(order, maintain_order=True)


def _latest(held: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    told = held.select(
        *SLOT,
        "basis",
        was_value="value",
        was_text="text",
        was_source="source",
        was_received="received",
        held=pl.lit(True),
    )
    last = told.unique(by, keep="last", maintain_order=True)
    return last if "basis" in by else last.drop("basis")


def _equal() -> pl.Expr:
    return pl.col("value").eq_missing(pl.col("was_value")) & pl.col("text").eq_missing(pl.col("was_text"))
