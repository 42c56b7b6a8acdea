"""约束：把真值节点化成各项级数的整系数多项式（≥ 0）的与或树；给记录的值与各项，给树，常真常假的当场化掉。

只用来缩小搜索；成立与否由行式说了算，性质测试看着两者从不相左。
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations
from typing import Any

from miaopu.plan.measure import ADD
from miaopu.plan.record import Limits
from miaopu.plan.solver.action import Action, Setting
from miaopu.plan.solver.polynomial import Monomial, Poly, flipped, inequality_of, integers, less, rounded, times
from miaopu.plan.solver.question import Constraint, Goal, all_of, one_of
from miaopu.standards.engine.inequality import Inequality, Term
from miaopu.standards.tree.node import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Fixed,
    Flag,
    Input,
    Literal,
    Member,
    Not,
    Optimistic,
    Person,
    Points,
    Truth,
)


class Builder:
    """在某一天申报时，各列是各项级数的什么函数；见 goal。"""

    def __init__(
        self, values: Mapping[str, Any], options: tuple[Action, ...], judged: date, setting: Setting,
        limits: Limits | None, points: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.values, self.options, self.limits, self.points = values, options, limits, points
        self.low, self.high = [0] * len(options), [one.most for one in options]
        self.adds: dict[str, list[tuple[int, int]]] = {}
        self.sets: dict[str, list[tuple[int, Any]]] = {}
        self.columns: dict[str, Poly] = {}
        self.kept: dict[Any, Any] = {}
        for at, action in enumerate(options):
            for name, mode, value in setting.moves(action, judged) if action.ready <= judged else ():
                table = self.adds if mode == ADD else self.sets
                table.setdefault(name, []).append((at, value))

    @cached_property
    def moved(self) -> frozenset[str]:
        """有措施能改的列；划型的数能改，由它推的“属中小企业”也能。"""
        names = frozenset((*self.adds, *self.sets))
        return names | {"is_sme"} if self.limits is not None and not names.isdisjoint(self.limits) else names

    def goal(self, node: Truth, sure: bool = True) -> Goal:
        """使 node 为真（sure）或至少不为假的条件；同一个节点只化一回。"""
        key = (id(node), sure)
        if key not in self.kept:
            self.kept[key] = (node, self._goal(node, sure))
        return self.kept[key][1]

    def _goal(self, node: Truth, sure: bool) -> Goal:
        match node:
            case Fixed(value):
                return value is True if sure else value is not False
            case Optimistic(item):
                return self.goal(item, False)
            case Flag(item) if item.name == "is_sme" and self.limits is not None:
                return self.goal(small(self.limits), sure)
            case Flag(item) | Person(item):
                return self.among(item.name, lambda value: value != 0, sure)
            case Member():
                return self.member(node, sure)
            case Not(item):
                return self.negated(item, sure)
            case Compare():
                return self.compare(node, sure)
            case All(items):
                return all_of([self.goal(one, sure) for one in items])
            case AnyOf(items):
                settled = any(self.goal(one, sure) is True for one in items if not scored(one))  # 得分化起来最费
                return settled or one_of([self.goal(one, sure) for one in items])
            case AtLeast(count, items):
                return self.at_least(count, [self.goal(one, sure) for one in items])
        raise TypeError(f"不认识的节点 {node!r}")

    def at_least(self, count: int, items: list[Goal]) -> Goal:
        """至少几项：先化掉常真的，其余取组合。"""
        count -= sum(one is True for one in items)
        rest = [one for one in items if not isinstance(one, bool)]
        return True if count <= 0 else one_of([all_of(list(part)) for part in combinations(rest, count)])

    def negated(self, node: Truth, sure: bool) -> Goal:
        """node 为假（sure），或至少不为真。"""
        match node:
            case Fixed(value):
                return value is False if sure else value is not True
            case Not(item):
                return self.goal(item, sure)
            case Flag(item) if item.name == "is_sme" and self.limits is not None:
                return self.negated(small(self.limits), sure)
            case Flag(item) | Person(item):
                return self.among(item.name, lambda value: value == 0, sure)
            case Member() if not node.input.interval:
                return self.among(node.input.name, lambda value: value not in node.values, sure)
            case Compare() if not isinstance(node.left, Points):
                return self.compare(flipped(node), sure)
            case All(items):
                return one_of([self.negated(one, sure) for one in items])
            case AnyOf(items):
                return all_of([self.negated(one, sure) for one in items])
            case AtLeast(count, items):
                return self.at_least(len(items) - count + 1, [self.negated(one, sure) for one in items])
        raise TypeError(f"标准里没有见过的“非”：{node!r}")

    def among(self, name: str, wanted: Any, sure: bool) -> Goal:
        """一个取值的输入：现在合不合，哪些项把它改得合、改得不合。"""
        value, setters = self.values.get(name), self.sets.get(name, ())
        good = [at for at, made in setters if wanted(made)]
        bad = [at for at, made in setters if not wanted(made)]
        if wanted(value) if value is not None else not sure:
            return self.constraint({(at,): -1 for at in bad})
        return self.constraint({(at,): 1 for at in good} | {(): -1}) if good else False

    def member(self, node: Member, sure: bool) -> Goal:
        if not node.input.interval:
            return self.among(node.input.name, lambda value: value in node.values, sure)
        end = self.values.get(f"{node.input.name}_{'low' if sure else 'high'}")
        if (end is None and not sure) or end in node.values:
            return True
        good = [at for at, made in self.sets.get(f"{node.input.name}_low", ()) if made in node.values]
        return self.constraint({(at,): 1 for at in good} | {(): -1}) if good else False

    def compare(self, node: Compare, sure: bool) -> Goal:
        left = node.left
        if isinstance(left, Points):
            return self.points[left.id](self, node, sure)
        if _interval(left):
            return self.between(left, node, sure)
        if isinstance(left, Input) and self.sets.get(left.name):
            limit = node.right.value * left.per
            return self.among(left.name, lambda value: _holds(value, node.op, limit), sure)
        return self.polynomial(inequality_of(node), sure)

    def between(self, item: Input, node: Compare, sure: bool) -> Goal:
        """条目计数：两端各是一列；只支持大小比较。"""
        if node.op not in (">=", ">", "<=", "<"):
            raise TypeError(f"条目计数只比大小，发现 {node.op}")
        end = "low" if (node.op in (">=", ">")) == sure else "high"
        name = f"{item.name}_{end}"
        if self.values.get(name) is None:
            return not sure
        limit = node.right.value * item.per
        return self.signed(self.poly((Term(1, (Input(name),)), _constant(-limit))), node.op)

    def polynomial(self, item: Inequality, sure: bool) -> Goal:
        if any(self.values.get(one.name) is None for one in item.inputs):
            return not sure
        guards = [self.signed(self.poly(guard), ">") for guard in item.guards]
        test = self.signed(self.poly(item.terms), item.op)
        if sure:
            return all_of([*guards, test])
        return one_of([*(self.signed(self.poly(guard), "<=") for guard in item.guards), test])

    def poly(self, terms: tuple[Term, ...]) -> Poly:
        total: Poly = {}
        for term in terms:
            made: Poly = {(): term.coefficient}
            for factor in term.factors:
                made = times(made, self.affine(factor.name))
            for key, value in made.items():
                total[key] = total.get(key, 0) + value
        return total

    def affine(self, name: str) -> Poly:
        """一列：现在的值，加上各项每一级加的。"""
        if name in self.columns:
            return self.columns[name]
        if self.sets.get(name):
            raise TypeError(f"“{name}”有措施定它的值，又进了算式：目录里要么加要么定")
        out: Poly = {(): self.values[name]}
        for at, value in self.adds.get(name, ()):
            out[(at,)] = out.get((at,), 0) + value
        self.columns[name] = out
        return out

    def signed(self, poly: Poly, op: str) -> Goal:
        """多项式 op 0。"""
        whole = integers(poly)
        flipped = {key: -value for key, value in whole.items()}
        if op in (">=", ">"):
            return self.constraint(whole if op == ">=" else less(whole))
        if op in ("<=", "<"):
            return self.constraint(flipped if op == "<=" else less(flipped))
        if op == "==":
            return all_of([self.constraint(whole), self.constraint(flipped)])
        return one_of([self.constraint(less(whole)), self.constraint(less(flipped))])

    def constraint(self, poly: Mapping[Monomial, int]) -> Goal:
        """多项式 ≥ 0；级数是整数，常数可以收到系数的公因数的倍数上。"""
        made = Constraint(tuple(sorted((key, value) for key, value in rounded(poly).items() if value)))
        if made.bound(self.low, self.high, True) < 0:
            return False
        return True if made.bound(self.low, self.high, False) >= 0 else made


def scored(node: Any) -> bool:
    """看得分。"""
    if isinstance(node, Compare):
        return isinstance(node.left, Points)
    return any(scored(one) for one in getattr(node, "items", ()))


def small(limits: Limits) -> Truth:
    """属中小企业：至少一项低于大型企业的下限；同样的下限只造一回。"""
    return _small(tuple(limits.items()))


@cache
def _small(limits: tuple[tuple[str, int], ...]) -> Truth:
    return AnyOf(tuple(Compare("<", Input(name), Literal(Fraction(limit))) for name, limit in limits))


def _interval(node: Any) -> bool:
    return isinstance(node, Input) and node.interval


def _constant(value: Fraction) -> Term:
    return Term(value, ())  # type: ignore[arg-type]


def _holds(value: Any, op: str, limit: Fraction) -> bool:
    return {
        ">=": value >= limit, ">": value > limit, "<=": value <= limit, "<": value < limit, "==": value == limit,
        "!=": value != limit,
    }[op]  # fmt: skip
