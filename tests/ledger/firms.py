"""测试用的小台账：几行手写的读入结果与去向。"""

from datetime import date
from hashlib import sha256
from pathlib import Path

import polars as pl

from miaopu.ledger.journal import Ledger
from miaopu.ledger.post import Batch, post
from miaopu.ledger.record import READ_FACT_SCHEMA, RESOLUTION_SCHEMA, ROW_SCHEMA, Reading
from miaopu.ledger.snapshot import SourceRule

A, B, C = "91371500MA00000A01", "91371500MA00000B02", "91371500MA00000C03"
NAMES = {A: "虚构甲机械有限公司", B: "虚构乙材料有限公司", C: "虚构丙软件有限公司"}
RULES = [
    SourceRule("registration", rank=1),
    SourceRule("firm", rank=10),
    SourceRule("tax", rank=20),
    SourceRule("county", rank=20),
    SourceRule("miit", rank=5, complete=frozenset({"innovative", "srdi", "little_giant"})),
    SourceRule("ip", rank=5, complete=frozenset({"ip"})),
    SourceRule("market", rank=5, complete=frozenset({"abnormal_list"})),
]


def reading(source: str, told: list[dict], name: str = "") -> Reading:
    """told：每条 {firm, indicator, value|text, period, basis, item}；同一家的事实在同一行。"""
    firms = list(dict.fromkeys(one["firm"] for one in told))
    rows = [
        {"row_id": n, "sheet": "表1", "row": n + 2, "uscc_raw": firm, "name_raw": NAMES.get(firm, firm)}
        for n, firm in enumerate(firms)
    ]
    facts = [
        {"row_id": firms.index(one["firm"]), "sheet": "表1", "row": firms.index(one["firm"]) + 2, "column": n + 3,
         "item": "", "period": "", "basis": "未说明", "value": None, "text": None,
         **{key: value for key, value in one.items() if key != "firm"}}
        for n, one in enumerate(told) if "indicator" in one
    ]  # fmt: skip
    digest = sha256(f"{name}{source}{told}".encode()).hexdigest()
    return Reading(
        name or f"{source}.xlsx", digest, source, pl.DataFrame(rows, schema=ROW_SCHEMA), _frame(facts), tables=(source,)
    )


def _frame(facts: list[dict]) -> pl.DataFrame:
    return pl.DataFrame(facts, schema=READ_FACT_SCHEMA)


def resolved(read: Reading, outcomes: dict[str, str] | None = None) -> pl.DataFrame:
    """默认每行按代码对上；outcomes 指定某家的去向。"""
    default = "new" if read.source == "registration" else "matched"
    rows = []
    for row_id, uscc in read.rows.select("row_id", "uscc_raw").iter_rows():
        outcome = (outcomes or {}).get(uscc, default)
        sure = outcome in ("matched", "new")
        near = {"enterprise": A, "name": NAMES[A], "score": 0.9, "reason": "名称相近"}
        row = {"row_id": row_id, "outcome": outcome, "enterprise": uscc if sure else None, "reason": "测试"}
        rows.append({**row, "candidates": [] if sure else [near]})
    return pl.DataFrame(rows, schema=RESOLUTION_SCHEMA)


def book(
    ledger: Ledger, source: str, told: list[dict], on: date, outcomes: dict[str, str] | None = None, **more: object
) -> Batch:
    """读入、对主体、入账一步做完。"""
    read = reading(source, told, str(more.pop("name", "")))
    return post(ledger, read, resolved(read, outcomes), received=on, posted_by="张三", **more)


def registered(ledger: Ledger, on: date = date(2026, 1, 5), *firms: str) -> Batch:
    """登记几家企业。"""
    told = [{"firm": firm, "indicator": "region", "text": "371502"} for firm in firms or (A, B, C)]
    return book(ledger, "registration", told, on)


def journal_lines(root: Path) -> list[bytes]:
    """账页各行。"""
    return (root / "journal.jsonl").read_bytes().splitlines()
