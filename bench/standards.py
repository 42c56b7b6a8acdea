"""评测判定：列式（Parquet 进、Parquet 出）对读写下限、DuckDB SQL、openfisca-core，行式对目标；同一次运行给倍数。

每家每轮各在一个新进程里，热身后只计时一遍，轮流先跑，取同一轮里两家之比的中位数（为什么见 docs/decisions/0007）。
用法：python -m bench.standards [--rows 207455] [--rounds 9] [--group 20000] [--fisca 另一个环境的 python] [--folder 目录] [--grow]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

import duckdb
import polars as pl

from bench import standards_data, standards_sql
from miaopu.standards.applicability import choose, load_rules, tiers
from miaopu.standards.engine.bind import Program, bind
from miaopu.standards.engine.column import evaluate
from miaopu.standards.engine.row import compile_row
from miaopu.standards.load import load_library
from miaopu.standards.run import WIDE_GROUP
from miaopu.terms.catalog import Catalog

DAY = date(2026, 11, 20)
COMPRESSION = "zstd"
SMALL = 5_000
"""热身用的小表。"""
BIG = 2_000_000
"""再大就只比流式的下限：结果不整个放进内存。"""


def live_programs() -> list[Program]:
    """评测日新申请适用的全部标准，加小巨人 2026 年度复核。"""
    catalog = Catalog.default()
    library, rules = load_library(catalog), load_rules(catalog)
    chosen = {(found.standard, "new") for tier in tiers(rules) if (found := choose(rules, tier, DAY))}
    cases = [*sorted(chosen), (choose(rules, "LG", DAY, "review").standard, "review")]
    programs = [bind(library.find(code), DAY, kind, library.notices_for(code, DAY, kind)) for code, kind in cases]
    return [program for program in programs if program.clauses]


def ours(programs: list[Program], source: Path, target: Path) -> None:
    """列式：流式读、判、写。"""
    evaluate(pl.scan_parquet(source), programs).sink_parquet(target, compression=COMPRESSION)


def floor(source: Path, result: pl.DataFrame, target: Path) -> None:
    """读写下限：解码全部输入列，编码同样的结果。"""
    pl.read_parquet(source)
    result.write_parquet(target, compression=COMPRESSION)


def streamed_floor(source: Path, result: Path, target: Path) -> None:
    """大表的读写下限：流式解码输入，流式抄写结果。"""
    pl.scan_parquet(source).select(pl.all().null_count()).collect(engine="streaming")
    pl.scan_parquet(result).sink_parquet(target, compression=COMPRESSION)


def sql(query: str, source: Path, target: Path) -> None:
    """DuckDB：同样的列，一条 SQL。"""
    connection = duckdb.connect(config={"threads": 2})
    text = query.format(source=source)
    connection.execute(f"COPY ({text}) TO '{target}' (FORMAT parquet, COMPRESSION {COMPRESSION})")


def timed(work: Callable[[], object]) -> float:
    """一次的秒数。"""
    start = perf_counter()
    work()
    return perf_counter() - start


def commands(source: Path, small: Path, result: Path, folder: Path, fisca: str | None) -> dict[str, list[str]]:
    """各家 → 跑它一次的命令；每个命令末行打印秒数。"""
    alone = [sys.executable, "-m", "bench.standards_alone"]
    streamed = "streamed_floor" if height(source) > BIG else "floor"
    kinds = {"ours": "ours", "floor": streamed, "duckdb": "duckdb"}
    out = {
        name: [*alone, kind, str(source), str(small), str(result), str(folder / f"{name}.parquet")]
        for name, kind in kinds.items()
    }
    if fisca:
        script = Path(__file__).with_name("standards_fisca.py")
        out["openfisca"] = [fisca, str(script), str(source), str(folder / "fisca.parquet"), str(small)]
    return out


def height(path: Path) -> int:
    """Parquet 的行数。"""
    return pl.scan_parquet(path).select(pl.len()).collect().item()


def told_by(command: list[str]) -> dict[str, float]:
    """跑一次，给出它打印的秒数。"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    if "bench.standards_alone" not in command:
        environment.pop("PYTHONPATH")
    told = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return json.loads(told.stdout.splitlines()[-1])


def compare(rows: int, rounds: int, folder: Path, fisca: str | None, group: int) -> dict[str, object]:
    """轮流跑各家，给中位秒数与我们对各家的倍数（墙上时间与处理器时间）。"""
    programs = live_programs()
    source = standards_data.write(programs, rows, folder / f"firms{rows}.parquet", group=group)
    small = standards_data.write(programs, min(rows, SMALL), folder / "small.parquet")
    result = folder / "result.parquet"
    ours(programs, source, result)
    runs = commands(source, small, result, folder, fisca)
    found: dict[str, list[dict[str, float]]] = {name: [] for name in runs}
    names = list(runs)
    for turn in range(rounds):  # 每轮换人先跑：机器忙闲在变，挨着的才好比
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            found[name].append(told_by(runs[name]))
    return {
        "rows": rows,
        "rounds": rounds,
        "group": group,
        "seconds": {name: round(median(one["seconds"] for one in took), 3) for name, took in found.items()},
        "ours_to": {name: _times(found["ours"], took, "seconds") for name, took in found.items()},
        "ours_to_cpu": {name: _times(found["ours"], took, "cpu") for name, took in found.items()},
        "same_as_duckdb": standards_sql.same(folder / "ours.parquet", folder / "duckdb.parquet"),
        "output_mb": round(result.stat().st_size / 1e6, 1),
        "input_mb": round(source.stat().st_size / 1e6, 1),
    }


def _times(mine: list[dict[str, float]], theirs: list[dict[str, float]], kind: str) -> list[float]:
    """同一轮两家之比：中位数、四分位下、上。"""
    ratios = sorted(a[kind] / b[kind] for a, b in zip(mine, theirs, strict=True))
    quarter = len(ratios) // 4
    return [round(value, 3) for value in (median(ratios), ratios[quarter], ratios[-1 - quarter])]


def single(programs: list[Program], source: Path) -> dict[str, float]:
    """行式：一家企业全部标准的毫秒数（热）。"""
    forms = [compile_row(program) for program in programs]
    firms = pl.read_parquet(source, n_rows=300).to_dicts()
    best = []
    for firm in firms:
        best.append(min(timed(lambda firm=firm: [form.raw(firm) for form in forms] and None) for _ in range(3)))
    return {"standards": len(forms), "median_ms": round(median(best) * 1000, 4), "worst_ms": round(max(best) * 1000, 4)}


def growth(rows: int, folder: Path) -> dict[int, float]:
    """N、2N、4N 的秒数。"""
    programs, out = live_programs(), {}
    for size in (rows, 2 * rows, 4 * rows):
        source = standards_data.write(programs, size, folder / "grow.parquet")
        out[size] = round(min(timed(lambda s=source: ours(programs, s, folder / "o.parquet")) for _ in range(2)), 3)
    return out


def main(argv: list[str] | None = None) -> int:
    """命令行。"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=207_455)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--group", type=int, default=WIDE_GROUP, help="输入一个行组多少家，缺省与产品一样")
    parser.add_argument("--fisca", help="装有 openfisca-core 的 python")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--grow", action="store_true")
    told = parser.parse_args(argv)
    if not told.fisca:
        print("没有给出装有 openfisca-core 的 python（--fisca），不与它比", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=told.folder) as name:
        folder = Path(name)
        out = compare(told.rows, told.rounds, folder, told.fisca, told.group)
        out["row_form"] = single(live_programs(), folder / f"firms{told.rows}.parquet")
        out["growth"] = growth(told.rows, folder) if told.grow else None
    out["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(out, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
