"""有附加规矩的分工：一名专员至多跨 k 个县区。先就近修补，再解松弛题定下界、在它用到的县区里求一个好解，差着的才求整题。

收花费表与县区，给解与证明了的下界；只有下界以内的格进整题（HiGHS），超时给已有的最好解与下界。
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from miaopu.allocation.assignment import transport
from miaopu.allocation.assignment.cost import BARRED
from miaopu.allocation.assignment.programme import INFEASIBLE, OPTIMAL, Programme, Rule, Told, whole_of

SHARE = 4
"""就近修补至多用剩下时间的几分之一，松弛题之后的小题至多用一半。"""


@dataclass(frozen=True)
class Limited:
    """解：各企业的专员下标（没有求到为 None）、花费、下界；possible 为假是证明了排不开。"""

    chosen: np.ndarray | None
    cost: int
    bound: int
    possible: bool = True


def solve(
    costs: np.ndarray, rule: Rule, ranks: Sequence[np.ndarray], until: float, hint: np.ndarray | None = None
) -> Limited:
    """costs：要最小的合成花费；ranks：分先后的几层花费（合成花费就是它们按先后合成的），until：到什么时刻为止。

    hint：放宽上下限求到的分工（各企业的专员下标），它用到的县区里求一个上界；没有为 None。给了的，求不到好解就早些收手。
    """
    free = transport.solve(costs, rule.low, rule.high)
    if free is None:
        return Limited(None, 0, 0, False)
    if not len(rule.broken(free.chosen)):
        return Limited(free.chosen, free.cost, free.cost)
    hinted = _inside(costs, rule, rule.counties(hint) > 0) if hint is not None else None
    best = _cheapest(hinted, repaired(costs, rule, free.chosen, by(until, SHARE)))
    if best is not None and best.cost == free.cost:
        return Limited(best.chosen, best.cost, free.cost)
    every = costs < BARRED
    loose = Programme(costs, rule, every).run(costs, until=until, relaxed=True)
    if loose.state == INFEASIBLE:
        return Limited(None, 0, 0, False)
    floor = max(free.cost, whole_of(loose.bound)) if len(ranks) == 1 and loose.state == OPTIMAL else free.cost
    best = _cheapest(best, _guided(costs, rule, every, loose, by(until, 2)))
    if best is not None and best.cost <= floor:
        return Limited(best.chosen, best.cost, best.cost)
    if best is None and hint is not None:
        until = by(until, 2)  # 另有放宽的一层可求：不在这一层把时间用完
    room = int(BARRED) if best is None else best.cost - free.cost
    return _planned(costs, rule, ranks, every & (free.reduced(costs) < room), best, floor, until)


def by(until: float, share: int) -> float:
    """剩下的时间只用几分之一：一步没有求到，还有时间求后面的。"""
    now = time.perf_counter()
    return now + max(until - now, 0.0) / share


def _guided(costs: np.ndarray, rule: Rule, every: np.ndarray, loose: Told, until: float) -> transport.Flow | None:
    """松弛题用到的县区里求整数解；没有为 None。"""
    if loose.allowed is None:
        return None
    told = Programme(costs, rule, every & loose.allowed.T[rule.county]).run(costs, until=until)
    return None if told.allowed is None else _inside(costs, rule, told.allowed)


def _inside(costs: np.ndarray, rule: Rule, allowed: np.ndarray) -> transport.Flow | None:
    """各专员只去 allowed（专员 × 县区）里的县区：合规的最省的一种；没有为 None。"""
    found = transport.solve(np.where(allowed.T[rule.county], costs, BARRED), rule.low, rule.high)
    return None if found is None or len(rule.broken(found.chosen)) else found


def _cheapest(*found: transport.Flow | None) -> transport.Flow | None:
    return min((one for one in found if one is not None), key=lambda one: one.cost, default=None)


def repaired(costs: np.ndarray, rule: Rule, chosen: np.ndarray, until: float) -> transport.Flow | None:
    """就近修补：一次改完与逐步改两种，取省的；都修补不成为 None。"""
    found = [one for share in (1, 4) if (one := _repaired(costs.copy(), rule, chosen, share, until)) is not None]
    return min(found, key=lambda one: one.cost, default=None)


def _repaired(costs: np.ndarray, rule: Rule, chosen: np.ndarray, share: int, until: float) -> transport.Flow | None:
    """县区太多的专员里，先改多余县区家数最少的几分之一：只留家数最多的 k 个县区；重求，直到合规。"""
    found = None
    for _ in range(len(rule.high) * rule.places):
        broken = rule.broken(chosen)
        if not len(broken):
            return found
        spread = rule.counties(chosen)[broken]
        rank = np.argsort(-spread, axis=1, kind="stable")
        extra = spread.sum(axis=1) - np.take_along_axis(spread, rank[:, : rule.most], axis=1).sum(axis=1)
        for at in np.argsort(extra, kind="stable")[: -(-len(broken) // share)]:
            costs[~np.isin(rule.county, rank[at, : rule.most]), broken[at]] = BARRED
        found = transport.solve(costs, rule.low, rule.high)
        if found is None or (time.perf_counter() > until and len(rule.broken(found.chosen))):
            return None
        chosen = found.chosen
    return None


def _planned(
    costs: np.ndarray,
    rule: Rule,
    ranks: Sequence[np.ndarray],
    kept: np.ndarray,
    best: transport.Flow | None,
    floor: int,
    until: float,
) -> Limited:
    """逐层求：前一层的最小值作为后一层的条件。没有更好的，上界就是最优。"""
    model, extra = Programme(costs, rule, kept), []
    fallback = Limited(best.chosen if best else None, best.cost if best else 0, floor)
    for rank in ranks:
        told = model.run(rank, extra, until=until)
        if told.state == INFEASIBLE:
            return Limited(best.chosen, best.cost, best.cost) if best else Limited(None, 0, 0, False)
        found = _inside(costs, rule, told.allowed) if told.allowed is not None else None
        if told.state != OPTIMAL or found is None:
            return _stopped(fallback, _cheapest(best, found), told.bound if len(ranks) == 1 else None)
        best = _cheapest(best, found)
        extra.append((rank, int(rank[np.arange(len(found.chosen)), found.chosen].sum())))
    assert best is not None, "各层都求到了最优，应有解"
    return Limited(best.chosen, best.cost, best.cost)


def _stopped(fallback: Limited, found: transport.Flow | None, bound: float | None) -> Limited:
    """到时限：求到的最好解与下界（上界之下没有更好解的，下界至多到上界）。"""
    if found is None:
        return fallback
    floor = max(fallback.bound, whole_of(bound))
    return Limited(found.chosen, found.cost, min(floor, found.cost))
