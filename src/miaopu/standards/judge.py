"""判定：一家企业 × 一份标准 → 结论、条款、得分区间、距离、旗标、为何未定；不需要台账。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

from miaopu.standards.engine.bind import NEW, Program, bind
from miaopu.standards.engine.measure import Distance, distance, number
from miaopu.standards.engine.row import RowForm, RowResult, compile_row
from miaopu.standards.load import Library
from miaopu.standards.tree.clause import Clause, Standard
from miaopu.standards.tree.node import Derived, Flag, Input, Member, Num, Person, Truth, children
from miaopu.standards.tree.state import State, Verdict

MISSING, CONFLICTING, STALE, PERSON = "missing", "conflicting", "stale", "person"
"""为何未定：缺数、冲突、过期、须人工。"""


@dataclass(frozen=True)
class Undecided:
    """一个未定条款：kind 是原因，inputs 是要补的输入名。"""

    clause: str
    kind: str
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Judgement:
    """一次判定的全部结果；scores、distances 的数是 Fraction（显示单位）。"""

    standard: Standard
    program: Program
    assessed_on: date
    kind: str
    verdict: Verdict
    states: Mapping[str, State]
    scores: Mapping[str, tuple[Any, Any]]
    distances: Mapping[str, Distance]
    flags: tuple[str, ...]
    undecided: tuple[Undecided, ...]
    reports: Mapping[str, Any]

    @cached_property
    def leaves(self) -> Mapping[str, tuple[str, ...]]:
        """叶子条款 → 用到的输入名。"""
        bodies = {one.id: one.clause.body for one in self.program.clauses if one.clause.body is not None}
        return {name: tuple(dict.fromkeys(_leaves(body))) for name, body in bodies.items()}


@dataclass
class Judge:
    """持有标准库，缓存编译好的行式。"""

    library: Library
    _forms: dict[Any, RowForm] = field(default_factory=dict)
    _names: dict[str, frozenset[str]] = field(default_factory=dict)

    def form(self, standard: Standard, on: date, kind: str = NEW, given: frozenset[str] = frozenset()) -> RowForm:
        """某评估日、事项、直接给出值之下的行式。"""
        notices = self.library.notices_for(standard.code, on, kind)
        key = (standard.code, kind, given, tuple(notice.code for notice in notices))
        if key not in self._forms:
            self._forms[key] = compile_row(bind(standard, on, kind, notices, given))
        return self._forms[key]

    def judge(
        self,
        standard: Standard,
        values: Mapping[str, Any],
        on: date,
        kind: str = NEW,
        given: frozenset[str] = frozenset(),
        why: Callable[[str], str] = lambda name: MISSING,
    ) -> Judgement:
        """values：输入名 → 内部值；why：某个未知输入为什么未知（missing、conflicting、stale）。"""
        used = given & self._derivable(standard) if given else given
        form = self.form(standard, on, kind, used)
        result = form.evaluate(values)
        return Judgement(
            standard=standard,
            program=form.program,
            assessed_on=on,
            kind=kind,
            verdict=result.verdict,
            states=result.states,
            scores=result.scores,
            distances=self._distances(form.program, values, result),
            flags=result.flags,
            undecided=tuple(_undecided(form.program, result, values, why)),
            reports=self._reports(standard, values, result),
        )

    def _derivable(self, standard: Standard) -> frozenset[str]:
        if standard.code not in self._names:
            self._names[standard.code] = _derivable(standard, self.library)
        return self._names[standard.code]

    def _distances(self, program: Program, values: Mapping[str, Any], result: RowResult) -> dict[str, Distance]:
        out = {}
        scores = {name: (Fraction(low), Fraction(high)) for name, (low, high) in result.scores.items()}
        for bound in program.clauses:
            if result.states[bound.id] is State.not_applicable:
                continue
            found = distance(bound.clause.body, values, scores, self.library.vocabulary)
            if found is not None:
                out[bound.id] = found
        return out

    def _reports(self, standard: Standard, values: Mapping[str, Any], result: RowResult) -> dict[str, Any]:
        out = {}
        for report in standard.reports:
            found = number(report.number, values, result.scores)
            if found is not None:
                out[report.name] = found[0] if found[0] == found[1] else found
        return out


def _derivable(standard: Standard, library: Library) -> frozenset[str]:
    """一份标准里可以直接给出的派生值与得分的名字。"""
    names = {total.given for total in standard.totals if total.given} | {s.given for s in standard.scores if s.given}
    tests = [clause.body for clause in standard.walk() if clause.body] + [c.when for c in standard.walk() if c.when]
    tests += [flag.when for clause in standard.walk() for flag in clause.flags if flag.when]
    tests += [flag.when for flag in standard.flags if flag.when]
    for score in standard.scores:
        rule = score.rule
        tests += [band.test for band in getattr(rule, "bands", ())] + list(getattr(rule, "tests", ()))
    for test in tests:
        names |= set(_derived(test))
    for notice in library.notices:
        if notice.standard == standard.code:
            names |= {name for clause in notice.clauses if clause.body for name in _derived(clause.body)}
    return frozenset(names)


def _derived(node: Num | Truth) -> list[str]:
    own = [node.given.name] if isinstance(node, Derived) else []
    return own + [name for child in children(node) for name in _derived(child)]


def _undecided(
    program: Program, result: RowResult, values: Mapping[str, Any], why: Callable[[str], str]
) -> list[Undecided]:
    out = []
    for bound in program.clauses:
        state = result.states[bound.id]
        if state is State.manual and bound.clause.body is not None:
            out.append(Undecided(bound.id, PERSON, _blank(bound.clause, values)))
        if state is State.unknown and bound.clause.body is not None:
            blank = _blank(bound.clause, values)
            kinds = {why(name) for name in blank} or {MISSING}
            kind = next(kind for kind in (CONFLICTING, STALE, MISSING, *kinds) if kind in kinds)
            out.append(Undecided(bound.id, kind, blank))
    return out


def _blank(clause: Clause, values: Mapping[str, Any]) -> tuple[str, ...]:
    """条款里还不知道的输入：派生值缺时列出公式里缺的数；没有缺数时（如基数为零）列出全部用到的数。"""
    names = dict.fromkeys(_leaves(clause.body)) if clause.body is not None else {}
    unknown = [name for name in names if _absent(name, values)]
    return tuple(unknown or names)


def _leaves(node: Num | Truth) -> list[str]:
    match node:
        case Derived(_, formula):
            return _leaves(formula)
        case (
            Input(name, _, _, _)
            | Flag(Input(name, _, _, _))
            | Person(Input(name, _, _, _))
            | Member(Input(name, _, _, _), _)
        ):
            return [name]
    return [name for child in children(node) for name in _leaves(child)]


def _absent(name: str, values: Mapping[str, Any]) -> bool:
    if f"{name}_low" in values or f"{name}_high" in values:
        low, high = values.get(f"{name}_low"), values.get(f"{name}_high")
        return low is None or high is None or low != high
    return values.get(name) is None
