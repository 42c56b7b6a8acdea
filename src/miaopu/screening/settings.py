"""筛选口径：读 catalog/screening.yaml（梯次、候选、排序分、名单、重点行业、小升规），写错即报文件与行号。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "screening.yaml"
COMPONENTS = ("short", "unknown", "manual", "shortfall", "is_focus", "is_hte")
"""排序分可用的分量，都是名单里的一列。"""


@dataclass(frozen=True)
class Rung:
    """梯上一级：tiers 是可走的标准层级，held 是表示已持有的称号列。"""

    code: str
    title: str
    tiers: tuple[str, ...] = ()
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exclusion:
    """一条候选规则：某列取这些值的不是候选。"""

    column: str
    values: tuple[Any, ...]
    reason: str


@dataclass(frozen=True)
class RankPart:
    """排序分的一个分量：分值 = 权重 × 分量。"""

    key: str
    title: str
    weight: int


@dataclass(frozen=True)
class Listing:
    """一份名单：层级、标题、差几项以内、待核几项以内、只看已持有哪几级的。"""

    tier: str
    title: str
    short_at_most: int
    unknown_at_most: int
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """可以按哪些日期的规则评估：最早的一天、今年以后几年、缘由。"""

    earliest: date
    years_ahead: int
    reason: str


@dataclass(frozen=True)
class Settings:
    """全部口径；ladder 由低到高，none 是还没有称号的那一级。"""

    ladder: tuple[Rung, ...]
    side: tuple[Rung, ...]
    none: Rung
    exclusions: tuple[Exclusion, ...]
    unknown: tuple[Exclusion, ...]
    expand: frozenset[str]
    rank_base: int
    rank_parts: tuple[RankPart, ...]
    shortfall_cap: int
    lists: tuple[Listing, ...]
    focus: Mapping[str, str]
    contact: tuple[str, ...]
    scale_tier: str
    scale_percent: int
    stand_in: Mapping[str, str]
    stems: Mapping[str, tuple[str, ...]]
    span: Span

    @property
    def rungs(self) -> Mapping[str, Rung]:
        """代码 → 级，含“尚无”。"""
        return {one.code: one for one in (self.none, *self.ladder, *self.side)}

    def rung_of(self, tier: str) -> Rung | None:
        """标准层级所在的级。"""
        return next((one for one in (*self.ladder, *self.side) if tier in one.tiers), None)


def load_settings(catalog: Catalog) -> Settings:
    """读筛选口径。"""
    path = catalog.file(FILE)
    data = catalog.read(FILE)
    _known(data, path)
    return Settings(
        ladder=tuple(_rung(one, path) for one in data["ladder"]),
        side=tuple(_rung(one, path) for one in data["side"]),
        none=Rung(data["none"]["code"], data["none"]["title"]),
        exclusions=tuple(Exclusion(one["column"], tuple(one["is"]), one["reason"]) for one in data["candidacy"]),
        unknown=tuple(Exclusion(one["column"], (), one["reason"]) for one in data["candidacy_unknown"]),
        expand=frozenset(map(str, data["expand"])),
        rank_base=int(data["rank"]["base"]),
        rank_parts=tuple(_part(one, path) for one in data["rank"]["parts"]),
        shortfall_cap=int(data["shortfall_cap"]),
        lists=tuple(
            Listing(
                one["tier"], one["title"], int(one["short_at_most"]), int(one["unknown_at_most"]), tuple(one["held"])
            )
            for one in data["lists"]
        ),
        focus={one["section"]: one["title"] for one in data["focus"]},
        contact=tuple(data["contact"]),
        scale_tier=data["scale_up"]["tier"],
        scale_percent=int(data["scale_up"]["within_percent"]),
        stand_in=dict(data["scale_up_stand_in"]),
        stems={key: tuple(names) for key, names in data["stems"].items()},
        span=_span(data["span"], path),
    )


NEEDED = frozenset(
    [
        *("ladder", "side", "none", "candidacy", "candidacy_unknown", "expand", "rank", "shortfall_cap"),
        *("lists", "focus", "contact", "scale_up", "scale_up_stand_in", "stems", "span"),
    ]
)


def _known(data: Any, path: Path) -> None:
    for key in data:
        if key not in NEEDED:
            raise CatalogError(path, line_of(data, key), f"不认识“{key}”；可用：{'、'.join(sorted(NEEDED))}")
    for key in sorted(NEEDED - set(data)):
        raise CatalogError(path, 1, f"缺少“{key}”")


def _span(item: Any, path: Path) -> Span:
    if not isinstance(item.get("from"), date):
        raise CatalogError(path, line_of(item), "span 要写 from（最早按哪天的规则评估），如 2022-08-01")
    return Span(item["from"], int(item["years_ahead"]), item["reason"])


def _rung(item: Any, path: Path) -> Rung:
    for key in ("code", "title", "tiers", "held"):
        if key not in item:
            raise CatalogError(path, line_of(item), f"缺少“{key}”")
    return Rung(item["code"], item["title"], tuple(item["tiers"]), tuple(item["held"]))


def _part(item: Any, path: Path) -> RankPart:
    if item["key"] not in COMPONENTS:
        raise CatalogError(
            path, line_of(item, "key"), f"排序分没有“{item['key']}”这个分量；可用：{'、'.join(COMPONENTS)}"
        )
    return RankPart(item["key"], item["title"], int(item["weight"]))
