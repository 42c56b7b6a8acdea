"""选配的解法：先解线性规划（这类限制多半一解就是整数），用整数对偶逐项复核出上界；不是整数的交给分支定界。

名次写进目标的低位：分值在前、名次之和在后，一次解出。浮点只用来找解，对不对由整数算术说了算。
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from miaopu.allocation.cohort_model import LEAST, Limit, Model

SECONDS = 20
"""分支定界至多算多久；到时没有证明的给出上界，并写明没有证明。"""
EXACT, BRANCHED, TIMED = "对偶上界等于得数", "分支定界，上界等于得数", "限时内没有证明最优"
DENOMINATOR = 64
INFEASIBLE = 2

Found = tuple[tuple[str, ...], Fraction, Fraction, bool, str]


def solve(model: Model) -> Found | None:
    """（入选代码，预期通过数，上界，证明了没有，怎样证明的）；做不到为 None。"""
    if not model.candidates:
        return ((), Fraction(0), Fraction(0), True, EXACT) if all(one.met(0) for one in model.limits) else None
    costs, matrix = _costs(model), _matrix(model)
    signs = np.array([1 if one.kind == LEAST else -1 for one in model.limits])
    upper = -signs * np.array([one.number for one in model.limits], dtype=float)
    relaxed = linprog(
        [-one for one in costs],
        A_ub=matrix.multiply(-signs[:, None]).tocsr() if len(model.limits) else None,
        b_ub=upper if len(model.limits) else None,
        bounds=(0, 1),
        method="highs",
    )
    if relaxed.status == INFEASIBLE:
        return None
    taken = _whole(relaxed.x)
    if taken is not None and satisfied(model, taken):
        duals = -relaxed.ineqlin.marginals if len(model.limits) else np.zeros(0)
        bound = _bound(model, costs, duals)
        if bound - sum(costs[at] for at in taken) < 1:
            return _found(model, taken, None, EXACT)
    return _branched(model, matrix)


def _costs(model: Model) -> list[int]:
    """分值在高位，名次在低位：同分的取名次之和最小的。"""
    size = len(model.candidates)
    high = size * (size + 1) // 2 + 1
    return [weight * high - place for place, weight in enumerate(model.weights, 1)]


def _matrix(model: Model) -> csr_array:
    rows = model.rows()
    at = np.concatenate([np.full(len(one), row) for row, one in enumerate(rows)]) if rows else np.zeros(0)
    columns = np.concatenate([np.array(one, dtype=int) for one in rows]) if rows else np.zeros(0)
    shape = (len(rows), len(model.candidates))
    return csr_array((np.ones(len(at)), (at.astype(int), columns.astype(int))), shape=shape)


def _whole(values: Sequence[float] | None) -> list[int] | None:
    """都是 0 或 1 的解：取 1 的序号；有分数的为 None。"""
    if values is None:
        return None
    found = np.asarray(values)
    rounded = np.rint(found)
    return [int(one) for one in np.flatnonzero(rounded)] if np.abs(found - rounded).max() < 1e-6 else None


def satisfied(model: Model, taken: Sequence[int]) -> bool:
    """逐条数过，都合。"""
    inside = set(taken)
    return all(
        limit.met(sum(at in inside for at in row)) for limit, row in zip(model.limits, model.rows(), strict=True)
    )


def _bound(model: Model, costs: Sequence[int], duals: Sequence[float]) -> Fraction:
    """任何非负的对偶都给一个上界：全用分数算，不信浮点。"""
    prices = [max(Fraction(float(one)).limit_denominator(DENOMINATOR), Fraction(0)) for one in duals]
    signed = [(-price if limit.kind == LEAST else price) for price, limit in zip(prices, model.limits, strict=True)]
    total = sum((price * limit.number for price, limit in zip(signed, model.limits, strict=True)), Fraction(0))
    for part in model.parts:
        price = sum((signed[at] for at in part.signature), Fraction(0))
        total += sum(max(Fraction(0), costs[at] - price) for at in part.members)
    return total


def _branched(model: Model, matrix: csr_array) -> Found | None:
    """分值最多的先定下，再在其中取名次之和最小的。"""
    weights = np.array(model.weights, dtype=float)
    rules = [LinearConstraint(matrix, *_ends(model.limits))] if model.limits else []
    first = _milp(-weights, rules)
    taken = _whole(first.x)
    if taken is None or not satisfied(model, taken):
        if first.status == INFEASIBLE:
            return None
        raise RuntimeError("选配在限定的时间里没有算出一组；请减少限制的方面再试")
    best = sum(model.weights[at] for at in taken)
    top = best if first.status == 0 else int(np.floor(-first.mip_dual_bound + 1e-6))
    places = np.arange(1, len(weights) + 1, dtype=float)
    second = _milp(places, [*rules, LinearConstraint(csr_array(weights[None, :]), best, np.inf)])
    kept = _whole(second.x)
    if kept is not None and satisfied(model, kept) and sum(model.weights[at] for at in kept) == best:
        taken = kept
    return _found(model, taken, top, BRANCHED if top == best else TIMED)


def _ends(limits: Sequence[Limit]) -> tuple[list[float], list[float]]:
    low = [one.number if one.kind == LEAST else -np.inf for one in limits]
    return low, [np.inf if one.kind == LEAST else one.number for one in limits]


def _milp(costs: np.ndarray, rules: list[LinearConstraint]) -> object:
    options = {"mip_rel_gap": 0, "time_limit": SECONDS}
    return milp(costs, integrality=np.ones(len(costs)), bounds=(0, 1), constraints=rules, options=options)


def _found(model: Model, taken: Sequence[int], top: int | None, proof: str) -> Found:
    total = sum(model.weights[at] for at in taken)
    bound = total if top is None else top
    chosen = tuple(model.candidates[at].code for at in sorted(taken))
    return chosen, Fraction(total, model.scale), Fraction(bound, model.scale), bound == total, proof
