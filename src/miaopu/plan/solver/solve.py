"""一企一策的求解：最省的方案、一成以内的备选；做不到的给最小的一组相抵条款与最早的申报日。给记录与标准，不读台账。"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from miaopu.plan.gap import leaves_under, reason_of, sentence, why_never
from miaopu.plan.record import Record
from miaopu.plan.result import Clash, Impossible, Plan, Planned
from miaopu.plan.solver.action import Setting
from miaopu.plan.solver.clash import blocked, smallest
from miaopu.plan.solver.puzzle import Puzzle, puzzle
from miaopu.plan.solver.question import Levels
from miaopu.plan.solver.search import TooHard
from miaopu.plan.solver.steps import plan_of
from miaopu.plan.solver.target import Target, names_in, plain_key
from miaopu.standards.engine.bind import BoundClause

NO_STANDARD = "{} 没有适用的“{}”标准；换一个申报日或标准代码"

RecordAt = Callable[[date], Record]
"""同一家在别的判定日的记录。"""


@dataclass(frozen=True)
class Solver:
    """求解要的：措施与口径；target_at（层级或标准代码，日）→ 那天的标准（没有适用的为 None）。"""

    setting: Setting
    target_at: Callable[[str, date], Target | None]

    def puzzle(self, record: Record, name: str) -> Puzzle:
        """一家对一份标准的题；没有适用的标准抛 LookupError。"""
        target = self.target_at(name, record.judged_on)
        if target is None:
            raise LookupError(NO_STANDARD.format(record.judged_on, name))
        return puzzle(target, record, self.setting, self.target_at)

    def planned(self, record: Record, name: str, record_at: RecordAt | None = None) -> Planned:
        """最省的方案与备选，或者做不到的缘由；record_at 给出时往后找最早的申报日。没有算完的写明 proven 为假。"""
        one = self.puzzle(record, name)
        found, done = _tried(one)
        if found is not None:
            return Planned(plan_of(one, found), self.others(one, found))
        return Planned(self.impossible(one, name, record_at, done))

    def others(self, one: Puzzle, found: Levels) -> tuple[Plan, ...]:
        """备选：各少用最省方案里的一项措施，花费不过一成以内，措施组合各不相同，由省到贵；没有算完的不列。"""
        planning = self.setting.planning
        limit = _cost(one, found) * (100 + planning.within_percent)
        made: dict[frozenset[str], Levels] = {}
        for code in _codes(one, found):
            again, _ = _tried(one, without=code)
            if again is not None and _cost(one, again) * 100 <= limit:
                made.setdefault(_codes(one, again), again)
        ranked = sorted(made.values(), key=lambda item: (_cost(one, item), sorted(_codes(one, item))))
        return tuple(plan_of(one, item) for item in ranked[: planning.others_at_most])

    def impossible(self, one: Puzzle, name: str, record_at: RecordAt | None, done: bool = True) -> Impossible:
        """做不到：最小的一组相抵条款，各条最早哪天能，整个最早哪天；往后都不能的，说到最后一个窗口还差哪一组。"""
        clashing, alone = (smallest(one), blocked(one)) if done else ((), ())
        ahead = Ahead(dict.fromkeys([*clashing, *alone]))
        for later in self.later(one, name, record_at):
            if ahead.look(later):
                break
        if len(clashing) == 1:
            clashing = (max(alone, key=lambda item: (ahead.dates[item] or date.max, -alone.index(item))),)
        told = {clause: _clash(one, clause, when, ahead.last) for clause, when in ahead.dates.items()}
        record = one.record
        return Impossible(
            record.enterprise, one.target.form.program.standard.code, record.known_on, record.judged_on,
            tuple(told[clause] for clause in clashing) if done else (UNFINISHED,), ahead.earliest, ahead.then,
            others=tuple(told[clause] for clause in alone if clause not in clashing),
            until=ahead.last.record.judged_on if ahead.last else None, last=ahead.final(), proven=done and ahead.done,
        )  # fmt: skip

    def later(self, one: Puzzle, name: str, record_at: RecordAt | None) -> Iterator[Puzzle]:
        """往后各个申报日的题。"""
        tier, record = one.target.form.program.standard.tier, one.record
        days = self.setting.planning.later(tier, record.judged_on, record.known_on) if record_at else []
        for day in days:
            if self.target_at(name, day) is not None:
                yield self.puzzle(record_at(day), name)  # type: ignore[misc]


@dataclass
class Ahead:
    """往后看：dates 是各条最早哪天能；earliest、then 是最早的申报日与那时的方案；last 是看到的最后一题。"""

    dates: dict[str, date | None]
    earliest: date | None = None
    then: Plan | None = None
    last: Puzzle | None = None
    done: bool = True

    def look(self, later: Puzzle) -> bool:
        """看一个申报日，有方案为真；原来挡住的还有一条过不了，就不必看别的。"""
        self.last, day = later, later.record.judged_on
        blocking = [name for name in self.dates if name in later.target.places]
        for name in blocking:
            if self.dates[name] is None and later.reachable(name):
                self.dates[name] = day
        if not all(self.dates[name] for name in blocking):
            return False
        found, done = _tried(later)
        self.done = self.done and (done or found is not None)
        if found is not None:
            self.earliest, self.then = day, plan_of(later, found)
        return found is not None

    def final(self) -> tuple[Clash, ...]:
        """各条单独都能、合在一起一直不能的：到最后一个申报日的一组。"""
        if self.earliest is not None or self.last is None or not all(self.dates.values()):
            return ()
        return tuple(_clash(self.last, name, None, self.last) for name in smallest(self.last))


UNFINISHED = Clash("", "没有算完", "各项之间牵连太多，到限定的步数还没有找到方案，也没有证明做不到", None)


def _tried(one: Puzzle, without: str = "") -> tuple[Levels | None, bool]:
    """（最省的级数，算完了没有）；没有算完而一个也没有找到的，当作没有。"""
    try:
        found = one.best(without)
    except TooHard:
        return None, False
    return found, found not in one.unproven


def _cost(one: Puzzle, levels: Levels) -> int:
    return sum(sum(option.cost) * at + sum(option.fixed) for option, at in zip(one.options, levels, strict=True) if at)


def _codes(one: Puzzle, levels: Levels) -> frozenset[str]:
    return frozenset(option.measure.code for option, at in zip(one.options, levels, strict=True) if at)


def _clash(one: Puzzle, clause: str, earliest: date | None, last: Puzzle | None) -> Clash:
    program = one.target.form.program
    bound = program.clauses[one.target.places[clause]]
    never = "" if earliest or last is None or clause not in last.target.places else why_never(last, clause)
    return Clash(clause, bound.clause.title, why_not(one, clause), earliest, never)


def why_not(one: Puzzle, clause: str) -> str:
    """一条到判定日不能满足的缘由：最下一层各条的一句；称号类的写那一级还差什么。"""
    parts = []
    for leaf in leaves_under(one, clause):
        parts.append(sentence(one, leaf, reason_of(one, leaf)) + _title_gaps(one, leaf))
    bound = one.target.form.program.clauses[one.target.places[clause]]
    return "；".join(parts) or f"单看能满足（{bound.clause.text}），与同列的其他条款不能同时满足"


def _title_gaps(one: Puzzle, leaf: BoundClause) -> str:
    """要先有的称号：那一级标准里哪些条款还过不了。"""
    keys = {plain_key(name) for name in names_in(leaf.truth)}
    titles = [
        item for item in one.setting.measures.values() if item.title_of and {c.input for c in item.changes} & keys
    ]
    out = []
    for item in titles:
        target = one.target_at(item.title_of, one.record.judged_on)
        if target is not None:
            states = target.states(one.record.values)
            bad = [bound for bound in target.clauses if bound.clause.body and not states[bound.id].met]
            told = "、".join(f"{bound.clause.title}{states[bound.id].word}" for bound in bad)
            out.append(f"；{target.form.program.standard.short}现在：{told or '各条都过，等它的申报窗口'}")
    return "".join(out)
