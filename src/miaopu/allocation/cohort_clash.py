"""相抵的限制：做不到时，找条数最少的一组，它们凑在一起就做不到，少任何一条都做得到；并算出各条单独放宽到几家即可。

用改正集与最小命中集相逼：每次放掉最少的几条使其做得到，再取能命中全部改正集的最小一组，直到这一组本身做不到。
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from miaopu.allocation.cohort_model import LEAST, Limit, Model


@dataclass(frozen=True)
class Clashing:
    """相抵的一条：available 是管得到的候选家数，eased 是单独放宽这一条时要到的家数。"""

    limit: Limit
    available: int
    eased: int

    def sentence(self) -> str:
        """一句话。"""
        way = "降到" if self.limit.kind == LEAST else "升到"
        return f"{self.limit.title}（候选有{self.available}家；别的不动，这一条{way}{self.eased}家就凑得齐）"


@dataclass(frozen=True)
class Clash:
    """做不到：members 是条数最少的一组相抵的限制。"""

    members: tuple[Clashing, ...]

    def sentence(self) -> str:
        """一段话。"""
        told = "；".join(one.sentence() for one in self.members)
        head = (
            "这一条自己就做不到"
            if len(self.members) == 1
            else f"这{len(self.members)}条凑在一起做不到，去掉任何一条都做得到"
        )
        return f"{head}：{told}。请放宽其中一条再选"


def smallest_clash(model: Model) -> Clash:
    """条数最少的一组；同样少的取写在前面的。模型须是做不到的。"""
    sizes = [len(one.members) for one in model.parts]
    corrections: list[list[int]] = []
    while True:
        core = _hitting(corrections, len(model.limits))
        released = _correction(model, sizes, core)
        if released is None:
            return Clash(tuple(_clashing(model, sizes, core, at) for at in core))
        corrections.append(released)


def _hitting(corrections: Sequence[Sequence[int]], count: int) -> list[int]:
    """命中每个改正集的最小一组；同样小的取序号靠前的。"""
    if not corrections:
        return []
    costs = np.array([count * count + at for at in range(count)], dtype=float)
    matrix = np.zeros((len(corrections), count))
    for row, one in enumerate(corrections):
        matrix[row, list(one)] = 1
    found = _milp(costs, np.ones(count), [LinearConstraint(matrix, 1, np.inf)])
    return [int(at) for at in np.flatnonzero(np.rint(found.x))]


def _correction(model: Model, sizes: Sequence[int], hard: Sequence[int]) -> list[int] | None:
    """hard 各条不动，别的至少放掉哪几条才做得到；hard 自己就做不到为 None。"""
    parts, count = len(sizes), len(model.limits)
    fixed = set(hard)
    matrix, low, high = _rows(model, sizes)
    for at, limit in enumerate(model.limits):
        matrix[at, parts + at] = limit.number if limit.kind == LEAST else -sum(sizes)
    top = np.array([*sizes, *(0 if at in fixed else 1 for at in range(count))], dtype=float)
    costs = np.array([0] * parts + [count * count + at for at in range(count)], dtype=float)
    found = _milp(costs, top, [LinearConstraint(matrix, low, high)])
    if found.x is None:
        return None
    return [at for at in range(count) if round(found.x[parts + at])]


def _clashing(model: Model, sizes: Sequence[int], core: Sequence[int], at: int) -> Clashing:
    """core 里别的各条不动，这一条要放宽到几家。"""
    limit, parts = model.limits[at], len(sizes)
    matrix, low, high = _rows(model, sizes)
    keep = [one for one in core if one != at]
    rules = [LinearConstraint(matrix[keep], [low[one] for one in keep], [high[one] for one in keep])] if keep else []
    sign = -1 if limit.kind == LEAST else 1
    best = _milp(sign * matrix[at], np.array([*sizes, *[0] * len(model.limits)], dtype=float), rules)
    reached = round(abs(float(best.fun)))
    covered = sum(size for part, size in zip(model.parts, sizes, strict=True) if at in part.signature)
    assert parts == len(model.parts)
    return Clashing(limit, covered, reached)


def _rows(model: Model, sizes: Sequence[int]) -> tuple[np.ndarray, list[float], list[float]]:
    """每条限制一行：各类的家数，后面给每条留一列放宽。"""
    matrix = np.zeros((len(model.limits), len(sizes) + len(model.limits)))
    for column, part in enumerate(model.parts):
        matrix[list(part.signature), column] = 1
    low = [one.number if one.kind == LEAST else -np.inf for one in model.limits]
    return matrix, low, [np.inf if one.kind == LEAST else one.number for one in model.limits]


def _milp(costs: np.ndarray, top: np.ndarray, rules: list[LinearConstraint]) -> Any:
    return milp(
        costs, integrality=np.ones(len(costs)), bounds=Bounds(0, top), constraints=rules, options={"mip_rel_gap": 0}
    )
