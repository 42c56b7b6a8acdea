"""列式：把程序写成 Narwhals 表达式，按依赖分层，一层一次 with_columns；Polars、DuckDB、Spark 通用。"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_
from typing import Any

import narwhals as nw

from miaopu.standards.engine.bind import Program
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

_OPS = {">=": ge, ">": gt, "<=": le, "<": lt, "==": eq, "!=": ne}
_FLIPPED = {">=": lt, ">": le, "<=": gt, "<": ge}
MASK_BITS = 63
"""一个掩码列最多装多少条款（留出符号位，三个引擎都能读）。"""


@dataclass(frozen=True)
class Columns:
    """一份标准在结果表里的列名。"""

    code: str

    @property
    def verdict(self) -> str:
        """结论代码（0 不满足、1 待核、2 须人工、3 满足），Int8。"""
        return f"{self.code}.verdict"

    @property
    def met(self) -> str:
        """满足（含免考、不适用）的条款掩码，第 i 位是第 i 个条款，Int64。"""
        return f"{self.code}.met"

    @property
    def unknown(self) -> str:
        """待核的条款掩码，Int64。"""
        return f"{self.code}.unknown"

    @property
    def manual(self) -> str:
        """须人工的条款掩码，Int64；没有须人工条款的标准没有这一列。"""
        return f"{self.code}.manual"

    def score(self, name: str, end: str) -> str:
        """得分下限（low）、上限（high），Int16。"""
        return f"{self.code}.{name}_{end}"


def needed(programs: Iterable[Program]) -> dict[str, Any]:
    """这些程序要用到的快照列名 → 列类型（Int64 或 String），按名字排序。"""
    return _columns([_Layers(program) for program in programs])


def _columns(parts: Iterable[_Layers]) -> dict[str, Any]:
    found = {name: dtype for part in parts for name, dtype in part.columns.items()}
    return dict(sorted(found.items()))


def evaluate(frame: Any, programs: Iterable[Program], keep: Iterable[str] = ("enterprise",)) -> Any:
    """frame：任一引擎的（惰性）表，缺的列按全空处理；给出同一引擎的表：keep 列加各标准的结论、掩码、得分。"""
    table = nw.from_native(frame)
    parts = [_Layers(program) for program in programs]
    present = set(table.collect_schema().names())
    blank = [nw.lit(None, dtype=dtype).alias(name) for name, dtype in _columns(parts).items() if name not in present]
    if blank:
        table = table.with_columns(*blank)
    for depth in sorted({depth for part in parts for depth in part.by_depth}):
        table = table.with_columns(*(column for part in parts for column in part.by_depth.get(depth, ())))
    outputs = [column for part in parts for column in part.outputs()]
    return table.select(*(nw.col(name) for name in keep), *outputs).to_native()


class _Layers:
    """给每个节点定层、起名；同一节点只算一次。"""

    def __init__(self, program: Program) -> None:
        self.program, self.names, self.depths = program, {}, {}
        self.by_depth: dict[int, list[nw.Expr]] = {}
        self.prefix = f"{program.standard.code}:"
        self.result = Columns(program.standard.code)
        self.columns: dict[str, Any] = {}
        self._build()

    def _build(self) -> None:
        for name, rule in self.program.scores:
            self._score(name, rule)
        for name, parts in self.program.totals:
            self._total(name, parts)
        for clause in self.program.clauses:
            self._node(clause.truth)
            if clause.optimistic is not None:
                self._node(clause.optimistic)
        self._node(self.program.verdict)
        if self.program.optimistic is not None:
            self._node(self.program.optimistic)

    def _put(self, key: Any, expression: nw.Expr, depth: int, name: str = "") -> tuple[str, int]:
        name = name or f"{self.prefix}{len(self.names)}"
        self.names[key], self.depths[key] = name, depth
        self.by_depth.setdefault(depth, []).append(expression.alias(name))
        return name, depth

    def _column(self, item: Input, suffix: str = "") -> nw.Expr:
        name = item.name + suffix
        self.columns[name] = nw.String if item.kind in ("category", "text") else nw.Int64
        return nw.col(name)

    def _node(self, node: Truth) -> tuple[str, int]:
        if node in self.names:
            return self.names[node], self.depths[node]
        children = [self._node(item) for item in _parts(node)]
        depth = 1 + max((depth for _, depth in children), default=0)
        if isinstance(node, Compare) and isinstance(node.left, Points):
            depth = 1 + self.depths[("points", node.left.id)]
        return self._put(node, self._expression(node, [nw.col(name) for name, _ in children]), depth)

    def _expression(self, node: Truth, items: list[nw.Expr]) -> nw.Expr:
        match node:
            case Fixed(value):
                return nw.lit(value, dtype=nw.Boolean)
            case Flag(item) | Person(item):
                return self._column(item) != 0
            case Optimistic():
                return items[0].fill_null(True)
            case Member(item, values) if item.interval:
                low, high = (_one_of(self._column(item, end), values) for end in ("_low", "_high"))
                return _three(low, ~high)
            case Member(item, values):
                return _one_of(self._column(item), values)
            case Not():
                return ~items[0]
            case Compare():
                return self._compare(node)
            case All():
                return reduce(and_, items)
            case AnyOf():
                return reduce(or_, items) if items else nw.lit(False)
            case AtLeast(count, _):
                sure = reduce(add, [item.fill_null(False).cast(nw.Int16) for item in items])
                maybe = reduce(add, [item.fill_null(True).cast(nw.Int16) for item in items])
                return _three(sure >= count, maybe < count)
        raise TypeError(type(node).__name__)

    def _compare(self, node: Compare) -> nw.Expr:
        left = node.left
        if isinstance(left, Points):
            low, high = (nw.col(self._points(left.id, end)) for end in ("low", "high"))
            return _between(low, high, node.op, node.right.value)
        if isinstance(left, Input) and left.interval:
            low, high = self._column(left, "_low"), self._column(left, "_high")
            return _between(low, high, node.op, node.right.value * left.per)
        return self._inequality(inequality(node))

    def _inequality(self, item: Inequality) -> nw.Expr:
        test = _OPS[item.op](self._terms(item.terms, item.wide), 0)
        if not item.guards:
            return test
        guard = reduce(and_, [self._terms(part, item.wide) > 0 for part in item.guards])
        return nw.when(guard).then(test)

    def _terms(self, terms: tuple[Term, ...], wide: bool) -> nw.Expr:
        return reduce(add, [self._term(term, wide) for term in terms])

    def _term(self, term: Term, wide: bool) -> nw.Expr:
        columns = [self._column(item) for item in term.factors]
        if not columns:
            return nw.lit(term.coefficient)
        if wide:
            columns[0] = columns[0].cast(nw.Int128)
        product = reduce(mul, columns)
        return product if term.coefficient == 1 else product * term.coefficient

    def _points(self, name: str, end: str) -> str:
        return self.result.score(name, end)

    def _score(self, name: str, rule: Rule | Input) -> None:
        if isinstance(rule, Bands):
            tests = [self._node(band.test) for band in rule.bands]
            ends = [self._bands(rule, [name for name, _ in tests], high) for high in (False, True)]
        elif isinstance(rule, Tally):
            tests = [self._node(test) for test in rule.tests]
            ends = [self._tally(rule, [name for name, _ in tests], high) for high in (False, True)]
        elif isinstance(rule, Steps):
            tests, ends = [], [self._steps(rule, high) for high in (False, True)]
        else:
            raise TypeError("列式不接受直接给出的得分")
        depth = 1 + max((depth for _, depth in tests), default=0)
        self._pair(name, ends, depth)

    def _pair(self, name: str, ends: list[nw.Expr], depth: int) -> None:
        for end, expression in zip(("low", "high"), ends, strict=True):
            self._put(("points", name, end), expression.cast(nw.Int16), depth, self._points(name, end))
        self.depths[("points", name)] = depth

    def _bands(self, rule: Bands, names: list[str], high: bool) -> nw.Expr:
        out = nw.lit(rule.default)
        for band, name in reversed(list(zip(rule.bands, names, strict=True))):
            points = band.high if high else band.low
            out = nw.when(nw.col(name).fill_null(high)).then(nw.lit(points)).otherwise(out)
        return out

    def _tally(self, rule: Tally, names: list[str], high: bool) -> nw.Expr:
        total = reduce(add, [nw.col(name).fill_null(high).cast(nw.Int16) for name in names]) * rule.each
        return nw.when(total > rule.cap).then(nw.lit(rule.cap)).otherwise(total)

    def _steps(self, rule: Steps, high: bool) -> nw.Expr:
        steps = self._column(rule.number) // (rule.per * rule.number.per)
        return steps.clip(0, rule.cap).fill_null(rule.cap if high else 0)

    def _total(self, name: str, parts: tuple[str, ...] | Input) -> None:
        if isinstance(parts, Input):
            raise TypeError("列式不接受直接给出的得分")
        ends = [reduce(add, [nw.col(self._points(part, end)) for part in parts]) for end in ("low", "high")]
        self._pair(name, ends, 1 + max(self.depths[("points", part)] for part in parts))

    def outputs(self) -> list[nw.Expr]:
        """结论、掩码、得分的最终列。"""
        program, result = self.program, self.result
        truth = nw.col(self.names[program.verdict])
        unknown = nw.lit(1)
        if program.optimistic is not None:
            hopeful = nw.col(self.names[program.optimistic])
            unknown = nw.when(hopeful).then(nw.lit(2)).otherwise(nw.lit(1))
        verdict = nw.when(truth.is_null()).then(unknown).otherwise(nw.when(truth).then(nw.lit(3)).otherwise(nw.lit(0)))
        out = [verdict.cast(nw.Int8).alias(result.verdict), *self._masks()]
        for name in program.points:
            out += [nw.col(result.score(name, end)) for end in ("low", "high")]
        return out

    def _masks(self) -> list[nw.Expr]:
        met, unknown, manual = [], [], []
        for bit, clause in enumerate(self.program.clauses):
            truth = nw.col(self.names[clause.truth])
            met.append(_bit(truth.fill_null(False), bit))
            blank = truth.is_null()
            if clause.optimistic is not None:
                person = blank & nw.col(self.names[clause.optimistic]).fill_null(False)
                manual.append(_bit(person, bit))
                blank = blank & ~person
            unknown.append(_bit(blank, bit))
        masks = [(self.result.met, met), (self.result.unknown, unknown)]
        masks += [(self.result.manual, manual)] if manual else []
        return [reduce(add, bits).alias(name) for name, bits in masks if bits]


def _parts(node: Truth) -> tuple[Truth, ...]:
    match node:
        case Not(item) | Optimistic(item):
            return (item,)
        case All(items) | AnyOf(items) | AtLeast(_, items):
            return items
    return ()


def _one_of(column: nw.Expr, values: tuple[str, ...]) -> nw.Expr:
    return reduce(or_, [column == value for value in values])


def _bit(truth: nw.Expr, bit: int) -> nw.Expr:
    return truth.cast(nw.Int64) * (1 << bit)


def _three(true: nw.Expr, false: nw.Expr) -> nw.Expr:
    return nw.when(true).then(nw.lit(True)).otherwise(nw.when(false).then(nw.lit(False)))


def _between(low: nw.Expr, high: nw.Expr, op: str, limit: Any) -> nw.Expr:
    """区间与常数比较；端点为空即不知道那一端。常数化成整数（向能保持结论的一侧取整）。"""
    if op in ("==", "!="):
        whole = int(limit) if limit.denominator == 1 else None
        same = (low == whole) & (high == whole) if whole is not None else nw.lit(False)
        apart = ((high < limit.numerator / limit.denominator) | (low > limit.numerator / limit.denominator)).fill_null(
            False
        )
        return _three(same if op == "==" else apart, apart if op == "==" else same)
    sure, never = (low, high) if op in (">=", ">") else (high, low)
    bound, scale = limit.numerator, limit.denominator
    if scale != 1:
        sure, never = sure * scale, never * scale
    return _three(_OPS[op](sure, bound), _FLIPPED[op](never, bound))
