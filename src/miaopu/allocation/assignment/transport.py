"""没有附加规矩的分工：每家恰一名专员，每名专员的家数在上下限之间，花费最小。

收整数花费表，用指派算法（scipy 的 linear_sum_assignment）求解，再在整数里求出价格，证明最优；不用混合整数规划。
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from miaopu.allocation.assignment.cost import BARRED

EXACT = 2**53
"""双精度里整数仍精确的上限；花费之和超过它就不敢算。"""


@dataclass(frozen=True)
class Flow:
    """解：各企业的专员下标、花费之和、各专员的价格与各企业的价格（整数对偶解，证明最优用）。"""

    chosen: np.ndarray
    cost: int
    prices: np.ndarray
    values: np.ndarray

    def reduced(self, costs: np.ndarray) -> np.ndarray:
        """各格的差额：这一对非用不可时，合计至少多出多少（≥ 0）；不能配的仍是 BARRED。"""
        return np.where(costs < BARRED, costs + self.prices[None, :] - self.values[:, None], BARRED)


def solve(costs: np.ndarray, low: np.ndarray, high: np.ndarray) -> Flow | None:
    """costs：企业 × 专员，int64，不能配的为 BARRED；low、high：各专员家数的下限与上限。排不开为 None。"""
    firms, slots = costs.shape[0], int(high.sum())
    if not firms:
        return Flow(np.empty(0, np.int64), 0, np.zeros(len(high), np.int64), np.empty(0, np.int64))
    if firms > slots or int(low.sum()) > firms:
        return None
    chosen = _assigned(costs, low, high, slots)
    if chosen is None:
        return None
    prices = _prices(costs, chosen, low, high)
    values = np.where(costs < BARRED, costs + prices[None, :], BARRED).min(axis=1)
    flow = Flow(chosen, int(costs[np.arange(firms), chosen].sum()), prices, values)
    assert dual(flow, low, high) == flow.cost, "对偶值应等于花费"
    return flow


def dual(flow: Flow, low: np.ndarray, high: np.ndarray) -> int:
    """价格给出的下界：任何分工都不低于它。"""
    held = np.where(flow.prices > 0, flow.prices * high, flow.prices * low)
    return int(flow.values.sum() - held.sum())


def _assigned(costs: np.ndarray, low: np.ndarray, high: np.ndarray, slots: int) -> np.ndarray | None:
    """专员拆成座位，下限以内的座位非坐企业不可；空座位由占位的行坐。"""
    owner = np.repeat(np.arange(len(high)), high)
    place = np.arange(slots) - np.repeat(np.cumsum(high) - high, high)
    wide = np.where(costs >= BARRED, np.inf, costs.astype(np.float64))[:, owner]
    if costs[costs < BARRED].max(initial=0) * slots >= EXACT:
        raise OverflowError("花费太大，不能保证精确；请把 catalog/service.yaml 里的花费改小")
    idle = np.where(place < low[owner], np.inf, 0.0)
    rows = np.vstack([wide, np.broadcast_to(idle, (slots - costs.shape[0], slots))])
    try:
        _, seats = linear_sum_assignment(rows)
    except ValueError:
        return None
    return owner[seats[: costs.shape[0]]]


def _prices(costs: np.ndarray, chosen: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """专员的整数价格：差分约束的最短路；有负圈说明不是最优，绝不放过。"""
    people = costs.shape[1]
    load = np.bincount(chosen, minlength=people)
    arcs = np.full((people + 1, people + 1), BARRED, dtype=np.int64)
    own = costs[np.arange(len(chosen)), chosen]
    rise = np.where(costs < BARRED, costs - own[:, None], BARRED)
    for one in np.unique(chosen):
        arcs[one, :people] = rise[chosen == one].min(axis=0)
    arcs[:people, people][load < high] = 0
    arcs[people, :people][load > low] = 0
    prices = np.zeros(people + 1, dtype=np.int64)
    for _ in range(people + 2):
        fresh = np.minimum(prices, np.where(arcs < BARRED, arcs + prices[None, :], BARRED).min(axis=1))
        if (fresh == prices).all():
            return fresh[:people] - fresh[people]
        prices = fresh
    raise AssertionError("指派算法的解没有通过最优性核验；请报告这份名册与企业表")
