"""先补哪个数：在数全的企业上藏数重放，与固定的填报次序比；未知数不多时与穷尽的最优比。

用法：python -m bench.next_datum --ledger 台账 [--standard LG-2026] [--firms 300] [--seed 1]
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import prod
from pathlib import Path
from statistics import mean, median
from typing import Any

import polars as pl

from miaopu.desk.workspace import Workspace
from miaopu.plan.chance import Pool, known
from miaopu.plan.collect import Ways
from miaopu.plan.next_datum import Game, leaves
from miaopu.plan.replay import adaptive, expected, fixed, optimum, replay, without
from miaopu.standards.engine.row import compile_row
from miaopu.standards.run import Run, reopen
from miaopu.standards.tree.node import Input

DAY = date(2026, 11, 20)
FEWEST, MOST = 2, 10
DRAWS = 20
PENDING = 1
SMALL, STATES = 10, 3_000_000
"""与穷尽的最优比：至多这么多个未知数、这么多个局面（再多的一局要算几分钟，不比，比了几局照写）。"""


@dataclass(frozen=True)
class Ground:
    """一份标准的场地：firms 是数全而留出来的企业，pool 是其余企业，often 是城里会缺的输入，order 是填报次序。"""

    form: Any
    every: Any
    firms: list[dict[str, Any]]
    pool: Pool
    ways: Ways
    often: list[Input]
    order: list[str]


def ground(space: Workspace, found: Run, code: str, count: int, seed: int) -> Ground:
    """留出 count 家数全的企业，可比只看别的企业。"""
    form = compile_row(next(one.program for one in found.selected if one.program.standard.code == code))
    every, wide = leaves(form.program), found.wide
    wanted = list(dict.fromkeys(one for leaf in every for one in leaf.inputs))
    tests = {one: known(one, wide.columns) for one in wanted}
    full = [test.is_not_null() for test in tests.values() if test is not None]
    complete = wide.filter(pl.all_horizontal(full)) if len(full) == len(wanted) else wide.clear()
    often = [one for one, test in tests.items() if test is not None and wide.select(test.null_count()).item()]
    rows = [one for one in complete.sort("enterprise").to_dicts() if form.raw(without(one, often))[0] == PENDING]
    random.Random(seed).shuffle(rows)
    kept = rows[:count]
    out = pl.Series([one["enterprise"] for one in kept], dtype=pl.String)
    ways = Ways.load(space.catalog, space.library.vocabulary)
    pool = Pool(wide.filter(~pl.col("enterprise").is_in(out.implode())), ways.costs)
    return Ground(form, every, kept, pool, ways, often, form_order(space, wanted))


def form_order(space: Workspace, wanted: Sequence[Input]) -> list[str]:
    """企业填报表的次序，表上没有的照标准里出现的次序排在后面。"""
    table = space.sources["firm"].tables[0]
    at = {name: place for place, name in enumerate(dict.fromkeys(one.key for one in table.columns))}
    vocabulary = space.library.vocabulary

    def place(one: Input) -> int:
        found = vocabulary.indicator(one.name)
        return at.get(found.key, len(at)) if found else len(at)

    return [one.name for one in sorted(wanted, key=place)]


def hidings(ground: Ground, seed: int) -> Iterator[tuple[dict[str, Any], list[Input]]]:
    """每家藏起随机几个会缺的数；藏了仍有结论的再抽，抽 DRAWS 次还有结论的不算。"""
    most = min(MOST, len(ground.often))
    for at, row in enumerate(ground.firms):
        draw = random.Random(f"{seed}-{at}")
        for _ in range(DRAWS):
            hidden = draw.sample(ground.often, draw.randint(min(FEWEST, most), most))
            if ground.form.raw(without(row, hidden))[0] == PENDING:
                yield row, hidden
                break


def measure(ground: Ground, seed: int) -> dict[str, Any]:
    """两种先后的项数与花费（中位、平均），及与最优的差距。"""
    ours, theirs, clauses, gaps, wrong, spent = [], [], [], [], 0, 0.0
    by_clause = list(dict.fromkeys(one.name for leaf in ground.every for one in leaf.inputs))
    for row, hidden in hidings(ground, seed):
        started = time.perf_counter()
        pick = adaptive(ground.form, ground.every, ground.pool, ground.ways)
        ours.append(replay(ground.form, row, hidden, pick, ground.ways))
        spent += time.perf_counter() - started
        theirs.append(replay(ground.form, row, hidden, fixed(ground.order), ground.ways))
        clauses.append(replay(ground.form, row, hidden, fixed(by_clause), ground.ways))
        wrong += ours[-1].verdict != theirs[-1].verdict
        game = Game(ground.form, ground.every, without(row, hidden), ground.pool, ground.ways)
        if len(game.unknowns) <= SMALL and prod(len(one.cells) + 1 for one in game.unknowns) <= STATES:
            gaps.append((expected(game), optimum(game)))
    return {
        "cases": len(ours), "ours": [len(one.items) for one in ours], "form": [len(one.items) for one in theirs],
        "clause": [len(one.items) for one in clauses], "our_minutes": [one.minutes for one in ours],
        "form_minutes": [one.minutes for one in theirs], "gaps": gaps, "differ": wrong, "seconds": spent,
    }  # fmt: skip


def fewer(ours: list[int], form: list[int]) -> str:
    """比填报次序少几成；填报次序的中位已是一项的是到底了：待核至少要补一项，谁也少不了，另看它要两项以上的各例。"""
    if median(form) > 1:
        return f"比填报次序少 {1 - median(ours) / median(form):.0%}，目标 ≥ 40%"
    longer = [(mine, theirs) for mine, theirs in zip(ours, form, strict=True) if theirs > 1]
    floor = "填报次序的中位已是一项，待核至少要补一项，到底了，少四成无从谈起"
    if not longer:
        return floor
    mine, theirs = (median(one) for one in zip(*longer, strict=True))
    least = sum(one == 1 for one, _ in longer)
    return f"{floor}；填报次序要两项以上的 {len(longer)} 例里 {mine:g} 对 {theirs:g}，少 {1 - mine / theirs:.0%}，其中 {least} 例已是一项"


def told(code: str, found: dict[str, Any]) -> str:
    """一份标准一段。"""
    if not found["cases"]:
        return f"{code}：没有数全的企业"
    ours, form = found["ours"], found["form"]
    worst = max((float(got / best) - 1 for got, best in found["gaps"] if best), default=0.0)
    overall = float(sum(got for got, _ in found["gaps"]) / (sum(best for _, best in found["gaps"]) or 1)) - 1
    return (
        f"{code}：{found['cases']} 例；到有结论的项数 中位 本软件 {median(ours):g}、填报次序 {median(form):g}、"
        f"条款次序 {median(found['clause']):g}（{fewer(ours, form)}）；"
        f"平均 {mean(ours):.2f} 对 {mean(form):.2f}；花费平均 {float(mean(found['our_minutes'])):.0f} 对 "
        f"{float(mean(found['form_minutes'])):.0f} 分钟；与最优 {len(found['gaps'])} 局，期望花费合计高 {overall:.2%}、"
        f"最差一局高 {worst:.1%}（目标 ≤ 5%）；结论不同 {found['differ']} 例；每例 {found['seconds'] / found['cases'] * 1000:.0f} 毫秒"
    )


def main(argv: list[str] | None = None) -> None:
    """量一遍，打印。"""
    parser = argparse.ArgumentParser(description="先补哪个数：重放与最优")
    parser.add_argument("--ledger", type=Path, default=Path("var/ledger/2000-2026"))
    parser.add_argument("--run", type=Path, help="已经跑完的一轮的文件夹；缺省按演示日期评估")
    parser.add_argument("--standard", action="append")
    parser.add_argument("--firms", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(argv)
    space = Workspace(given.ledger)
    found = reopen(given.run, space.catalog, space.library) if given.run else space.assess(DAY, DAY)
    for code in given.standard or ("LG-2026", "SRDI-2026", "GAZELLE-SD-2020", "LG-63"):
        print(told(code, measure(ground(space, found, code, given.firms, given.seed), given.seed)), flush=True)


if __name__ == "__main__":
    main()
