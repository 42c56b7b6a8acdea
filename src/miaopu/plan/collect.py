"""补数的口径（catalog/planning_costs.yaml）：补一个数花多少经办人工、向谁要、怎样算可比；收目录，给冻结的口径，不看企业。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from miaopu.standards.attributes import attributes
from miaopu.standards.tree.vocabulary import Vocabulary
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "planning_costs.yaml"
KEYS = ("unit", "basis", "sources", "otherwise", "extra", "comparable", "relative", "county_at_most")


@dataclass(frozen=True)
class SourceCost:
    """向一个来源要数：每家 per_firm 分钟，每次 per_request 分钟；whole 为真即一份文件能补许多家。"""

    code: str
    per_firm: int
    per_request: int
    whole: bool
    reason: str


@dataclass(frozen=True)
class Level:
    """可比的一层：这些列都相同。"""

    columns: tuple[str, ...]
    title: str


@dataclass(frozen=True)
class Costs:
    """全部口径。extra 是格外费事的输入 → 分钟；relative 是输入 → 与之成比例的输入。"""

    unit: str
    basis: str
    sources: Mapping[str, SourceCost]
    otherwise: str
    extra: Mapping[str, int]
    minimum: int
    levels: tuple[Level, ...]
    relative: Mapping[str, str]
    county_at_most: int


@dataclass(frozen=True)
class Way:
    """一个输入怎样补：collect 真正要补的列（推得的换成它的根），source 向哪个来源要，each 每家、request 每次的分钟。"""

    collect: tuple[str, ...]
    source: str
    each: int
    request: int

    def cost(self, firms: int = 1) -> Fraction:
        """替 firms 家一次要，平均每家多少分钟。"""
        return self.each + Fraction(self.request, firms)


@dataclass(frozen=True)
class Ways:
    """由口径、词汇表与属性的推法定出每个输入怎样补。"""

    costs: Costs
    vocabulary: Vocabulary
    stems: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls, catalog: Catalog, vocabulary: Vocabulary) -> Ways:
        """读目录。"""
        return cls(load_costs(catalog), vocabulary, {key: one.stems for key, one in attributes(catalog).items()})

    def of(self, name: str, values: Mapping[str, Any]) -> Way:
        """values 是这家已知的数：推得的输入只补还缺的根，几个根向几处要就花几份。"""
        roots = tuple(one for one in self.stems.get(name, ()) if values.get(one) is None) or (name,)
        return self._way(roots)

    def together(self, roots: tuple[str, ...], firms: int) -> int:
        """替 firms 家一次要齐这些列，合计多少分钟：一份文件能补许多家的只要一次，别的逐家要。"""
        way = self._way(roots)
        whole = self.costs.sources[way.source].whole
        return way.each * firms + way.request * (1 if whole else firms)

    def _way(self, roots: tuple[str, ...]) -> Way:
        found = {source: one for one in roots for source in [self._source(one)]}
        prices = [self.costs.sources[source] for source in found]
        more = sum(self.costs.extra.get(one, 0) for one in roots)
        each, request = sum(one.per_firm for one in prices) + more, sum(one.per_request for one in prices)
        return Way(roots, next(iter(found)), each, request)

    def _source(self, name: str) -> str:
        """可补的来源里只问一家时最省的；没有声明的按 otherwise。"""
        known = [self.costs.sources[code] for code in self._suppliers(name) if code in self.costs.sources]
        best = min(known, key=lambda one: (one.per_firm + one.per_request, one.code), default=None)
        return best.code if best else self.costs.otherwise

    def _suppliers(self, name: str) -> tuple[str, ...]:
        found = self.vocabulary.indicator(name)
        if found is None:
            return ()
        items = found.extra.get("items")
        base = self.vocabulary.indicators.get(str(items)) if items else None
        return found.suppliers or (base.suppliers if base else ())


def load_costs(catalog: Catalog) -> Costs:
    """读补数口径；写错即报文件与行号。"""
    path, data = catalog.file(FILE), catalog.read(FILE)
    for key in KEYS:
        if key not in data:
            raise CatalogError(path, 1, f"缺少“{key}”")
    sources = {one["code"]: _source(one, path) for one in data["sources"]}
    if data["otherwise"] not in sources:
        raise CatalogError(path, line_of(data, "otherwise"), f"“{data['otherwise']}”不在 sources 里")
    group = data["comparable"]
    return Costs(
        unit=data["unit"],
        basis=data["basis"],
        sources=sources,
        otherwise=data["otherwise"],
        extra={one["input"]: int(one["minutes"]) for one in data["extra"]},
        minimum=int(group["minimum"]),
        levels=tuple(Level(tuple(one["columns"]), one["title"]) for one in group["levels"]),
        relative={one["input"]: one["to"] for one in data["relative"]},
        county_at_most=int(data["county_at_most"]),
    )


def _source(item: Any, path: Path) -> SourceCost:
    for key in ("code", "per_firm", "per_request", "whole", "reason"):
        if key not in item:
            raise CatalogError(path, line_of(item), f"缺少“{key}”")
    if int(item["per_firm"]) + int(item["per_request"]) <= 0:
        raise CatalogError(path, line_of(item), "补一个数总要花一点人工，per_firm 与 per_request 不能都是 0")
    return SourceCost(
        item["code"], int(item["per_firm"]), int(item["per_request"]), bool(item["whole"]), item["reason"]
    )
