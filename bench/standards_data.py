"""造评测用的宽表：一家一行，列正是所给程序要用的；大多很小，缺数像真的一样，百分之二恰在线上。全为虚构。"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from miaopu.standards.engine.bind import Program
from miaopu.standards.engine.column import needed
from miaopu.standards.run import WIDE_GROUP

CHUNK = 500_000
FEN = 1_000_000
"""一万元的分数。"""

GAPS = {"money": 0.25, "flag": 0.1, "count": 0.3, "category": 0.1, "text": 0.1, "decimal": 0.3, "percent": 0.3}


def write(programs: list[Program], rows: int, path: Path, seed: int = 7, group: int = WIDE_GROUP) -> Path:
    """写 rows 家企业的 Parquet，行组与产品写的宽表一样大；分块造数，内存与块同大。"""
    inputs = _inputs(programs)
    columns = list(needed(programs))
    parts = []
    for number, start in enumerate(range(0, rows, CHUNK)):
        size = min(CHUNK, rows - start)
        chunk = _chunk(columns, inputs, size, start, np.random.default_rng(seed + number))
        parts.append(path.with_suffix(f".{number}.part"))
        chunk.write_parquet(parts[-1], compression="zstd")
    pl.scan_parquet(parts).sink_parquet(path, compression="zstd", row_group_size=group)
    for part in parts:
        part.unlink()
    return path


def _inputs(programs: list[Program]) -> dict[str, tuple]:
    """列名 → （类别，取值代码）。"""
    from miaopu.standards.tree import node as n  # 只在造数时用到树

    found: dict[str, tuple] = {}

    def visit(node) -> None:
        if isinstance(node, n.Member):
            ends = ("_low", "_high") if node.input.interval else ("",)
            for end in ends:
                old = found.get(node.input.name + end, ("category", ()))[1]
                found[node.input.name + end] = ("category", tuple(dict.fromkeys((*old, *node.values, "none"))))
        elif isinstance(node, n.Input) and node.kind not in ("category", "text"):
            for end in ("_low", "_high") if node.interval else ("",):
                found[node.name + end] = (node.kind, ())
        for child in n.children(node):
            visit(child)

    for program in programs:
        for clause in program.clauses:
            visit(clause.truth)
        for _, rule in program.scores:
            for test in [band.test for band in getattr(rule, "bands", ())] + list(getattr(rule, "tests", ())):
                visit(test)
            if hasattr(rule, "number"):
                visit(rule.number)
    return found


def _chunk(columns: list[str], inputs: dict[str, tuple], size: int, start: int, random) -> pl.DataFrame:
    scale = np.exp(random.normal(6.0, 1.8, size))
    line = random.random(size) < 0.02
    data = {"enterprise": [f"9137{start + i:014d}" for i in range(size)]}
    values: dict[str, np.ndarray] = {}
    for name in columns:
        kind, codes = inputs[name]
        values[name] = _column(name, kind, codes, scale, line, random, values)
    for name in columns:
        blank = random.random(size) < GAPS[inputs[name][0]]
        data[name] = pl.Series(name, values[name]).set(pl.Series(blank), None)
    return pl.DataFrame(data)


def _column(name, kind, codes, scale, line, random, values) -> np.ndarray:
    size = len(scale)
    if kind in ("category", "text"):
        return np.array(codes, dtype=object)[random.integers(0, len(codes), size)].astype(str)
    if kind == "flag":
        return (random.random(size) < 0.3).astype(np.int64)
    if kind == "money":
        share = 0.06 if name.startswith("rd") else 1.0
        free = (scale * share * random.uniform(0.7, 1.2, size) * FEN).astype(np.int64)
        steps = np.array([100, 1200, 1500, 2000, 5000, 10000, 20000])
        return np.where(line, steps[random.integers(0, len(steps), size)] * FEN, free)
    if kind in ("percent", "decimal"):
        return np.where(line, random.integers(0, 20, size) * 50_000, random.integers(0, 1_000_000, size))
    base = random.integers(0, 12, size)
    if name.startswith(("employees", "rd_staff")):
        base = (scale * random.uniform(0.01, 0.1, size)).astype(np.int64)
    low = values.get(name.removesuffix("_high") + "_low") if name.endswith("_high") else None
    return base if low is None else low + (random.random(size) < 0.1)
