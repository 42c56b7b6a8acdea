"""松弛：把一个盒子里的一次约束当线性规划解，用它的乘子（换成分数）精确算下界或证明盒子空；浮点只用来挑乘子与分支处。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.optimize import linprog

from miaopu.plan.solver.constraint import Constraint

GRAIN = 2**40
"""乘子取到多细：只影响下界有多紧，不影响它是不是下界。"""


@dataclass(frozen=True)
class Relaxed:
    """empty 为真即盒子确实空；bound 是花费的确实下界（不含一次性已付的）；point 是松弛的最优处（浮点）。"""

    empty: bool
    bound: int
    point: tuple[float, ...]


Row = tuple[list[int], int]
"""一次约束：各项系数、常数；系数·级数＋常数 ≥ 0。"""


def relaxed(kept: Sequence[Constraint], low: list[int], high: list[int], slopes: Sequence[int]) -> Relaxed | None:
    """slopes：离开下端每一级至少多花多少。没有一次约束可用、或解不出为 None。"""
    rows = [_row(one, len(low)) for one in kept if one.linear and one.bound(low, high, False) < 0]
    if not rows:
        return None
    scale = float(max(slopes)) or 1.0
    sizes = [float(max(map(abs, row[0]))) or 1.0 for row in rows]
    matrix = np.array([[-value / size for value in row[0]] for row, size in zip(rows, sizes, strict=True)])
    right = np.array([row[1] / size for row, size in zip(rows, sizes, strict=True)])
    box = list(zip(low, high, strict=True))
    found = linprog([float(one) / scale for one in slopes], A_ub=matrix, b_ub=right, bounds=box, method="highs")
    if found.status == 0:
        return Relaxed(
            False, _bound(rows, _whole(found.ineqlin.marginals, sizes, scale), low, high, slopes), tuple(found.x)
        )
    return _emptied(rows, matrix, right, sizes, low, high) if found.status == 2 else None


def _row(one: Constraint, count: int) -> Row:
    out, constant = [0] * count, 0
    for monomial, value in one.terms:
        if monomial:
            out[monomial[0]] = value
        else:
            constant = value
    return out, constant


def _whole(marginals: Sequence[float], sizes: Sequence[float], scale: float) -> list[int]:
    """乘子 → 不为负的整数（放大 GRAIN 倍）。"""
    ratios = [max(0.0, -one) / size for one, size in zip(marginals, sizes, strict=True)]
    return [int(Fraction(ratio) * Fraction(scale) * GRAIN) for ratio in ratios]


def _bound(rows: list[Row], weights: list[int], low: list[int], high: list[int], slopes: Sequence[int]) -> int:
    """拉格朗日下界：weights ≥ 0 时，min Σ slope(x−low) − Σ w(ax＋k) 在盒子里逐项取端，恒不大于最优。"""
    used = [(weight, row) for weight, row in zip(weights, rows, strict=True) if weight]
    total = -sum(weight * row[1] for weight, row in used)
    for at, slope in enumerate(slopes):
        gain = sum(weight * row[0][at] for weight, row in used)
        steep = slope * GRAIN
        total += min(steep * (end - low[at]) - gain * end for end in (low[at], high[at]))
    return -(-total // GRAIN)


def _emptied(rows, matrix, right, sizes, low, high) -> Relaxed | None:  # type: ignore[no-untyped-def]
    """说盒子空的，要有精确的凭证：各条加权之和在盒子里最大也小于零。"""
    count = len(rows)
    wide = np.hstack([matrix, -np.eye(count)])
    box = [*zip(low, high, strict=True), *[(0, None)] * count]
    found = linprog([0.0] * len(low) + [1.0] * count, A_ub=wide, b_ub=right, bounds=box, method="highs")
    if found.status != 0:
        return None
    weights = _whole(found.ineqlin.marginals, sizes, 1.0 * max(sizes))
    most = sum(weight * row[1] for weight, row in zip(weights, rows, strict=True))
    for at in range(len(low)):
        gain = sum(weight * row[0][at] for weight, row in zip(weights, rows, strict=True))
        most += max(gain * low[at], gain * high[at])
    return Relaxed(most < 0, 0, tuple(found.x[: len(low)]))
