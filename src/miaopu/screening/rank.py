"""名单：取一个层级差几项以内的候选，量距离、列缺口、算排序分；每个分量都是一列，可复算。"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from miaopu.screening.distance import distances, said, shortfalls
from miaopu.screening.gap import Suppliers, gaps
from miaopu.screening.requirement import named
from miaopu.screening.settings import Listing, Settings
from miaopu.screening.standing import COUNTS, NO, Tier

LIST_COLUMNS = (
    "rank", "county_rank", "enterprise", "uscc", "name", "county", "section", "section_title", "chain", "size",
    "candidate", "held", "held_title", "held_unknown", "tier", "standard", "verdict", "verdict_word", "band",
    "short", "unknown", "manual", "shortfall", "is_focus", "is_hte", "score", "short_titles", "unknown_titles",
    "manual_titles", "distance", "missing", "departments",
)  # fmt: skip
"""名单表的列。"""

WORDS = {0: "不满足", 1: "待核", 2: "须人工", 3: "满足"}
BANDS = ("满足", "须人工", "待核", "差一项", "差两项", "差三项以上")
"""分档：没有不满足的按结论分三档；有的按确定不满足的项数分档，待核与须人工不计入。"""


@dataclass(frozen=True)
class Listed:
    """一份名单：table 见 LIST_COLUMNS；distances、gaps 为逐条明细。"""

    listing: Listing
    standard: str
    table: pl.DataFrame
    distances: pl.DataFrame
    gaps: pl.DataFrame


def band(verdict: str, short: str) -> pl.Expr:
    """分档列：差几项只数确定不满足的。"""
    some = pl.when(pl.col(short) == 1).then(pl.lit("差一项")).when(pl.col(short) == 2).then(pl.lit("差两项"))
    words = pl.when(pl.col(verdict) == 3).then(pl.lit("满足")).when(pl.col(verdict) == 2).then(pl.lit("须人工"))
    return (
        pl.when(pl.col(verdict).is_null())
        .then(None)
        .when(pl.col(verdict) > 0)
        .then(words.otherwise(pl.lit("待核")))
        .otherwise(some.otherwise(pl.lit("差三项以上")))
        .alias("band")
    )


def listed(
    firms: pl.DataFrame, wide: pl.DataFrame, tier: Tier, listing: Listing, settings: Settings, suppliers: Suppliers,
) -> Listed:  # fmt: skip
    """firms：一家一行的站位表；wide：同样各家的快照列加判定掩码列。"""
    chosen = firms.filter(_wanted(listing, settings))
    values = wide.join(chosen.select("enterprise"), on="enterprise", how="semi")
    measured = distances(values, tier, suppliers.vocabulary, settings.shortfall_cap)
    missing = gaps(values, tier, suppliers, settings)
    table = (
        chosen.with_columns(
            *(pl.col(f"{tier.code}.{name}").alias(name) for name in COUNTS),
            tier=pl.lit(tier.code),
            standard=pl.lit(tier.program.standard.code),
        )
        .join(_worded(values, tier), on="enterprise", how="left")
        .join(_hte(values), on="enterprise", how="left")
        .join(shortfalls(measured, tier), on="enterprise", how="left")
        .join(said(measured), on="enterprise", how="left")
        .join(_said_missing(missing), on="enterprise", how="left")
        .with_columns(
            band("verdict", "short"),
            pl.col("verdict").replace_strict(WORDS, return_dtype=pl.String).alias("verdict_word"),
            pl.col("shortfall").fill_null(0),
            pl.col("distance", "missing", "departments").fill_null(""),
            pl.col("section").is_in(list(settings.focus)).fill_null(False).cast(pl.Int64).alias("is_focus"),
        )
    )
    return Listed(listing, tier.program.standard.code, ranked(table, settings), measured, missing)


def ranked(table: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """加 score、rank（全市，同分同名次）、county_rank（本县区），按名次与代码排好。"""
    score = pl.lit(settings.rank_base, pl.Int64)
    for part in settings.rank_parts:
        score = score + pl.col(part.key).cast(pl.Int64) * part.weight
    scored = table.with_columns(score.alias("score"))
    placed = scored.with_columns(
        pl.col("score").rank("min", descending=True).cast(pl.Int64).alias("rank"),
        pl.col("score").rank("min", descending=True).over("county").cast(pl.Int64).alias("county_rank"),
    )
    return placed.sort("rank", "enterprise").select(LIST_COLUMNS)


def _wanted(listing: Listing, settings: Settings) -> pl.Expr:
    """候选（含待核），还没有这一级，差几项、待核几项以内。"""
    rung = settings.rung_of(listing.tier)
    keep = (pl.col("candidate") != NO) & (pl.col(f"{listing.tier}.short") <= listing.short_at_most)
    keep &= pl.col(f"{listing.tier}.unknown") <= listing.unknown_at_most
    if rung is not None:
        keep &= ~pl.col(f"holds.{rung.code}").fill_null(False)
    return keep & pl.col("held").is_in(list(listing.held)) if listing.held else keep


def _worded(values: pl.DataFrame, tier: Tier) -> pl.DataFrame:
    masks = tier.masks
    return values.select(
        "enterprise",
        named(masks.failed, tier.requirements).alias("short_titles"),
        named(masks.unknown, tier.requirements).alias("unknown_titles"),
        named(masks.manual, tier.requirements).alias("manual_titles"),
    )


def _hte(values: pl.DataFrame) -> pl.DataFrame:
    flag = (pl.col("hte") == 1).fill_null(False).cast(pl.Int64) if "hte" in values.columns else pl.lit(0, pl.Int64)
    return values.select("enterprise", flag.alias("is_hte"))


def _said_missing(missing: pl.DataFrame) -> pl.DataFrame:
    return missing.group_by("enterprise", maintain_order=True).agg(
        missing=pl.col("title").unique(maintain_order=True).str.join("、"),
        departments=pl.col("department").unique(maintain_order=True).str.join("、"),
    )
