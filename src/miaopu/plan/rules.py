"""一企一策的口径：读 catalog/planning.yaml（预计、申报窗口、往后看几年），写错即报文件与行号；不做预计。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "planning.yaml"
GROW, WITH, SAME = "grow", "with", "same"
"""按自己的增幅、随另一个指标、与上一年相同。"""


@dataclass(frozen=True)
class Scenario:
    """一种预计：增长取最近增幅乘 share（跌幅照实），限在 [least, most]（精确分数，1/20 是百分之五）。"""

    code: str
    title: str
    share: Fraction
    least: Fraction
    most: Fraction
    remark: str


@dataclass(frozen=True)
class Series:
    """一个年度指标怎样往前推；of 只在 how 为 with 时有。"""

    indicator: str
    how: str
    of: str = ""


@dataclass(frozen=True)
class Window:
    """一个层级的申报窗口：on 是每年的（月，日），review_days 是审核公布要几天，valid_years 是称号几年有效。"""

    tier: str
    on: tuple[tuple[int, int], ...]
    review_days: int
    valid_years: int

    def between(self, after: date, until: date) -> list[date]:
        """after 之后、until 当日以前（含）的各个申报日。"""
        years = range(after.year, until.year + 1)
        days = sorted(date(year, month, day) for year in years for month, day in self.on)
        return [one for one in days if after < one <= until]

    def ready(self, applied: date) -> date:
        """那一天申报的，哪天公布。"""
        return applied + timedelta(days=self.review_days)

    def expires(self, published: date) -> date:
        """那一天公布的称号到哪天有效。"""
        last = published.replace(day=min(published.day, 28)) if published.month == 2 else published
        return last.replace(year=last.year + self.valid_years)


@dataclass(frozen=True)
class Planning:
    """全部口径；elapse 过一年长一年的列；windows 以层级为键，没有写的层级用 fallback。"""

    years_ahead: int
    within_percent: int
    others_at_most: int
    scores: frozenset[str]
    scenario: str
    scenarios: Mapping[str, Scenario]
    series: tuple[Series, ...]
    elapse: frozenset[str]
    windows: Mapping[str, Window]
    fallback: Window

    def window(self, tier: str) -> Window:
        """一个层级的窗口。"""
        return self.windows.get(tier, self.fallback)

    def coming(self, tier: str, after: date) -> date:
        """after 以后的第一个申报日。"""
        return self.window(tier).between(after, date(after.year + 1, 12, 31))[0]

    def last(self, known_on: date) -> date:
        """预计最远推到哪一天：往后看几年的最后一天。"""
        return date(known_on.year + self.years_ahead, 12, 31)

    def later(self, tier: str, judged_on: date, known_on: date) -> list[date]:
        """judged_on 以后、往后看几年以内的各个申报日。"""
        return self.window(tier).between(judged_on, self.last(known_on))


def load_planning(catalog: Catalog) -> Planning:
    """读目录；写错抛 CatalogError。"""
    data, path = catalog.read(FILE), catalog.file(FILE)
    scenarios = {one["code"]: _scenario(one, path) for one in data["scenarios"]}
    if data["scenario"] not in scenarios:
        raise CatalogError(path, line_of(data, "scenario"), f"“scenario”应是 {'、'.join(scenarios)} 之一")
    windows = {one["tier"]: _window(one, path) for one in data["windows"]}
    return Planning(
        years_ahead=int(data["years_ahead"]),
        within_percent=int(data["within_percent"]),
        others_at_most=int(data["others_at_most"]),
        scores=frozenset(data["scores"]),
        scenario=data["scenario"],
        scenarios=scenarios,
        series=_series(data["series"], path),
        elapse=frozenset(data["elapse"]),
        windows=windows,
        fallback=_window({"tier": "", **data["default_window"]}, path),
    )


def _scenario(one: Any, path: Path) -> Scenario:
    share, least, most = (_share(one, key, path) for key in ("share", "least", "most"))
    if least > most:
        raise CatalogError(path, line_of(one), "least 不得大于 most")
    return Scenario(one["code"], one["title"], share, least, most, one.get("remark", ""))


def _share(one: Any, key: str, path: Path) -> Fraction:
    return share(one.get(key), path, line_of(one, key))


def share(value: Any, path: Path | str, line: int) -> Fraction:
    """“5%”“1/2”“1”一类写法 → 精确分数；写错抛 CatalogError。"""
    text = str(value).strip()
    if re.fullmatch(r"-?\d+(\.\d+)?%", text):
        return Fraction(text[:-1]) / 100
    if re.fullmatch(r"-?\d+(/\d+|\.\d+)?", text):
        return Fraction(text)
    raise CatalogError(path, line, f"应写成 5%、1/2 的样子，发现“{value}”")


def _series(rows: Any, path: Path) -> tuple[Series, ...]:
    out: list[Series] = []
    for one in rows:
        known = {made.indicator for made in out}
        if one["how"] not in (GROW, WITH, SAME):
            raise CatalogError(path, line_of(one, "how"), f"“how”应是 grow、with、same 之一，发现“{one['how']}”")
        if one["how"] == WITH and one.get("of") not in known:
            raise CatalogError(path, line_of(one), "“of”应是前面已写的指标")
        out.append(Series(one["indicator"], one["how"], one.get("of", "")))
    return tuple(out)


def _window(one: Any, path: Path) -> Window:
    days = []
    for text in one["days"]:
        found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", str(text))
        if not found:
            raise CatalogError(path, line_of(one), f"申报日应写成 5-10 的样子，发现“{text}”")
        days.append((int(found[1]), int(found[2])))
    return Window(one["tier"], tuple(sorted(days)), int(one["review_days"]), int(one["valid_years"]))
