"""绑定：标准 + 评估日 + 事项（新申请、复核）+ 直接给出的派生值 → 可执行的程序（仍无引擎）。"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from miaopu.standards.tree.clause import Clause, Notice, Rule, Standard
from miaopu.standards.tree.node import (
    All,
    AnyOf,
    AtLeast,
    Compare,
    Derived,
    Extremum,
    Fixed,
    Input,
    Not,
    Num,
    Optimistic,
    Person,
    Points,
    Truth,
    has_person,
)

NEW, REVIEW = "new", "review"
"""事项：新申请、复核。"""


@dataclass(frozen=True)
class BoundClause:
    """一个条款的真值。

    truth 三值；optimistic 是把须人工的未知当作满足后的真值（没有须人工时为 None）；
    applies 为 None 表示恒适用，为 Fixed(False) 表示此事项不适用；primary 是不靠豁免的真值（没有豁免时为 None）。
    """

    id: str
    clause: Clause
    truth: Truth
    optimistic: Truth | None
    applies: Truth | None
    primary: Truth | None


@dataclass(frozen=True)
class Program:
    """一份绑定好的标准；scores 的值是（编号，规则或直接给出的输入）。"""

    standard: Standard
    assessed_on: date
    kind: str
    notices: tuple[Notice, ...]
    scores: tuple[tuple[str, Rule | Input], ...]
    totals: tuple[tuple[str, tuple[str, ...] | Input], ...]
    clauses: tuple[BoundClause, ...]
    verdict: Truth
    optimistic: Truth | None
    flags: tuple[tuple[str, Truth], ...]

    @property
    def requirements(self) -> tuple[Clause, ...]:
        """最上一层的条款，含叠加的通知；一项要求只数一次时数它们。"""
        return self.standard.clauses + tuple(clause for notice in self.notices for clause in notice.clauses)

    @property
    def points(self) -> tuple[str, ...]:
        """全部得分编号，先评分项后合计。"""
        return tuple(name for name, _ in (*self.scores, *self.totals))


def bind(
    standard: Standard,
    assessed_on: date,
    kind: str = NEW,
    notices: Iterable[Notice] = (),
    given: frozenset[str] = frozenset(),
) -> Program:
    """绑定一份标准。given 是事实里直接给出的派生指标与得分的名字。"""
    applied = tuple(notices)
    waived = {name for notice in applied for name in notice.waives}
    top = standard.clauses + tuple(clause for notice in applied for clause in notice.clauses)
    binder = _Binder(standard, kind, _off(top, kind, waived), given)
    clauses = tuple(binder.clause(clause) for one in top for clause in one.walk())
    verdict = _all([binder.truth(clause) for clause in top]) if top else Fixed(None)
    flags = [flag for one in top for clause in one.walk() if binder.applies(clause) for flag in clause.flags]
    flags += [*standard.flags, *(flag for notice in applied for flag in notice.flags)]
    return Program(
        standard=standard,
        assessed_on=assessed_on,
        kind=kind,
        notices=applied,
        scores=tuple((score.id, binder.given_points(score.id) or binder.rule(score.rule)) for score in standard.scores),
        totals=tuple((total.id, binder.given_points(total.id) or total.parts) for total in standard.totals),
        clauses=clauses,
        verdict=verdict,
        optimistic=_optimistic(verdict),
        flags=tuple((flag.code, binder.lower(flag.when)) for flag in flags if flag.when is not None),
    )


class _Binder:
    """把条款树降成真值节点，代入事项、豁免年度与直接给出的值。"""

    def __init__(self, standard: Standard, kind: str, off: frozenset[str], given: frozenset[str]) -> None:
        self.kind, self.off, self.given = kind, off, given
        self.names = {total.id: total.given for total in standard.totals if total.given}
        self.names |= {score.id: score.given for score in standard.scores if score.given}

    def given_points(self, points: str) -> Input | None:
        name = self.names.get(points, "")
        return Input(name, "decimal", 10_000) if name in self.given else None

    def applies(self, clause: Clause) -> bool:
        return clause.id not in self.off

    def clause(self, clause: Clause) -> BoundClause:
        truth = self.truth(clause)
        return BoundClause(
            id=clause.id,
            clause=clause,
            truth=truth,
            optimistic=_optimistic(truth),
            applies=self.lower(clause.when) if self.applies(clause) and clause.when else self.fixed(clause),
            primary=self.primary(clause),
        )

    def fixed(self, clause: Clause) -> Truth | None:
        return None if self.applies(clause) else Fixed(False)

    def primary(self, clause: Clause) -> Truth | None:
        ordinary = [child for child in clause.children if not child.exempts]
        if len(ordinary) == len(clause.children):
            return None
        return self.combined(clause.combine, ordinary)

    def truth(self, clause: Clause) -> Truth:
        """条款的三值真值；不适用的视为满足。"""
        if not self.applies(clause):
            return Fixed(True)
        body = self.lower(clause.body) if clause.body is not None else self.combined(clause.combine, clause.children)
        return body if clause.when is None else AnyOf((Not(self.lower(clause.when)), body))

    def combined(self, combine: str, clauses: Iterable[Clause]) -> Truth:
        items = [self.truth(clause) for clause in clauses if self.applies(clause)]
        if not items:
            return Fixed(True)
        if combine == "any":
            return AnyOf(tuple(items)) if len(items) != 1 else items[0]
        return _all(items) if combine == "all" else AtLeast(int(combine), tuple(items))

    def lower(self, node: Truth) -> Truth:
        match node:
            case Compare():
                return self.compare(node)
            case Not(item):
                return Not(self.lower(item))
            case All(items):
                return All(tuple(map(self.lower, items)))
            case AnyOf(items):
                return AnyOf(tuple(map(self.lower, items)))
            case AtLeast(count, items):
                return AtLeast(count, tuple(map(self.lower, items)))
        return node

    def compare(self, node: Compare) -> Truth:
        left = self.number(node.left)
        if isinstance(left, Extremum):
            if node.op not in (">=", ">", "<=", "<"):
                raise ValueError("最大、最小值只能用大小比较")
            parts = tuple(self.compare(replace(node, left=item)) for item in left.items)
            return AnyOf(parts) if left.largest == (node.op in (">=", ">")) else All(parts)
        if isinstance(left, Points) and (given := self.given_points(left.id)):
            left = given
        return replace(node, left=left)

    def number(self, node: Num) -> Num:
        """代入直接给出的派生值；没有给出的派生展开成公式。"""
        match node:
            case Derived(given, formula):
                return given if given.name in self.given else self.number(formula)
            case Extremum(_, items):
                return replace(node, items=tuple(map(self.number, items)))
            case Input() | Points():
                return node
        fields = {name: self.number(child) for name, child in _numeric_fields(node)}
        return replace(node, **fields) if fields else node

    def rule(self, rule: Rule) -> Rule:
        if hasattr(rule, "bands"):
            bands = tuple(replace(band, test=self.lower(band.test)) for band in rule.bands)
            return replace(rule, bands=bands)
        if hasattr(rule, "tests"):
            return replace(rule, tests=tuple(map(self.lower, rule.tests)))
        return replace(rule, number=self.number(rule.number))


def _off(clauses: Iterable[Clause], kind: str, waived: set[str], above: bool = False) -> frozenset[str]:
    """此事项不适用的条款编号：事项不合、通知免考，或上级不适用。"""
    out: set[str] = set()
    for clause in clauses:
        off = above or clause.id in waived or bool(clause.kinds and kind not in clause.kinds)
        out |= _off(clause.children, kind, waived, off) | ({clause.id} if off else set())
    return frozenset(out)


def _numeric_fields(node: Num) -> list[tuple[str, Num]]:
    names = ("left", "right", "new", "old")
    return [(name, getattr(node, name)) for name in names if hasattr(node, name)]


def _all(items: Iterable[Truth]) -> Truth:
    kept = tuple(item for item in items if item != Fixed(True))
    if not kept:
        return Fixed(True)
    return kept[0] if len(kept) == 1 else All(kept)


def _optimistic(truth: Truth) -> Truth | None:
    return _assume(truth) if has_person(truth) else None


def _assume(node: Truth) -> Truth:
    match node:
        case Person():
            return Optimistic(node)
        case Not(item):
            return Not(_assume(item))
        case All(items) | AnyOf(items):
            return type(node)(tuple(map(_assume, items)))
        case AtLeast(count, items):
            return AtLeast(count, tuple(map(_assume, items)))
    return node


__all__ = ["NEW", "REVIEW", "BoundClause", "Program", "bind"]
