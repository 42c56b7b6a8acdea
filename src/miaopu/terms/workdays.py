"""工作日：按 catalog/holidays.yaml 的放假与调休推算期限；表里没有的年份按周一至周五，并说明。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "holidays.yaml"
SATURDAY = 5
MARKS = {"primary": "", "memory": "凭记忆", "inferred": "推算"}


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


@cache
def calendar() -> Calendar:
    """读节假日表；日期写错、首尾颠倒报文件与行号。"""
    catalog = Catalog.default()
    path, off, work, marks = catalog.file(FILE), set(), set(), {}
    for one in catalog.read(FILE)["years"]:
        year = one["year"]
        days = [*one["work"], *(day for span in one["rest"] for day in span)]
        if one["source"] not in MARKS or any(not isinstance(day, date) or day.year != year for day in days):
            raise CatalogError(path, line_of(one), f"{year}年的 source 不认得，或有不在这一年的日期")
        if any(len(span) != 2 or span[0] > span[1] for span in one["rest"]):
            raise CatalogError(path, line_of(one), f"{year}年的放假应写成 [首日, 末日]")
        off |= {since + timedelta(days=at) for since, until in one["rest"] for at in range((until - since).days + 1)}
        work |= set(one["work"])
        marks[year] = MARKS[one["source"]]
    return Calendar(frozenset(off), frozenset(work), marks)
