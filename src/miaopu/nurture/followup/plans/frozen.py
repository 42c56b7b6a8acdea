"""求解结果的存法：冻结的数据类 ↔ JSON 文本，精确分数与日期一个不差；写下后不改，摘要认内容。"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from miaopu.plan import result
from miaopu.plan.result import Impossible, Plan, Planned
from miaopu.standards.tree.state import State

KIND, EXACT, DAY, STATE, MAP = "类", "分数", "日", "条款状态", "表"


def freeze(found: Planned) -> str:
    """结果 → 文本；同样的结果总是同样的文本。"""
    return json.dumps(_plain(found), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def thaw(text: str) -> Planned:
    """文本 → 结果。"""
    return _real(json.loads(text))


def digest(text: str) -> str:
    """文本的摘要（SHA-256）。"""
    return hashlib.sha256(text.encode()).hexdigest()


def options(found: Planned) -> tuple[Plan, ...]:
    """可选的方案：最省的在前；做不到的是最早那时的方案，也没有的为空。"""
    first = found.best.then if isinstance(found.best, Impossible) else found.best
    return tuple(one for one in (first, *found.others) if one is not None)


def plan_of(text: str, index: int) -> Plan:
    """有步骤的方案正用的那个：text 是存下的文本，index 是第几个备选；判定日是它自己的，做不到的是最早那年的。"""
    return options(thaw(text))[index]


def _plain(value: Any) -> Any:
    if isinstance(value, State):
        return {STATE: value.key}
    if isinstance(value, Fraction):
        return {EXACT: str(value)}
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if is_dataclass(value) and not isinstance(value, type):
        return {KIND: type(value).__name__} | {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {MAP: {str(key): _plain(one) for key, one in value.items()}}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _real(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_real(one) for one in value)
    if not isinstance(value, dict):
        return value
    if KIND in value:
        told = {name: _real(one) for name, one in value.items() if name != KIND}
        return getattr(result, value[KIND])(**told)
    kind, inside = next(iter(value.items()))
    if kind == MAP:
        return {key: _real(one) for key, one in inside.items()}
    return {EXACT: Fraction, DAY: date.fromisoformat, STATE: _state}[kind](inside)


def _state(key: str) -> State:
    return next(one for one in State if one.key == key)
