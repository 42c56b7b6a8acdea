"""一企一策的求解：最省的方案、一成以内的备选；做不到的给最小的一组相抵条款与最早的申报日。给记录与标准，不读台账。"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from miaopu.plan.gap import leaves_under, reason_of, sentence
from miaopu.plan.record import Record
from miaopu.plan.result import Clash, Impossible, Plan, Planned
from miaopu.plan.solver.action import Setting
from miaopu.plan.solver.clash import blocked, smallest
from miaopu.plan.solver.puzzle import Puzzle, puzzle
from miaopu.plan.solver.target import Target, names_in, plain_key
from miaopu.plan.solver.search import Levels, TooHard
from miaopu.plan.solver.steps import plan_of
from miaopu.standards.engine.bind import BoundClause

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
            raise LookupError(f"{record.judged_on:%Y-%m-%d} 没有适用的“{name}”标准；换一个申报日或标准代码")
        return puzzle(target, record, self.setting, self.target_at)

    def planned(self, record: Record, name: str, record_at: RecordAt | None = None) -> Planned:
        """最省的方案与备选，或者做不到的缘由；record_at 给出时往后找最早的申报日。"""
        one = self.puzzle(record, name)
        try:
            found = one.best()
            if found is not None:
                return Planned(plan_of(one, found), self.others(one, found))
            return Planned(self.impossible(one, name, record_at))
        except TooHard as error:
            return Planned(_unfinished(one, str(error)))

    def others(self, one: Puzzle, found: Levels) -> tuple[Plan, ...]:
        """备选：各少用最省方案里的一项措施，花费不过一成以内，措施组合各不相同，由省到贵。"""
        planning = self.setting.planning
        limit = _cost(one, found) * (100 + planning.within_percent)
        made: dict[frozenset[str], Levels] = {}
        for code in _codes(one, found):
            again = one.best(without=code)
            if again is not None and _cost(one, again) * 100 <= limit:
                made.setdefault(_codes(one, again), again)
        ranked = sorted(made.values(), key=lambda item: (_cost(one, item), sorted(_codes(one, item))))
        return tuple(plan_of(one, item) for item in ranked[: planning.others_at_most])

    def impossible(self, one: Puzzle, name: str, record_at: RecordAt | None) -> Impossible:
        """做不到：最小的一组相抵条款，各条最早哪天能，整个最早哪天。"""
        record = one.record
        clashing, alone = smallest(one), blocked(one)
        wanted = dict.fromkeys([*clashing, *(name for name in alone)])
        dates: dict[str, date | None] = dict.fromkeys(wanted)
        earliest, then = None, None
        for later in self.later(one, name, record_at):
            for clause in wanted:
                if dates[clause] is None and clause in later.goals and later.possible([later.goals[clause]]):
                    dates[clause] = later.record.judged_on
            found = _tried(later)
            if found is not None:
                earliest, then = later.record.judged_on, plan_of(later, found)
                break
        told = {clause: _clash(one, clause, dates[clause]) for clause in wanted}
        if len(clashing) == 1:
            clashing = (max(alone, key=lambda item: (dates[item] or date.max, -alone.index(item))),)
        others = tuple(told[clause] for clause in alone if clause not in clashing)
        main = tuple(told[clause] for clause in clashing)
        program = one.target.form.program
        return Impossible(
            record.enterprise, program.standard.code, record.known_on, record.judged_on, main, earliest, then, others
        )

    def later(self, one: Puzzle, name: str, record_at: RecordAt | None) -> Iterator[Puzzle]:
        """往后各个申报日的题。"""
        tier, record = one.target.form.program.standard.tier, one.record
        days = self.setting.planning.later(tier, record.judged_on, record.known_on) if record_at else []
        for day in days:
            if self.target_at(name, day) is not None:
                yield self.puzzle(record_at(day), name)  # type: ignore[misc]


def _tried(one: Puzzle) -> Levels | None:
    """往后的一个申报日：没有算完的当作没有，接着往后。"""
    try:
        return one.best()
    except TooHard:
        return None


def _unfinished(one: Puzzle, why: str) -> Impossible:
    """没有算完：不说做得到，也不说做不到。"""
    record, code = one.record, one.target.form.program.standard.code
    told = (Clash("", "没有算完", why, None),)
    return Impossible(record.enterprise, code, record.known_on, record.judged_on, told, None, None)


def _cost(one: Puzzle, levels: Levels) -> int:
    return sum(sum(option.cost) * at + sum(option.fixed) for option, at in zip(one.options, levels, strict=True) if at)


def _codes(one: Puzzle, levels: Levels) -> frozenset[str]:
    return frozenset(option.measure.code for option, at in zip(one.options, levels, strict=True) if at)


def _clash(one: Puzzle, clause: str, earliest: date | None) -> Clash:
    program = one.target.form.program
    bound = program.clauses[one.target.places[clause]]
    return Clash(clause, bound.clause.title, why_not(one, clause), earliest)


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
