"""育苗各页填的文字 → 值：金额、日期、整数、理由；写错的抛 Wrong，说清发现什么、应是什么。不读写数据库。"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from miaopu.access.act import Wrong
from miaopu.access.text import clean

CENTS = 1_000_000
"""一万元是多少分。"""
MOST = 10**15


def money(text: str, what: str) -> int:
    """万元文字 → 分，精确；不是数、负数、不到一分的尾数抛 Wrong。"""
    try:
        value = Decimal(text.replace(",", "").replace("，", "")) * CENTS
    except InvalidOperation:
        raise Wrong(f"{what}“{text}”不是数；请写万元，如 120.5") from None
    if not value.is_finite() or not 0 <= value < MOST:
        raise Wrong(f"{what}“{text}”超出范围；应是 0 以上的万元数")
    if value != value.to_integral_value():
        raise Wrong(f"{what}“{text}”不足一分；请至多写六位小数的万元")
    return int(value)


def day(text: str, what: str) -> date:
    """日期；写错抛 Wrong。"""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong(f"{what}“{text}”不是日期；请写成 2026-11-20 的样子") from None


def wan(cents: int | None) -> str:
    """分 → 万元文字，两位小数起，不丢精度；不知道为空串。"""
    if cents is None:
        return ""
    text = f"{Decimal(cents) / CENTS:,.6f}".rstrip("0")
    whole, _, part = text.partition(".")
    return f"{whole}.{part:0<2}"


def reasoned(text: str, what: str) -> str:
    """理由；空着抛 Wrong。"""
    told = clean(text or "", "理由", 500)
    if not told:
        raise Wrong(f"{what}要写明理由；没有理由不能办")
    return told
