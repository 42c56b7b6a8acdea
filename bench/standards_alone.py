"""一个新进程里跑一家一次：先用小表热身（不计时），再计时跑一遍；各家的准备一样，比出来的才是活本身。

用法：python -m bench.standards_alone 名字 输入 小输入 结果 输出；末行给出 {"seconds": 墙上秒数, "cpu": 处理器秒数}。
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import polars as pl

from bench import standards_sql
from bench.standards import floor, live_programs, ours, sql, streamed_floor


def work(name: str, source: Path, small: Path, result: Path, target: Path) -> tuple[Callable, Callable]:
    """（热身，正式）。结果表人人都先读进内存，只有下限用它：不让谁的内存分配器独占便宜。"""
    programs = live_programs()
    if name == "streamed_floor":
        return lambda: streamed_floor(small, small, target), lambda: streamed_floor(source, result, target)
    known = pl.read_parquet(result)
    query = standards_sql.query(programs)
    runs = {
        "ours": lambda path, rows: ours(programs, path, target),
        "floor": lambda path, rows: floor(path, known.head(rows), target),
        "duckdb": lambda path, rows: sql(query, path, target),
    }
    few = pl.scan_parquet(small).select(pl.len()).collect().item()
    return lambda: runs[name](small, few), lambda: runs[name](source, known.height)


def main(argv: list[str]) -> int:
    """热身一遍，计时一遍。"""
    warm, real = work(argv[0], *map(Path, argv[1:]))
    warm()
    start, busy = perf_counter(), process_time()
    real()
    print(json.dumps({"seconds": perf_counter() - start, "cpu": process_time() - busy}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
