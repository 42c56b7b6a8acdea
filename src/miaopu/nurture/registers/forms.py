"""登记的各列：填的文字 → 值，值 → 给人看的文字；写错的抛 Wrong，说到列。不读写数据库。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.nurture.registers.shapes import Column, Register
from miaopu.nurture.typed import day, money, wan

LONGEST = {"text": 120, "long": 1000}
SHORT = 40
FIRST_YEAR, YEARS_ON = 2000, 1
"""会计年度写得到的头一年，最多写到今年往后几年。"""


def read(book: Register, typed: Mapping[str, str], today: date) -> dict[str, Any]:
    """一张表单 → 各列的值，空着的为 None；必填的空着、写错的抛 Wrong。"""
    found = {one.code: value_of(one, typed.get(one.code) or "", today) for one in book.columns}
    empty = [one.title for one in book.columns if one.required and found[one.code] is None]
    if empty:
        raise Wrong(f"{empty[0]}：空着；请填写" + (f"（还有{'、'.join(empty[1:])}）" if empty[1:] else ""))
    return found


def value_of(one: Column, typed: str, today: date) -> Any:
    """一格；空着为 None。"""
    text = clean(typed, one.title, LONGEST.get(one.kind, SHORT))
    if not text:
        return None
    if one.kind == "money":
        return money(text, one.title)
    if one.kind == "date":
        return day(text, one.title)
    if one.kind == "choice" and text not in one.values:
        raise Wrong(f"{one.title}：没有“{text}”；应是{'、'.join(one.values)}之一")
    if one.kind == "count":
        return _whole(text, one.title, 1, 10**6)
    if one.kind == "year":
        return _whole(text.removesuffix("年"), one.title, FIRST_YEAR, today.year + YEARS_ON)
    return text


def _whole(text: str, what: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
        raise Wrong(f"{what}“{text}”不对；应是 {least} 至 {most} 的整数")
    return int(text)


def needed(
    book: Register, names: Iterable[str], typed: Mapping[str, str], held: Mapping[str, Any], today: date
) -> dict[str, Any]:
    """一步要填的：这回没有写的用已登记的；都没有的、已发生的日期写到以后的抛 Wrong。"""
    found = {}
    for name in names:
        one = book.column(name)
        found[name] = value_of(one, typed.get(name) or "", today)
        if found[name] is None:
            found[name] = held.get(name)
        if found[name] is None:
            raise Wrong(f"{one.title}：空着；这一步要填")
        if isinstance(found[name], date) and name not in _ahead(book) and found[name] > today:
            raise Wrong(f"{one.title}“{found[name].isoformat()}”在今天（{today.isoformat()}）以后；请写已经发生的日期")
    return found


def _ahead(book: Register) -> set[str]:
    """可以写到以后的日期：期限与预计。"""
    return {book.due, *(one.estimate for one in book.realises)}


def shown(one: Column, value: Any) -> str:
    """给人看的文字；没有填的为空串。"""
    if value is None:
        return ""
    if one.kind == "money":
        return wan(value)
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value)


def typed_of(book: Register, values: Mapping[str, Any]) -> dict[str, str]:
    """值 → 表单里的文字。"""
    told = {}
    for one in book.columns:
        value = values.get(one.code)
        text = "" if value is None else wan(value).replace(",", "") if one.kind == "money" else str(value)
        told[one.code] = text
    return told


def words(book: Register, values: Mapping[str, Any]) -> str | None:
    """填的几项连成一句；没有为 None。"""
    told = [f"{book.column(name).head}：{shown(book.column(name), value)}" for name, value in values.items()]
    return "；".join(told) or None
