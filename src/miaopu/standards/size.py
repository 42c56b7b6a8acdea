"""划型：工信部联企业〔2011〕300号；大中小须同时达到该档全部下限，缺数时给出可能的上下档。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import and_
from typing import Any

import polars as pl

from miaopu.terms.catalog import Catalog

FILE = "standards/size/2011.yaml"
SIZES = ("micro", "small", "medium", "large")
"""由小到大；下标就是 size_low、size_high 列的值。"""

WORDS = {"micro": "微型", "small": "小型", "medium": "中型", "large": "大型"}
METRICS = {"x": ("employees_t1", 1), "y": ("revenue_t1", 1_000_000), "z": ("assets_t1", 1_000_000)}
"""x 从业人员、y 营业收入、z 资产总额 → 快照列与一个法定单位的内部数。"""


@dataclass(frozen=True)
class Group:
    """一个行业组：各档下限（人、万元），行业代码前缀。"""

    name: str
    limits: Mapping[str, Mapping[str, int]]
    codes: tuple[str, ...]


@dataclass(frozen=True)
class SizeStandard:
    """划型标准。"""

    document: str
    groups: tuple[Group, ...]
    not_covered: tuple[str, ...]

    @classmethod
    def load(cls, catalog: Catalog) -> SizeStandard:
        """读目录。"""
        data = catalog.read(FILE)
        groups = tuple(
            Group(item["name"], {size: item[size] for size in SIZES[1:]}, tuple(map(str, item["codes"])))
            for item in data["groups"]
        )
        return cls(data["document"], groups, tuple(map(str, data["not_covered"]["codes"])))

    def group_of(self, code: str | None, section: str | None = None) -> str | None:
        """行业代码（四位文本，保留前导零）与门类 → 行业组；不在规定内或不知道为 None。"""
        for group in self.groups:
            if any((section == item) if item.isalpha() else (code or "").startswith(item) for item in group.codes):
                return group.name
        return None

    def classify(self, group: str, x: Any = None, y: Any = None, z: Any = None) -> tuple[str, str]:
        """人数、营收（万元）、资产（万元）→ 最低与最高可能的档；两者相同即已定。"""
        found = next((item for item in self.groups if item.name == group), None)
        if found is None:
            raise KeyError(f"没有行业组“{group}”；应为 {'、'.join(item.name for item in self.groups)}")
        values = {"x": x, "y": y, "z": z}
        reached = [_reaches(found.limits[size], values) for size in SIZES[1:]]
        low = max((i + 1 for i, ok in enumerate(reached) if ok is True), default=0)
        high = max((i + 1 for i, ok in enumerate(reached) if ok is not False), default=0)
        return SIZES[low], SIZES[high]

    def table(self) -> pl.DataFrame:
        """行业组一行，各档各指标下限（内部单位）一列，不考的指标为空。"""
        return pl.DataFrame(
            [
                {"size_group": group.name}
                | {
                    f"{size}_{metric}": group.limits[size].get(metric, None) and group.limits[size][metric] * scale
                    for size in SIZES[1:]
                    for metric, (_, scale) in METRICS.items()
                }
                for group in self.groups
            ],
            infer_schema_length=None,
        ).with_columns(pl.exclude("size_group").cast(pl.Int64))

    def attach(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        """给有 size_group、employees_t1、revenue_t1、assets_t1 的表加 size_low、size_high（Int8，0 微至 3 大）。"""
        limits = self.table()
        joined = frame.join(limits.lazy(), on="size_group", how="left", maintain_order="left")
        reached = [_reached(size) for size in SIZES[1:]]
        known = pl.col("size_group").is_in(limits["size_group"].to_list())
        low, high = pl.lit(0, pl.Int8), pl.lit(0, pl.Int8)
        for rank, test in enumerate(reached, 1):
            low = pl.when(test.fill_null(False)).then(pl.lit(rank, pl.Int8)).otherwise(low)
            high = pl.when(test.fill_null(True)).then(pl.lit(rank, pl.Int8)).otherwise(high)
        ends = [pl.when(known).then(low).alias("size_low"), pl.when(known).then(high).alias("size_high")]
        return joined.with_columns(ends).drop(limits.drop("size_group").columns)


def _reaches(limits: Mapping[str, int], values: Mapping[str, Any]) -> bool | None:
    """是否达到一档的全部下限；缺数而其余都达到为 None。"""
    out: bool | None = True
    for metric, limit in limits.items():
        value = values[metric]
        if value is None:
            out = None if out is not False else False
        elif Fraction(value) < limit:
            out = False
    return out


def _reached(size: str) -> pl.Expr:
    parts = []
    for metric, (column, _) in METRICS.items():
        limit = pl.col(f"{size}_{metric}")
        parts.append(pl.when(limit.is_null()).then(pl.lit(True)).otherwise(pl.col(column) >= limit))
    return reduce(and_, parts)
