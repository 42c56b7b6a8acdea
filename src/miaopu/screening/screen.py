"""选种：快照宽表 × 判定结果 → 全市站位、名单、分面、缺口、摸排名单；纯函数，不读写文件。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from miaopu.screening import facet, focus, rank, standing, tally
from miaopu.screening.gap import Suppliers
from miaopu.screening.rank import Listed
from miaopu.screening.settings import Settings
from miaopu.screening.standing import Tier
from miaopu.standards.engine.bind import Program
from miaopu.standards.size import SIZES
from miaopu.standards.size import WORDS as SIZE_WORDS
from miaopu.standards.tree.vocabulary import Vocabulary

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
    members = tally.members(wide, firms)
    wanted = [one for one in settings.lists if one.tier in every]
    lists = {one.tier: rank.listed(firms, wide, every[one.tier], one, settings, suppliers) for one in wanted}
    tables = {code: one.table for code, one in lists.items()}
    scale = every.get(settings.scale_tier)
    return Screening(
        firms=firms,
        lists=lists,
        facets=facet.facets(firms, dict.fromkeys(counties.values())),
        ladder=tally.ladder(firms, settings),
        bands=tally.bands(firms, every, settings),
        shorts=tally.shorts(members, every, settings, tables),
        gap_counts=tally.gaps(members, every, suppliers, settings, tables),
        focus_counts=facet.focus_counts(firms, settings.focus, dict.fromkeys(counties.values())),
        focus={section: focus.focus(firms, section, settings) for section in settings.focus},
        scale_up=focus.scale_watch(firms, wide, scale, settings) if scale else pl.DataFrame(),
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
