"""要求：把一份程序的条款归成“一项要求只计一次”的清单，并在掩码列上计数、列名；不重新判定。"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

import polars as pl

from miaopu.standards.engine.bind import BoundClause, Program
from miaopu.standards.engine.column import Columns
from miaopu.standards.tree.clause import SOURCES, Clause
from miaopu.standards.tree.node import Fixed


@dataclass(frozen=True)
class Requirement:
    """一项要求：bit 是它在掩码里的位。"""

    bit: int
    id: str
    title: str
    text: str
    cite: str
    mark: str
    bound: BoundClause

    @property
    def shown(self) -> str:
        """给人看的短名：编号加标题。"""
        return f"{self.id} {self.title}".strip()


def requirements(program: Program, expand: Iterable[str]) -> tuple[Requirement, ...]:
    """一份程序的要求清单，不含此事项不考的；expand 里的组拆成下级。"""
    places = {bound.id: bit for bit, bound in enumerate(program.clauses)}
    top = (*program.standard.clauses, *(clause for notice in program.notices for clause in notice.clauses))
    opened = frozenset(expand)
    found = [clause for one in top for clause in _counted(one, opened)]
    every = (_requirement(clause, places[clause.id], program) for clause in found)
    return tuple(one for one in every if one.bound.truth != Fixed(True))


def _counted(clause: Clause, opened: frozenset[str]) -> list[Clause]:
    if clause.id in opened and clause.combine == "all" and clause.when is None and not clause.kinds:
        return [item for child in clause.children for item in _counted(child, opened)]
    return [clause]


def _requirement(clause: Clause, bit: int, program: Program) -> Requirement:
    return Requirement(
        bit, clause.id, clause.title or clause.text, clause.text, clause.cite, SOURCES[clause.source],
        program.clauses[bit],
    )  # fmt: skip


@dataclass(frozen=True)
class Masks:
    """一份标准在判定结果表里的掩码列，写成“某位是什么状态”的算式。"""

    columns: Columns
    has_manual: bool

    @classmethod
    def of(cls, program: Program) -> Masks:
        """由程序得出列名。"""
        return cls(Columns(program.standard.code), any(one.optimistic is not None for one in program.clauses))

    @property
    def met(self) -> pl.Expr:
        """满足（含免考、不适用）的位。"""
        return pl.col(self.columns.met)

    @property
    def unknown(self) -> pl.Expr:
        """待核的位。"""
        return pl.col(self.columns.unknown)

    @property
    def manual(self) -> pl.Expr:
        """须人工的位；没有须人工条款的标准恒为零。"""
        return pl.col(self.columns.manual) if self.has_manual else pl.lit(0, pl.Int64)

    @property
    def failed(self) -> pl.Expr:
        """确定不满足的位：不在前三种之列的。"""
        return ~(self.met | self.unknown | self.manual)


def bits(wanted: Iterable[Requirement]) -> int:
    """若干要求的位合成的整数。"""
    return reduce(or_, (1 << one.bit for one in wanted), 0)


def count(mask: pl.Expr, wanted: Iterable[Requirement]) -> pl.Expr:
    """掩码里属于这些要求的位数。"""
    return (mask & pl.lit(bits(wanted), pl.Int64)).bitwise_count_ones().cast(pl.Int16)


def named(mask: pl.Expr, wanted: Iterable[Requirement], separator: str = "；") -> pl.Expr:
    """掩码里属于这些要求的短名，按条款次序连起来；没有为空串。"""
    parts = [pl.when(mask & (1 << one.bit) != 0).then(pl.lit(one.shown)) for one in wanted]
    return pl.concat_str(parts, separator=separator, ignore_nulls=True) if parts else pl.lit("")
