"""对照：同一来源的新增、改数、未变数得清；别的来源不一致的另数；撤回的批次不算。"""

from datetime import date
from hashlib import sha256

import polars as pl

from miaopu.ledger.journal import active, open_ledger
from miaopu.ledger.post import post
from miaopu.ledger.reading.differences import differences
from miaopu.ledger.record import READ_FACT_SCHEMA, RESOLUTION_SCHEMA, ROW_SCHEMA, Reading
from miaopu.ledger.withdraw import withdraw

DAY = date(2026, 11, 20)
A, B = "91371500MA00000001", "91371500MA00000002"


def reading(source: str, told: list[tuple[str, str, int]]) -> tuple[Reading, pl.DataFrame]:
    rows = [
        dict.fromkeys(ROW_SCHEMA) | {"row_id": at, "sheet": "表", "row": at + 2, "uscc_raw": firm}
        for at, (firm, _, _) in enumerate(told)
    ]
    facts = [
        {"row_id": at, "indicator": "revenue", "item": "", "period": year, "basis": "单体", "value": value,
         "text": None, "sheet": "表", "row": at + 2, "column": 3}
        for at, (_, year, value) in enumerate(told)
    ]  # fmt: skip
    found = [
        {"row_id": at, "outcome": "matched", "enterprise": firm, "reason": "", "candidates": []}
        for at, (firm, _, _) in enumerate(told)
    ]
    made = Reading(
        f"{source}.xlsx",
        sha256(f"{source}{told}".encode()).hexdigest(),
        source,
        pl.DataFrame(rows, ROW_SCHEMA),
        pl.DataFrame(facts, READ_FACT_SCHEMA),
    )
    return made, pl.DataFrame(found, RESOLUTION_SCHEMA)


def owned(source: str, told: list[tuple[str, str, int]]) -> pl.DataFrame:
    made, found = reading(source, told)
    return made.facts.join(found.select("row_id", "enterprise"), on="row_id")


def test_new_changed_same_and_apart_are_counted(tmp_path):
    ledger = open_ledger(tmp_path / "ledger")
    earlier = post(ledger, *reading("tax", [(A, "2025", 100), (A, "2024", 90)]), received=DAY, posted_by="甲")
    post(ledger, *reading("county", [(B, "2025", 7)]), received=DAY, posted_by="乙")
    given = owned("tax", [(A, "2025", 120), (A, "2024", 90), (B, "2025", 8)])
    found = differences(active(ledger, DAY), given, "tax")
    assert (found.new, found.changed, found.same, found.apart) == (1, 1, 1, 1)
    assert found.changed_rows.select("value", "was_value").rows() == [(120, 100)]
    assert found.apart_rows.select("enterprise", "was_source", "was_value").rows() == [(B, "county", 7)]
    withdraw(ledger, earlier.id, by="甲", reason="错报", on=DAY)
    assert differences(active(ledger, DAY), given, "tax").new == 3


def test_an_empty_ledger_holds_nothing(tmp_path):
    found = differences(active(open_ledger(tmp_path / "ledger"), DAY), owned("tax", [(A, "2025", 1)]), "tax")
    assert (found.new, found.changed, found.same, found.apart) == (1, 0, 0, 0)
