"""期：按周期把任务的起止日切成一期一期；一次性、持续、定期（没写周期）的只有一期。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

WHOLE = "全程"
MONTHS = {"monthly": 1, "quarterly": 3, "half": 6, "yearly": 12}
"""周期 → 每期几个月，按日历的月、季、半年、年切。"""


@dataclass(frozen=True)
class Period:
    """一期：名称、起、止（含当日）。"""

    label: str
    since: date
    due: date


def periods(cadence: str, since: date, due: date) -> list[Period]:
    """since 至 due（含）切成的各期；首尾不足一期的照实截短。"""
    months = MONTHS.get(cadence)
    if months is None:
        return [Period(WHOLE, since, due)]
    found, start = [], since
    while start <= due:
        month = (start.month - 1) // months * months + 1
        end = min(_first_after(start.year, month + months) - timedelta(days=1), due)
        found.append(Period(_label(cadence, start.year, month), start, end))
        start = end + timedelta(days=1)
    return found


def shifted(day: date, years: int) -> date:
    """顺延几年；2月29日落到没有这一天的年份时取28日。"""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _first_after(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _label(cadence: str, year: int, month: int) -> str:
    if cadence == "monthly":
        return f"{year}年{month}月"
    if cadence == "quarterly":
        return f"{year}年{'一二三四'[month // 3]}季度"
    if cadence == "half":
        return f"{year}年{'上' if month == 1 else '下'}半年"
    return f"{year}年"
