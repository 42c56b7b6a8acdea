"""抽样：每个用途一条独立的随机流，同样的种子得同样的城市；只依赖 numpy。"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]


def stream(seed: int, purpose: str) -> np.random.Generator:
    """某个用途的随机流；增删别的用途不影响它。"""
    return np.random.default_rng([seed, *purpose.encode()])


def portions(total: int, weights: Sequence[float]) -> NDArray[np.int64]:
    """按权重把总数分成整数份（最大余数法），合计等于总数。"""
    share = np.asarray(weights, dtype=float)
    exact = share / share.sum() * total
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: total - int(counts.sum())]] += 1
    return counts


def choose(rng: np.random.Generator, size: int, weights: Sequence[float]) -> NDArray[np.int64]:
    """按权重抽下标。"""
    bounds = np.cumsum(np.asarray(weights, dtype=float))
    return np.searchsorted(bounds, rng.random(size) * bounds[-1], side="right").astype(np.int64)


def words(rng: np.random.Generator, size: int, values: Sequence[str]) -> Array:
    """等概率抽词。"""
    return np.asarray(values, dtype=object)[rng.integers(0, len(values), size)]


def best(rng: np.random.Generator, score: Array, count: int) -> NDArray[np.int64]:
    """按分数加噪声取前 count 名的下标（分数高的更可能，不是必然）；分数为 -inf 的不取。"""
    noisy = np.asarray(score, dtype=float) + rng.gumbel(size=len(score))
    order = np.argsort(-noisy, kind="stable")[:count]
    return np.sort(order[np.isfinite(noisy[order])])
