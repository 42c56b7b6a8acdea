"""量：算出条款的实际值与带符号的距离（大于等于零即满足），用于说明与排序；判定不靠它。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from miaopu.standards.tree.node import (
    Arithmetic,
    Compare,
    Compound,
    Derived,
    Extremum,
    Input,
    Literal,
    Num,
    Points,
    Series,
    Truth,
)
from miaopu.standards.tree.vocabulary import Vocabulary

Interval = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class Unit:
    """显示单位与一个显示单位的自然单位数。"""

    word: str
    size: Fraction


UNITS = {
    "money": Unit("万元", Fraction(1_000_000)),
    "percent": Unit("%", Fraction(1, 100)),
    "decimal": Unit("", Fraction(1)),
    "count": Unit("", Fraction(1)),
}


@dataclass(frozen=True)
class Distance:
    """实际值、界线与距离，都在显示单位里；不知道的为 None；unit 是显示单位。"""

    actual: Interval | None
    limit: Fraction
    distance: Fraction | None
    op: str
    unit: str


def number(node: Num, values: Mapping[str, Any], scores: Mapping[str, Interval]) -> Interval | None:
    """自然单位的值；条目计数与得分是区间，其余两端相同；不知道为 None。"""
    match node:
        case Input(name, _, per, True):
            low, high = values.get(f"{name}_low"), values.get(f"{name}_high")
            return None if low is None or high is None else (Fraction(low) / per, Fraction(high) / per)
        case Input(name, _, per, False):
            value = values.get(name)
            return None if value is None else _point(Fraction(value) / per)
        case Literal(value):
            return _point(value)
        case Points(name):
            return scores.get(name)
        case Derived(given, formula):
            direct = number(given, values, scores) if given.name in values else None
            return direct or number(formula, values, scores)
        case Extremum(largest, items):
            found = [number(item, values, scores) for item in items]
            return None if None in found else (max if largest else min)(found)
        case Compound(new, old, years):
            return _compound(number(new, values, scores), number(old, values, scores), years)
        case Arithmetic(op, left, right):
            return _arithmetic(op, number(left, values, scores), number(right, values, scores))
        case Series(function, item):
            return _series(function, values.get(item.name))
    return None


def _point(value: Fraction) -> Interval:
    return value, value


def _arithmetic(op: str, left: Interval | None, right: Interval | None) -> Interval | None:
    if left is None or right is None:
        return None
    (a, b), (c, d) = left, right
    if op == "+":
        return a + c, b + d
    if op == "-":
        return a - d, b - c
    if op == "*":
        ends = [a * c, a * d, b * c, b * d]
        return min(ends), max(ends)
    return None if c <= 0 else _point(a / c) if a == b and c == d else (min(a / c, a / d), max(b / c, b / d))


def _compound(new: Interval | None, old: Interval | None, years: int) -> Interval | None:
    """开方取 28 位近似，只用于显示。"""
    if new is None or old is None or old[0] <= 0 or new[0] < 0:
        return None
    ratio = new[0] / old[0]
    with localcontext() as context:
        context.prec = 40
        root = (Decimal(ratio.numerator) / Decimal(ratio.denominator)) ** (Decimal(1) / years)
        return _point(Fraction(root.quantize(Decimal(1).scaleb(-28))) - 1)


def _series(function: str, items: Any) -> Interval | None:
    if not items:
        return None
    total = sum(items, Fraction(0))
    if function == "total":
        return _point(Fraction(total))
    return None if total == 0 else _point(sum((Fraction(item) / total) ** 2 for item in items))


def distance(
    test: Truth | None, values: Mapping[str, Any], scores: Mapping[str, Interval], vocabulary: Vocabulary
) -> Distance | None:
    """单个比较的距离；不是单个大小比较的条款没有距离（None）。"""
    if not isinstance(test, Compare) or test.op not in (">=", ">", "<=", "<"):
        return None
    unit = unit_of(test.left, vocabulary)
    found = number(test.left, values, scores)
    limit = test.right.value / unit.size
    if found is None:
        return Distance(None, limit, None, test.op, unit.word)
    low, high = found[0] / unit.size, found[1] / unit.size
    signed = (low - limit) if test.op in (">=", ">") else (limit - high)
    return Distance((low, high), limit, signed, test.op, unit.word)


def unit_of(node: Num, vocabulary: Vocabulary) -> Unit:
    """一个算式的显示单位。"""
    match node:
        case Input(name, kind, _, _) | Derived(Input(name, kind, _, _), _):
            base = UNITS.get(kind, UNITS["count"])
            indicator = vocabulary.indicator(name)
            return Unit(base.word or (indicator.unit if indicator else ""), base.size)
        case Points():
            return Unit("分", Fraction(1))
        case Compound() | Arithmetic("/", _, _):
            return UNITS["percent"]
        case Extremum(_, items):
            return unit_of(items[0], vocabulary)
        case Arithmetic(_, left, _):
            return unit_of(left, vocabulary)
    return UNITS["count"]
