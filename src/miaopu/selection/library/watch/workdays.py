"""工作日：周一至周五；法定节假日与调休没有收录，期限遇上的由人改。"""

from __future__ import annotations

from datetime import date, timedelta

SATURDAY = 5


def after(start: date, days: int) -> date:
    """start 次日起第 days 个工作日。"""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY
    return day
