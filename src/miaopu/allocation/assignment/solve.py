"""分工（统筹与重新统筹）：谁帮谁。收企业、专员、口径与人工指定，给配对、理由、负荷与证明；排不开抛 Clash，点出最小的冲突。

均衡在花费之先；重新统筹时换人最少在均衡与花费之先。同样的输入不论次序，结果相同。
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from miaopu.allocation.assignment import limited, transport
from miaopu.allocation.assignment.clash import clash
from miaopu.allocation.assignment.cost import BARRED, barred, table
from miaopu.allocation.assignment.reason import Solved, loads, pairs
from miaopu.allocation.assignment.shape import Clash, Client, Helper, Result, Terms

NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True)
class _Task:
    """一次求解的材料：都按代码排好。"""

    clients: tuple[Client, ...]
    helpers: tuple[Helper, ...]
    terms: Terms
    costs: np.ndarray
    changes: np.ndarray
    fixed: np.ndarray
    county: np.ndarray
    places: int
    until: float
    charged: bool

    @property
    def merged(self) -> np.ndarray:
        """换人家数在先、花费在后合成的一个整数。"""
        big = self.scale
        return np.where(self.costs < BARRED, self.changes * big + self.costs, BARRED)

    @property
    def scale(self) -> int:
        """一次换人抵多少花费：比一切花费之和大。"""
        return int(self.costs[self.costs < BARRED].max(initial=0)) * max(1, len(self.clients)) + 1

    def rule(self, low: np.ndarray, high: np.ndarray) -> limited.Rule:
        most = self.terms.most_counties or self.places
        return limited.Rule(self.county, self.places, low, high, max(most, 1))


def assign(
    clients: Sequence[Client], helpers: Sequence[Helper], terms: Terms, pinned: Mapping[str, str] = NOTHING
) -> Result:
    """统筹：每家恰一名专员。pinned：企业代码 → 人工指定的专员代码。原来的配对只算“延续”的花费。"""
    return _run(clients, helpers, terms, pinned, False)


def reassign(
    clients: Sequence[Client], helpers: Sequence[Helper], terms: Terms, pinned: Mapping[str, str] = NOTHING
) -> Result:
    """重新统筹：现有配对（Client.current）只改非改不可的：先换人最少，再均衡，再花费最小。"""
    return _run(clients, helpers, terms, pinned, True)


def shares(firms: int, capacities: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """按容量摊到的家数，下、上取整：企业数 × 容量 ÷ 容量合计。容量相同的专员因此至多差一家。"""
    total = sum(capacities)
    low = [firms * one // total if total else 0 for one in capacities]
    high = [-(-firms * one // total) if total else 0 for one in capacities]
    return np.array(low, dtype=np.int64), np.array(high, dtype=np.int64)


def _run(
    clients: Sequence[Client], helpers: Sequence[Helper], terms: Terms, pinned: Mapping[str, str], least: bool
) -> Result:
    begun = time.perf_counter()
    task = _task(clients, helpers, terms, pinned, least, begun + terms.seconds)
    room = np.array([one.capacity for one in task.helpers], dtype=np.int64)
    stuck = clash(task.clients, task.helpers, task.costs, terms)
    if stuck is not None:
        raise stuck
    fair = shares(len(task.clients), [one.capacity for one in task.helpers])
    changes = _fewest(task, room) if least else None
    found, beyond, low, high, settled = _even(task, fair, room, changes)
    if found is None or found.chosen is None:
        raise _unproven(terms) if found.possible else _ruled_out(task, room)
    return _result(task, found, (low, high), fair, beyond, settled, frozenset(pinned), time.perf_counter() - begun)


def _task(
    clients: Sequence[Client],
    helpers: Sequence[Helper],
    terms: Terms,
    pinned: Mapping[str, str],
    least: bool,
    until: float,
) -> _Task:
    firms = tuple(sorted(clients, key=lambda one: one.code))
    people = tuple(sorted(helpers, key=lambda one: one.code))
    _unique([one.code for one in firms], "企业"), _unique([one.code for one in people], "专员")
    costs = table(firms, people, terms, change=not least)
    fixed = _pin(firms, people, costs, pinned, terms, not least)
    place = {one.code: at for at, one in enumerate(people)}
    current = np.array([place.get(one.current, -1) if one.current else -2 for one in firms], dtype=np.int64)
    moved = (current[:, None] != np.arange(len(people))[None, :]) & (current > -2)[:, None]
    moved = moved.astype(np.int64) if least else np.zeros_like(costs)
    counties = sorted({one.county for one in firms})
    county = np.array([counties.index(one.county) for one in firms], dtype=np.int64)
    return _Task(firms, people, terms, costs, moved, fixed, county, len(counties), until, not least)


def _unique(codes: Sequence[str], what: str) -> None:
    twice = sorted({one for one in codes if codes.count(one) > 1}) if len(set(codes)) < len(codes) else []
    if twice:
        raise Clash(f"{what}代码重复：{'、'.join(twice[:5])}；每个代码只写一行")


def _pin(
    firms: Sequence[Client], people: Sequence[Helper], costs: np.ndarray, pinned: Mapping[str, str], terms: Terms,
    change: bool,
) -> np.ndarray:  # fmt: skip
    """人工指定的那一行只留那一名；指定了不能配的、不在的都说清。给出各专员已指定的家数。"""
    place = {one.code: at for at, one in enumerate(people)}
    fixed = np.zeros(len(people), dtype=np.int64)
    for at, one in enumerate(firms):
        wanted = pinned.get(one.code)
        if wanted is None:
            continue
        if wanted not in place:
            raise Clash(f"人工指定“{one.name}”的专员 {wanted} 不在可用的名册里；请解除指定或另指一名", (one.code,))
        helper = people[place[wanted]]
        why = barred(one, helper, terms)
        if why in ("须回避", "没有容量"):
            raise Clash(f"人工指定“{one.name}”由{helper.name}帮扶，但{why}；请解除指定", (one.code,), (wanted,))
        plain = table([one], [helper], replace(terms, cross_forbidden=False), change)[0, 0]
        costs[at] = BARRED
        costs[at, place[wanted]] = plain
        fixed[place[wanted]] += 1
    return fixed


def _fewest(task: _Task, room: np.ndarray) -> limited.Limited | None:
    """换人最少要换几家（不管均衡）。"""
    return limited.solve(task.merged, task.rule(np.zeros_like(room), room), (task.changes, task.costs), task.until)


def _even(
    task: _Task, fair: tuple[np.ndarray, np.ndarray], room: np.ndarray, fewest: limited.Limited | None
) -> tuple[limited.Limited, int | None, np.ndarray, np.ndarray, bool]:
    """由最均衡起逐步放宽，第一个排得开（且不多换人）的即是；放到容量为止。settled 是每一步都证明了。"""
    none = np.zeros_like(room)
    if not task.terms.even:
        found = fewest or _solve(task, none, room)
        return found, None, none, room, True
    if fewest is not None and fewest.chosen is None:
        return fewest, None, none, room, True
    loose = fewest or _solve(task, none, room, until=limited.by(task.until, 4)) if task.terms.most_counties else None
    if loose is not None and not loose.possible:
        return loose, None, none, room, True
    hint, least = loose.chosen if loose else None, fewest.cost // task.scale if fewest else 0
    settled, widest = True, int(max(fair[0].max(initial=0), (room - fair[1]).max(initial=0)))
    for wide in range(widest + 1):
        low, high = np.maximum(fair[0] - wide, 0), np.minimum(np.maximum(fair[1] + wide, task.fixed), room)
        found = _solve(task, low, high, hint, limited.by(task.until, 2))
        if found.chosen is not None and found.cost // task.scale <= least:
            return found, wide, low, high, settled
        settled = settled and (not found.possible or found.bound // task.scale > least)
    return found, None, none, room, settled


def _solve(
    task: _Task, low: np.ndarray, high: np.ndarray, hint: np.ndarray | None = None, until: float | None = None
) -> limited.Limited:
    ranks = (task.changes, task.costs) if task.changes.any() else (task.costs,)
    return limited.solve(task.merged, task.rule(low, high), ranks, task.until if until is None else until, hint)


def _ruled_out(task: _Task, room: np.ndarray) -> Clash:
    """容量够而县区的规矩排不开：最少放宽到几个县区才行。"""
    none, most = np.zeros_like(room), task.terms.most_counties
    for more in range(most + 1, task.places + 1):
        rule = limited.Rule(task.county, task.places, none, room, more)
        if limited.solve(task.costs, rule, (task.costs,), task.until).chosen is not None:
            told = f"排不开：容量够，但“一名专员至多 {most} 个县区”与现有的县区、回避相冲突"
            return Clash(f"{told}；放宽到至多 {more} 个县区就排得开，或增加专员")
    return _unproven(task.terms)


def _unproven(terms: Terms) -> Clash:
    return Clash(f"在 {terms.seconds:g} 秒内没有求到合规的分工，也没有证明排不开；请放宽规矩或延长时限")


def _result(
    task: _Task,
    found: limited.Limited,
    band: tuple[np.ndarray, np.ndarray],
    fair: tuple[np.ndarray, np.ndarray],
    beyond: int | None,
    settled: bool,
    pinned: frozenset[str],
    seconds: float,
) -> Result:
    chosen, rows = found.chosen, np.arange(len(task.clients))
    cost, changes = int(task.costs[rows, chosen].sum()), int(task.changes[rows, chosen].sum())
    least = found.bound // task.scale if task.changes.any() else 0
    bound = found.bound - changes * task.scale if task.changes.any() else found.bound
    bound = bound if least == changes else 0
    free = None if task.changes.any() else transport.solve(task.costs, *band)
    reduced, slack = (free.reduced(task.costs), cost - free.cost) if free else (None, 0)
    solved = Solved(task.clients, task.helpers, task.costs, chosen, *band, reduced, slack, pinned)
    settled = settled or not task.terms.even
    return Result(
        pairs=pairs(solved, task.terms, task.charged),
        loads=loads(solved, fair),
        cost=cost,
        bound=bound,
        changes=changes,
        least_changes=least,
        beyond=beyond,
        settled=settled,
        seconds=seconds,
        proof=_proof(cost, bound, changes, least, settled, task.terms.seconds),
    )


def _proof(cost: int, bound: int, changes: int, least: int, settled: bool, seconds: float) -> str:
    if cost == bound and changes == least:
        return "已证明最优" + ("" if settled else "（在现在的均衡程度上；更均衡的没有证明排不开）")
    moved = f"换 {changes} 家，至少 {least} 家；" if changes != least else ""
    return f"{seconds:g} 秒内没有证明最优：{moved}花费 {cost}，下界 {bound}，差 {cost - bound}"
