"""工作日：按 catalog/holidays.yaml 与本地 holidays/ 的放假与调休推算期限；表里没有的年份按周一至周五，并说明。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE, FOLDER = "holidays.yaml", "holidays"
SATURDAY = 5
PRIMARY = "primary"
MARKS = {PRIMARY: "", "memory": "凭记忆", "inferred": "推算"}


@dataclass(frozen=True)
class Calendar:
    """放假的日子、周末上班的日子、有表的年份与各年的标记。"""

    off: frozenset[date]
    work: frozenset[date]
    marks: dict[int, str]

    def is_workday(self, day: date) -> bool:
        """这一天上不上班。"""
        return day in self.work or (day.weekday() < SATURDAY and day not in self.off)

    def after(self, day: date, days: int) -> date:
        """day 之后第 days 个工作日（当天不算）；days 为负数往前数。"""
        step = timedelta(days=1 if days >= 0 else -1)
        left = abs(days)
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def between(self, since: date, until: date) -> int:
        """since 之后到 until（含）有几个工作日；until 在前为负数。"""
        low, high = sorted((since, until))
        count = sum(self.is_workday(low + timedelta(days=one)) for one in range(1, (high - low).days + 1))
        return count if until >= since else -count

    def note(self, since: date, until: date) -> str | None:
        """期限里有表以外的年份，或表是推算的：一句话；都有据为 None。"""
        years = range(since.year, until.year + 1)
        missing = [str(one) for one in years if one not in self.marks]
        doubtful = [f"{one}年（{self.marks[one]}）" for one in years if self.marks.get(one)]
        if missing:
            return f"{'、'.join(missing)}年没有节假日表，按周一至周五推算"
        return f"节假日表：{'、'.join(doubtful)}，以国务院办公厅的通知为准" if doubtful else None


def calendar(catalog: Catalog) -> Calendar:
    """读节假日表：随软件发布的，加上本地 holidays/ 里照通知写的；写错、首尾颠倒、重了的报文件与行号。"""
    off: set[date] = set()
    work: set[date] = set()
    marks: dict[int, str] = {}
    for one in _years(catalog):
        off |= {since + timedelta(days=at) for since, until in one["rest"] for at in range((until - since).days + 1)}
        work |= set(one["work"])
        marks[one["year"]] = MARKS[one["source"]]
    return Calendar(frozenset(off), frozenset(work), marks)


def _years(catalog: Catalog) -> list[Any]:
    """一年一份。本地的只收照通知写的，代替随软件发布的凭记忆、推算的那一年；两份都照通知写的，不知道听谁的，报错。"""
    path = catalog.file(FILE)
    found = {one["year"]: _checked(one, path) for one in catalog.read(FILE)["years"]}
    for path in catalog.files(FOLDER):
        for one in _listed(yaml_lines.read(path), path):
            held = found.get(_checked(one, path)["year"])
            if one["source"] != PRIMARY or not one.get("basis"):
                told = f"本地的{one['year']}年要写 source: primary 与 basis（国务院办公厅通知的文号）"
                raise CatalogError(path, line_of(one), told)
            if held is not None and held["source"] == PRIMARY:
                raise CatalogError(path, line_of(one), f"{one['year']}年已有照通知写的一份；请只留一份")
            found[one["year"]] = one
    return list(found.values())


def _listed(told: Any, path: Path) -> list[Any]:
    """本地一个文件里的各年。"""
    if not isinstance(told, dict) or not isinstance(told.get("years"), list):
        raise CatalogError(path, line_of(told, "years") or 1, "应写 years:，下面一年一份（- year: …）")
    for one in told["years"]:
        if not isinstance(one, dict):
            raise CatalogError(
                path, line_of(told["years"]) or 1, f"一年一份，要写 year、source、rest、work；发现“{one}”"
            )
    return told["years"]


def _checked(one: Any, path: Path) -> Any:
    """一年的一份：日期都在这一年，放假写成首日、末日。"""
    if not isinstance(one, dict) or not {"year", "source", "rest", "work"} <= set(one):
        raise CatalogError(path, line_of(one), "一年要写 year、source、rest（放假）、work（周末上班）；没有的写 []")
    year, rest, work = one["year"], one["rest"], one["work"]
    if type(year) is not int:
        raise CatalogError(path, line_of(one, "year"), f"year 应是四位的年，如 2027；发现“{year}”")
    if not isinstance(rest, list) or any(not isinstance(span, list) or len(span) != 2 for span in rest):
        raise CatalogError(path, line_of(one, "rest"), f"{year}年的放假应写成 [[首日, 末日], …]，没有的写 []")
    if not isinstance(work, list):
        raise CatalogError(path, line_of(one, "work"), f"{year}年的周末上班应写成 [日期, …]，没有的写 []")
    days = [*work, *(day for span in rest for day in span)]
    if not isinstance(one["source"], str) or one["source"] not in MARKS:
        raise CatalogError(path, line_of(one, "source"), f"{year}年的 source 不认得；可用 {'、'.join(MARKS)}")
    if any(type(day) is not date or day.year != year for day in days):
        raise CatalogError(path, line_of(one), f"{year}年的一份里有不在这一年的日期，或不是写成 {year}-01-01 的样子")
    if any(since > until for since, until in rest):
        raise CatalogError(path, line_of(one, "rest"), f"{year}年的放假应写成 [首日, 末日]，首日在前")
    return one
