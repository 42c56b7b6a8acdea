"""理由：一对为什么这样配，次选是谁、为什么不是他；一名专员的负荷。由解与价格说，不另求解。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from miaopu.allocation.assignment.cost import BARRED, barred, parts
from miaopu.allocation.assignment.shape import Client, Helper, Load, Pair, Terms


@dataclass(frozen=True)
class Solved:
    """要说理由的解：企业、专员、花费表、各企业的专员下标、各专员的上下限、差额表（没有为 None）。"""

    clients: Sequence[Client]
    helpers: Sequence[Helper]
    costs: np.ndarray
    chosen: np.ndarray
    low: np.ndarray
    high: np.ndarray
    reduced: np.ndarray | None
    slack: int
    pinned: frozenset[str]


def pairs(solved: Solved, terms: Terms, change: bool) -> tuple[Pair, ...]:
    """全部配对，按企业代码的次序；change 为真时花费含延续一项。"""
    counts = np.bincount(solved.chosen, minlength=len(solved.helpers))
    return tuple(_pair(solved, terms, at, counts, change) for at in range(len(solved.clients)))


def _pair(solved: Solved, terms: Terms, at: int, counts: np.ndarray, change: bool) -> Pair:
    client, place = solved.clients[at], int(solved.chosen[at])
    helper = solved.helpers[place]
    told = parts(client, helper, terms, change)
    cost = sum(one.cost for one in told)
    pinned = client.code in solved.pinned
    second, why = ("", "人工指定，没有比较") if pinned else _second(solved, terms, at, counts)
    changed = bool(client.current) and client.current != helper.code
    return Pair(client.code, helper.code, cost, told, _reason(helper, told, pinned), second, why, pinned, changed)


def _reason(helper: Helper, told: Sequence, pinned: bool) -> str:
    said = "；".join(one.title + (f" +{one.cost}" if one.cost else "") for one in told)
    return f"{'人工指定' if pinned else helper.name}：{said}"


def _second(solved: Solved, terms: Terms, at: int, counts: np.ndarray) -> tuple[str, str]:
    """次选：其余能配的专员里花费最小的（相同的按代码）；另说更近却须回避的。"""
    client, place, line = solved.clients[at], int(solved.chosen[at]), solved.costs[at].copy()
    cost, line[place] = int(line[place]), BARRED
    avoided = [one.name for one in solved.helpers if barred(client, one, terms) == "须回避"]
    note = f"；须回避的：{'、'.join(avoided)}" if avoided else ""
    other = int(line.argmin())
    if line[other] >= BARRED:
        return "", f"没有别的专员可以配{note}"
    more = int(line[other]) - cost
    helper = solved.helpers[other]
    full = f"已排 {counts[other]} 家，本次上限 {solved.high[other]} 家" if counts[other] >= solved.high[other] else ""
    if more > 0:
        return helper.code, f"{helper.name}要多 {more}{note}"
    same = "花费相同" if more == 0 else f"少 {-more}"
    return helper.code, f"{helper.name}{same}，但{_whole(solved, at, other, full)}{note}"


def _whole(solved: Solved, at: int, other: int, full: str) -> str:
    """换成他，全局怎样。"""
    least = 0 if solved.reduced is None else max(0, int(solved.reduced[at, other]) - solved.slack)
    total = f"换成他合计至少多 {least}" if least else "换成他合计不会更少"
    return f"{full}，{total}" if full else total


def loads(solved: Solved, shares: tuple[np.ndarray, np.ndarray]) -> tuple[Load, ...]:
    """各专员的负荷。"""
    counts = np.bincount(solved.chosen, minlength=len(solved.helpers))
    spread: list[set[str]] = [set() for _ in solved.helpers]
    for one, place in zip(solved.clients, solved.chosen):
        spread[place].add(one.county)
    return tuple(
        Load(one.code, int(counts[at]), one.capacity, int(shares[0][at]), int(shares[1][at]), len(spread[at]))
        for at, one in enumerate(solved.helpers)
    )
