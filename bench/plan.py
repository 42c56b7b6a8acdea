"""一企一策的基准：逐家用时与随家数、未满足条款、措施项数的增长；与贪心比花费与漏掉的，与只靠行式的逐个枚举比对错。

用法：python -m bench.plan [--ledger 台账文件夹] [--firms 1000]；先取小巨人差得少的，不够的按营收补。时间是处理器时间。
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import combinations, islice, product
from math import prod
from pathlib import Path
from statistics import median

import polars as pl

from bench.rounds import peak, ratio
from miaopu.desk.dossier import Reading
from miaopu.desk.planning.firm import Planner, plan_many
from miaopu.desk.planning.record import Desk
from miaopu.desk.workspace import Workspace
from miaopu.plan.record import Record
from miaopu.plan.result import Failed, Plan, Planned
from miaopu.plan.solver.puzzle import Puzzle
from miaopu.plan.solver.search import TooHard
from miaopu.plan.solver.solve import Solver
from miaopu.standards.judge import Judge
from miaopu.standards.tree.state import State

KNOWN, JUDGED = date(2026, 11, 20), date(2027, 5, 10)
TIER, OTHERS = "LG", ("SRDI", "GAZELLE")
SIZES, FEWER = (100, 300, 1000), (5, 10, 20)
ROOM, EACH = 3000, 40
"""与枚举比：一题至多这么多种组合，至多这么多题。"""


def chosen(reading: Reading, count: int) -> list[str]:
    """不满足的条款最少的若干家，再按营收。"""
    met = pl.col("LG-2026.met").cast(pl.UInt64).bitwise_count_ones()
    wide = reading.run.wide.select("enterprise", "revenue_t1")
    ranked = reading.run.verdicts.select("enterprise", met=met).join(wide, on="enterprise")
    ranked = ranked.sort(["met", "revenue_t1", "enterprise"], descending=True, nulls_last=True)
    return ranked["enterprise"].to_list()[:count]


def whole(reading: Reading, firms: list[str]) -> None:
    """从台账到方案一趟：取快照、造记录、求解、往后各申报日，全部在内。"""
    begun, worked = time.perf_counter(), time.process_time()
    found = dict(plan_many(reading, firms, TIER, JUDGED))
    spent, worked = time.perf_counter() - begun, time.process_time() - worked
    bad = sum(isinstance(one, Failed) for one in found.values())
    print(f"{len(firms)} 家连快照一趟：墙上 {spent:.2f} 秒，处理器 {worked:.2f} 秒，没有编成 {bad} 家")
    print(ratio(f"　折合一千家的处理器秒数（一个进程；{len(firms)} 家）", worked * 1000 / len(firms), 10))


def timed(planner: Planner, records: list[Record], later: bool) -> list[tuple[float, Record, Planned]]:
    """逐家求解，毫秒；各申报日的快照先取好。"""
    out = []
    for record in records:
        begun = time.process_time()
        found = planner.solver.planned(record, TIER, planner.at(record.enterprise) if later else None)
        out.append((1000 * (time.process_time() - begun), record, found))
    return out


def spread(title: str, times: list[float], goal: float | None = None) -> None:
    """一行：中位、p95、最长。"""
    ranked = sorted(times)
    tail = f"p95 {ranked[len(ranked) * 95 // 100]:.2f}、最长 {ranked[-1]:.0f}"
    print(ratio(f"{title} {len(ranked)} 家：合计 {sum(ranked) / 1000:.2f} 秒，{tail}，中位毫秒", median(ranked), goal))


def kind(found: Planned) -> str:
    """结果的一类。"""
    if isinstance(found.best, Plan):
        return "本次能"
    return f"最早 {found.best.earliest.year}" if found.best.earliest else "看不到"


def days(planner: Planner) -> list[date]:
    """要取快照的各日：这个层级与先要的各称号往后的申报日。"""
    setting = planner.desk.setting
    tiers = {TIER, *(one.title_of for one in setting.measures.values() if one.title_of)}
    return sorted({day for tier in tiers for day in setting.planning.later(tier, KNOWN, KNOWN)})


def speed(planner: Planner, records: list[Record]) -> None:
    """用时：只看本次、连同往后；各类各是多少；随未满足的条款怎样长。"""
    spread("只看本次", [one for one, _, _ in timed(planner, records, False)], 5)
    for day in days(planner):
        planner.desk.day(day)
    found = timed(planner, records, True)
    spread("连同往后的申报日", [one for one, _, _ in found], 5)
    later = [one for one, _, planned in found if kind(planned).startswith("最早")]
    if later:
        spread("　往后才能的", later, 5)
        proven = sum(planned.proven for _, _, planned in found)
        print(f"　证明到最省或办不到的 {proven} 家，没有算完的 {len(found) - proven} 家")
    for name, _ in Counter(kind(planned) for _, _, planned in found).most_common():
        spread(f"　{name}", [one for one, _, planned in found if kind(planned) == name])
    opened = Counter[int]()
    spent: dict[int, list[float]] = {}
    for one, record, _ in found:
        states = planner.solver.puzzle(record, TIER).before.values()
        count = min(sum(state is State.fail_ for state in states) // 3 * 3, 12)
        opened[count] += 1
        spent.setdefault(count, []).append(one)
    for count in sorted(spent):
        spread(f"　现在不满足 {count}{'条以上' if count == 12 else f'—{count + 2} 条'}", spent[count])


def grown(planner: Planner, records: list[Record]) -> None:
    """随家数、随措施项数怎样长（只看本次）。"""
    for count in SIZES:
        if count <= len(records):
            told = sum(one for one, _, _ in timed(planner, records[:count], False))
            print(f"{count} 家：{told / 1000:.2f} 秒，每家 {told / count:.2f} 毫秒")
    every, some = planner.solver.setting.measures, records[:300]
    for count in (*FEWER, len(every)):
        kept = sorted(every)[:count]
        known = {
            code: replace(every[code], requires=tuple(one for one in every[code].requires if one in kept), excludes=())
            for code in kept
        }
        solver = Solver(replace(planner.solver.setting, measures=known, _made={}, _moves={}), planner.target_at)
        begun = time.process_time()
        for record in some:
            solver.planned(record, TIER)
        spent = time.process_time() - begun
        print(f"措施 {count} 项、{len(some)} 家：{spent:.2f} 秒，每家 {1000 * spent / len(some):.2f} 毫秒")


def solvable(planner: Planner) -> Iterator[Puzzle]:
    """有方案而要花钱的题：各家各层级，本次不能的取它最早能的那个申报日。"""
    for tier in (TIER, *OTHERS):
        for enterprise in planner.desk.enterprises:
            best = planner.plan(enterprise, tier, JUDGED).best
            plan = best if isinstance(best, Plan) else best.then
            if plan is not None and any(step.effects for step in plan.steps):
                yield planner.solver.puzzle(planner.desk.record(enterprise, plan.judged_on), tier)


def price(one: Puzzle, levels: tuple[int, ...] | list[int]) -> int:
    """一组级数的花费（低、高两数之和），分。"""
    return sum(sum(o.cost) * n + sum(o.fixed) for o, n in zip(one.options, levels, strict=True) if n)


def failing(one: Puzzle, levels: tuple[int, ...] | list[int]) -> int:
    """办完还不满足的条款数。"""
    states = one.target.states(one.after(levels))  # type: ignore[arg-type]
    return sum(states[clause.id] is State.fail_ for clause in one.target.clauses)


def greedy(one: Puzzle) -> int | None:
    """贪心：每次加一级，挑使不满足的条款减得最多、再最便宜的；加不动了还有不满足的为 None。不看称号到它的窗口办不办得成。"""
    levels = [0] * len(one.options)
    left = failing(one, levels)
    while left:
        tries = []
        for at, option in enumerate(one.options):
            if levels[at] < option.most:
                more = [level + (place == at) for place, level in enumerate(levels)]
                tries.append((failing(one, more), sum(option.cost) + (not levels[at]) * sum(option.fixed), at))
        if not tries:
            return None
        left, _, at = min(tries)
        levels[at] += 1
    return price(one, levels)


def against_greedy(puzzles: list[Puzzle]) -> None:
    """花费贵多少、漏掉几家、各用多久。"""
    dearer, missed, cheaper, same, mine, theirs = [], 0, 0, 0, 0.0, 0.0
    for one in puzzles:
        begun = time.process_time()
        try:
            best = replace(one, _goals={}, _asked={}, _titles={}).best()
        except TooHard:
            continue
        mine, begun = mine + time.process_time() - begun, time.process_time()
        found = greedy(one)
        theirs += time.process_time() - begun
        exact = price(one, best or ())
        missed, same = missed + (found is None), same + (found == exact)
        cheaper += found is not None and found < exact
        dearer += [found / exact] if found is not None and exact and found > exact else []
    told = f"，贵的中位 {median(dearer):.2f} 倍、最多 {max(dearer):.2f} 倍" if dearer else ""
    print(f"与贪心比 {len(puzzles)} 题：花费相同 {same}，贪心更贵 {len(dearer)}{told}，贪心走不通而有方案 {missed}")
    print(
        f"　贪心更省 {cheaper}（不看前置称号到它的窗口办不办得成，不是真方案）；用时 精确 {mine:.2f} 秒，贪心 {theirs:.2f} 秒"
    )


def enumerated(one: Puzzle) -> int | None:
    """只靠行式：守互斥的全部组合里，能满足的都满足、别的没有不满足的最省花费。"""
    names, found = [clause.id for clause in one.target.clauses], {}
    for levels in product(*(range(option.most + 1) for option in one.options)):
        if not any(levels[a] and levels[b] for a, b in one.apart):
            states = one.target.states(one.after(levels))
            found[levels] = {name: states[name] for name in names}
    movable = {name for states in found.values() for name, state in states.items() if state.met}
    passing = [
        price(one, levels)
        for levels, states in found.items()
        if all(state.met if name in movable else state is not State.fail_ for name, state in states.items())
    ]
    return min(passing, default=None)


def small(puzzles: list[Puzzle]) -> Iterator[Puzzle]:
    """从真题里抽小题：几项没有先办、不是称号的措施，组合数不过 ROOM。"""
    for one in puzzles:
        plain = [o for o in one.options if o.window is None and not o.measure.requires]
        useful = [o for o in plain if o.most > 1] + [o for o in plain if o.most == 1]
        for picked in islice(combinations(useful, 3), 200):
            if prod(option.most + 1 for option in picked) <= ROOM and not any(
                other.measure.code in option.measure.requires for option in one.options for other in picked
            ):
                yield Puzzle(one.target, one.record, one.setting, picked, one.target_at)
                break


def against_enumeration(puzzles: list[Puzzle]) -> None:
    """小题与枚举：能不能、花费。"""
    same, some, slow, fast, done = 0, 0, 0.0, 0.0, 0
    for one in small(puzzles):
        if done == EACH:
            break
        begun = time.process_time()
        found = one.best()
        fast, begun = fast + time.process_time() - begun, time.process_time()
        wanted = enumerated(one)
        slow, done = slow + time.process_time() - begun, done + 1
        same += (None if found is None else price(one, found)) == wanted
        some += wanted is not None
    print(
        f"与枚举比 {done} 题：花费、能与不能全同 {same} 题，其中能的 {some}；用时 求解 {fast:.2f} 秒，枚举 {slow:.2f} 秒"
    )


def main(argv: list[str] | None = None) -> None:
    """量一遍，打印。"""
    asked = argparse.ArgumentParser(description="一企一策：用时、增长、与贪心和枚举比")
    asked.add_argument("--ledger", type=Path, default=Path("var/ledger/2000-2026"))
    asked.add_argument("--firms", type=int, default=1000)
    given = asked.parse_args(argv)
    space = Workspace(given.ledger)
    reading = Reading(space, space.assess(KNOWN, KNOWN), Judge(space.library))
    firms = chosen(reading, given.firms)
    whole(reading, firms)
    planner = Planner(Desk(reading, tuple(firms)))
    begun = time.perf_counter()
    records = [planner.desk.record(one, JUDGED) for one in firms]
    print(f"造记录 {len(records)} 家：{time.perf_counter() - begun:.2f} 秒（取本次的快照在内）")
    speed(planner, records)
    grown(planner, records)
    puzzles = list(solvable(planner))
    against_greedy(puzzles)
    against_enumeration(puzzles)
    print(f"内存峰值 {peak():.2f} GB")


if __name__ == "__main__":
    main()
