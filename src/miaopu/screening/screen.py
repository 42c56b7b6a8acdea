"""选种：快照宽表 × 判定结果 → 全市站位、名单、分面、缺口、摸排名单；纯函数，不读写文件。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from miaopu.screening import facet, focus, gap, rank, standing
from miaopu.screening.gap import Suppliers
from miaopu.screening.rank import Listed
from miaopu.screening.settings import Rung, Settings
from miaopu.screening.standing import NO, Tier
from miaopu.standards.engine.bind import Program
from miaopu.standards.size import SIZES
from miaopu.standards.size import WORDS as SIZE_WORDS
from miaopu.standards.tree.vocabulary import Vocabulary

HELD = "已持有"
FIRM_COLUMNS = ("enterprise", "uscc", "name", "region", "industry", "industry_section", "chain")


@dataclass(frozen=True)
class Screening:
    """一次筛选的全部表。

    firms：一家一行（全部企业）：enterprise、uscc、name、county、section、section_title、industry、chain、size、
      candidate、not_candidate、held…、next…、next_tier、verdict、short、unknown、manual、band（下一级），
      以及每个层级的 <层级>.verdict/.short/.unknown/.manual 与 holds.<级>。
    lists：层级 → Listed；facets；ladder（各级家数）；focus_counts（重点门类 × 县区的家数）；gap_counts、
     shorts（各层级每项要求不满足、待核、须人工的候选家数）、
    bands（各层级分档家数，全部企业）、focus（门类 → 摸排名单）、scale_up（小升规关注）。
    """

    firms: pl.DataFrame
    lists: Mapping[str, Listed]
    facets: pl.DataFrame
    ladder: pl.DataFrame
    focus_counts: pl.DataFrame
    bands: pl.DataFrame
    shorts: pl.DataFrame
    gap_counts: pl.DataFrame
    focus: Mapping[str, pl.DataFrame]
    scale_up: pl.DataFrame
    standards: Mapping[str, str]
    assessed_on: date | None


def screen(
    snapshot: pl.DataFrame,
    verdicts: pl.DataFrame,
    programs: Mapping[str, Program],
    settings: Settings,
    vocabulary: Vocabulary,
    *,
    departments: Mapping[str, str],
    sections: Mapping[str, str],
    counties: Mapping[str, str],
) -> Screening:
    """snapshot：加过属性的快照宽表（一家一行）；verdicts：同样各家、这些程序的 evaluate 结果。

    programs：层级 → 程序；vocabulary：标准库的词汇表；
    departments：来源代码 → 标题；sections：门类 → 名称；counties：区划代码（或原写法）→
    县区名，书写次序即行政次序，不在内的照原样。两表的企业不一致即 ValueError。
    """
    _same_firms(snapshot, verdicts)
    every = standing.tiers(programs, settings)
    suppliers = Suppliers(vocabulary, departments)
    wide = snapshot.join(verdicts, on="enterprise", maintain_order="left")
    firms = _firms(snapshot, verdicts, every, settings, sections, counties)
    held = [name for name in firms.columns if name.startswith("holds.")]
    members = wide.join(firms.filter(pl.col("candidate") != NO).select("enterprise", *held), on="enterprise")
    wanted = [one for one in settings.lists if one.tier in every]
    return Screening(
        firms=firms,
        lists={one.tier: rank.listed(firms, wide, every[one.tier], one, settings, suppliers) for one in wanted},
        facets=facet.facets(firms, dict.fromkeys(counties.values())),
        ladder=_ladder(firms, settings),
        bands=_bands(firms, every, settings),
        shorts=_shorts(members, every, settings),
        gap_counts=pl.concat(
            [pl.DataFrame(schema=gap.COUNT_SCHEMA)]
            + [gap.gap_counts(_awaiting(members, tier, settings), tier, suppliers, settings) for tier in every.values()]
        ),
        focus_counts=facet.focus_counts(firms, settings.focus, dict.fromkeys(counties.values())),
        focus={section: focus.focus(firms, section, settings) for section in settings.focus},
        scale_up=focus.scale_watch(firms, wide, every[settings.scale_tier], settings)
        if settings.scale_tier in every
        else pl.DataFrame(),
        standards={code: tier.program.standard.code for code, tier in every.items()},
        assessed_on=next((tier.program.assessed_on for tier in every.values()), None),
    )


def _same_firms(snapshot: pl.DataFrame, verdicts: pl.DataFrame) -> None:
    if snapshot["enterprise"].is_duplicated().any():
        raise ValueError("快照里有重复的企业号，应一家一行")
    extra = snapshot.select("enterprise").join(verdicts.select("enterprise"), on="enterprise", how="anti").height
    if extra or snapshot.height != verdicts.height:
        raise ValueError(f"快照有 {snapshot.height} 家，判定结果有 {verdicts.height} 家，应一一对应")


def _firms(
    snapshot: pl.DataFrame, verdicts: pl.DataFrame, every: Mapping[str, Tier], settings: Settings,
    sections: Mapping[str, str], counties: Mapping[str, str],
) -> pl.DataFrame:  # fmt: skip
    blank = [pl.lit(None, pl.String).alias(name) for name in FIRM_COLUMNS if name not in snapshot.columns]
    whole = snapshot.with_columns(blank)
    told = whole.select(
        "enterprise",
        "uscc",
        "name",
        pl.col("region").replace(dict(counties)).alias("county"),
        pl.col("industry_section").alias("section"),
        pl.col("industry_section")
        .replace_strict(sections, default=None, return_dtype=pl.String)
        .alias("section_title"),
        "industry",
        "chain",
        _size(whole).alias("size"),
        *standing.candidacy(whole, settings),
        *standing.holding(whole, settings),
        *(standing.holds(rung, set(whole.columns)) for rung in (*settings.ladder, *settings.side)),
    )
    joined = told.join(standing.stand(verdicts, every), on="enterprise", maintain_order="left")
    stepped = joined.with_columns(standing.next_step(settings, every))
    return stepped.with_columns(standing.of_next(every)).with_columns(rank.band("verdict", "short"))


def _size(frame: pl.DataFrame) -> pl.Expr:
    """划型的话：已定的写档名，未定的写“某型至某型”。"""
    if not {"size_low", "size_high"} <= set(frame.columns):
        return pl.lit(None, pl.String)
    words = {place: SIZE_WORDS[name] for place, name in enumerate(SIZES)}
    low, high = (pl.col(name).replace_strict(words, return_dtype=pl.String) for name in ("size_low", "size_high"))
    return pl.when(pl.col("size_low") == pl.col("size_high")).then(low).otherwise(low + "至" + high)


def _ladder(firms: pl.DataFrame, settings: Settings) -> pl.DataFrame:
    """各级的家数：code、title、side（是否侧梯）、holders（确有）、highest（主梯上最高为这一级，侧梯为空）。"""
    rows = [
        (one.code, one.title, one in settings.side, _total(firms, f"holds.{one.code}"), _highest(firms, one, settings))
        for one in (settings.none, *settings.ladder, *settings.side)
    ]
    kinds = {"code": pl.String, "title": pl.String, "side": pl.Boolean, "holders": pl.Int64, "highest": pl.Int64}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _total(firms: pl.DataFrame, column: str) -> int | None:
    return int(firms[column].sum()) if column in firms.columns else None


def _highest(firms: pl.DataFrame, rung: Rung, settings: Settings) -> int | None:
    return None if rung in settings.side else int((firms["held"] == rung.code).sum())


def _held_already(tier: str, settings: Settings) -> pl.Expr:
    rung = settings.rung_of(tier)
    return pl.col(f"holds.{rung.code}") if rung is not None else pl.lit(False)


def _bands(firms: pl.DataFrame, every: Mapping[str, Tier], settings: Settings) -> pl.DataFrame:
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


def _shorts(members: pl.DataFrame, every: Mapping[str, Tier], settings: Settings) -> pl.DataFrame:
    """各层级每项要求：不满足、待核、须人工的候选家数（已持有的不计），及“只差这一项”的家数。"""
    rows = [
        row
        for code, tier in every.items()
        for row in _tier_shorts(members.filter(~_held_already(code, settings)), tier)
    ]
    names = ("tier", "standard", "clause", "title", "text", "cite", "mark", "failed", "unknown", "manual", "only_this")
    kinds = {name: pl.Int64 if name in names[7:] else pl.String for name in names}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _tier_shorts(members: pl.DataFrame, tier: Tier) -> Iterable[tuple[object, ...]]:
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
        ).row(0)
        standard = tier.program.standard.code
        yield (tier.code, standard, one.id, one.title, one.text, one.cite, one.mark, *numbers)


def _awaiting(members: pl.DataFrame, tier: Tier, settings: Settings) -> pl.DataFrame:
    """结论待核、还没有这一级的候选：补了数才能定的。"""
    return members.filter(pl.col(tier.masks.columns.verdict) == 1, ~_held_already(tier.code, settings))
