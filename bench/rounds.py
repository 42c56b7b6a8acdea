"""同场比：各家轮流跑若干轮，取各自的中位数；比值与目标写成一句。"""

import resource
import time
from collections.abc import Callable, Mapping
from statistics import median


def robin(runs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """各家轮流跑 rounds 轮，给每家秒数的中位数；轮流是为了让机器的忙闲摊到各家。"""
    spent: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            spent[name].append(timed(run))
    return {name: median(seconds) for name, seconds in spent.items()}


def timed(run: Callable[[], object]) -> float:
    """跑一次的秒数。"""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def ratio(title: str, found: float, goal: float | None = None) -> str:
    """一句：比值、目标、达到没有；goal 为 None 时只报告。"""
    if goal is None:
        return f"{title}：{found:.2f}"
    return f"{title}：{found:.2f}（目标 ≤ {goal:g}，{'达到' if found <= goal else '没有达到'}）"


def peak() -> float:
    """本进程至今的内存峰值，GB。"""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
