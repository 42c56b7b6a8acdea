"""分工的速度与好坏：180×30、500×60、1000×100，有与没有附加规矩，对照逐家贪心与裸的指派算法。

python -m bench.assignment：随机的城（县区按聊城的小图，行业、权重、回避照比例抽），每档取三次的中位数。
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from random import Random
from statistics import median

import numpy as np
from scipy.optimize import linear_sum_assignment

from miaopu.allocation.assignment import Clash, Client, Helper, Result, Terms, assign, load_terms, reassign
from miaopu.allocation.assignment.cost import BARRED, table
from miaopu.terms.catalog import Catalog

CITY = "371500"
SIZES = ((180, 30), (500, 60), (1000, 100))
SECTORS = ("C13", "C26", "C27", "C29", "C33", "C34", "C35", "C38", "C39", "I65", "M73")


def town(firms: int, people: int, seed: int, terms: Terms) -> tuple[list[Client], list[Helper]]:
    """一座随机的城：县区多少不一，容量 1.2 倍于企业。"""
    draw = Random(seed)
    counties = sorted(terms.places)
    weights = [draw.randint(1, 6) for _ in counties]
    places = draw.choices(counties, weights, k=firms)
    kinds = [draw.choice(SECTORS) for _ in range(firms)]
    clients = [
        Client(f"F{at:04}", f"企业{at}", places[at], kinds[at][0], kinds[at][1:], weight=draw.choice((1, 2, 3)))
        for at in range(firms)
    ]
    room = -(-firms * 12 // (people * 10))
    helpers = [_helper(draw, at, counties, room, firms) for at in range(people)]
    return clients, helpers


def _helper(draw: Random, at: int, counties: list[str], room: int, firms: int) -> Helper:
    sectors = frozenset(one[1:] for one in draw.sample(SECTORS, draw.randint(0, 3)))
    avoided = frozenset(f"F{draw.randrange(firms):04}" for _ in range(3))
    home = draw.choice(counties)
    return Helper(f"S{at:03}", f"专员{at}", home, room + draw.randint(-2, 2), sectors, barred=avoided)


def greedy(costs: np.ndarray, room: np.ndarray) -> int:
    """逐家取还有余量的最省的；给出花费之和（排不下的按最贵的算）。"""
    left, total, worst = room.copy(), 0, int(costs[costs < BARRED].max())
    for line in costs:
        open_ = np.where((left > 0) & (line < BARRED), line, BARRED)
        at = int(open_.argmin())
        total += worst if open_[at] >= BARRED else int(line[at])
        left[at] -= open_[at] < BARRED
    return total


def raw(costs: np.ndarray, room: np.ndarray) -> int:
    """裸的 linear_sum_assignment：专员按容量拆成座位，只管容量。"""
    wide = np.repeat(np.where(costs < BARRED, costs, np.inf), room, axis=1)
    rows, seats = linear_sum_assignment(wide)
    return int(wide[rows, seats].sum())


def small() -> None:
    """小的与逐个枚举比：三人六家，只管容量与回避，花费最小。"""
    plain = replace(load_terms(Catalog.default(), CITY), even=False, most_counties=0, seconds=8.0)
    same, slow, fast = 0, 0.0, 0.0
    for seed in range(20):
        clients, helpers = town(6, 3, seed, plain)
        costs, room = table(clients, helpers, plain, True), [one.capacity for one in helpers]
        begun = time.perf_counter()
        sums = [
            sum(int(costs[row, at]) for row, at in enumerate(one))
            for one in product(range(3), repeat=6)
            if all(one.count(at) <= room[at] for at in range(3))
            and all(costs[row, at] < BARRED for row, at in enumerate(one))
        ]
        slow, begun = slow + time.perf_counter() - begun, time.perf_counter()
        found = attempt(clients, helpers, plain)
        fast += time.perf_counter() - begun
        same += (None if isinstance(found, Clash) else found.cost) == min(sums, default=None)
    print(f"6×3 二十例：与枚举相同 {same} 例；枚举共 {slow:.2f} 秒，分工共 {fast:.2f} 秒", flush=True)


def timed(work, times: int = 3):
    took, found = [], None
    for _ in range(times):
        begun = time.perf_counter()
        found = work()
        took.append(time.perf_counter() - begun)
    return median(took), found


def run(firms: int, people: int, ways: dict[str, Terms]) -> None:
    """一档：贪心、裸指派、各种规矩、走一名专员。"""
    clients, helpers = town(firms, people, 1, ways["只管容量"])
    costs = table(clients, helpers, ways["只管容量"], True)
    room = np.array([one.capacity for one in helpers])
    for name, work in (("贪心", greedy), ("裸指派", raw)):
        took, cost = timed(lambda: work(costs, room))  # noqa: B023  当场就算
        print(f"{firms}×{people} {name}：{took:.3f} 秒，花费 {cost}", flush=True)
    found = None
    for name, terms in ways.items():
        took, found = timed(lambda: attempt(clients, helpers, terms), 1 if terms.most_counties else 3)  # noqa: B023
        print(f"{firms}×{people} {name}：{took:.3f} 秒，{told(found)}", flush=True)
    even = assign(clients, helpers, ways["并求均衡"])
    kept = {one.client: one.helper for one in even.pairs}
    now = [replace(one, current=kept[one.code]) for one in clients]
    took, again = timed(lambda: reassign(now, helpers[1:], ways["并求均衡"]), 1)
    print(f"{firms}×{people} 走一名专员：{took:.3f} 秒，换 {again.changes} 家，{again.proof}", flush=True)


def attempt(clients: list[Client], helpers: list[Helper], terms: Terms) -> Result | Clash:
    """求一次；求不到给那句话。"""
    try:
        return assign(clients, helpers, terms)
    except Clash as clash:
        return clash


def told(found: Result | Clash) -> str:
    """一行结果。"""
    if isinstance(found, Clash):
        return str(found)
    return f"花费 {found.cost}，下界 {found.bound}，超出份额 {found.beyond}，{found.proof}"


def main(arguments: Sequence[str] = ()) -> None:
    """全部规模；arguments 不用。"""
    plain = replace(load_terms(Catalog.default(), CITY), even=False, most_counties=0, seconds=8.0)
    ways = {
        "只管容量": plain,
        "并求均衡": replace(plain, even=True),
        "至多2个县区": replace(plain, most_counties=2),
        "至多2个县区并求均衡": replace(plain, even=True, most_counties=2),
        "至多1个县区": replace(plain, most_counties=1),
    }
    for firms, people in SIZES:
        run(firms, people, ways)
    small()


if __name__ == "__main__":
    main()
