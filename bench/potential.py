"""潜力信号：折外的布里尔分，逻辑回归对单调梯度提升与人人说平均占比；选哪个看这里。

用法：python -m bench.potential --run 轮次文件夹 [--tier SRDI]；不写 --run 就评估 --ledger 的演示日期
"""

import argparse
import time
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from miaopu.desk.workspace import Workspace
from miaopu.profile.potential import NoSignal, examples, learn, load_rules, needed
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
    table = examples(wide.sort("enterprise"), rules, DAY)
    grid, held = table.drop("enterprise", "held").to_numpy(), table["held"].to_numpy()
    folds = StratifiedKFold(rules.folds, shuffle=True, random_state=rules.seed)
    rising = [1 if one.code in ("revenue", "rd", "profit") else 0 for one in rules.features]
    for depth in (2, 3):
        trees = HistGradientBoostingClassifier(
            monotonic_cst=rising, max_depth=depth, max_iter=150, learning_rate=0.05, random_state=rules.seed
        )
        model = CalibratedClassifierCV(trees, method="isotonic", cv=folds, ensemble=False)
        chance = cross_val_predict(model, grid, held, cv=folds, method="predict_proba")[:, 1]
        print(
            f"单调提升（{depth} 层）：布里尔 {np.mean((chance - held) ** 2):.4f}，排序 {roc_auc_score(held, chance):.3f}"
        )
    print(f"逻辑回归：布里尔 {found.brier:.4f}；人人说平均占比 {found.base_brier:.4f}；好 {found.skill:.1%}")


if __name__ == "__main__":
    main()
