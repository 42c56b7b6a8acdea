"""两端：得分的上下限、区间与常数的比较，写成列式表达式；api 是 narwhals 或 polars。"""

from __future__ import annotations

from functools import reduce
from operator import add, eq, ge, gt, le, lt, ne
from typing import Any

from miaopu.standards.tree.clause import Bands, Steps, Tally

Expr = Any
"""所用引擎的表达式。"""

OPS = {">=": ge, ">": gt, "<=": le, "<": lt, "==": eq, "!=": ne}
FLIPPED = {">=": lt, ">": le, "<=": gt, "<": ge}


def bands(api: Any, rule: Bands, tests: list[Expr], high: bool) -> Expr:
    """下限：不知道的条件当不成立（when 遇空走 otherwise）；上限：不知道的当成立。"""
    out = api.lit(rule.default, dtype=api.Int16)
    for band, test in reversed(list(zip(rule.bands, tests, strict=True))):
        points = api.lit(band.high if high else band.low, dtype=api.Int16)
        out = api.when(~test).then(out).otherwise(points) if high else api.when(test).then(points).otherwise(out)
    return out


def tally(api: Any, rule: Tally, tests: list[Expr], high: bool) -> Expr:
    """每项加分的一端。"""
    total = reduce(add, [test.fill_null(high).cast(api.Int16) for test in tests]) * rule.each
    return total.clip(0, rule.cap).cast(api.Int16)


def steps(api: Any, rule: Steps, column: Expr, blank: int) -> Expr:
    """每满加分；不知道给 blank。"""
    whole = column // (rule.per * rule.number.per)
    return whole.clip(0, rule.cap).fill_null(blank).cast(api.Int16)


def three(api: Any, true: Expr, false: Expr) -> Expr:
    """确为真、确为假，其余未知。"""
    return api.when(true).then(api.lit(True)).otherwise(api.when(false).then(api.lit(False)))


def between(api: Any, low: Expr, high: Expr, op: str, limit: Any) -> Expr:
    """区间与常数比较；端点为空即不知道那一端。两边同乘分母，全程整数。"""
    bound, scale = limit.numerator, limit.denominator
    if scale != 1:
        low, high = low * scale, high * scale
    if op in ("==", "!="):
        same = (low == bound) & (high == bound)
        apart = (high < bound).fill_null(False) | (low > bound).fill_null(False)
        return three(api, same if op == "==" else apart, apart if op == "==" else same)
    sure, never = (low, high) if op in (">=", ">") else (high, low)
    return three(api, OPS[op](sure, bound), FLIPPED[op](never, bound))
