"""有附加规矩的分工：一名专员至多跨 k 个县区。先用没有规矩的解作下界，就近修补作上界，差着的才用 HiGHS 求。

收花费表与县区，给解与证明了的下界；只有下界以内的格进规划，超时给已有的最好解与下界。
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, vstack

from miaopu.allocation.assignment import transport
from miaopu.allocation.assignment.cost import BARRED

OPTIMAL, STOPPED, INFEASIBLE = 0, 1, 2
"""scipy.optimize.milp 的状态。"""

SLACK = 1e-6
"""HiGHS 的下界是浮点数：向上取整前让出这么多。"""


@dataclass(frozen=True)
class Limited:
    """解：各企业的专员下标（没有求到为 None）、花费、下界；possible 为假是证明了排不开。"""

    chosen: np.ndarray | None
    cost: int
    bound: int
    possible: bool = True


@dataclass(frozen=True)
class Rule:
    """规矩：各企业的县区下标、各专员家数的上下限、至多几个县区；places 是县区个数。"""

    county: np.ndarray
    places: int
    low: np.ndarray
    high: np.ndarray
    most: int

    def counties(self, chosen: np.ndarray) -> np.ndarray:
        """专员 × 县区：各有几家。"""
        found = np.zeros((len(self.high), self.places), dtype=np.int64)
        np.add.at(found, (chosen, self.county), 1)
        return found

    def broken(self, chosen: np.ndarray) -> np.ndarray:
        """县区太多的专员的下标。"""
        return np.flatnonzero((self.counties(chosen) > 0).sum(axis=1) > self.most)


def solve(costs: np.ndarray, rule: Rule, ranks: Sequence[np.ndarray], until: float) -> Limited:
    """costs：要最小的合成花费；ranks：分先后的几层花费（合成花费就是它们按先后合成的），until：到什么时刻为止。"""
    free = transport.solve(costs, rule.low, rule.high)
    if free is None:
        return Limited(None, 0, 0, False)
    if not len(rule.broken(free.chosen)):
        return Limited(free.chosen, free.cost, free.cost)
    best = repaired(costs, rule, free.chosen, until)
    room = int(BARRED) if best is None else best.cost - free.cost
    if best is not None and room == 0:
        return Limited(best.chosen, best.cost, free.cost)
    reduced = free.reduced(costs)
    kept = (costs < BARRED) & (reduced < room)
    return _planned(costs, rule, ranks, kept, best, free.cost, until)


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
    model = _model(rule, kept)
    extra: list[tuple[np.ndarray, int]] = []
    fallback = Limited(best.chosen if best else None, best.cost if best else 0, floor)
    chosen = fallback.chosen
    for rank in ranks:
        left = until - time.perf_counter()
        state, found, bound = model(rank, extra, left) if left > 0 else (STOPPED, None, None)
        if state == INFEASIBLE:
            proven = best.cost if best else 0
            return Limited(fallback.chosen, proven, proven, best is not None)
        better = found if found is not None else chosen
        if state != OPTIMAL or found is None:
            return _stopped(costs, fallback, better, bound if len(ranks) == 1 else None)
        chosen = found
        extra.append((rank, int(rank[np.arange(len(found)), found].sum())))
    assert chosen is not None, "各层都求到了最优，应有解"
    cost = int(costs[np.arange(len(chosen)), chosen].sum())
    if best is not None and best.cost <= cost:
        chosen, cost = best.chosen, best.cost
    return Limited(chosen, cost, cost)


def _stopped(costs: np.ndarray, fallback: Limited, found: np.ndarray | None, bound: float | None) -> Limited:
    """到时限：两个解里好的一个，与下界（上界之下没有更好解的，下界至多到上界）。"""
    if found is None:
        return fallback
    cost = int(costs[np.arange(len(found)), found].sum())
    if fallback.chosen is not None and fallback.cost <= cost:
        found, cost = fallback.chosen, fallback.cost
    floor = max(fallback.bound, int(np.ceil(bound - SLACK))) if bound is not None else fallback.bound
    return Limited(found, cost, min(floor, cost))


Model = Callable[[np.ndarray, list[tuple[np.ndarray, int]], float], tuple[int, np.ndarray | None, float | None]]


def _model(rule: Rule, kept: np.ndarray) -> Model:
    """规划：一格一个 0/1 量，可能超限的专员每县区另有一个。给一层花费、前几层的条件、时限，求一次。"""
    firm, helper = np.nonzero(kept)
    cells = len(firm)
    rows, switches = _rows(rule, firm, helper)
    total = cells + switches

    def run(
        rank: np.ndarray, extra: list[tuple[np.ndarray, int]], seconds: float
    ) -> tuple[int, np.ndarray | None, float | None]:
        limits = [*rows, *(_held(one[firm, helper], most, total) for one, most in extra)]
        goal = np.concatenate([rank[firm, helper].astype(float), np.zeros(switches)])
        options = {"time_limit": max(seconds, 0.1), "mip_rel_gap": 0.0}
        told = milp(goal, integrality=np.ones(total), bounds=Bounds(0, 1), constraints=limits, options=options)
        if told.x is None:
            return told.status, None, told.mip_dual_bound
        used = np.flatnonzero(told.x[:cells] > 0.5)
        chosen = np.empty(len(rule.county), dtype=np.int64)
        chosen[firm[used]] = helper[used]
        return told.status, chosen, told.mip_dual_bound

    return run


def _rows(rule: Rule, firm: np.ndarray, helper: np.ndarray) -> tuple[list[LinearConstraint], int]:
    """每家恰一名；每名在上下限之间；用了的县区才能有企业；用的县区不超过 k 个。"""
    cells, people = len(firm), len(rule.high)
    reached = np.zeros((people, rule.places), dtype=bool)
    reached[helper, rule.county[firm]] = True
    wide = np.flatnonzero(reached.sum(axis=1) > rule.most)
    who, where = np.nonzero(reached & np.isin(np.arange(people), wide)[:, None])
    number = np.full((people, rule.places), -1)
    number[who, where] = np.arange(len(who))
    total, at = cells + len(who), np.arange(cells)
    each = _sparse(np.ones(cells), firm, at, len(rule.county), total)
    held = _sparse(np.ones(cells), helper, at, people, total)
    counted = _sparse(np.ones(len(who)), who, cells + np.arange(len(who)), people, total)
    found = [LinearConstraint(each, 1, 1), LinearConstraint(held, rule.low, rule.high)]
    found.append(LinearConstraint(counted, 0, rule.most))
    switch = number[helper, rule.county[firm]]
    tied = np.flatnonzero(switch >= 0)
    if len(tied):
        line = np.arange(len(tied))
        own = _sparse(np.ones(len(tied)), line, tied, len(tied), total)
        key = _sparse(-np.ones(len(tied)), line, cells + switch[tied], len(tied), total)
        found.append(LinearConstraint(own + key, -np.inf, 0))
        found.append(_together(rule, helper[tied], switch[tied], tied, cells, len(who), total))
    return found, len(who)


def _together(
    rule: Rule, helper: np.ndarray, switch: np.ndarray, tied: np.ndarray, cells: int, switches: int, total: int
) -> LinearConstraint:
    """同一名专员同一县区的家数不超过上限乘开关：与逐格的合用，界更紧。"""
    own = _sparse(np.ones(len(tied)), switch, tied, switches, total)
    top = np.zeros(switches)
    top[switch] = rule.high[helper]
    key = _sparse(-top, np.arange(switches), cells + np.arange(switches), switches, total)
    return LinearConstraint(own + key, -np.inf, 0)


def _held(values: np.ndarray, most: int, total: int) -> LinearConstraint:
    """前一层的花费不超过已证明的最小值。"""
    line = csr_array((values.astype(float), (np.zeros(len(values), int), np.arange(len(values)))), shape=(1, total))
    return LinearConstraint(vstack([line]), -np.inf, most)


def _sparse(values: np.ndarray, row: np.ndarray, column: np.ndarray, height: int, width: int) -> csr_array:
    return coo_array((values, (row, column)), shape=(height, width)).tocsr()
