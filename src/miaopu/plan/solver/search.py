"""搜索：给各项的花费、约束树与连带条件，精确求最省的级数；全程整数，盒子收紧、下界、分支，相同的输入给相同的答案。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from miaopu.plan.solver.question import AllOf, Constraint, Goal, Levels, OneOf, Question, met_at
from miaopu.plan.solver.reduce import Reduced, reduced
from miaopu.plan.solver.relax import GRAIN, Relaxed, relaxed

NODES = 800
"""一次求解至多看这么多个盒子；到不了最优就报错，不把没有证明的当作最省。"""


NEAR = 1e-6
FINE = 2**20
"""摊一次性的花费时细到多少分之一：只影响下界有多紧。"""

Worth = tuple[int, int]
"""比先后的两样：花费、步数。"""


class TooHard(RuntimeError):
    """盒子太多还没有证明最省；found 是到那时找到的最省的级数（一个也没有为 None）。"""

    def __init__(self, found: tuple[int, ...] | None) -> None:
        super().__init__("各项之间牵连太多，没有算完；请少放几项措施或把一级放大")
        self.found = found


def cheapest(question: Question, first: bool = False) -> Levels | None:
    """最省的级数；first 为真时找到一个就交。办不到为 None；太难抛 TooHard。"""
    if first and question.follow:  # 只问能不能，称号的条件用到才化，不为化简全化出来
        return _Search(question, first, Reduced(question.most, ())).run()
    return _Search(question, first, reduced(question)).run()


@dataclass
class _Search:
    question: Question
    first: bool
    reduced: Reduced
    best: Levels | None = None
    worth: Worth = (0, 0)
    nodes: int = 0

    def run(self) -> Levels | None:
        low, high = [0] * len(self.question.most), list(self.reduced.most)
        self.visit(list(self.question.goals), [], low, high, frozenset())
        return self.best

    def visit(
        self, agenda: list[Goal], kept: list[Constraint], low: list[int], high: list[int], followed: frozenset[int]
    ) -> None:
        """看一个盒子：先收紧，再化开一个或，最后按量分支。"""
        self.nodes += 1
        if self.nodes > NODES:
            raise TooHard(self.best)
        kept, choices, low, high, followed, alive = self.settle(agenda, kept, low, high, followed)
        if not alive or (self.first and self.best is not None):
            return
        spent = self.cost(low)
        if self.best is not None and spent >= self.worth:
            return
        found = relaxed(kept, low, high, self.slopes(low, high))
        if found is not None and (found.empty or self.beaten(spent, found.bound, kept, low, high)):
            return
        open_choices = [one for one in choices if not any(met_at(item, low) for item in one.items)]
        if open_choices:
            return self.choose(min(open_choices, key=lambda one: len(one.items)), choices, kept, low, high, followed)
        broken = [one for one in kept if one.bound(low, low, False) < 0]
        if broken:
            return self.branch(found, broken, choices, kept, low, high, followed)
        return self.close(choices, kept, low, high, followed)

    def close(self, choices, kept, low, high, followed) -> None:  # type: ignore[no-untyped-def]
        """盒子最低的一角就行：它是这个盒子里最省的。"""
        worth = self.cost(low)
        if self.best is None or worth < self.worth:
            self.best, self.worth = tuple(low), worth

    def settle(self, agenda, kept, low, high, followed):  # type: ignore[no-untyped-def]
        """把与拆开、把连带条件补上、把盒子收紧，到不再变。"""
        kept, low, high, choices = list(kept), list(low), list(high), []
        pending = list(agenda)
        while True:
            while pending:
                one = pending.pop()
                if one is False:
                    return kept, choices, low, high, followed, False
                if isinstance(one, AllOf):
                    pending.extend(one.items)
                elif isinstance(one, OneOf):
                    choices.append(one)
                elif one is not True:
                    kept.append(one)
            if not self.tighten(kept, low, high):
                return kept, choices, low, high, followed, False
            due = [at for at in self.question.follow if low[at] and at not in followed]
            if not due:
                return kept, choices, low, high, followed, True
            followed = followed | set(due)
            pending = [self.question.follow[at] for at in due]

    def tighten(self, kept: list[Constraint], low: list[int], high: list[int]) -> bool:
        """用每条一次约束收紧各项的上下限；空了为假。"""
        changed = True
        while changed:
            changed = False
            for one in kept:
                spare = one.bound(low, high, True)
                if spare < 0:
                    return False
                changed |= one.linear and _narrow(one, spare, low, high)
            changed |= self.structure(low, high)
            if any(a > b for a, b in zip(low, high, strict=True)):
                return False
        return True

    def structure(self, low: list[int], high: list[int]) -> bool:
        """互斥；先办的没有办满，后办的不办（见 reduce）。"""
        changed = False
        for at, others in self.question.rivals.items():
            for other in others if low[at] else ():
                if high[other]:
                    high[other], changed = 0, True
        for first, second in self.reduced.pairs:
            if low[first] and high[second]:
                if high[first] < self.reduced.most[first]:
                    high[second], changed = 0, True
                elif low[second] and low[first] < high[first]:
                    low[first], changed = high[first], True
            elif not high[first] and 0 < low[second] <= self.reduced.most[first]:
                low[second], changed = self.reduced.most[first] + 1, True
            elif not high[first] and 0 < high[second] <= self.reduced.most[first]:
                high[second], changed = 0, True
        return changed

    def beaten(self, spent: Worth, more: int, kept: list[Constraint], low: list[int], high: list[int]) -> bool:
        """至少还要花 more（FINE 分之一）的盒子里没有更好的：花费的下界进到整数，花费相同的再看至少还要几步。"""
        if self.best is None:
            return False
        money = spent[0] - (-more // FINE)
        if money != self.worth[0]:
            return money > self.worth[0]
        return spent[1] + fewest(kept, low, high) >= self.worth[1]

    def cost(self, levels: Sequence[int]) -> Worth:
        used = [one.each * at + one.once for one, at in zip(self.question.prices, levels, strict=True) if at]
        return sum(used), len(used)

    def unit(self, at: int, room: int, low: list[int]) -> int:
        """一级至少值多少（FINE 分之一）：还没有办的把一次性的摊到最多的级数上（去尾）。"""
        price = self.question.prices[at]
        return price.each * FINE + (0 if low[at] else price.once * FINE // room)

    def choose(self, one: OneOf, choices, kept, low, high, followed) -> None:  # type: ignore[no-untyped-def]
        """逐个试或的各支。"""
        rest = [other for other in choices if other is not one]
        for item in one.items:
            self.visit([*rest, item], kept, low, high, followed)

    def branch(self, found, broken, choices, kept, low, high, followed) -> None:  # type: ignore[no-untyped-def]
        """有松弛的最优处：能取整成一个解的先记下；再看用到的项办不办，然后在最不整的一项上分；没有就挑差得最贵的补。"""
        if found is None:
            return self.split(broken, choices, kept, low, high, followed)
        point = found.point
        self.rounded(point, choices, kept, low, high, followed)
        if self.beaten(self.cost(low), found.bound, kept, low, high):
            return
        low, high = self.nearer(found, low, high)
        fresh = [at for at, x in enumerate(point) if x > NEAR and not low[at]]
        if fresh:
            at = max(fresh, key=lambda at: (self.question.prices[at].once, -at))
            return self.cut(at, 1, choices, kept, low, high, followed)
        gaps = [(abs(x - round(x)), at) for at, x in enumerate(point) if low[at] < high[at]]
        most, at = max(gaps, default=(0.0, 0))
        if most < NEAR:
            return self.split(broken, choices, kept, low, high, followed)
        return self.cut(at, int(point[at]) + 1, choices, kept, low, high, followed)

    def nearer(self, found: Relaxed, low: list[int], high: list[int]) -> tuple[list[int], list[int]]:
        """离开便宜的一端太远，下界就比已有的贵：不必再看。"""
        if self.best is None:
            return low, high
        low, high = list(low), list(high)
        spare = ((self.worth[0] - self.cost(low)[0]) * FINE - found.bound + 1) * GRAIN
        for at, steep in found.steep.items():
            if steep > 0:
                high[at] = min(high[at], low[at] + spare // steep)
            elif steep < 0:
                low[at] = max(low[at], high[at] - spare // -steep)
        return low, high

    def slopes(self, low: list[int], high: list[int]) -> list[int]:
        """离开下端每一级至少多花多少（去尾）。"""
        rooms = [b - a for a, b in zip(low, high, strict=True)]
        return [self.unit(at, room, low) if room else 0 for at, room in enumerate(rooms)]

    def rounded(self, point, choices, kept, low, high, followed) -> None:  # type: ignore[no-untyped-def]
        """取整看是不是一个解：是就记下，给后面的盒子作比。"""
        for shift in (1 - NEAR, 0.5, NEAR):
            levels = [min(b, max(a, int(x + shift))) for x, a, b in zip(point, low, high, strict=True)]
            good = all(one.bound(levels, levels, False) >= 0 for one in kept) and all(
                met_at(one, levels) for one in choices
            )
            due = all(at in followed for at in self.question.follow if levels[at])
            if good and due and not self.structure(list(levels), [at if at else 0 for at in levels]):
                self.close(choices, kept, levels, high, followed)

    def split(self, broken, choices, kept, low, high, followed) -> None:  # type: ignore[no-untyped-def]
        """挑差得最贵的一条、补它最省的一项，一次补够，或者补不够。"""
        at, cut = self.pivot(broken, low, high)
        self.cut(at, cut, choices, kept, low, high, followed)

    def cut(self, at: int, cut: int, choices, kept, low, high, followed) -> None:  # type: ignore[no-untyped-def]
        """在 cut 处一分为二，够的一半先看。"""
        above, below = list(low), list(high)
        above[at], below[at] = cut, cut - 1
        self.visit(list(choices), kept, above, high, followed)
        self.visit(list(choices), kept, low, below, followed)

    def pivot(self, broken: list[Constraint], low: list[int], high: list[int]) -> tuple[int, int]:
        for one in (item for item in broken if item.linear):
            lack = -one.bound(low, low, False)
            helpers = [(m[0], g) for m, g in one.terms if m and g > 0 and high[m[0]] > low[m[0]]]
            at, gain = min(helpers, key=lambda item: self.unit(item[0], high[item[0]] - low[item[0]], low) / item[1])
            return at, min(high[at], low[at] + -(-lack // gain))
        free = sorted({at for one in broken for m, _ in one.terms for at in m if high[at] > low[at]})
        at = max(free, key=lambda item: (high[item] - low[item], -item))
        return at, low[at] + (high[at] - low[at] + 1) // 2


def fewest(kept: list[Constraint], low: list[int], high: list[int]) -> int:
    """至少还要多办几项：彼此没有共同帮手的几条，各按帮得最多的数到够。"""
    taken: set[int] = set()
    count = 0
    for one in kept:
        lack = -one.bound(low, low, False) if one.linear else 0
        if lack <= 0:
            continue
        helps = {m[0]: g * (high[m[0]] - low[m[0]]) for m, g in one.terms if m and g > 0 and high[m[0]] > low[m[0]]}
        fresh = {at for at in helps if not low[at]}
        if taken.isdisjoint(fresh):
            lack -= sum(gain for at, gain in helps.items() if low[at])
            for gain in sorted((helps[at] for at in fresh), reverse=True):
                if lack <= 0:
                    break
                lack, count = lack - gain, count + 1
            taken |= fresh
    return count


def _narrow(one: Constraint, spare: int, low: list[int], high: list[int]) -> bool:
    """spare 是各项都取最有利的一端时的余量：离开有利的一端至多这么远。"""
    changed = False
    for monomial, gain in one.terms:
        if not monomial:
            continue
        at = monomial[0]
        room = spare // abs(gain)
        if gain > 0 and high[at] - room > low[at]:
            low[at], changed = high[at] - room, True
        elif gain < 0 and low[at] + room < high[at]:
            high[at], changed = low[at] + room, True
        if changed:
            return True
    return False
