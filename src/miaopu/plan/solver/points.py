"""得分：合计或单项分数线化成“哪几项到哪一档”的与或；给程序，给各得分编号的化法，不算分。"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import product
from typing import Any

from miaopu.plan.solver.constraint import Builder, Goal, all_of, one_of
from miaopu.standards.engine.bind import Program
from miaopu.standards.tree.clause import Bands, Rule, Tally
from miaopu.standards.tree.node import Compare, Input, Points

Way = tuple[int, Goal]
"""得到多少分、要什么条件。"""


def points_of(program: Program) -> dict[str, Callable[[Builder, Compare, bool], Goal]]:
    """得分编号 → 化法。"""
    scores, totals = dict(program.scores), dict(program.totals)
    names = (*scores, *totals)
    return {name: partial(_reach, scores, totals, name) for name in names}


def _reach(scores: dict, totals: dict, name: str, builder: Builder, node: Compare, sure: bool) -> Goal:
    """name 的得分过线：各组成取哪一档合起来够。只支持“不低于”。"""
    if node.op not in (">=", ">") or not isinstance(node.left, Points):
        raise TypeError(f"得分只支持“以上”，发现 {node.op}")
    limit = node.right.value
    ways = [_ways(scores[leaf], builder, sure) for leaf in _leaves(totals, name)]
    sums = [_combined(ways[: at + 1]) for at in range(len(ways))][-1:] if ways else [[]]
    made = [goal for total, goal in sums[0] if (total >= limit if node.op == ">=" else total > limit)]
    return one_of(made)


def _leaves(totals: dict, name: str) -> list[str]:
    parts = totals.get(name)
    if parts is None:
        return [name]
    if isinstance(parts, Input):
        raise TypeError(f"得分“{name}”直接给出，方案不动它")
    return [leaf for part in parts for leaf in _leaves(totals, part)]


def _ways(rule: Rule | Input, builder: Builder, sure: bool) -> list[Way]:
    """一项得分的各种得法：先中先得，所以某一档的条件只是它自己成立（更高的档成立只会更好）。"""
    if isinstance(rule, Bands):
        found = [(band.low if sure else band.high, builder.goal(band.test, sure)) for band in rule.bands]
        return _trimmed([*found, (rule.default, True)])
    if isinstance(rule, Tally):
        goals = [builder.goal(test, sure) for test in rule.tests]
        return _trimmed([(min(rule.cap, rule.each * n), builder.at_least(n, goals)) for n in range(len(goals) + 1)])
    return [(_fixed(rule, builder, sure), True)]


def _fixed(rule: Any, builder: Builder, sure: bool) -> int:
    """每满几年得一分一类：没有措施改它，照现在的数。"""
    value = builder.values.get(rule.number.name)
    if value is None:
        return 0 if sure else rule.cap
    return max(0, min(rule.cap, int(value // (rule.per * rule.number.per))))


def _trimmed(ways: list[Way]) -> list[Way]:
    """去掉办不到的，去掉比白得的还少的。"""
    possible = [one for one in ways if one[1] is not False]
    free = max((points for points, goal in possible if goal is True), default=0)
    return [(free, True)] + [one for one in possible if one[1] is not True and one[0] > free]


def _combined(parts: list[list[Way]]) -> list[Way]:
    """各项得法的组合：合计与条件。"""
    return [(sum(points for points, _ in one), all_of([goal for _, goal in one])) for one in product(*parts)]
