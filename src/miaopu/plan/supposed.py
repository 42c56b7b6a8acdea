"""当作办到：已经不满足的条款先当作由方案办到，看其余的条款还缺什么数；收行式与一家的数，不改数、不下结论。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from miaopu.plan.next_datum import Leaf
from miaopu.plan.solver.target import Target
from miaopu.standards.engine.row import RowForm
from miaopu.standards.tree.state import State, Verdict


@dataclass(frozen=True)
class Supposed:
    """failing 是当作办到的条款；form、leaves 只看其余的（没有不满足的与原来一样）。"""

    form: RowForm
    leaves: tuple[Leaf, ...]
    failing: tuple[str, ...]


def supposing(target: Target, every: tuple[Leaf, ...], values: Mapping[str, Any]) -> Supposed:
    """values 是一家的数；要求成立而不满足的条款当作办到，其余照行式。"""
    states, places = target.form.raw(values)[1], target.places
    failing = tuple(one.id for one in target.wanted if states[places[one.id]] == State.fail_)
    if not failing:
        return Supposed(target.form, every, ())
    rest = tuple(places[one.id] for one in target.wanted if one.id not in failing)
    through = {places[one.id] for one in target.clauses} - {places[one.id] for one in target.wanted}
    kept = tuple(replace(leaf, above=tuple(at for at in leaf.above if at not in through)) for leaf in every)
    judge = target.form.raw

    def raw(given: Mapping[str, Any]) -> tuple[Any, ...]:
        _, found, *others = judge(given)
        return (verdict_of([found[at] for at in rest]), found, *others)

    return Supposed(replace(target.form, raw=raw), kept, failing)


def verdict_of(states: list[int]) -> Verdict:
    """各条都要成立的结论：不满足 > 待核 > 须人工 > 满足。"""
    if State.fail_ in states:
        return Verdict.not_eligible
    if State.unknown in states:
        return Verdict.insufficient_data
    return Verdict.manual_review if State.manual in states else Verdict.eligible
