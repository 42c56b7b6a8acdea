"""一家一页与一个数的来历：随机取若干家，各步中位数毫秒，与“把各批事实扫一遍只取这一家”的裸读之比，并看随规模怎样长。

用法：python -m bench.lineage --ledger 台账 [--ledger 台账 …] [--firms 200]；没有台账先 miaopu demo 造一座。
目标（全市 207,455 家）：一页 ≤ 100 毫秒，一次溯源（连取快照）≤ 150 毫秒。
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median, quantiles

import polars as pl

from bench.rounds import peak, ratio, timed
from miaopu.desk.workspace import Workspace
from miaopu.ledger.journal import active
from miaopu.ledger.snapshot import Snapshot, gather, roster, snapshot
from miaopu.ledger.trace import firm_file, trace
from miaopu.standards.explain.firm import assess_firm, computed, files_of, origins
from miaopu.standards.judge import Judge

ON = date(2026, 11, 20)
PAGE, TRACE = 100.0, 150.0
COLUMNS = {"取数": "revenue_t1", "公式": "growth_avg", "派生": "class1_ip_2026_low"}
SEED = 2026
Step = Callable[[str], object]


class City:
    """一座城的台账，与量的各步；每一步都从头读，不用别的步留下的事实。"""

    def __init__(self, folder: Path) -> None:
        self.space = Workspace(folder)
        self.given = {"indicators": self.space.indicators, "sources": self.space.sources}
        self.paths = active(self.space.ledger, ON).files("facts.parquet")
        self.run = self.space.assess(ON, ON)
        self.judge, self.files = Judge(self.space.library), files_of(self.space.ledger, ON)
        self.firms = pl.scan_parquet(self.run.folder / "wide.parquet").select("enterprise").collect()["enterprise"]

    def raw(self, firm: str) -> object:
        """裸读：各批事实扫一遍。"""
        return pl.scan_parquet(self.paths).filter(pl.col("enterprise") == firm).collect()

    def taken(self, firm: str) -> Snapshot:
        """一家的快照；进程里留着的事实先清掉。"""
        gather._few.cache_clear()
        roster._few_named.cache_clear()
        return snapshot(self.space.ledger, known_on=ON, assessed_on=ON, enterprises=[firm], **self.given)

    def page(self, firm: str) -> object:
        """一户一档：快照与档案。"""
        return firm_file(self.space.ledger, self.taken(firm), firm, **self.given)

    def traced(self, column: str) -> Step:
        """一次溯源，连取快照与公式的值。"""

        def step(firm: str) -> object:
            told = computed(self.space.library.vocabulary, self.run.firm(firm) or {})
            return trace(self.space.ledger, self.taken(firm), firm, column, computed=told, **self.given)

        return step

    def judged(self, firm: str) -> object:
        """对全部标准的判定与说理，连读宽表行与出处。"""
        row = self.run.firm(firm) or {}
        return list(assess_firm(self.run, row, self.judge, origins(self.run, firm, self.files)))

    def steps(self) -> dict[str, Step]:
        """量的各步。"""
        traces = {f"溯源 {title}（{column}）": self.traced(column) for title, column in COLUMNS.items()}
        return {"裸读": self.raw, "宽表一行": self.run.firm, "一户一档": self.page, **traces, "全部标准": self.judged}


def measure(folder: Path, firms: int) -> dict[str, float]:
    """一座城：各步轮流，每家每步量一次，打印并给中位数（毫秒）。"""
    city = City(folder)
    chosen = random.Random(SEED).sample(city.firms.to_list(), min(firms, len(city.firms)))
    steps = city.steps()
    for step in steps.values():
        step(chosen[0])
    spent: dict[str, list[float]] = {name: [] for name in steps}
    for firm in chosen:
        for name, step in steps.items():
            spent[name].append(1000 * timed(lambda step=step, firm=firm: step(firm)))
    middle = {name: median(found) for name, found in spent.items()}
    print(f"{len(city.firms)} 家，{len(city.paths)} 批，随机 {len(chosen)} 家；内存峰值 {peak():.2f} GB")
    for name, found in spent.items():
        late = quantiles(found, n=20)[-1]
        print(
            f"  {name}：中位 {middle[name]:.1f} 毫秒，95% {late:.1f} 毫秒，裸读的 {middle[name] / middle['裸读']:.2f} 倍"
        )
    return middle


def main(argv: list[str] | None = None) -> None:
    """读参数，打印毫秒、比值与随规模的增长。"""
    parser = argparse.ArgumentParser(description="一家一页与溯源的基准")
    parser.add_argument("--ledger", type=Path, action="append", required=True, help="台账文件夹，可写几个，由小到大")
    parser.add_argument("--firms", type=int, default=200)
    given = parser.parse_args(argv)
    found = [measure(folder, given.firms) for folder in given.ledger]
    print(ratio("一户一档（毫秒）", found[-1]["一户一档"], PAGE))
    for name in [one for one in found[-1] if one.startswith("溯源")]:
        print(ratio(f"{name}（毫秒）", found[-1][name], TRACE))
    if len(found) > 1:
        for name in found[-1]:
            print(ratio(f"{name}：最大的城 ÷ 最小的城", found[-1][name] / found[0][name]))


if __name__ == "__main__":
    main()
