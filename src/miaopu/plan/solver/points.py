"""得分：合计或单项分数线化成“哪几项到哪一档”的与或；给程序，给各得分编号的化法，不算分。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from math import inf
from typing import Any

from miaopu.plan.solver.constraint import Builder
from miaopu.plan.solver.question import Goal, all_of, one_of
from miaopu.standards.engine.bind import Program
from miaopu.standards.tree.clause import Bands, Rule, Tally
from miaopu.standards.tree.node import Compare, Input, Points

Way = tuple[int, Goal]
"""得到多少分、要什么条件。"""

Step = tuple[int, Goal, float]
"""得到多少分、要什么条件、降到它成立时也成立的低一档少几分（没有可降的为无穷）。"""


def points_of(program: Program) -> dict[str, Callable[[Builder, Compare, bool], Goal]]:
    """得分编号 → 化法。"""
    scores, totals = dict(program.scores), dict(program.totals)
    names = (*scores, *totals)
    return {name: partial(_reach, scores, totals, name) for name in names}


def _reach(scores: dict, totals: dict, name: str, builder: Builder, node: Compare, sure: bool) -> Goal:
    """name 的得分过线：各组成取哪一档合起来够。只支持“不低于”。"""
    if node.op not in (">=", ">") or not isinstance(node.left, Points):
        raise TypeError(f"得分只支持“以上”，发现 {node.op}")
    limit = node.right.value + (1 if node.op == ">" else 0)
    return one_of(_enough([_kept(scores[leaf], builder, sure) for leaf in _leaves(totals, name)], limit))


def _leaves(totals: dict, name: str) -> list[str]:
    parts = totals.get(name)
    if parts is None:
        return [name]
    if isinstance(parts, Input):
        raise TypeError(f"得分“{name}”直接给出，方案不动它")
    return [leaf for part in parts for leaf in _leaves(totals, part)]


def _kept(rule: Rule | Input, builder: Builder, sure: bool) -> tuple[list[Step], int, int]:
    """同一项得分在几条线里用到，只化一回：各档，最低、最高得几分。"""
    key = (id(rule), sure, "ways")
    if key not in builder.kept:
        ways, nested = _ways(rule, builder, sure), _nested(rule)
        steps = [(points, goal, _drop(ways, nested, points)) for points, goal in ways]
        ends = [end(points for points, _ in ways) for end in (min, max)]
        builder.kept[key] = (rule, (steps, *ends))
    return builder.kept[key][1]


def _ways(rule: Rule | Input, builder: Builder, sure: bool) -> list[Way]:
    """一项得分的各种得法：先中先得，所以某一档的条件只是它自己成立（更高的档成立只会更好）。"""
    if isinstance(rule, Bands):
        return _trimmed(_banded(rule, builder, sure))
    if isinstance(rule, Tally):
        goals = [builder.goal(test, sure) for test in rule.tests]
        return _trimmed([(min(rule.cap, rule.each * n), builder.at_least(n, goals)) for n in range(len(goals) + 1)])
    return [(_fixed(rule, builder, sure), True)]


def _banded(rule: Bands, builder: Builder, sure: bool) -> Iterator[Way]:
    """由高到低各档；到一档怎样都成立的为止，再低的轮不到。"""
    for band in rule.bands:
        goal = builder.goal(band.test, sure)
        yield (band.low if sure else band.high), goal
        if goal is True:
            return
    yield rule.default, True


def _fixed(rule: Any, builder: Builder, sure: bool) -> int:
    """每满几年得一分一类：没有措施改它，照现在的数。"""
    value = builder.values.get(rule.number.name)
    if value is None:
        return 0 if sure else rule.cap
    return max(0, min(rule.cap, int(value // (rule.per * rule.number.per))))


def _trimmed(ways: Iterable[Way]) -> list[Way]:
    """去掉办不到的，去掉比白得的还少的；条件相同的只留分多的一档。"""
    most: dict[Goal, int] = {}
    for points, goal in ways:
        if goal is not False:
            most[goal] = max(points, most.get(goal, 0))
    free = most.pop(True, 0)
    return [(free, True)] + [(points, goal) for goal, points in most.items() if points > free]


def _nested(rule: Rule | Input) -> bool:
    """高一档成立则低一档也成立：同一个数（或同一个分档）只是界线不同。"""
    tests = [band.test for band in rule.bands] if isinstance(rule, Bands) else []
    same = {(test.left, test.op) if isinstance(test, Compare) else getattr(test, "input", test) for test in tests}
    return isinstance(rule, Tally) or len(same) == 1


def _enough(parts: list[tuple[list[Step], int, int]], limit: Any) -> list[Goal]:
    """够 limit 分的各种组合；低一档也够的不要高一档（高档成立则低档成立的，与白得的那一档）。

    逐项添一档：余下各项都取最高还不够的、都取最低也已经有一档可降的，当场不要。
    """
    made: list[tuple[list[Goal], int, float]] = [([], 0, inf)]
    least, most = sum(low for _, low, _ in parts), sum(high for _, _, high in parts)
    for steps, low, high in parts:
        least, most = least - low, most - high
        made = [
            ([*goals, goal], total + points, min(spare, drop))
            for goals, total, spare in made
            for points, goal, drop in steps
            if total + points + least - min(spare, drop) < limit <= total + points + most
        ]
    return [all_of(goals) for goals, _, _ in made]


def _drop(ways: list[Way], nested: bool, mine: int) -> float:
    """一项由 mine 分降到它成立时也成立的低一档，少几分。"""
    return mine - max((points for points, goal in ways if points < mine and (nested or goal is True)), default=-inf)
