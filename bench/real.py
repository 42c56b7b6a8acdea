"""真实数据：在仓库之外的两份真实数据上走主线，打印读了几行、收了几条、为何不收、冲突、结论、用时与内存。

用法：python -m bench.real 文件夹（里面有 lc_zz_registry.csv、ashare_2019_2021.csv，缺哪份跳过哪份）。
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl

from miaopu.ledger.intake import Intake, Receipt
from miaopu.ledger.journal import open_ledger
from miaopu.ledger.source import load_sources
from miaopu.standards.load import load_library
from miaopu.standards.run import Run, run
from miaopu.standards.tree.state import Verdict
from miaopu.terms import uscc
from miaopu.terms.catalog import Catalog
from miaopu.terms.district import Districts

CATALOG = Path(__file__).with_name("real_catalog")
RECEIVED = date(2026, 11, 20)
JOBS = (
    ("lc_zz_registry.csv", "real_registry", (date(2026, 11, 20),)),
    ("ashare_2019_2021.csv", "real_ashare", (date(2022, 11, 20), date(2026, 11, 20))),
)
"""文件、来源、评估日：上市公司数据到 2021 年，按 2022 年的规则判；再按今天判，看缺数是否如实待核。"""


def main(argv: list[str] | None = None) -> int:
    """跑两份数据；argv 只有一项：装着它们的文件夹。"""
    folder = Path((sys.argv[1:] if argv is None else argv)[0])
    catalog = Catalog.default(CATALOG)
    library, sources = load_library(catalog), load_sources(catalog)
    for name, source, days in JOBS:
        path = folder / name
        if not path.is_file():
            print(f"没有 {path}，跳过")
            continue
        with tempfile.TemporaryDirectory() as work:
            ledger = open_ledger(Path(work) / "ledger")
            started = time.perf_counter()
            receipt = Intake(ledger, sources, received=RECEIVED, by="真实数据").take(path, source=source)
            print(f"\n== {name}")
            _receipt(receipt, time.perf_counter() - started)
            if receipt.refused:
                continue
            for day in days:
                started = time.perf_counter()
                found = run(ledger, catalog, library, sources, known_on=RECEIVED, assessed_on=day)
                _run(found, day, time.perf_counter() - started)
            _regions(found.wide, Districts.read(catalog))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"\n本进程内存峰值 {peak:.2f} GB")
    return 0


def _receipt(receipt: Receipt, seconds: float) -> None:
    reading = receipt.reading
    print(
        f"读入 {reading.rows.height} 行，事实 {reading.facts.height} 条；去向 {receipt.outcomes}；用时 {seconds:.2f} 秒 {receipt.seconds}"
    )
    for (code, severity), count in Counter((one.code, one.severity.value) for one in reading.complaints).most_common():
        first = next(one for one in reading.complaints if one.code == code)
        print(f"　意见 {severity} {code} × {count}，如：{first.sentence()}")
    reasons = receipt.resolution.filter(pl.col("outcome").is_in(["conflict", "review"]))["reason"]
    for reason, count in Counter(reasons).most_common(8):
        print(f"　未入账 × {count}：{reason}")
    if receipt.batch:
        print(
            f"　入账事实 {receipt.batch.facts} 条，企业 {receipt.batch.enterprises} 家，复核 {receipt.batch.review} 行"
        )


def _run(found: Run, day: date, seconds: float) -> None:
    print(f"按 {day} 评估 {found.wide.height} 家，冲突 {found.conflicts.height} 处，用时 {seconds:.2f} 秒")
    for item in found.selected:
        code = item.program.standard.code
        counts = dict(found.verdicts[f"{code}.verdict"].value_counts().iter_rows())
        told = "，".join(f"{verdict.word} {counts.get(int(verdict), 0)}" for verdict in reversed(Verdict))
        print(f"　{code}（{item.program.kind}）：{told}")


def _regions(wide: pl.DataFrame, districts: Districts) -> None:
    """登记地址所在县与信用代码区划段的出入：只报告，不推定。"""
    coded = (
        wide.filter(pl.col("uscc").is_not_null() & pl.col("address").is_not_null())
        if "address" in wide.columns
        else wide.head(0)
    )
    counts: Counter[str] = Counter()
    for code, address in coded.select("uscc", "address").iter_rows():
        place, own = districts.in_address(address), uscc.check(code).region
        current = districts.current(own) if own else None
        if place is None or current is None:
            counts["地址或代码看不出县"] += 1
        elif districts.is_within(place.code, current.code) or place.code == current.code:
            counts["相符"] += 1
        else:
            counts["代码区划与地址不同"] += 1
    if coded.height:
        print(f"　区划与地址：{dict(counts)}")


if __name__ == "__main__":
    sys.exit(main())
