"""站位：每家对每个层级的结论与三种计数，以及已持有哪一级、下一级是哪一级、算不算候选。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from miaopu.screening.requirement import Masks, Requirement, count, requirements
from miaopu.screening.settings import Exclusion, Rung, Settings
from miaopu.standards.engine.bind import Program

YES, NO, OPEN = "是", "否", "待核"
COUNTS = ("verdict", "short", "unknown", "manual")
"""每个层级的四列：结论代码、不满足项数、待核项数、须人工项数。"""


@dataclass(frozen=True)
class Tier:
    """一个层级的程序与要求清单。"""

    code: str
    program: Program
    requirements: tuple[Requirement, ...]

    @property
    def masks(self) -> Masks:
        """判定结果表里的掩码列。"""
        return Masks.of(self.program)


def tiers(programs: Mapping[str, Program], settings: Settings) -> dict[str, Tier]:
    """层级代码 → 层级。"""
    return {code: Tier(code, one, requirements(one, settings.expand)) for code, one in programs.items()}


def stand(verdicts: pl.DataFrame, every: Mapping[str, Tier]) -> pl.DataFrame:
    """判定结果 → 一家一行：enterprise 加每个层级的 <层级>.verdict/.short/.unknown/.manual。"""
    columns = [column for tier in every.values() for column in _counts(tier)]
    return verdicts.select("enterprise", *columns)


def _counts(tier: Tier) -> list[pl.Expr]:
    masks = tier.masks
    return [
        pl.col(masks.columns.verdict).alias(f"{tier.code}.verdict"),
        count(masks.failed, tier.requirements).alias(f"{tier.code}.short"),
        count(masks.unknown, tier.requirements).alias(f"{tier.code}.unknown"),
        count(masks.manual, tier.requirements).alias(f"{tier.code}.manual"),
    ]


def candidacy(frame: pl.DataFrame, settings: Settings) -> list[pl.Expr]:
    """candidate（是、否、待核）与 not_candidate（原因；是候选为空串）。"""
    known = set(frame.columns)
    reason = pl.lit(None, pl.String)
    for one in reversed([one for one in settings.exclusions if one.column in known]):
        reason = pl.when(_is(one)).then(pl.lit(one.reason)).otherwise(reason)
    open_reason = pl.lit(None, pl.String)
    for one in reversed(settings.unknown):
        blank = pl.col(one.column).is_null() if one.column in known else pl.lit(True)
        open_reason = pl.when(blank).then(pl.lit(one.reason)).otherwise(open_reason)
    state = pl.when(reason.is_not_null()).then(pl.lit(NO)).when(open_reason.is_not_null()).then(pl.lit(OPEN))
    return [
        state.otherwise(pl.lit(YES)).alias("candidate"),
        pl.coalesce(reason, open_reason).fill_null("").alias("not_candidate"),
    ]


def _is(rule: Exclusion) -> pl.Expr:
    return pl.col(rule.column).is_in(list(rule.values)).fill_null(False)


def holding(frame: pl.DataFrame, settings: Settings) -> list[pl.Expr]:
    """held（主梯上最高一级的代码）、held_title、held_unknown（更高而不知道有没有的级，连起来）。"""
    known = set(frame.columns)
    held, open_titles = pl.lit(settings.none.code), pl.lit("")
    for rung in settings.ladder:
        yes, unsure = _held(rung, known)
        held = pl.when(yes).then(pl.lit(rung.code)).otherwise(held)
        more = pl.when(open_titles == "").then(pl.lit(rung.title)).otherwise(open_titles + f"、{rung.title}")
        open_titles = pl.when(yes).then(pl.lit("")).when(unsure).then(more).otherwise(open_titles)
    titles = {code: rung.title for code, rung in settings.rungs.items()}
    return [
        held.alias("held"),
        held.replace_strict(titles, return_dtype=pl.String).alias("held_title"),
        open_titles.alias("held_unknown"),
    ]


def _held(rung: Rung, known: set[str]) -> tuple[pl.Expr, pl.Expr]:
    """（确有，不知道）；没有称号列的级恒为没有。"""
    columns = [name for name in rung.held if name in known]
    if not columns:
        return pl.lit(False), pl.lit(bool(rung.held))
    yes = pl.any_horizontal([(pl.col(name) == 1).fill_null(False) for name in columns])
    unsure = pl.any_horizontal([pl.col(name).is_null() for name in columns])
    return yes, unsure & ~yes


def holds(rung: Rung, known: set[str]) -> pl.Expr:
    """holds.<级>：有没有这一级的称号；不知道为 null。"""
    yes, unsure = _held(rung, known)
    blank = pl.lit(None, pl.Boolean)
    return pl.when(unsure if rung.held else pl.lit(True)).then(blank).otherwise(yes).alias(f"holds.{rung.code}")


def climbing(settings: Settings, every: Mapping[str, Tier]) -> dict[str, Rung | None]:
    """已持有的级 → 下一级（往上第一个有适用标准的级；没有为 None）。"""
    rungs = (settings.none, *settings.ladder)
    out: dict[str, Rung | None] = {}
    for place, rung in enumerate(rungs):
        above = settings.ladder[place:]
        out[rung.code] = next((one for one in above if any(tier in every for tier in one.tiers)), None)
    return out


def next_step(settings: Settings, every: Mapping[str, Tier]) -> list[pl.Expr]:
    """按 held 给出 next、next_title、next_tier 与下一级的四列；一级有几个标准的取离得最近的。"""
    steps = climbing(settings, every)
    code = {held: rung.code if rung else None for held, rung in steps.items()}
    title = {held: rung.title if rung else "已在最高一级" for held, rung in steps.items()}
    tier = pl.lit(None, pl.String)
    for held, rung in steps.items():
        if rung is not None:
            tier = pl.when(pl.col("held") == held).then(_nearest([one for one in rung.tiers if one in every]))\
                .otherwise(tier)  # fmt: skip
    return [
        pl.col("held").replace_strict(code, return_dtype=pl.String).alias("next"),
        pl.col("held").replace_strict(title, return_dtype=pl.String).alias("next_title"),
        tier.alias("next_tier"),
    ]


def _nearest(codes: list[str]) -> pl.Expr:
    """几个层级里结论最好、不满足最少、待核最少的；全同取写在前面的。"""
    keys = [_closeness(code) for code in codes]
    best = pl.max_horizontal(keys)
    out = pl.lit(codes[-1])
    for code, key in reversed(list(zip(codes, keys, strict=True))):
        out = pl.when(key == best).then(pl.lit(code)).otherwise(out)
    return out


def _closeness(code: str) -> pl.Expr:
    verdict, short, unknown, _ = (pl.col(f"{code}.{name}").cast(pl.Int32) for name in COUNTS)
    return verdict * 1_000_000 - short * 1_000 - unknown


def of_next(every: Mapping[str, Tier]) -> list[pl.Expr]:
    """按 next_tier 取那个层级的四列。"""
    out = []
    for name in COUNTS:
        value = pl.lit(None, pl.Int16)
        for code in every:
            value = pl.when(pl.col("next_tier") == code).then(pl.col(f"{code}.{name}").cast(pl.Int16)).otherwise(value)
        out.append(value.alias(name))
    return out
