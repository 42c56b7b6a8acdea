"""题目：一份标准 × 一家的记录 × 可办的各项 → 每条要办到什么地步、怎样定价；真假由行式复核。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd
from typing import Any

from miaopu.plan.record import Record
from miaopu.plan.solver.action import Action, Setting, actions, apply, held
from miaopu.plan.solver.constraint import Builder, Goal, all_of
from miaopu.plan.solver.points import points_of
from miaopu.plan.solver.search import Levels, Price, Question, TooHard, cheapest
from miaopu.standards.engine.bind import BoundClause, Program
from miaopu.standards.engine.row import RowForm
from miaopu.standards.tree.clause import Clause
from miaopu.standards.tree.node import Input, Person, Truth, children
from miaopu.standards.tree.state import State

FormOf = Callable[[str, Any], RowForm]
"""（层级，申报日）→ 那天适用的新申请标准的行式；没有适用的抛 KeyError。"""


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
    def points(self) -> Mapping[str, Any]:
        """得分的化法。"""
        return points_of(self.form.program)

    def states(self, values: Mapping[str, Any]) -> dict[str, State]:
        """全部条款的状态，由行式给出。"""
        found = self.form.raw(values)[1]
        return {name: State(found[at]) for name, at in self.places.items()}


def target_of(form: RowForm) -> Target:
    """行式 → 要求成立的条款。"""
    wanted = {clause.id for one in form.program.requirements for clause in _required(one)}
    return Target(form, tuple(one for one in form.program.clauses if one.id in wanted))


def _required(clause: Clause) -> list[Clause]:
    """自己，与“同时满足”的下级；满足其一的各支不必个个成立。"""
    below = [one for child in clause.children for one in _required(child)] if clause.combine == "all" else []
    return [clause, *below]


def judged_by_people(node: Truth) -> bool:
    """条款由人核定。"""
    return isinstance(node, Person) or any(judged_by_people(child) for child in children(node))


@dataclass(frozen=True, eq=False)
class Puzzle:
    """一道题。options 是可办的各项，按代码排；stages 是称号类各项的申报日与那一级标准。"""

    target: Target
    record: Record
    setting: Setting
    options: tuple[Action, ...]
    target_at: Callable[[str, Any], Target | None]

    @cached_property
    def builder(self) -> Builder:
        """判定日的各列。"""
        return self._builder(self.target, self.record.values, self.record.judged_on)

    def _builder(self, target: Target, values: Mapping[str, Any], day: Any) -> Builder:
        given = (values, self.options, day, self.setting.vocabulary, self.record.limits, target.points)
        return Builder(*given)

    @cached_property
    def before(self) -> dict[str, State]:
        """办以前各条款的状态。"""
        return self.target.states(self.record.values)

    @cached_property
    def prices(self) -> tuple[Price, ...]:
        """合成的价：先比花费的两数之和，再比步数；都相同的取按代码排先找到的。约去公因数，好让下界进位。"""
        steps = len(self.options) + 1
        sums = [(sum(one.cost), sum(one.fixed)) for one in self.options]
        grain = gcd(*(value for pair in sums for value in pair)) or 1
        return tuple(Price(each // grain * steps, once // grain * steps + 1) for each, once in sums)

    @cached_property
    def follow(self) -> dict[int, Goal]:
        """称号类各项：那一级的条款到它自己的申报日都成立（得分、须人工的除外）才办得成。"""
        return {at: self._title(one) for at, one in enumerate(self.options) if one.window is not None}

    def _title(self, action: Action) -> Goal:
        target = self.target_at(action.measure.title_of, action.window)
        if target is None:
            return False
        builder = self._builder(target, self.record.at(action.window), action.window)
        scores = self.setting.planning.scores
        return all_of([builder.goal(one.truth, not self.lenient(one.truth, scores)) for one in target.clauses])

    def lenient(self, truth: Truth, scores: frozenset[str]) -> bool:
        """含平台得分或人工核定的条款，只要求不是不满足。"""
        return judged_by_people(truth) or any(plain_key(name) in scores for name in names_in(truth))

    @cached_property
    def apart(self) -> tuple[tuple[int, int], ...]:
        """互斥的两项：目录写明的，以及同一称号的不同申报窗口。"""
        return tuple(
            (at, other)
            for at, one in enumerate(self.options)
            for other, two in enumerate(self.options)
            if at < other and _rival(one, two)
        )

    @cached_property
    def needs(self) -> tuple[Goal, ...]:
        """先办：办了这项，要先办的那项至少在一个年度办；已有的不用办。"""
        out = []
        for at, one in enumerate(self.options):
            for name in one.measure.requires:
                first = [other for other, two in enumerate(self.options) if two.measure.code == name]
                if first and not held(self.setting.measures[name], self.record.values, self.setting.vocabulary):
                    out.append(self.builder.constraint({(at,): -1} | {(other,): one.most for other in first}))
        return tuple(out)

    def ask(self, goals: Iterable[Goal], most: Sequence[int] | None = None) -> Question:
        """一问：这些条件都要成立。"""
        given = most if most is not None else [one.most for one in self.options]
        room = tuple(0 if self.follow.get(at) is False else one for at, one in enumerate(given))
        return Question(self.prices, room, (*goals, *self.needs), self.follow, self.apart)

    @cached_property
    def goals(self) -> dict[str, Goal]:
        """要求成立的条款 → 条件：能办到满足的要满足，办不到的只要不是不满足。"""
        return {one.id: self._goal(one) for one in self.target.clauses}

    def _goal(self, one: BoundClause) -> Goal:
        sure = self.builder.goal(one.truth)
        if self.before[one.id].met or self.possible([sure]):
            return sure
        return self.builder.goal(one.truth, False)

    @cached_property
    def stuck(self) -> tuple[str, ...]:
        """单独一条也办不到的条款。"""
        return tuple(name for name, goal in self.goals.items() if not self.possible([goal]))

    def possible(self, goals: Iterable[Goal]) -> bool:
        """这些条件能不能同时成立。"""
        asked = list(goals)
        if any(one is False for one in asked):
            return False
        if all(one is True for one in asked):
            return True
        try:
            return cheapest(self.ask(asked), first=True) is not None
        except TooHard:
            return True  # 没有算完的不敢说办不到

    def best(self, without: str = "") -> Levels | None:
        """最省的级数；without 是不用的措施。"""
        if self.stuck:
            return None
        most = [0 if one.measure.code == without else one.most for one in self.options]
        found = self.searched(self.ask(self.goals.values(), most))
        if found is not None:
            self.check(found)
        return found

    def searched(self, question: Question) -> Levels | None:
        """最省的级数；没有证明最省的记在 unproven 里，一个也没有找到的抛 TooHard。"""
        try:
            return cheapest(question)
        except TooHard as error:
            if error.found is None:
                raise
            self.unproven.add(error.found)
            return error.found

    @cached_property
    def unproven(self) -> set[Levels]:
        """没有证明最省的答案。"""
        return set()

    def check(self, levels: Levels) -> None:
        """行式复核：求解与标准不得相左。"""
        states = self.target.states(self.after(levels))
        for one in self.target.clauses:
            if states[one.id] is State.fail_:
                raise AssertionError(f"方案办完后“{one.id}”仍不满足：求解与行式相左")

    def after(self, levels: Levels) -> dict[str, Any]:
        """办完以后判定日的值。"""
        return self.after_some(zip(self.options, levels, strict=True))

    def after_some(self, chosen: Iterable[tuple[Action, int]]) -> dict[str, Any]:
        """办完这些以后判定日的值。"""
        values = apply(self.record.values, chosen, self.record.judged_on, self.setting.vocabulary)
        return self.record.complete(values)


def _rival(one: Action, two: Action) -> bool:
    same = one.measure is two.measure and one.window is not None
    return same or two.measure.code in one.measure.excludes or one.measure.code in two.measure.excludes


def puzzle(
    target: Target, record: Record, setting: Setting, target_at: Callable[[str, Any], Target | None],
    without: Iterable[str] = (),
) -> Puzzle:  # fmt: skip
    """造一道题；先办的办不成的不在其中。"""
    options = actions(record, setting, without)
    codes = {one.measure.code for one in options}
    kept = tuple(one for one in options if all(_ready(name, codes, record, setting) for name in one.measure.requires))
    useful = _useful(kept, target, record, setting, target_at)
    return Puzzle(target, record, setting, useful, target_at)


def _ready(name: str, codes: set[str], record: Record, setting: Setting) -> bool:
    return name in codes or held(setting.measures[name], record.values, setting.vocabulary)


def _useful(
    options: tuple[Action, ...], target: Target, record: Record, setting: Setting, target_at: Callable[..., Any]
) -> tuple[Action, ...]:
    """只留碰得到有关条款的各项：标准用到的列，以及称号那一级用到的列（逐级往下）。"""
    names, seen = inputs_of(target.form.program, record), set()
    while True:
        used = [one for one in options if names & {change.input for change in one.measure.changes}]
        fresh = [one for one in used if one.window is not None and one.code not in seen]
        if not fresh:
            needed = {name for one in used for name in one.measure.requires}
            return tuple(one for one in options if one in used or one.measure.code in needed)
        for one in fresh:
            seen.add(one.code)
            below = target_at(one.measure.title_of, one.window)
            names |= inputs_of(below.form.program, record) if below is not None else set()


_INPUTS: dict[int, tuple[Program, frozenset[str]]] = {}


def inputs_of(program: Program, record: Record) -> frozenset[str]:
    """程序用到的指标（去掉年序）；由划型推是否中小企业时，连同划型用的数。"""
    if id(program) not in _INPUTS:
        names = {plain_key(name) for one in program.clauses for name in names_in(one.truth)}
        names |= {plain_key(name) for _, rule in program.scores for name in _rule_names(rule)}
        _INPUTS[id(program)] = (program, frozenset(names))
    found = _INPUTS[id(program)][1]
    return found | {plain_key(name) for name in record.limits} if record.limits and "is_sme" in found else found


def _rule_names(rule: Any) -> list[str]:
    tests = [band.test for band in getattr(rule, "bands", ())] + list(getattr(rule, "tests", ()))
    return [name for test in tests for name in names_in(test)]


def names_in(node: Any) -> list[str]:
    if isinstance(node, Input):
        return [node.name]
    return [name for child in children(node) for name in names_in(child)]


def plain_key(name: str) -> str:
    head, _, tail = name.rpartition("_t")
    return head if head and tail in ("0", "1", "2", "3") else name


__all__ = [
    "FormOf",
    "Puzzle",
    "Target",
    "inputs_of",
    "judged_by_people",
    "names_in",
    "plain_key",
    "puzzle",
    "target_of",
]
