"""单个值：人写的数、是否、日期读成内部的数；写错抛 FactsError，说明哪个键、发现什么、应是什么。"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from miaopu.standards.given.items import FactsError

FLAG_WORDS = {"true": 1, "false": 0, "是": 1, "否": 0, "1": 1, "0": 0, "有": 1, "无": 0}


def awarded_on(item: Mapping[str, Any], on: date) -> date:
    """落款日：date，或 year，或 years_ago（评估年度减落款年度）。"""
    if "date" in item:
        return as_date(item["date"], "date")
    year = as_exact(item.get("year", on.year - as_exact(item.get("years_ago", 0), "years_ago")), "year")
    if year.denominator != 1 or not 1900 < year < 2200:
        raise FactsError(f"奖励的年度应是四位年份，发现“{item.get('year', item.get('years_ago'))}”")
    return date(int(year), 1, 1)


def as_exact(value: Any, name: str) -> Fraction:
    """数字，精确。"""
    try:
        return Fraction(Decimal(str(value).replace(",", "")))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise FactsError(f"“{name}”应是数字，发现“{value}”") from error


def as_flag(value: Any, name: str) -> int:
    """是否。"""
    code = FLAG_WORDS.get(str(value).strip().lower())
    if code is None:
        raise FactsError(f"“{name}”应是 true 或 false（是、否），发现“{value}”")
    return code


def as_date(value: Any, name: str) -> date:
    """日期。"""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise FactsError(f"“{name}”应是 ISO 日期（如 2026-05-10），发现“{value}”") from error
