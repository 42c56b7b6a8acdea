"""计数：各级家数、各层级分档、每项要求的短板、每个输入的缺口；都按候选计，已持有这一级的另列。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from miaopu.screening import gap, rank, standing
from miaopu.screening.gap import Suppliers
from miaopu.screening.settings import Rung, Settings
from miaopu.screening.standing import NO, Tier

HELD = "已持有"


def members(wide: pl.DataFrame, firms: pl.DataFrame) -> pl.DataFrame:
    """候选（含待核）的快照列、判定列与 holds.<级>。"""
    held = [name for name in firms.columns if name.startswith("holds.")]
    return wide.join(firms.filter(pl.col("candidate") != NO).select("enterprise", *held), on="enterprise")


def gaps(
    members: pl.DataFrame, every: Mapping[str, Tier], suppliers: Suppliers, settings: Settings,
    lists: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:  # fmt: skip
    """各层级缺口的家数（gap.COUNT_SCHEMA），范围是还没有这一级的候选。"""
    parts = [
        gap.gap_counts(
            members.filter(~_held_already(code, settings)), tier, suppliers, settings,
            _listed(lists, code),
        )
        for code, tier in every.items()
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=gap.COUNT_SCHEMA), *parts])


def ladder(firms: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """各级的家数：code、title、side（是否侧梯）、holders（确有；一家都不知道有没有的为空）、unknown（不知道）、

    highest（主梯上最高为这一级；侧梯为空）。
    """
    rows = [
        (one.code, one.title, one in settings.side, *_holders(firms, one), _highest(firms, one, settings))
        for one in (settings.none, *settings.ladder, *settings.side)
    ]
    numbers = dict.fromkeys(("holders", "unknown", "highest"), pl.Int64)
    kinds = {"code": pl.String, "title": pl.String, "side": pl.Boolean, **numbers}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _holders(firms: pl.DataFrame, rung: Rung) -> tuple[int | None, int | None]:
    column = f"holds.{rung.code}"
    if column not in firms.columns:
        return None, None
    unknown = firms[column].null_count()
    return (None if unknown == firms.height else int(firms[column].sum())), unknown


def _highest(firms: pl.DataFrame, rung: Rung, settings: Settings) -> int | None:
    return None if rung in settings.side else int((firms["held"] == rung.code).sum())


def _held_already(tier: str, settings: Settings) -> pl.Expr:
    rung = settings.rung_of(tier)
    return pl.col(f"holds.{rung.code}").fill_null(False) if rung is not None else pl.lit(False)


def bands(firms: pl.DataFrame, every: Mapping[str, Tier], settings: Settings) -> pl.DataFrame:
    """各层级、各分档的家数：tier、band（另有“已持有”）、firms（全部企业）、candidates；每层级之和等于全部。"""
    parts = [
        firms.with_columns(rank.band(f"{code}.verdict", f"{code}.short"))
        .group_by(pl.when(_held_already(code, settings)).then(pl.lit(HELD)).otherwise(pl.col("band")).alias("band"))
        .agg(
            pl.len().cast(pl.Int64).alias("firms"), (pl.col("candidate") != NO).sum().cast(pl.Int64).alias("candidates")
        )
        .select(pl.lit(code).alias("tier"), "band", "firms", "candidates")
        for code in every
    ]
    schema = {"tier": pl.String, "band": pl.String, "firms": pl.Int64, "candidates": pl.Int64}
    place = {word: at for at, word in enumerate((HELD, *rank.BANDS))}
    order = pl.col("band").replace_strict(place, return_dtype=pl.Int64)
    return pl.concat([pl.DataFrame(schema=schema), *parts]).sort("tier", order)


def shorts(
    members: pl.DataFrame, every: Mapping[str, Tier], settings: Settings, lists: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """各层级每项要求：不满足、待核、须人工的候选家数（已持有的不计）；only_this 确定不满足的只有这一项的家数，

    only_listed 其中在名单里的（待核太多的不在名单里）。
    """
    rows = [
        row
        for code, tier in every.items()
        for row in _tier_shorts(members.filter(~_held_already(code, settings)), tier, _listed(lists, code))
    ]
    names = (
        "tier",
        "standard",
        "clause",
        "title",
        "text",
        "cite",
        "mark",
        "failed",
        "unknown",
        "manual",
        "only_this",
        "only_listed",
    )
    kinds = {name: pl.Int64 if name in names[7:] else pl.String for name in names}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _listed(lists: Mapping[str, pl.DataFrame], code: str) -> pl.Series:
    return lists[code]["enterprise"] if code in lists else pl.Series("enterprise", [], dtype=pl.String)


def _tier_shorts(members: pl.DataFrame, tier: Tier, listed: pl.Series) -> Iterable[tuple[object, ...]]:
    masks = tier.masks
    alone = standing.count(masks.failed, tier.requirements) == 1
    for one in tier.requirements:
        hit = pl.lit(1 << one.bit, pl.Int64)
        failed = masks.failed & hit != 0
        numbers = members.select(
            failed.sum().alias("failed"),
            (masks.unknown & hit != 0).sum().alias("unknown"),
            (masks.manual & hit != 0).sum().alias("manual"),
            (failed & alone).sum().alias("only_this"),
            (failed & alone & pl.col("enterprise").is_in(listed.implode())).sum().alias("only_listed"),
        ).row(0)
        standard = tier.program.standard.code
        yield (tier.code, standard, one.id, one.title, one.text, one.cite, one.mark, *numbers)
