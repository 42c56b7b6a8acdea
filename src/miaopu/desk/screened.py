"""站位：一轮评估 → 全市筛选的全部表；并说清这是哪座城、县区的行政次序。"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import polars as pl

from miaopu.desk.workspace import Workspace
from miaopu.screening import Screening, load_settings, screen
from miaopu.standards.attributes import INDUSTRIES
from miaopu.standards.engine.bind import NEW, Program
from miaopu.standards.run import Run


@dataclass(frozen=True)
class Place:
    """一座城：代码、名称、区划代码 → 县区名（行政次序）。"""

    code: str
    name: str
    counties: dict[str, str]

    @property
    def bureau(self) -> str:
        """填报单位；一家也没有、不知是哪座城的只写部门。"""
        return f"{self.name if self.code else ''}工业和信息化局"


def place_of(space: Workspace, wide: pl.DataFrame) -> Place:
    """企业最多的那个设区的市。"""
    districts = space.districts
    cities: Counter[str] = Counter()
    for code, firms in wide["region"].drop_nulls().value_counts().iter_rows():
        if (city := districts.city_of(code)) is not None:
            cities[city.code] += firms
    if not cities:
        return Place("", "全市", {})
    code = min(cities, key=lambda one: (-cities[one], one))
    city = districts.current(code)
    return Place(code, city.name if city else code, {one.code: one.name for one in districts.counties(code)})


def screened(space: Workspace, found: Run, place: Place) -> Screening:
    """一轮评估 → 筛选的全部表。"""
    return screen(
        found.wide,
        found.verdicts,
        by_tier(found),
        load_settings(space.catalog),
        space.library.vocabulary,
        departments={code: source.title for code, source in space.sources.items()},
        sections=sections(space),
        counties=place.counties,
    )


def by_tier(found: Run) -> dict[str, Program]:
    """层级 → 新申请用的程序；只在复核时用的另计。"""
    out: dict[str, Program] = {}
    for item in found.selected:
        if item.program.kind == NEW:
            out.setdefault(item.tier, item.program)
    return out


def sections(space: Workspace) -> dict[str, str]:
    """行业门类字母 → 名称。"""
    table = pl.read_csv(space.catalog.file(INDUSTRIES), schema_overrides={"code": pl.String})
    return dict(table.filter(pl.col("level") == 1).select("code", "name").iter_rows())
