"""分县区的计数：各层级每项要求不满足、待核、须人工的家数，每个输入缺的家数；只数还没有这一级的候选。"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from miaopu.desk.screened import by_tier
from miaopu.desk.workspace import Workspace
from miaopu.screening import Settings, standing
from miaopu.screening.gap import Suppliers, holes
from miaopu.screening.standing import Tier
from miaopu.screening.tally import members
from miaopu.standards.run import Run

SHORT_SCHEMA = {
    "tier": pl.String, "clause": pl.String, "title": pl.String, "cite": pl.String, "mark": pl.String,
    "district": pl.String, "failed": pl.Int64, "unknown": pl.Int64, "manual": pl.Int64, "only_this": pl.Int64,
}  # fmt: skip
GAP_SCHEMA = {
    "tier": pl.String, "input": pl.String, "title": pl.String, "department": pl.String, "district": pl.String,
    "firms": pl.Int64, "pending": pl.Int64,
}  # fmt: skip


def standing_tiers(found: Run, rules: Settings) -> dict[str, Tier]:
    """一轮里各层级的程序与要求。"""
    return standing.tiers(by_tier(found), rules)


def by_county(space: Workspace, found: Run, firms: pl.DataFrame, rules: Settings) -> tuple[pl.DataFrame, pl.DataFrame]:
    """firms：加了 district 的站位表。给出短板（SHORT_SCHEMA）与缺口（GAP_SCHEMA），一个县区一行。"""
    wide = found.wide.join(found.verdicts, on="enterprise", maintain_order="left")
    every = members(wide, firms).join(firms.select("enterprise", "district"), on="enterprise")
    suppliers = Suppliers(space.library.vocabulary, {code: one.title for code, one in space.sources.items()})
    shorts, gaps = [], []
    for tier in standing_tiers(found, rules).values():
        rung = rules.rung_of(tier.code)
        own = every.filter(~pl.col(f"holds.{rung.code}").fill_null(False)) if rung else every
        shorts += _shorts(own, tier)
        gaps += _gaps(own, tier, suppliers, rules)
    return (
        pl.DataFrame(shorts, schema=SHORT_SCHEMA, orient="row"),
        pl.DataFrame(gaps, schema=GAP_SCHEMA, orient="row"),
    )


def _shorts(own: pl.DataFrame, tier: Tier) -> Iterable[tuple[object, ...]]:
    masks = tier.masks
    alone = standing.count(masks.failed, tier.requirements) == 1
    counted = []
    for at, one in enumerate(tier.requirements):
        hit = pl.lit(1 << one.bit, pl.Int64)
        failed = masks.failed & hit != 0
        four = (failed, masks.unknown & hit != 0, masks.manual & hit != 0, failed & alone)
        counted += [value.sum().cast(pl.Int64).alias(f"{at}.{place}") for place, value in enumerate(four)]
    for row in own.group_by("district").agg(counted).iter_rows(named=True):
        for at, one in enumerate(tier.requirements):
            numbers = (row[f"{at}.{place}"] for place in range(4))
            yield (tier.code, one.id, one.title, one.cite, one.mark, row["district"], *numbers)


def _gaps(own: pl.DataFrame, tier: Tier, suppliers: Suppliers, rules: Settings) -> Iterable[tuple[object, ...]]:
    found = holes(tier, own.columns, rules)
    pending = pl.col(tier.masks.columns.verdict) == 1
    counted = []
    for at, hole in enumerate(found):
        absent = hole.absent.fill_null(False)
        counted += [
            absent.sum().cast(pl.Int64).alias(f"{at}.all"),
            (absent & pending).sum().cast(pl.Int64).alias(f"{at}.p"),
        ]
    for row in own.group_by("district").agg(counted).iter_rows(named=True) if found else ():
        for at, hole in enumerate(found):
            if row[f"{at}.all"]:
                told = (suppliers.title(hole.input), suppliers.department(hole.input))
                yield (tier.code, hole.input, *told, row["district"], row[f"{at}.all"], row[f"{at}.p"])
