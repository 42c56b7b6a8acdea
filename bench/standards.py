"""评测判定：列式（Parquet 进、Parquet 出）对读写下限、DuckDB SQL、openfisca-core，行式对目标；同一次运行给倍数。

用法：python bench/standards.py [--rows 207455] [--rounds 3] [--fisca 另一个环境的 python] [--folder 目录] [--grow]
"""

from __future__ import annotations

import argparse
import json
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
from miaopu.terms.catalog import Catalog

DAY = date(2026, 11, 20)
COMPRESSION = "zstd"


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


def fisca(python: str, source: Path, target: Path) -> float:
    """另一个环境里的 openfisca-core；给出它自己量的秒数（不含导入与编译）。"""
    script = Path(__file__).with_name("standards_fisca.py")
    told = subprocess.run([python, script, source, target], capture_output=True, text=True, check=True)
    return float(json.loads(told.stdout.splitlines()[-1])["seconds"])


def timed(work: Callable[[], object]) -> float:
    """一次的秒数；work 自己给出秒数时用它的。"""
    start = perf_counter()
    told = work()
    return told if isinstance(told, float) else perf_counter() - start


def compare(rows: int, rounds: int, folder: Path, python: str | None) -> dict[str, object]:
    """轮流跑各家，取中位数与对我们的倍数。"""
    programs = live_programs()
    source = standards_data.write(programs, rows, folder / f"firms{rows}.parquet")
    target, other = folder / "ours.parquet", folder / "other.parquet"
    ours(programs, source, target)
    big = rows > 2_000_000
    result = None if big else pl.read_parquet(target)
    query = standards_sql.query(programs)
    work = {
        "ours": lambda: ours(programs, source, target),
        "floor": lambda: streamed_floor(source, target, other) if big else floor(source, result, other),
        "duckdb": lambda: sql(query, source, folder / "sql.parquet"),
    }
    if python:
        work["openfisca"] = lambda: fisca(python, source, folder / "fisca.parquet")
    seconds: dict[str, list[float]] = {name: [] for name in work}
    names = list(work)
    for turn in range(rounds):  # 每轮换人先跑：排在大块头后面的总是吃亏
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            seconds[name].append(timed(work[name]))
    middle = {name: round(median(found), 3) for name, found in seconds.items()}
    return {
        "rows": rows,
        "seconds": middle,
        "ours_to": {
            name: round(median(o / x for o, x in zip(seconds["ours"], found)), 3) for name, found in seconds.items()
        },
        "same_as_duckdb": standards_sql.same(target, folder / "sql.parquet"),
        "output_mb": round(target.stat().st_size / 1e6, 1),
        "input_mb": round(source.stat().st_size / 1e6, 1),
    }


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
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--fisca", help="装有 openfisca-core 的 python")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--grow", action="store_true")
    told = parser.parse_args(argv)
    if not told.fisca:
        print("没有给出装有 openfisca-core 的 python（--fisca），不与它比", file=sys.stderr)
    with tempfile.TemporaryDirectory(dir=told.folder) as name:
        folder = Path(name)
        out = compare(told.rows, told.rounds, folder, told.fisca)
        out["row_form"] = single(live_programs(), folder / f"firms{told.rows}.parquet")
        out["growth"] = growth(told.rows, folder) if told.grow else None
    out["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    print(json.dumps(out, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
