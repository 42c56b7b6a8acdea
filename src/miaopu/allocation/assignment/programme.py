"""附加规矩的整数规划（HiGHS）：条件一样的企业并成一组，县区开关取 0/1；开关定了以后组里怎么分总有整数解。

收花费表与规矩，给各专员可去的县区与下界；定下去哪些县区以后，配对由 transport 精确求。
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

OPTIMAL, STOPPED, INFEASIBLE = 0, 1, 2
"""scipy.optimize.milp 的状态。"""

SLACK = 1e-3
"""HiGHS 的下界是浮点数：向上取整前让出这么多；花费是整数，让不出一个。"""

USED = 1e-6
"""松弛题里开关大于它算用到。"""


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


@dataclass(frozen=True)
class Told:
    """一次求解：状态、各专员去的县区（专员 × 县区，没有求到为 None）、下界（没有为 None）。"""

    state: int
    allowed: np.ndarray | None
    bound: float | None


def whole_of(bound: float | None) -> int:
    """浮点的下界 → 整数的下界；没有为 0。"""
    return 0 if bound is None else int(np.ceil(bound - SLACK))


class Programme:
    """一个规划：kept（企业 × 专员）是放进来的格；条件一样的企业（同县区、花费相同）并成一组。"""

    def __init__(self, costs: np.ndarray, rule: Rule, kept: np.ndarray) -> None:
        self.rule = rule
        _, self.first, self.count = np.unique(
            np.column_stack([rule.county, costs]), axis=0, return_index=True, return_counts=True
        )
        self.group, self.helper = np.nonzero(kept[self.first])
        self.place = rule.county[self.first][self.group]
        self.reached = np.zeros((len(rule.high), rule.places), dtype=bool)
        self.reached[self.helper, self.place] = True
        wide = self.reached.sum(axis=1) > rule.most
        self.who, self.where = np.nonzero(self.reached & wide[:, None])
        self.total = len(self.group) + len(self.who)

    def run(
        self,
        rank: np.ndarray,
        extra: Sequence[tuple[np.ndarray, int]] = (),
        *,
        until: float,
        relaxed: bool = False,
    ) -> Told:
        """求一层花费；extra 是前几层的条件；relaxed 是开关也可取小数。"""
        left = until - time.perf_counter()
        if left <= 0:
            return Told(STOPPED, None, None)
        cells, switches = len(self.group), len(self.who)
        limits = [*self.limits, *(self._held(one, most) for one, most in extra)]
        goal = np.concatenate([self._of(rank), np.zeros(switches)])
        whole = [np.ones(cells) if extra else np.zeros(cells), np.zeros(switches) if relaxed else np.ones(switches)]
        options = {"time_limit": max(left, 0.1), "mip_rel_gap": 0.0}
        bounds = Bounds(0, np.concatenate([self.top, np.ones(switches)]))
        told = milp(goal, integrality=np.concatenate(whole), bounds=bounds, constraints=limits, options=options)
        if told.x is None:
            return Told(told.status, None, None if relaxed else told.mip_dual_bound)
        allowed = self.reached.copy()
        allowed[self.who, self.where] = told.x[cells:] > (USED if relaxed else 0.5)
        return Told(told.status, allowed, told.fun if relaxed else told.mip_dual_bound)

    @cached_property
    def top(self) -> np.ndarray:
        """一格至多几家：组里的家数，不超过专员的上限。"""
        return np.minimum(self.count[self.group], self.rule.high[self.helper]).astype(float)

    @cached_property
    def limits(self) -> list[LinearConstraint]:
        """每组都分完；每名在上下限之间；用的县区不超过 k 个；开了的县区才能有企业（逐格的、合起来的都写，界更紧）。"""
        cells, rule = np.arange(len(self.group)), self.rule
        ones, switches = np.ones(len(cells)), len(cells) + np.arange(len(self.who))
        each = self._sparse(ones, self.group, cells, len(self.count))
        held = self._sparse(ones, self.helper, cells, len(rule.high))
        found = [LinearConstraint(each, self.count, self.count), LinearConstraint(held, rule.low, rule.high)]
        if not len(self.who):
            return found
        opened = self._sparse(np.ones(len(self.who)), self.who, switches, len(rule.high))
        number = np.full(self.reached.shape, -1)
        number[self.who, self.where] = np.arange(len(self.who))
        key = number[self.helper, self.place]
        tied = np.flatnonzero(key >= 0)
        line, key = np.arange(len(tied)), key[tied]
        own = self._sparse(ones[tied], line, tied, len(tied)) - self._sparse(
            self.top[tied], line, switches[key], len(tied)
        )
        high = rule.high[self.who].astype(float)
        both = self._sparse(ones[tied], key, tied, len(high)) - self._sparse(
            high, np.arange(len(high)), switches, len(high)
        )
        return [
            *found, LinearConstraint(opened, 0, rule.most), LinearConstraint(own, -np.inf, 0),
            LinearConstraint(both, -np.inf, 0),
        ]  # fmt: skip

    def _of(self, rank: np.ndarray) -> np.ndarray:
        return rank[self.first[self.group], self.helper].astype(float)

    def _held(self, rank: np.ndarray, most: int) -> LinearConstraint:
        """前一层的花费不超过已证明的最小值。"""
        cells = np.arange(len(self.group))
        return LinearConstraint(self._sparse(self._of(rank), np.zeros(len(cells), int), cells, 1), -np.inf, most)

    def _sparse(self, values: np.ndarray, row: np.ndarray, column: np.ndarray, height: int) -> csr_array:
        return coo_array((values, (row, column)), shape=(height, self.total)).tocsr()
