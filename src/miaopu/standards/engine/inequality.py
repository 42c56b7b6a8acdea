"""不等式：把有理式的比较化成整系数多项式与零比较，全程精确，分母为零或负时为未知。"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from math import gcd, lcm

from miaopu.standards.tree.node import Arithmetic, Compare, Compound, Derived, Input, Literal, Num

Monomial = tuple[Input, ...]
"""按名字排好序的若干输入之积；空元组是常数项。"""

Polynomial = Mapping[Monomial, Fraction]

AMOUNT_LIMIT = 10**15
"""输入的绝对值上限：10 万亿元的分数；更大的数在入账时拒收。"""

INT64 = 2**63 - 1


class NotComparable(ValueError):
    """这种算式不能直接化成多项式。"""


@dataclass(frozen=True)
class Term:
    """整系数的一项。"""

    coefficient: int
    factors: Monomial


@dataclass(frozen=True)
class Inequality:
    """terms 之和 op 0；guards 中每个多项式须大于零，否则结果未知。"""

    op: str
    terms: tuple[Term, ...]
    guards: tuple[tuple[Term, ...], ...] = ()

    @property
    def wide(self) -> bool:
        """中间值可能超过 int64。"""
        return any(_bound(part) > INT64 for part in (self.terms, *self.guards))

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """用到的输入，按名字排序。"""
        found = {item for part in (self.terms, *self.guards) for term in part for item in term.factors}
        return tuple(sorted(found, key=lambda item: item.name))


def _bound(terms: tuple[Term, ...]) -> int:
    return sum(abs(term.coefficient) * AMOUNT_LIMIT ** len(term.factors) for term in terms)


def inequality(compare: Compare) -> Inequality:
    """把一次比较化成不等式。left 不得含极值与得分；见 Extremum、Points 的处理处。"""
    left, right, op = compare.left, compare.right.value, compare.op
    if isinstance(left, Derived):
        left = left.formula
    if isinstance(left, Compound):
        growth = (1 + right) ** left.years
        if 1 + right < 0:
            raise NotComparable("复合增长率的界线低于 -100%")
        left, right = Arithmetic("/", left.new, left.old), growth
    top, bottom, guards = _rational(left)
    scaled = {key: -value * right for key, value in bottom.items()}
    terms = _integers(_add(top, scaled))
    return Inequality(op, terms, tuple(dict.fromkeys(map(_integers, guards))))


def _rational(node: Num) -> tuple[Polynomial, Polynomial, tuple[Polynomial, ...]]:
    """分子、分母、须为正的多项式。"""
    one: Polynomial = {(): Fraction(1)}
    match node:
        case Input(_, _, per, False):
            return {(node,): Fraction(1, per)}, one, ()
        case Literal(value):
            return {(): value}, one, ()
        case Derived(_, formula):
            return _rational(formula)
        case Arithmetic(op, left, right):
            return _combine(op, _rational(left), _rational(right))
    raise NotComparable(f"{type(node).__name__} 不能参与加减乘除")


def _combine(op: str, left: tuple, right: tuple) -> tuple:
    (a, b, g), (c, d, h) = left, right
    guards = g + h
    match op:
        case "+" | "-":
            sign = Fraction(1 if op == "+" else -1)
            if b == d:
                return _add(a, {k: sign * v for k, v in c.items()}), b, guards
            cross = {k: sign * v for k, v in _times(c, b).items()}
            return _add(_times(a, d), cross), _times(b, d), guards
        case "*":
            return _times(a, c), _times(b, d), guards
        case "/":
            positive = () if set(c) == {()} and c[()] > 0 else (c,)
            return _times(a, d), _times(b, c), guards + positive
    raise NotComparable(f"不认识的运算 {op}")


def _add(left: Polynomial, right: Polynomial) -> Polynomial:
    keys = {**left, **right}
    total = {key: left.get(key, Fraction(0)) + right.get(key, Fraction(0)) for key in keys}
    return {key: value for key, value in total.items() if value}


def _times(left: Polynomial, right: Polynomial) -> Polynomial:
    out: dict[Monomial, Fraction] = {}
    for a, x in left.items():
        for b, y in right.items():
            key = tuple(sorted(a + b, key=lambda item: item.name))
            out[key] = out.get(key, Fraction(0)) + x * y
    return {key: value for key, value in out.items() if value}


def _integers(poly: Polynomial) -> tuple[Term, ...]:
    """乘去分母、约去公因数（正数），符号不变。"""
    if not poly:
        return (Term(0, ()),)
    scale = lcm(*(value.denominator for value in poly.values()))
    whole = {key: int(value * scale) for key, value in poly.items()}
    divisor = reduce(gcd, whole.values()) or 1
    ordered = sorted(whole.items(), key=lambda pair: tuple(item.name for item in pair[0]))
    return tuple(Term(value // divisor, key) for key, value in ordered)
