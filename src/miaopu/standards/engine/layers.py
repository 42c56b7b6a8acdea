"""分层：把一组程序的真值与得分写成表达式；各标准共有的节点只算一次，只用一次的并入上级。

一层一次 with_columns：条件套条件若直接嵌套会成倍膨胀，分层之后每个节点只出现一次。
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from functools import reduce
from operator import add, and_, mul, or_
from typing import Any

from miaopu.standards.engine.bind import Program
from miaopu.standards.engine.ends import OPS, Expr, bands, between, steps, tally, three
from miaopu.standards.engine.inequality import Inequality, Term, inequality
from miaopu.standards.tree.clause import Bands, Rule, Steps, Tally
from miaopu.standards.tree.node import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Fixed,
    Flag,
    Input,
    Member,
    Not,
    Optimistic,
    Person,
    Points,
    Truth,
)

_MIRROR = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "==": "==", "!=": "!="}


class Layers:
    """一组程序的各层。

    api 是 narwhals 或 polars（前者的写法是后者的子集）；wide 是中间值超过 64 位时用的类型（见 column）。
    columns：要用到的列与类型；by_depth：逐层要加的列。truth、points 取已算好的列。
    """

    def __init__(self, programs: list[Program], api: Any, wide: Any) -> None:
        self.api, self.wide = api, wide
        self.uses: Counter[Hashable] = Counter()
        self.own: dict[tuple[str, Truth], bool] = {}
        self.names: dict[Hashable, str] = {}
        self.depths: dict[Hashable, int] = {}
        self.by_depth: dict[int, list[Expr]] = {}
        self.columns: dict[str, Any] = {}
        self.code = ""
        for program in programs:
            self.code = program.standard.code
            for root in _roots(program):
                self._count(root)
        for program in programs:
            self.code = program.standard.code
            self._build(program)

    def truth(self, program: Program, node: Truth) -> Expr:
        """一个条款或结论的真值列。"""
        return self.api.col(self.name(program, node))

    def name(self, program: Program, node: Truth) -> str:
        """一个条款或结论的真值列名。"""
        self.code = program.standard.code
        return self.names[self._key(node)]

    def points(self, program: Program, name: str, end: str) -> Expr:
        """一个得分的一端。"""
        return self.api.col(_points(program.standard.code, name, end))

    # —— 谁用了几次、在哪一层

    def _key(self, node: Truth) -> Hashable:
        """与得分有关的节点只属于一份标准，其余各标准共用。"""
        return (self.code, node) if self._scored(node) else node

    def _scored(self, node: Truth) -> bool:
        known = self.own.get((self.code, node))
        if known is None:
            known = isinstance(node, Compare) and isinstance(node.left, Points)
            known = known or any(map(self._scored, _parts(node)))
            self.own[self.code, node] = known
        return known

    def _count(self, node: Truth) -> None:
        key = self._key(node)
        self.uses[key] += 1
        if self.uses[key] == 1:
            for part in _parts(node):
                self._count(part)

    def _put(self, key: Hashable, expression: Expr, depth: int, name: str = "") -> None:
        self.names[key] = name or f":{len(self.names)}"
        self.depths[key] = depth
        self.by_depth.setdefault(depth, []).append(expression.alias(self.names[key]))

    def _build(self, program: Program) -> None:
        for name, rule in program.scores:
            self._score(name, rule)
        for name, parts in program.totals:
            self._total(name, parts)
        for root in _roots(program):
            self._keep(root)

    def _keep(self, node: Truth) -> None:
        """这个节点自成一列。"""
        key = self._key(node)
        if key not in self.names:
            expression, depth = self._made(node)
            self._put(key, expression, depth + 1)

    def _node(self, node: Truth) -> tuple[Expr, int]:
        """用到这个节点时写什么，它靠到第几层。"""
        key = self._key(node)
        if key not in self.names and self.uses[key] < 2:
            return self._made(node)
        self._keep(node)
        return self.api.col(self.names[key]), self.depths[key]

    # —— 真值

    def _made(self, node: Truth) -> tuple[Expr, int]:
        match node:
            case Fixed(value):
                return self.api.lit(value, dtype=self.api.Boolean), 0
            case Flag(item) | Person(item):
                return self._column(item) != 0, 0
            case Not(Flag(item)):
                return self._column(item) == 0, 0
            case Member(item, values):
                return self._member(item, values), 0
            case Compare():
                return self._compare(node)
        items, depths = zip(*map(self._node, _parts(node)), strict=True)
        return self._joined(node, list(items)), max(depths)

    def _joined(self, node: Truth, items: list[Expr]) -> Expr:
        match node:
            case Optimistic():
                return items[0].fill_null(True)
            case Not():
                return ~items[0]
            case All():
                return reduce(and_, items)
            case AnyOf():
                return reduce(or_, items)
            case AtLeast(count, _):
                sure = reduce(add, [item.fill_null(False).cast(self.api.Int16) for item in items])
                maybe = reduce(add, [item.fill_null(True).cast(self.api.Int16) for item in items])
                return three(self.api, sure >= count, maybe < count)
        raise TypeError(type(node).__name__)

    def _column(self, item: Input, suffix: str = "") -> Expr:
        name = item.name + suffix
        self.columns[name] = self.api.String if item.kind in ("category", "text") else self.api.Int64
        return self.api.col(name)

    def _member(self, item: Input, values: tuple[str, ...]) -> Expr:
        if not item.interval:
            return _one_of(self._column(item), values)
        low, high = (_one_of(self._column(item, end), values) for end in ("_low", "_high"))
        return three(self.api, low, ~high)

    def _compare(self, node: Compare) -> tuple[Expr, int]:
        left = node.left
        if isinstance(left, Points):
            low, high = (self.api.col(_points(self.code, left.id, end)) for end in ("low", "high"))
            return between(self.api, low, high, node.op, node.right.value), self.depths[self.code, "points", left.id]
        if isinstance(left, Input) and left.interval:
            low, high = self._column(left, "_low"), self._column(left, "_high")
            return between(self.api, low, high, node.op, node.right.value * left.per), 0
        return self._inequality(inequality(node))

    def _inequality(self, item: Inequality) -> tuple[Expr, int]:
        """分母须为正：分母是单个数时，先把不为正的换成空，空自会传到结果；其余情形逐行判断。"""
        bases = {part[0].factors[0] for part in item.guards if _single(part)}
        seen = {factor for term in item.terms for factor in term.factors}
        masked = bases & seen
        rest = [part for part in item.guards if not (_single(part) and part[0].factors[0] in masked)]
        for base in sorted(masked, key=lambda one: one.name):
            self._positive(base)
        test = self._signs(item.terms, item.op, item.wide, masked)
        if rest:
            guard = reduce(and_, [self._signs(part, ">", item.wide, frozenset()) for part in rest])
            test = self.api.when(guard).then(test)
        return test, 1 if masked else 0

    def _positive(self, item: Input) -> None:
        key = ("positive", item)
        if key not in self.names:
            column = self._column(item)
            self._put(key, self.api.when(column > 0).then(column), 1)

    def _signs(self, terms: tuple[Term, ...], op: str, wide: bool, masked: Any) -> Expr:
        """正项之和与负项之和比较：不必先移到一边，少一次减法。"""
        sides = [
            [self._term(Term(abs(term.coefficient), term.factors), wide, masked) for term in terms if keep(term)]
            for keep in (lambda term: term.coefficient > 0, lambda term: term.coefficient < 0)
        ]
        left, right = (reduce(add, side) if side else 0 for side in sides)
        if isinstance(left, int):
            left, right, op = right, left, _MIRROR[op]
        found = OPS[op](left, right)
        return self.api.lit(found) if isinstance(found, bool) else found

    def _term(self, term: Term, wide: bool, masked: Any) -> Any:
        columns = [
            self.api.col(self.names["positive", item]) if item in masked else self._column(item)
            for item in term.factors
        ]
        if not columns:
            return term.coefficient
        if wide:
            columns[0] = columns[0].cast(self.wide)
        product = reduce(mul, columns)
        return product if term.coefficient == 1 else product * term.coefficient

    # —— 得分

    def _score(self, name: str, rule: Rule | Input) -> None:
        match rule:
            case Bands():
                tests = [self._node(band.test) for band in rule.bands]
                ends = [bands(self.api, rule, [test for test, _ in tests], high) for high in (False, True)]
            case Tally():
                tests = [self._node(test) for test in rule.tests]
                ends = [tally(self.api, rule, [test for test, _ in tests], high) for high in (False, True)]
            case Steps():
                tests, column = [], self._column(rule.number)
                ends = [steps(self.api, rule, column, blank) for blank in (0, rule.cap)]
            case _:
                raise TypeError("列式不接受直接给出的得分")
        self._pair(name, ends, max((depth for _, depth in tests), default=0))

    def _total(self, name: str, parts: tuple[str, ...] | Input) -> None:
        if isinstance(parts, Input):
            raise TypeError("列式不接受直接给出的得分")
        ends = [reduce(add, [self.api.col(_points(self.code, part, end)) for part in parts]) for end in ("low", "high")]
        self._pair(name, ends, max(self.depths[self.code, "points", part] for part in parts))

    def _pair(self, name: str, ends: list[Expr], depth: int) -> None:
        for end, expression in zip(("low", "high"), ends, strict=True):
            self._put((self.code, name, end), expression, depth + 1, _points(self.code, name, end))
        self.depths[self.code, "points", name] = depth + 1


def _roots(program: Program) -> list[Truth]:
    """必须自成一列的节点：条款、结论、得分里的条件除外。"""
    out = [program.verdict, *(clause.truth for clause in program.clauses)]
    out += [clause.optimistic for clause in program.clauses if clause.optimistic is not None]
    tests = [] if program.optimistic is None else [program.optimistic]
    return [*out, *tests]


def _parts(node: Truth) -> tuple[Truth, ...]:
    match node:
        case Not(Flag()):
            return ()
        case Not(item) | Optimistic(item):
            return (item,)
        case All(items) | AnyOf(items) | AtLeast(_, items):
            return items
    return ()


def _points(code: str, name: str, end: str) -> str:
    """中间列名里不用点：有的引擎把点当成取结构里的一项。"""
    return f":{code}:{name}_{end}"


def _single(part: tuple[Term, ...]) -> bool:
    """守卫是“某一个数大于零”。"""
    return len(part) == 1 and part[0].coefficient > 0 and len(part[0].factors) == 1


def _one_of(column: Expr, values: tuple[str, ...]) -> Expr:
    return reduce(or_, [column == value for value in values])
