"""计数：首页的结论家数、图与小图的分组家数、短板与缺口；都由存表现数，只数看得到的。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from miaopu.access.actor import Reach
from miaopu.screening.standing import NO
from miaopu.selection.screening.rounds.kept import FIRMS, GAPS, LIST, SHORTS, Kept
from miaopu.selection.screening.rounds.lists import BANDS, UNKNOWN

VERDICTS = (3, 2, 1, 0)
"""满足、须人工、待核、不满足。"""

FACETS = {"county": ("district", "县区"), "section": ("section", "行业门类"), "size": ("size", "规模")}
"""分组：网址参数 → 存表的列、名称。"""

TOP = 12


@dataclass(frozen=True)
class Row:
    """分组的一行：值（网址写法）、名称、各分档家数、合计。"""

    value: str
    title: str
    bands: tuple[int, ...]

    @property
    def cells(self) -> list[tuple[str, int]]:
        """（分档，家数）。"""
        return list(zip(BANDS, self.bands, strict=True))

    @property
    def total(self) -> int:
        """合计。"""
        return sum(self.bands)


def standings(held: Kept, reach: Reach) -> list[dict[str, Any]]:
    """各标准：层级、标准的说明、候选里满足、须人工、待核、不满足的家数与合计。"""
    candidates = held.seen(FIRMS, reach).filter(pl.col("candidate") != NO)
    asked = [
        (pl.col(f"{tier}.verdict") == code).sum().alias(f"{tier}:{code}") for tier in held.tiers for code in VERDICTS
    ]
    row = candidates.select(*asked).collect().row(0, named=True)
    return [
        {"tier": tier, "listed": tier in held.lists, **told, "counts": [row[f"{tier}:{code}"] for code in VERDICTS]}
        for tier, told in held.tiers.items()
    ]


def populations(held: Kept, reach: Reach) -> dict[str, int]:
    """看得到的企业：总数、候选、候选资格待核、不是候选的。"""
    counts = dict(held.seen(FIRMS, reach).group_by("candidate").len().collect().iter_rows())
    return {
        "total": sum(counts.values()),
        "yes": counts.get("是", 0),
        "open": counts.get("待核", 0),
        "no": counts.get(NO, 0),
    }


def listed_bands(held: Kept, reach: Reach) -> dict[str, dict[str, int]]:
    """各层级名单的分档家数。"""
    rows = held.seen(LIST, reach).group_by("tier", "band").len().collect()
    out: dict[str, dict[str, int]] = {tier: dict.fromkeys(BANDS, 0) for tier in held.lists}
    for tier, band, firms in rows.iter_rows():
        out[tier][band] = firms
    return out


def grouped(held: Kept, reach: Reach, tier: str, facet: str) -> list[Row]:
    """名单按一个分组 × 分档的家数；县区按行政次序且一个不少，其余按家数；不知道的在最后。"""
    column, _ = FACETS[facet]
    named = pl.col("section_title") if facet == "section" else pl.col(column)
    rows = (
        held.seen(LIST, reach).filter(pl.col("tier") == tier)
        .group_by(pl.col(column).alias("value"), named.alias("title"))
        .agg(*((pl.col("band") == one).sum().alias(one) for one in BANDS)).collect()
    )  # fmt: skip
    found = {value: Row(value or UNKNOWN, title or UNKNOWN, tuple(bands)) for value, title, *bands in rows.iter_rows()}
    blank = found.pop(None, None)
    if facet == "county":
        none = (0,) * len(BANDS)
        seen = [one for one in held.counties if reach.everywhere or one in reach.districts or one in found]
        order = [
            Row(one, title, found[one].bands if one in found else none)
            for one in seen
            for title in [held.counties[one]]
        ]
    else:
        order = sorted(found.values(), key=lambda one: (-one.total, one.value))
    return [*order, *([blank] if blank else [])]


def shortfalls(held: Kept, reach: Reach, tier: str) -> list[dict[str, Any]]:
    """各项要求：候选里不满足、待核、须人工、只差这一项的家数，按不满足从多到少。"""
    rows = (
        _of_districts(held.scan(SHORTS), reach).filter(pl.col("tier") == tier)
        .group_by("clause", "title", "cite", "mark", maintain_order=True)
        .agg(pl.col("failed", "unknown", "manual", "only_this").sum()).sort("failed", descending=True, maintain_order=True)
    )  # fmt: skip
    return rows.collect().to_dicts()


def missing(held: Kept, reach: Reach, tier: str) -> list[dict[str, Any]]:
    """缺的数：哪个部门、什么数，候选里缺的家数与其中结论待核的，按家数从多到少。"""
    rows = (
        _of_districts(held.scan(GAPS), reach).filter(pl.col("tier") == tier)
        .group_by("department", "title").agg(pl.col("firms", "pending").sum())
        .sort("pending", "firms", "title", descending=[True, True, False])
    )  # fmt: skip
    return rows.collect().to_dicts()


def departments(held: Kept, reach: Reach, tier: str) -> list[tuple[str, int]]:
    """名单里缺哪个部门的数：部门（几家都可补的写“或”）、家数，从多到少。"""
    rows = (
        held.seen(LIST, reach).filter((pl.col("tier") == tier) & (pl.col("departments") != ""))
        .select(pl.col("departments").str.split("、").alias("one")).explode("one")
        .group_by("one").len().sort("len", "one", descending=[True, False]).collect()
    )  # fmt: skip
    return list(rows.iter_rows())


def _of_districts(frame: pl.LazyFrame, reach: Reach) -> pl.LazyFrame:
    """分县区的合计表只按县区收窄；只看得到几家企业的人没有合计可看。"""
    return frame if reach.everywhere else frame.filter(pl.col("district").is_in(sorted(reach.districts)))
