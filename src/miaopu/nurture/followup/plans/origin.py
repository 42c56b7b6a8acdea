"""来历：方案里的数在台账的哪一列（预计的由哪几年推来），花费由哪项措施的口径估来；只换算。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from miaopu.desk.workspace import Workspace
from miaopu.plan.measure import Measure, load_measures
from miaopu.plan.rules import load_planning
from miaopu.selection.city import city
from miaopu.selection.screening.queries import current

YEARLY = re.compile(r"(?P<key>.+)_t(?P<slot>[0-3])$")
SLOTS, BACK = (1, 2, 3), 2
"""这一轮看得到的年序；预计往前看几年。"""


@dataclass(frozen=True)
class Base:
    """预计由它推来的一个数：哪年、台账里的列。"""

    year: int
    column: str


def ledger_column(name: str, judged_on: date, year: int | None) -> str:
    """方案里的列名 → 这一轮台账里同一年的列；不是年度的原样，这一轮还没有那一年的为空串。

    judged_on 是那份方案自己的判定日（做不到的是最早那年的）；year 是这一轮的年份（this_year）。
    """
    found = YEARLY.match(name)
    if found is None or year is None:
        return name if "#" not in name else ""
    slot = int(found["slot"]) - (judged_on.year - year)
    return f"{found['key']}_t{slot}" if slot in SLOTS else ""


def bases(name: str, judged_on: date, year: int | None) -> tuple[Base, ...]:
    """一个预计数往前两年的实数，近的在前；不是年度的就是它自己，这一轮的。"""
    found = YEARLY.match(name)
    if found is None or year is None:
        return (Base(year, name),) if year else ()
    wanted = [judged_on.year - int(found["slot"]) - back for back in range(1, BACK + 2)]
    rows = [Base(one, f"{found['key']}_t{year - one}") for one in wanted if year - one in SLOTS]
    return tuple(rows[:BACK])


def this_year() -> int | None:
    """这一轮的年份；还没有评估过为 None。"""
    now = current()
    return now.assessed_on.year if now else None


def measures() -> Mapping[str, Measure]:
    """目录里的措施；改过目录的照新的。"""
    return _measures(city())


@lru_cache(maxsize=2)
def _measures(space: Workspace) -> Mapping[str, Measure]:
    return load_measures(space.catalog, space.library, load_planning(space.catalog))
