"""台账的基准：N、2N、4N 家虚构企业的登记与三年营收入账、取快照，各用多少秒、多少内存，是否线性。

用法：python -m bench.ledger [--rows N]（缺省 51,864，4N 即全市 207,455 家）；目标：线性，内存峰值 ≤ 4 GB。
"""

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import date
from hashlib import sha256
from pathlib import Path

import polars as pl

from bench.rounds import peak, ratio, timed
from bench.spoiled import code
from miaopu.ledger.journal import Ledger, open_ledger
from miaopu.ledger.post import post
from miaopu.ledger.record import READ_FACT_SCHEMA, RESOLUTION_SCHEMA, ROW_SCHEMA, Reading
from miaopu.ledger.snapshot import snapshot
from miaopu.ledger.source import load_sources
from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import load_indicators

CITY = 207_455
ON = date(2026, 11, 20)
REGISTER = ("status", "established", "region", "industry", "address", "scope")
YEARLY = ("revenue", "assets", "liabilities", "employees")
YEARS = ("2023", "2024", "2025")
GOAL = 1.25
"""每家用时翻倍之后至多长这么多：机器忙闲之外不许超线性。"""


def reading(source: str, firms: int, facts: list[pl.DataFrame]) -> Reading:
    """一份已读好的虚构文件。"""
    numbers = pl.DataFrame({"row_id": pl.int_range(firms, dtype=pl.UInt32, eager=True)})
    rows = numbers.with_columns(
        sheet=pl.lit("表"),
        row=pl.col("row_id") + 2,
        uscc_raw=pl.Series(list(map(code, range(firms)))),
        name_raw=pl.format("聊城虚构{}号机械有限公司", "row_id"),
    )
    blank = [pl.lit(None, pl.String).alias(name) for name in ROW_SCHEMA if name not in rows.columns]
    rows = rows.with_columns(blank).select(list(ROW_SCHEMA)).cast(ROW_SCHEMA)
    digest = sha256(f"{source}{firms}".encode()).hexdigest()
    return Reading(f"{source}.csv", digest, source, rows, pl.concat(facts), ())


def facts(firms: int, indicator: str, column: int, period: str, value: pl.Expr, text: pl.Expr) -> pl.DataFrame:
    """一列事实，一家一条。"""
    row = pl.int_range(firms, dtype=pl.UInt32)
    made = pl.select(
        row_id=row, row=row + 2, indicator=pl.lit(indicator), item=pl.lit(""), period=pl.lit(period),
        basis=pl.lit("未说明"), value=value, text=text, sheet=pl.lit("表"), column=pl.lit(column),
    )  # fmt: skip
    return made.select(list(READ_FACT_SCHEMA)).cast(READ_FACT_SCHEMA)


def register(firms: int) -> Reading:
    """登记表：六个文字指标。"""
    none = pl.lit(None, pl.Int64)
    texts = dict.fromkeys(REGISTER, pl.lit("虚构")) | {
        "established": pl.lit("2015-06-01"),
        "region": pl.lit("371502"),
        "industry": pl.lit("3451"),
        "status": pl.lit("active"),
    }
    frames = [facts(firms, key, at, "", none, text) for at, (key, text) in enumerate(texts.items(), 3)]
    return reading("registration", firms, frames)


def revenue(firms: int) -> Reading:
    """四个年度指标，各三年。"""
    value = pl.int_range(firms, dtype=pl.Int64) * 7919 % 10**12
    slots = [(key, year) for key in YEARLY for year in YEARS]
    frames = [facts(firms, key, at, year, value, pl.lit(None, pl.String)) for at, (key, year) in enumerate(slots, 3)]
    return reading("tax", firms, frames)


def settled(one: Reading, outcome: str) -> pl.DataFrame:
    """全都对上（或新立）的去向。"""
    made = one.rows.select(
        "row_id", enterprise="uscc_raw", outcome=pl.lit(outcome), reason=pl.lit("代码与名称都对上"),
        candidates=pl.lit([], RESOLUTION_SCHEMA["candidates"]),
    )  # fmt: skip
    return made.select(list(RESOLUTION_SCHEMA)).cast(RESOLUTION_SCHEMA)


def measure(firms: int) -> dict[str, float]:
    """一种规模：入账两份、取一次快照。另起进程跑，峰值内存才各归各。"""
    catalog = Catalog.default()
    sources, indicators = load_sources(catalog), load_indicators(catalog)
    with tempfile.TemporaryDirectory() as work:
        ledger: Ledger = open_ledger(Path(work) / "ledger")
        first, second = register(firms), revenue(firms)
        used = {"facts": float(first.facts.height + second.facts.height)}
        used["post"] = timed(lambda: post(ledger, first, settled(first, "new"), received=ON, posted_by="基准"))
        used["post"] += timed(lambda: post(ledger, second, settled(second, "matched"), received=ON, posted_by="基准"))
        used["snapshot"] = timed(
            lambda: snapshot(ledger, known_on=ON, assessed_on=ON, indicators=indicators, sources=sources)
        )
    return used | {"peak": peak()}


def apart(firms: int) -> dict[str, float]:
    """另起一个进程量。"""
    done = subprocess.run(
        [sys.executable, "-m", "bench.ledger", "--measure", str(firms)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def main(argv: list[str] | None = None) -> None:
    """读参数，打印比值、秒数与内存。"""
    parser = argparse.ArgumentParser(description="台账基准")
    parser.add_argument("--rows", type=int, default=-(-CITY // 4))
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    if given.measure:
        print(json.dumps(measure(given.measure)))
        return
    sizes = [given.rows, 2 * given.rows, 4 * given.rows]
    found = {firms: apart(firms) for firms in sizes}
    print(f"入账与快照：{sizes[0]}、{sizes[1]}、{sizes[2]} 家，每家 {found[sizes[0]]['facts'] / sizes[0]:.0f} 条事实")
    for step, title in (("post", "入账"), ("snapshot", "快照")):
        each = [found[firms][step] / firms for firms in sizes]
        print(ratio(f"{title}每家用时，4N ÷ N", each[2] / each[0], GOAL))
    print(ratio(f"{sizes[2]} 家的内存峰值（GB）", found[sizes[2]]["peak"], 4.0))
    for firms, one in found.items():
        rate = one["facts"] / one["post"] / 1e6
        told = f"入账 {one['post']:.2f} 秒（每秒 {rate:.2f} 百万条），快照 {one['snapshot']:.2f} 秒"
        print(f"  {firms:>8} 家 {one['facts'] / 1e6:.2f} 百万条：{told}，内存峰值 {one['peak']:.2f} GB")


if __name__ == "__main__":
    main()
