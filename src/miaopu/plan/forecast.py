"""预计：照一种口径把三年面板往前推，逐个申报日看哪些条款会不满足、差多少；什么也不办的情形。不求方案、不入账。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from miaopu.plan.record import Record
from miaopu.plan.result import Assumption
from miaopu.plan.solver.target import Target
from miaopu.standards.engine.measure import Distance, distance
from miaopu.standards.tree.state import State, Verdict
from miaopu.standards.tree.vocabulary import Vocabulary


@dataclass(frozen=True)
class Coming:
    """一个申报日、一种口径、什么也不办：结论、各条款状态与距离、会不满足的条款、用到的预计数。"""

    judged_on: date
    scenario: str
    verdict: Verdict
    states: Mapping[str, State]
    distances: Mapping[str, Distance]
    failing: tuple[str, ...]
    assumptions: tuple[Assumption, ...]


def coming(record: Record, target: Target, vocabulary: Vocabulary, scenario: str) -> Coming:
    """一个申报日的预计；failing 只列要求成立而不满足的条款的最下一层。"""
    states = target.states(record.values)
    program = target.form.program
    leaves = [one for one in program.clauses if one.clause.body is not None]
    found = {one.id: distance(one.clause.body, record.values, {}, vocabulary) for one in leaves}
    required = {child.id for one in target.clauses if states[one.id] is State.fail_ for child in one.clause.walk()}
    failing = tuple(one.id for one in leaves if one.id in required and states[one.id] is State.fail_)
    return Coming(
        record.judged_on, scenario, Verdict(target.form.raw(record.values)[0]), states,
        {name: one for name, one in found.items() if one is not None}, failing, tuple(record.assumed.values()),
    )  # fmt: skip
