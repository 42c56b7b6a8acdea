"""调研报告：底数、梯队、重点行业、小巨人潜力、短板、数据缺口、目标对照、建议；数都来自给的表，不另算判定。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from miaopu.papers.marks import Marks, day
from miaopu.papers.report import needs, stock
from miaopu.papers.word.document import Writer


@dataclass(frozen=True)
class Survey:
    """报告要的表（列名见 screening.Screening 与 screening.target）。

    facets 分面长表；ladder 各级家数；focus_counts 重点门类 × 县区；bands、shorts、gap_counts 各层级分档、短板、缺口；
    lists 层级 → 名单；scale_up 小升规关注；targets 目标推导；standards 层级 → 标准代码；city 市名；
    tier 主看的层级；goal 与之对照的目标代码；library 培育库目标代码。
    """

    facets: pl.DataFrame
    ladder: pl.DataFrame
    focus_counts: pl.DataFrame
    bands: pl.DataFrame
    shorts: pl.DataFrame
    gap_counts: pl.DataFrame
    lists: Mapping[str, pl.DataFrame]
    scale_up: pl.DataFrame
    targets: pl.DataFrame
    standards: Mapping[str, str]
    city: str
    tier: str = "LG"
    tier_title: str = "专精特新“小巨人”企业"
    goal: str = "L25-RECOMMEND"
    library: str = "L25-LIBRARY"

    @property
    def total(self) -> int:
        """全部企业数：县区一面之和。"""
        return int(self.facet("county")["firms"].sum())

    def facet(self, name: str) -> pl.DataFrame:
        """一面的各行。"""
        return self.facets.filter(pl.col("facet") == name)

    def band(self, *words: str, column: str = "candidates") -> int:
        """主看层级里若干分档的候选家数。"""
        chosen = self.bands.filter(pl.col("tier") == self.tier, pl.col("band").is_in(words))
        return int(chosen[column].sum())

    def listed(self, *words: str) -> int:
        """主看层级的名单里若干分档的家数（待核太多的不在名单里）。"""
        table = self.lists.get(self.tier)
        return int(table["band"].is_in(words).sum()) if table is not None else 0

    def target(self, code: str) -> dict[str, object]:
        """一个目标的一行；没有为空。"""
        found = self.targets.filter(pl.col("code") == code)
        return found.row(0, named=True) if found.height else {}


def write_report(path: Path, survey: Survey, marks: Marks) -> Path:
    """写调研报告（docx）。"""
    pen = Writer()
    below = "（虚构企业演示稿）" if marks.invented else ""
    pen.title(f"{survey.city}优质中小企业梯度培育调研报告", below)
    pen.body(_opening(survey, marks))
    stock.stock(pen, survey)
    stock.ladder(pen, survey)
    stock.focus(pen, survey)
    needs.potential(pen, survey)
    needs.shortfall(pen, survey)
    needs.missing(pen, survey)
    needs.goals(pen, survey)
    needs.advice(pen, survey)
    pen.body("")
    for line in marks.lines():
        pen.note(f"说明：{line}")
    return pen.save(path)


def _opening(survey: Survey, marks: Marks) -> str:
    return (
        f"为摸清全市中小企业底数，按“选种、育苗、培优”的工作安排，对{survey.city}{survey.total}家登记企业"
        f"逐家归集各部门数据，对照现行标准测算。数据截至{day(marks.known_on)}，标准按{day(marks.assessed_on)}适用的版本。"
        "文中“差一项”“差两项”只计确定不满足的要求，缺数（待核）和须人工核定的另列；"
        "测算用于找苗子、补短板，不是认定结论，认定以主管部门和官方平台为准。"
    )
