"""对象：一份标准要求成立的条款、各条用到的列；由编译好的行式得出，一份只算一回，不看企业。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from miaopu.plan.solver.points import points_of
from miaopu.standards.engine.bind import BoundClause, Program
from miaopu.standards.engine.row import RowForm
from miaopu.standards.tree.clause import Clause
from miaopu.standards.tree.node import All, Input, Person, Points, Truth, children
from miaopu.standards.tree.state import State

_STATES = tuple(State)


@dataclass(frozen=True)
class Target:
    """一份标准要求成立的条款（最上一层，以及“同时满足”的下级），连同各条用到的列。"""

    form: RowForm
    clauses: tuple[BoundClause, ...]

    @cached_property
    def places(self) -> dict[str, int]:
        """条款编号 → 状态的下标。"""
        return {one.id: at for at, one in enumerate(self.form.program.clauses)}

    @cached_property
    def wanted(self) -> tuple[BoundClause, ...]:
        """要各自成立的条款：条件恰是下级都成立的上级不另要求（下级都到了该到的地步，它就到了）。"""
        truths = {one.id: one.truth for one in self.clauses}
        return tuple(one for one in self.clauses if not _implied(one, truths))

    def still(self, one: BoundClause, moved: frozenset[str]) -> bool:
        """没有措施碰得到这一条：它永远是现在的状态。"""
        return moved.isdisjoint(self.columns[one.id])

    @cached_property
    def columns(self) -> Mapping[str, frozenset[str]]:
        """条款编号 → 判它读到的列：得分读到的在内，条目计数是两端。"""
        return {one.id: frozenset(columns_in(one.truth, self.form.program)) for one in self.form.program.clauses}

    @cached_property
    def above(self) -> Mapping[str, tuple[str, ...]]:
        """最下一层的条款编号 → 它上面（连同自己）要求成立的条款。"""
        leaves = {one.id: [] for one in self.form.program.clauses if one.clause.body is not None}
        for one in self.clauses:
            for below in one.clause.walk():
                if below.id in leaves:
                    leaves[below.id].append(one.id)
        return {name: tuple(found) for name, found in leaves.items()}

    @cached_property
    def read(self) -> frozenset[str]:
        """各条读到的列。"""
        return frozenset[str]().union(*self.columns.values())

    @cached_property
    def points(self) -> Mapping[str, Any]:
        """得分的化法。"""
        return points_of(self.form.program)

    def states(self, values: Mapping[str, Any]) -> dict[str, State]:
        """全部条款的状态，由行式给出。"""
        found = self.form.raw(values)[1]
        return {name: _STATES[found[at]] for name, at in self.places.items()}


def target_of(form: RowForm) -> Target:
    """行式 → 要求成立的条款。"""
    wanted = {clause.id for one in form.program.requirements for clause in _required(one)}
    return Target(form, tuple(one for one in form.program.clauses if one.id in wanted))


def _required(clause: Clause) -> list[Clause]:
    """自己，与“同时满足”的下级；满足其一的各支不必个个成立。"""
    below = [one for child in clause.children for one in _required(child)] if clause.combine == "all" else []
    return [clause, *below]


def _implied(one: BoundClause, truths: Mapping[str, Truth]) -> bool:
    below = [truths.get(child.id) for child in one.clause.children]
    return bool(below) and isinstance(one.truth, All) and set(one.truth.items) == set(below)


def judged_by_people(node: Truth) -> bool:
    """条款由人核定。"""
    return isinstance(node, Person) or any(judged_by_people(child) for child in children(node))


def _parts(rule: Any) -> list[Any]:
    """一项得分看的各个节点。"""
    tests = [band.test for band in getattr(rule, "bands", ())] + list(getattr(rule, "tests", ()))
    return [*tests, *([rule.number] if hasattr(rule, "number") else []), *([rule] if isinstance(rule, Input) else [])]


def columns_in(node: Any, program: Program) -> Iterator[str]:
    """节点读到的列。"""
    if isinstance(node, Input):
        yield from (f"{node.name}_low", f"{node.name}_high") if node.interval else (node.name,)
    elif isinstance(node, Points):
        rule: Any = dict(program.totals).get(node.id) or dict(program.scores).get(node.id)
        for part in [Points(name) for name in rule] if isinstance(rule, tuple) else _parts(rule):
            yield from columns_in(part, program)
    else:
        for child in children(node):
            yield from columns_in(child, program)


def names_in(node: Any) -> list[str]:
    if isinstance(node, Input):
        return [node.name]
    return [name for child in children(node) for name in names_in(child)]


def plain_key(name: str) -> str:
    head, _, tail = name.rpartition("_t")
    return head if head and tail in ("0", "1", "2", "3") else name


__all__ = ["Target", "judged_by_people", "names_in", "plain_key", "target_of"]
