"""内存：一千万家与六千万家各在一个新进程里评估一次，比内存峰值；六千万家是同一份一千万家的表读六遍。

用法：python -m bench.standards_memory [--rows 10000000] [--times 6] [--folder 盘够大的文件夹]
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import polars as pl

from bench import standards_data
from bench.standards import live_programs
from miaopu.standards.engine.column import evaluate

CHILD = "--child"


def main(argv: list[str]) -> int:
    """造一份表，两个子进程各评一次，打印秒数、峰值与比值。"""
    if argv[:1] == [CHILD]:
        return child(Path(argv[1]), int(argv[2]), Path(argv[3]))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--times", type=int, default=6)
    parser.add_argument("--folder", type=Path)
    told = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(dir=told.folder) as name:
        source = standards_data.write(live_programs(), told.rows, Path(name) / "firms.parquet")
        found = {}
        for times in (1, told.times):
            words = [
                sys.executable,
                "-m",
                "bench.standards_memory",
                CHILD,
                str(source),
                str(times),
                f"{name}/out.parquet",
            ]
            found[times] = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
            print(
                f"{told.rows * times} 家：{found[times]['seconds']:.1f} 秒，内存峰值 {found[times]['peak_gb']:.2f} GB"
            )
        print(
            f"内存 {told.times} 倍家数 ÷ 一倍：{found[told.times]['peak_gb'] / found[1]['peak_gb']:.2f}（目标 ≤ 1.3）"
        )
    return 0


def child(source: Path, times: int, target: Path) -> int:
    """新进程里评估一次。"""
    started = perf_counter()
    evaluate(pl.scan_parquet([source] * times), live_programs()).sink_parquet(target, compression="snappy")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(json.dumps({"seconds": perf_counter() - started, "peak_gb": peak}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
