"""档案：一轮评估里的一家：宽表行、台账所知、对各标准的判定、标签、三年面板；读一回，页面、抽屉、导出共用，不写文件。

台账在这一轮以后又有变动的，现算这一家，stale 为真。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals as nw
import polars as pl

from miaopu.desk.screened import by_tier, sections
from miaopu.desk.workspace import Workspace
from miaopu.ledger.snapshot import Snapshot, snapshot
from miaopu.ledger.trace import FirmFile, Wording, firm_file
from miaopu.profile.panel import Panel, PanelRules, load_rules, panel, told_of
from miaopu.profile.tag import Tag, load_tags
from miaopu.profile.tags import tag
from miaopu.screening import Settings, load_settings
from miaopu.screening.gap import Suppliers
from miaopu.screening.standing import Tier, stand, tiers
from miaopu.standards.attributes import Attribute, attributes, with_attributes
from miaopu.standards.engine.column import evaluate
from miaopu.standards.explain.firm import Assessed, assess_row, why_of
from miaopu.standards.judge import Judge
from miaopu.standards.run import VERDICTS, WIDE, Run

COVERAGE = "coverage.yaml"


@dataclass(frozen=True, eq=False)
class Reading:
    """一轮里各家共用的：工作间、这一轮、行式判定，与各种口径（用到才读，读一回）。"""

    space: Workspace
    run: Run
    judge: Judge

    @cached_property
    def tags(self) -> Mapping[str, Tag]:
        """标签的定义。"""
        return load_tags(self.space.catalog, self.space.library.vocabulary)

    @cached_property
    def panel_rules(self) -> PanelRules:
        """三年面板的检查。"""
        return load_rules(self.space.catalog)

    @cached_property
    def settings(self) -> Settings:
        """筛选口径：梯次、候选、推出来的输入该补什么。"""
        return load_settings(self.space.catalog)

    @cached_property
    def tiers(self) -> Mapping[str, Tier]:
        """层级 → 程序与要求。"""
        return tiers(by_tier(self.run), self.settings)

    @cached_property
    def wording(self) -> Wording:
        """指标与来源的叫法。"""
        return Wording(self.space.indicators, self.space.sources)

    @cached_property
    def suppliers(self) -> Suppliers:
        """输入 → 该由哪个部门补。"""
        departments = {code: source.title for code, source in self.space.sources.items()}
        return Suppliers(self.space.library.vocabulary, departments)

    @cached_property
    def attributes(self) -> Mapping[str, Attribute]:
        """推出来的列。"""
        return attributes(self.space.catalog)

    @cached_property
    def sections(self) -> Mapping[str, str]:
        """行业门类 → 名称。"""
        return sections(self.space)

    @cached_property
    def ambiguities(self) -> Mapping[str, Mapping[str, str]]:
        """歧义代码 → 收录的说明（question 问题、default 缺省、where 落在哪里，有什么写什么）。"""
        return self.space.catalog.read(COVERAGE)["ambiguities"]


@dataclass(frozen=True)
class Held:
    """确有的一个标签；until 有效期至（ISO 文字，不限期为 None）。"""

    tag: Tag
    until: str | None


@dataclass(frozen=True, eq=False)
class Dossier:
    """一家的档案。row 是加过属性的宽表行；tags 是确有的标签；stale 为真即台账在这一轮以后又有变动，数与判定是现算的。"""

    reading: Reading
    row: Mapping[str, Any]
    snapshot: Snapshot
    file: FirmFile
    assessed: tuple[Assessed, ...]
    tags: tuple[Held, ...]
    panel: Panel
    stale: bool

    @property
    def enterprise(self) -> str:
        """企业号。"""
        return self.file.enterprise

    def of_tier(self, tier: str | None) -> Assessed | None:
        """某层级的新申请；没有为 None。"""
        program = self.reading.tiers[tier].program if tier in self.reading.tiers else None
        return next((one for one in self.assessed if one.selected.program is program), None)


def dossier(reading: Reading, enterprise: str) -> Dossier:
    """一家的档案；名册里没有这家（或已并入别家）抛 Refusal。"""
    space, run = reading.space, reading.run
    given = {"indicators": space.indicators, "sources": space.sources}
    taken = snapshot(
        space.ledger, known_on=run.known_on, assessed_on=run.assessed_on, enterprises=[enterprise], **given
    )
    told = firm_file(space.ledger, taken, enterprise, **given)
    stale = taken.fingerprint != run.marks["snapshot"]
    wide, verdicts = _live(reading, taken) if stale else _kept(run, enterprise)
    row = wide.row(0, named=True)
    assessed = assess_row(run.selected, row, reading.judge, why_of(taken.conflicts))
    checked = panel(
        wide, reading.panel_rules, space.indicators, run.assessed_on, told_of(taken.conflicts), taken.origin
    )
    return Dossier(reading, row, taken, told, tuple(assessed), _tags(reading, wide, verdicts), checked, stale)


def _kept(run: Run, enterprise: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """这一轮里这一家的宽表行与结论行。"""
    mine = pl.col("enterprise") == enterprise
    wide, verdicts = (pl.scan_parquet(run.folder / name).filter(mine).collect() for name in (WIDE, VERDICTS))
    return wide, verdicts


def _live(reading: Reading, taken: Snapshot) -> tuple[pl.DataFrame, pl.DataFrame]:
    """照现在的台账现算这一家。"""
    wide = with_attributes(taken.frame.lazy(), reading.space.attribute_rules, reading.run.assessed_on).collect()
    found = evaluate(wide.lazy(), list(reading.run.programs))
    return wide, nw.to_native(nw.from_native(found).collect())


def _tags(reading: Reading, wide: pl.DataFrame, verdicts: pl.DataFrame) -> tuple[Held, ...]:
    """确有的标签。只看一家时不走整列的“逐条列出”：那里每个标签几次连接，比判定还慢。"""
    run, vocabulary = reading.run, reading.space.library.vocabulary
    standing = stand(verdicts, reading.tiers)
    tagged = tag(wide, verdicts, reading.tags, run.programs, vocabulary, run.assessed_on, standing)
    states, row = tagged.states.row(0, named=True), wide.row(0, named=True)
    return tuple(Held(one, row.get(one.until)) for code, one in reading.tags.items() if states[code])
