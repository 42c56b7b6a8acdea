"""潜力信号：折外的布里尔分与校准，一层的单调梯度提升（在用）对更深的、逻辑回归与人人说平均占比。

用法：python -m bench.potential --run 轮次文件夹 [--tier SRDI]；不写 --run 就评估 --ledger 的演示日期
"""

import argparse
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.metrics import roc_auc_score

from miaopu.desk.workspace import Workspace
from miaopu.profile.potential import NoSignal, learn, reliability, setup
from miaopu.profile.potential_rules import codes, examples, load_rules, needed
from miaopu.standards.run import WIDE

DAY = date(2026, 11, 20)


def main(argv: list[str] | None = None) -> None:
    """量一遍，打印。"""
    parser = argparse.ArgumentParser(description="潜力信号")
    parser.add_argument("--ledger", type=Path, default=Path("var/ledger/2000-2026"))
    parser.add_argument("--run", type=Path)
    parser.add_argument("--tier", default="SRDI")
    given = parser.parse_args(argv)
    space = Workspace(given.ledger)
    folder = given.run or space.assess(DAY, DAY).folder
    rules = load_rules(space.catalog, given.tier)
    scan = pl.scan_parquet(folder / WIDE)
    wide = scan.select(name for name in scan.collect_schema().names() if name in needed(rules)).collect()
    started = time.perf_counter()
    found = learn(wide, rules, DAY)
    if isinstance(found, NoSignal):
        print(f"{given.tier}：不给信号，{found.why}")
        return
    print(f"学一次 {time.perf_counter() - started:.1f} 秒；{found.holders} 家有称号，{found.others} 家没有")
    table, how = examples(wide.sort("enterprise"), rules, DAY), setup(rules)
    grid, held = table.select(codes(rules)).to_numpy(), table["held"].to_numpy()
    ways = {
        "逻辑回归": how.plain(),
        "一层（在用，只相加）": how.boosted(1),
        "二层": how.boosted(2),
        "三层": how.boosted(3),
    }
    for name, model in ways.items():
        chance = how.outside(model, grid, held)
        off = sum(one.firms * abs(one.expected - one.observed) for one in reliability(chance, held, rules.bins))
        print(
            f"{name}：折外布里尔 {np.mean((chance - held) ** 2):.4f}，排序 {roc_auc_score(held, chance):.3f}，"
            f"各档预计与真有平均差 {off / len(held):.1%}"
        )
    print(f"人人说平均占比：布里尔 {found.base_brier:.4f}")


if __name__ == "__main__":
    main()
