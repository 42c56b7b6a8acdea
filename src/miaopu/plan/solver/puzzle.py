"""题目：一份标准 × 一家的记录 × 可办的各项 → 每条要办到什么地步、怎样定价；真假由行式复核。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations, product
from math import gcd
from typing import Any

from miaopu.plan.record import Record
from miaopu.plan.solver.action import Action, Setting, actions, apply, held
from miaopu.plan.solver.constraint import Builder
from miaopu.plan.solver.question import Goal, Levels, Price, Question, Titles, all_of, constraints_in, met_at
from miaopu.plan.solver.search import TooHard, cheapest
from miaopu.plan.solver.target import Target
from miaopu.standards.engine.bind import BoundClause
from miaopu.standards.tree.state import State

Follow = Mapping[int, Goal]
"""称号类各项的下标 → 办它另要成立的条件。"""


@dataclass(frozen=True, eq=False)
class Puzzle:
    """一道题。options 是可办的各项，按代码排；"""

    target: Target
    record: Record
    setting: Setting
    options: tuple[Action, ...]
    target_at: Callable[[str, Any], Target | None]
    _goals: dict[str, Goal] = field(default_factory=dict)
    _asked: dict[Any, bool] = field(default_factory=dict)
    _titles: dict[int, Goal] = field(default_factory=dict)

    @cached_property
    def builder(self) -> Builder:
        """判定日的各列。"""
        return self._builder(self.target, self.record.values, self.record.judged_on)

    def _builder(self, target: Target, values: Mapping[str, Any], day: Any) -> Builder:
        given = (values, self.options, day, self.setting, self.record.limits, target.points)
        return Builder(*given)

    @cached_property
    def before(self) -> dict[str, State]:
        """办以前各条款的状态。"""
        return self.target.states(self.record.values)

    @cached_property
    def prices(self) -> tuple[Price, ...]:
        """各项的价：花费的两数之和。约去公因数，好让下界进位。"""
        sums = [(sum(one.cost), sum(one.fixed)) for one in self.options]
        grain = gcd(*(value for pair in sums for value in pair)) or 1
        return tuple(Price(each // grain, once // grain) for each, once in sums)

    @cached_property
    def follow(self) -> Titles:
        """称号类各项：那一级的条款到它自己的申报日都办到该到的地步，才办得成。"""
        return Titles(self.title, self.staged)

    @cached_property
    def staged(self) -> tuple[int, ...]:
        """称号类各项的下标，窗口早的在前：晚的才用得上早的。"""
        found = [at for at, one in enumerate(self.options) if one.window is not None]
        return tuple(sorted(found, key=lambda at: (self.options[at].window, at)))

    def title(self, at: int) -> Goal:
        """一项称号另要成立的条件；用到哪项算哪项。"""
        if at not in self._titles:
            before = Titles(self.title, self.staged[: self.staged.index(at)])
            self._titles[at] = self._title(self.options[at], before)
        return self._titles[at]

    def _title(self, action: Action, follow: Follow) -> Goal:
        target = self.target_at(action.measure.title_of, action.window)
        if target is None:
            return False
        values = self.record.at(action.window, target.read)  # type: ignore[arg-type]
        builder, states = self._builder(target, values, action.window), target.states(values)
        goals: list[Goal] = []
        for one in sorted(target.wanted, key=lambda one: not target.still(one, builder.moved)):
            goals.append(self.due(target, one, builder, states[one.id], follow))
            if goals[-1] is False:
                return False
        return all_of(goals)

    def due(
        self, target: Target, one: BoundClause, builder: Builder, now: State, follow: Follow | None = None
    ) -> Goal:  # fmt: skip
        """一条要办到的地步：能办到满足的要满足，办不到的（平台得分、须人工、缺已结账年度的数）只要不是不满足。"""
        if target.still(one, builder.moved):
            return now is not State.fail_
        sure = builder.goal(one.truth)
        if now.met or self.possible([sure], follow):
            return sure
        return builder.goal(one.truth, False)

    def at_window(self, action: Action, chosen: Iterable[tuple[Action, int]]) -> tuple[Target, dict[str, Any]]:
        """一项称号的标准，与到它的申报日、先办成的都办成以后的值。"""
        day = action.window
        target = self.target_at(action.measure.title_of, day)
        done = [one for one in chosen if one[0].ready <= day]  # type: ignore[operator]
        values = apply(self.record.at(day, target.read), done, day, self.setting.vocabulary)  # type: ignore[arg-type,union-attr]
        return target, self.record.complete(values)  # type: ignore[return-value]

    @cached_property
    def apart(self) -> tuple[tuple[int, int], ...]:
        """互斥的两项：目录写明的，同一称号的不同申报窗口，以及把同一列定成两样的。"""
        places: dict[str, list[int]] = {}
        for at, one in enumerate(self.options):
            places.setdefault(one.measure.code, []).append(at)
        pairs = {pair for one in places.values() for pair in combinations(one, 2) if self.options[pair[0]].window}
        for first, second in self.setting.rivals:
            for pair in product(places.get(first, ()), places.get(second, ())):
                one, two = (self.options[at] for at in pair)
                if self.setting.against(one, two, self.record.judged_on):
                    pairs.add((min(pair), max(pair)))
        return tuple(sorted(pairs))

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

    def ask(
        self, goals: Iterable[Goal], most: Sequence[int] | None = None, follow: Follow | None = None
    ) -> Question:  # fmt: skip
        """一问：这些条件都要成立。follow 只给了早的窗口时，晚的一律不办。"""
        given = most if most is not None else [one.most for one in self.options]
        after = self.follow if follow is None else follow
        room = [0 if at in self.staged and at not in after else one for at, one in enumerate(given)]
        return Question(self.prices, tuple(room), (*goals, *self.needs), after, self.apart)

    @cached_property
    def goals(self) -> dict[str, Goal]:
        """要求成立的条款 → 条件。"""
        return {one.id: self.goal(one.id) for one in self.target.wanted}

    def goal(self, name: str) -> Goal:
        """一条要办到的地步；用到哪条算哪条。"""
        if name not in self._goals:
            one = self.target.form.program.clauses[self.target.places[name]]
            self._goals[name] = self.due(self.target, one, self.builder, self.before[name])
        return self._goals[name]

    @cached_property
    def stuck(self) -> tuple[str, ...]:
        """单独一条也办不到的条款。"""
        return tuple(one.id for one in self.target.wanted if not self.reachable(one.id))

    def reachable(self, name: str) -> bool:
        """单独一条办得到。"""
        return self.possible([self.goal(name)])

    def possible(self, goals: Iterable[Goal], follow: Follow | None = None) -> bool:
        """这些条件能不能同时成立。"""
        asked = tuple(one for one in goals if one is not True)
        if any(one is False for one in asked):
            return False
        if not asked or self._plainly(asked):
            return True
        if follow is None and not self._staged_in(asked):
            follow = {}
        key = (asked, len(self.staged) if follow is None else len(follow))
        if key not in self._asked:
            self._asked[key] = self._searchable(asked, follow)
        return self._asked[key]

    def _searchable(self, asked: tuple[Goal, ...], follow: Follow | None) -> bool:
        try:
            return cheapest(self.ask(asked, follow=follow), first=True) is not None
        except TooHard:
            return True  # 没有算完的不敢说办不到

    def _staged_in(self, goals: Iterable[Goal]) -> bool:
        """用不用得上称号：用不上的，各级称号的条件不必去化。"""
        used = (at for one in constraints_in((*goals, *self.needs)) for monomial, _ in one.terms for at in monomial)
        return bool(self.staged) and not set(self.staged).isdisjoint(used)

    def _plainly(self, goals: tuple[Goal, ...]) -> bool:
        """不用搜就知道办得到：没有牵连、只帮不碍的各项办满，其余不办，就是一个解。"""
        helps, harms = set(), set(self._tied)
        for one in constraints_in(goals):
            for monomial, gain in one.terms:
                (helps if gain > 0 and len(monomial) == 1 else harms).update(monomial)
        corner = [one.most if at in helps and at not in harms else 0 for at, one in enumerate(self.options)]
        return all(met_at(one, corner) for one in goals)

    @cached_property
    def _tied(self) -> frozenset[int]:
        """有牵连的各项：称号、互斥、有先办的。"""
        needy = {at for at, one in enumerate(self.options) if one.measure.requires}
        return frozenset({*self.staged, *needy, *(at for pair in self.apart for at in pair)})

    def best(self, without: str = "") -> Levels | None:
        """最省的级数；without 是不用的措施。"""
        if not all(self.reachable(one.id) for one in self.target.wanted):
            return None
        barred = self._barred()
        most = [0 if at in barred or one.measure.code == without else one.most for at, one in enumerate(self.options)]
        found = self.searched(self.ask(self.goals.values(), most))
        if found is not None:
            self.check(found)
        return found

    def _barred(self) -> set[int]:
        """不必看的窗口：办不成的；早的窗口不用另办什么就办得成，同一称号晚的（价钱、改动都一样）也不看。"""
        barred, free = set[int](), set[str]()
        for at in self.staged:
            code = self.options[at].measure.code
            if code in free or (goal := self.title(at)) is False:
                barred.add(at)
            elif goal is True:
                free.add(code)
        return barred

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
        """行式复核：求解与标准不得相左，称号那一级到它的申报日也一样。"""
        states = self.target.states(self.after(levels))
        for one in self.target.clauses:
            if states[one.id] is State.fail_:
                raise AssertionError(f"方案办完后“{one.id}”仍不满足：求解与行式相左")
        chosen = [(one, at) for one, at in zip(self.options, levels, strict=True) if at]
        for at in self.staged:
            if levels[at] and (bad := self._refused(self.options[at], chosen)):
                raise AssertionError(f"办“{self.options[at].code}”时“{bad}”不满足：求解与行式相左")

    def _refused(self, action: Action, chosen: Iterable[tuple[Action, int]]) -> str:
        target, values = self.at_window(action, chosen)
        states = target.states(values)
        return next((one.id for one in target.clauses if states[one.id] is State.fail_), "")

    def after(self, levels: Levels) -> dict[str, Any]:
        """办完以后判定日的值。"""
        return self.after_some(zip(self.options, levels, strict=True))

    def after_some(self, chosen: Iterable[tuple[Action, int]]) -> dict[str, Any]:
        """办完这些以后判定日的值。"""
        values = apply(self.record.values, chosen, self.record.judged_on, self.setting.vocabulary)
        return self.record.complete(values)


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
    """只留碰得到有关条款的各项：到判定日改得到标准读的列的；用到称号的，连同到它的申报日改得到那一级读的列的（逐级往下）。"""
    waiting, used = [(target, record.judged_on)], set[str]()
    while waiting:
        below, day = waiting.pop()
        names = below.read | frozenset(record.limits or ()) if "is_sme" in below.read else below.read
        for one in options:
            late = one.ready > day or one.code in used
            if late or names.isdisjoint(setting.columns(one, day)):
                continue
            used.add(one.code)
            if one.window is not None and (found := target_at(one.measure.title_of, one.window)) is not None:
                waiting.append((found, one.window))
    needed = {name for one in options if one.code in used for name in one.measure.requires}
    return tuple(one for one in options if one.code in used or one.measure.code in needed)
