"""一企一策的基准：逐家用时（中位、p95、最长）、造记录用时、与贪心比花费；全城台账的若干家。

用法：python -m bench.plan --ledger 台账文件夹 [--firms 1000]；先取小巨人差得少的，不够的按营收补。
"""

import argparse
import time
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from miaopu.desk.dossier import Reading
from miaopu.desk.planning.firm import Planner
from miaopu.desk.planning.record import Desk
from miaopu.desk.workspace import Workspace
from miaopu.plan.result import Plan
from miaopu.plan.solver.puzzle import Puzzle
from miaopu.plan.solver.search import TooHard
from miaopu.plan.solver.solve import Solver
from miaopu.standards.judge import Judge

KNOWN, JUDGED = date(2026, 11, 20), date(2027, 5, 10)


def greedy(one: Puzzle) -> int | None:
    """贪心：每次加一级，挑使不满足的条款减得最多、再最便宜的；加不动了还有不满足的为 None。给花费（两数之和）。"""
    levels, failing = [0] * len(one.options), _failing(one, [0] * len(one.options))
    while failing:
        tries = []
        for at, option in enumerate(one.options):
            if option.window is None and levels[at] < option.most:
                more = [level + (place == at) for place, level in enumerate(levels)]
                tries.append((_failing(one, more), sum(option.cost) + (not levels[at]) * sum(option.fixed), at))
        if not tries:
            return None
        failing, _, at = min(tries)
        levels[at] += 1
    return sum(sum(o.cost) * n + sum(o.fixed) for o, n in zip(one.options, levels, strict=True) if n)


def _failing(one: Puzzle, levels: list[int]) -> int:
    states = one.target.states(one.after(levels))
    return sum(states[clause.id] == 0 for clause in one.target.clauses)


def chosen(reading: Reading, count: int) -> list[str]:
    """不满足的条款最少的若干家，再按营收。"""
    code = "LG-2026"
    met = pl.col(f"{code}.met").cast(pl.UInt64).bitwise_count_ones()
    wide = reading.run.wide.select("enterprise", "revenue_t1")
    ranked = reading.run.verdicts.select("enterprise", met=met).join(wide, on="enterprise")
    return ranked.sort(["met", "revenue_t1", "enterprise"], descending=True, nulls_last=True)["enterprise"].to_list()[
        :count
    ]


def main() -> None:
    """量一遍；时间是处理器时间。"""
    asked = argparse.ArgumentParser()
    asked.add_argument("--ledger", type=Path, required=True)
    asked.add_argument("--firms", type=int, default=1000)
    given = asked.parse_args()
    space = Workspace(given.ledger)
    reading = Reading(space, space.assess(KNOWN, KNOWN), Judge(space.library))
    planner = Planner(Desk(reading, tuple(chosen(reading, given.firms))))
    begun = time.perf_counter()
    records = [planner.desk.record(one, JUDGED) for one in planner.desk.enterprises]
    print(f"造记录 {len(records)} 家：{time.perf_counter() - begun:.2f} 秒")
    for title, later in (("只看本次", False), ("连同往后的申报日", True)):
        measured(planner, records, title, later)
    ratio(planner, records)
    grown(planner, records)


def grown(planner: Planner, records: list) -> None:
    """随家数、随措施项数怎样长（处理器时间，只看本次）。"""
    for count in (100, 300, 1000):
        told = _spent(planner.solver, records[:count])
        print(f"{min(count, len(records))} 家：{told:.2f} 秒")
    every = planner.solver.setting.measures
    for count in (5, 10, 20, len(every)):
        fewer = {code: every[code] for code in sorted(every)[:count]}
        known = {
            code: replace(one, requires=tuple(name for name in one.requires if name in fewer), excludes=())
            for code, one in fewer.items()
        }
        solver = Solver(replace(planner.solver.setting, measures=known), planner.target_at)
        print(f"措施 {count} 项、{len(records[:300])} 家：{_spent(solver, records[:300]):.2f} 秒")


def _spent(solver: Solver, records: list) -> float:
    begun = time.process_time()
    for record in records:
        solver.planned(record, "LG")
    return time.process_time() - begun


def measured(planner: Planner, records: list, title: str, later: bool) -> None:
    """逐家量。"""
    if later:
        for year in range(JUDGED.year + 1, KNOWN.year + planner.desk.setting.planning.years_ahead + 1):
            planner.desk.day(JUDGED.replace(year=year))
    times, kinds = [], Counter()
    for record in records:
        begun = time.process_time()
        found = planner.solver.planned(record, "LG", planner.at(record.enterprise) if later else None)
        times.append(1000 * (time.process_time() - begun))
        best = found.best
        kinds["方案" if isinstance(best, Plan) else f"最早 {best.earliest.year if best.earliest else '看不到'}"] += 1
    times.sort()
    middle, tail = times[len(times) // 2], times[len(times) * 95 // 100]
    print(
        f"{title}：合计 {sum(times) / 1000:.2f} 秒，中位 {middle:.2f}、p95 {tail:.2f}、最长 {times[-1]:.0f} 毫秒；{dict(kinds)}"
    )


def ratio(planner: Planner, records: list) -> None:
    """与贪心比：有方案而要花钱的各家。"""
    more, lost, same = [], 0, 0
    for record in records:
        one = planner.solver.puzzle(record, "LG")
        try:
            found = one.best()
        except TooHard:
            continue
        if found is None or not any(found):
            continue
        mine, theirs = (
            sum(sum(o.cost) * n + sum(o.fixed) for o, n in zip(one.options, found, strict=True) if n),
            greedy(one),
        )
        lost, same = lost + (theirs is None), same + (theirs == mine)
        if theirs is not None and mine and theirs != mine:
            more.append(theirs / mine)
    more.sort()
    told = f"，贵的中位 {more[len(more) // 2]:.2f} 倍、最多 {more[-1]:.2f} 倍" if more else ""
    print(f"与贪心比：相同 {same} 家，贪心更贵 {len(more)} 家{told}，贪心走不通 {lost} 家")


if __name__ == "__main__":
    main()
