"""工作间：一座城的目录、标准库、来源与台账，用到才打开；给一个台账文件夹和至多一个本地目录文件夹。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from miaopu.ledger.journal import Ledger, open_ledger
from miaopu.ledger.source import Sources, load_sources
from miaopu.standards.attributes import AttributeRules
from miaopu.standards.load import Library, load_library
from miaopu.standards.run import Run, run
from miaopu.terms.catalog import Catalog
from miaopu.terms.district import Districts
from miaopu.terms.indicator import Indicator


@dataclass(frozen=True, eq=False)
class Workspace:
    """一座城的工作间；folder 是台账文件夹，没有就在第一次用时新建。重新打开的是另一个（各自记着打开时的目录）。"""

    folder: Path
    local: Path | None = None

    @cached_property
    def catalog(self) -> Catalog:
        """随软件发布的目录，加上本地文件夹。"""
        return Catalog.default(self.local)

    @cached_property
    def library(self) -> Library:
        """标准库。"""
        return load_library(self.catalog)

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        """全部指标。"""
        return self.library.vocabulary.indicators

    @cached_property
    def attribute_rules(self) -> AttributeRules:
        """属性的推法。"""
        return AttributeRules.load(self.catalog)

    @cached_property
    def sources(self) -> Sources:
        """全部来源。"""
        return load_sources(self.catalog)

    @cached_property
    def districts(self) -> Districts:
        """全部区划。"""
        return Districts.read(self.catalog)

    @cached_property
    def ledger(self) -> Ledger:
        """台账。"""
        return open_ledger(self.folder)

    def assess(
        self,
        known_on: date,
        assessed_on: date,
        only: str | None = None,
        tell: Callable[[str], None] = lambda step: None,
    ) -> Run:
        """跑一轮评估；台账、目录、日期都没变时给出旧的一轮。"""
        given = {"known_on": known_on, "assessed_on": assessed_on, "only": only, "tell": tell}
        return run(self.ledger, self.catalog, self.library, self.sources, **given)
