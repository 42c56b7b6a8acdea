"""取快照的小工具：缺省用测试的来源规则与指标，取一家的一行，手写一条年度事实或称号。"""

from datetime import date

import polars as pl
from firms import RULES, A
from words import PLAIN

from miaopu.ledger.snapshot import snapshot

DAY, LATER, NOW = date(2026, 3, 1), date(2026, 4, 1), date(2026, 11, 20)


def take(ledger, known_on=NOW, assessed_on=NOW, sources=RULES, indicators=PLAIN):
    return snapshot(ledger, known_on=known_on, assessed_on=assessed_on, indicators=indicators, sources=sources)


def firm_row(taken, firm=A):
    return taken.frame.row(by_predicate=pl.col("enterprise") == firm, named=True)


def year(value, year="2025", basis="单体", indicator="revenue", firm=A):
    return {"firm": firm, "indicator": indicator, "value": value, "period": year, "basis": basis}


def title(key, period, firm=A, value=1):
    return {"firm": firm, "indicator": key, "value": value, "period": period}
