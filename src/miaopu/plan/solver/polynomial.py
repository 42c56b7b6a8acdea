"""多项式：各项级数的多项式的乘、化整、大于零；只管代数，不知道条款。"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd, lcm

from miaopu.standards.engine.inequality import Inequality, inequality
from miaopu.standards.tree.node import Compare

Monomial = tuple[int, ...]
"""各项的下标，由小到大；空元组是常数。"""

Poly = dict[Monomial, Fraction | int]


_MADE: dict[int, tuple[Compare, Inequality]] = {}


def inequality_of(node: Compare) -> Inequality:
    """同一个比较只化一回（照对象认，节点大，算散列不便宜）。"""
    if id(node) not in _MADE:
        _MADE[id(node)] = (node, inequality(node))
    return _MADE[id(node)][1]


_FLIPPED: dict[int, tuple[Compare, Compare]] = {}
_OPPOSITE = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "==": "!=", "!=": "=="}


def flipped(node: Compare) -> Compare:
    """比较的反面；同一个只造一回，后面照对象记的才不会越记越多。"""
    if id(node) not in _FLIPPED:
        _FLIPPED[id(node)] = (node, Compare(_OPPOSITE[node.op], node.left, node.right))
    return _FLIPPED[id(node)][1]


def times(left: Poly, right: Poly) -> Poly:
    out: Poly = {}
    for a, x in left.items():
        for b, y in right.items():
            key = tuple(sorted(a + b)) if a and b else a or b
            out[key] = out.get(key, 0) + x * y
    return out


def integers(poly: Poly) -> dict[Monomial, int]:
    """乘去分母、约去公因数，符号不变。"""
    fractions = [value.denominator for value in poly.values() if type(value) is not int]
    scale = lcm(*fractions)
    whole = {key: int(value * scale) for key, value in poly.items()} if fractions else dict(poly)
    divisor = gcd(*whole.values()) or 1
    return {key: value // divisor for key, value in whole.items()}


def less(poly: Mapping[Monomial, int]) -> dict[Monomial, int]:
    """整数大于零即不小于一。"""
    return {**poly, (): poly.get((), 0) - 1}


def rounded(poly: Mapping[Monomial, int]) -> dict[Monomial, int]:
    """整系数多项式不小于零，各项取整数时的最紧写法：约去各系数（常数不算）的公因数，常数去尾。"""
    divisor = gcd(*(value for key, value in poly.items() if key)) or 1
    return {key: value // divisor for key, value in poly.items()}
