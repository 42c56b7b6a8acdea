"""身份决定对以后的文件有效：写法（名称、代码）相同的来源行照办，不再送人工；撤回决定即不再照办。"""

from datetime import date

import openpyxl
import pytest
from firms import A, B, book
from words import PLAIN

from miaopu.ledger.decision import decide, worded
from miaopu.ledger.intake import Intake
from miaopu.ledger.journal import Ledger, active
from miaopu.ledger.resolve import read_decisions
from miaopu.ledger.resolve.registry import new_key
from miaopu.ledger.ruling import Decision
from miaopu.ledger.snapshot import registry, snapshot
from miaopu.ledger.source import load_sources
from miaopu.ledger.trace import firm_file, trace
from miaopu.ledger.withdraw import withdraw
from miaopu.terms import names
from miaopu.terms.catalog import Catalog
from miaopu.terms.complaint import Refusal

DAY, LATER = date(2026, 3, 1), date(2026, 4, 1)
ODD = "甲机械老厂（虚构）"
SOURCES = load_sources(Catalog.default())


def outcome(ledger: Ledger, name: str, received: date = LATER) -> tuple[str, str | None]:
    """把一份只有一行的税务文件收进来，这一行的去向与企业。"""
    path = ledger.root.parent / f"营业收入{len(ledger.entries())}.xlsx"
    work = openpyxl.Workbook()
    work.active.append(["企业名称", "2025年营业收入（元）"])
    work.active.append([name, 1_000_000 + len(ledger.entries())])
    work.save(path)
    receipt = Intake(ledger, SOURCES, received=received, by="张三").take(path, source="tax")
    row = receipt.resolution.row(0, named=True)
    return row["outcome"], row["enterprise"]


def test_a_decision_on_a_wording_is_followed_by_the_next_file(ledger):
    assert outcome(ledger, ODD) == ("review", None)
    made = decide(ledger, [Decision("identity", "same", name=ODD, enterprise=A, reason="老厂名")], by="王五", on=LATER)
    assert outcome(ledger, ODD) == ("matched", A)
    assert outcome(ledger, ODD, DAY) == ("review", None)
    withdraw(ledger, made.id, by="王五", reason="核实有误", on=LATER)
    assert outcome(ledger, ODD) == ("review", None)


def test_a_decision_on_a_reviewed_row_is_followed_by_its_wording(ledger):
    batch = book(
        ledger, "tax", [{"firm": ODD, "indicator": "revenue", "value": 1, "period": "2025"}], DAY, {ODD: "review"}
    )
    assert batch.review == 1
    entry = Decision("identity", "same", batch=batch.id, row_id=0, enterprise=B, reason="电话核实")
    decide(ledger, [entry], by="王五", on=LATER)
    (said,) = worded(active(ledger, LATER))
    assert (said.name, said.uscc, said.enterprise) == (ODD, ODD, B)


def test_an_excluded_firm_is_not_matched_again(ledger):
    full = "虚构甲机械有限公司"
    assert outcome(ledger, full) == ("matched", A)
    decide(ledger, [Decision("identity", "not_same", name=full, enterprise=A, reason="重名")], by="王五", on=LATER)
    assert outcome(ledger, full) == ("review", None)


def test_a_new_enterprise_by_its_wording_stands_and_is_matched(ledger):
    decide(ledger, [Decision("identity", "new", name=ODD, reason="个体户，看过执照")], by="王五", on=LATER)
    key = new_key(names.fold(ODD))
    assert registry(ledger, LATER).filter(enterprise=key)["name"].to_list() == [ODD]
    assert registry(ledger, DAY).filter(enterprise=key).is_empty()
    assert outcome(ledger, ODD) == ("matched", key)
    taken = snapshot(ledger, known_on=LATER, assessed_on=LATER, indicators=PLAIN, sources=SOURCES)
    told = trace(ledger, taken, key, "name", indicators=PLAIN)
    (known,) = firm_file(ledger, taken, key, indicators=PLAIN, sources=SOURCES).names
    assert (known.name, known.file, known.current) == (ODD, "", True)
    assert (told.reason, told.decisions[0]["reason"]) == ("人工决定立户", "个体户，看过执照")
    with pytest.raises(Refusal, match="缺 name"):
        decide(ledger, [Decision("identity", "new", uscc=A, reason="没有名称")], by="王五", on=LATER)


def test_a_merged_firm_is_followed_to_the_one_that_stays(ledger):
    said = Decision("identity", "same", name=ODD, enterprise=B, reason="老厂名")
    merged = Decision("identity", "same", enterprise=A, other=B, reason="重复登记")
    decide(ledger, [said, merged], by="王五", on=LATER)
    assert outcome(ledger, ODD) == ("matched", A)


def test_a_decision_file_gives_what_the_ledger_enters(ledger, tmp_path):
    path = tmp_path / "决定.csv"
    path.write_text(f"类型,来源名称,决定,企业,理由,决定人\n主体,{ODD},同一家,{A},老厂名,赵六\n", encoding="utf-8")
    entries, complaints = read_decisions(path)
    assert complaints == () and type(entries[0]) is Decision
    decide(ledger, entries, by="王五", on=LATER)
    assert [one.by for one in worded(active(ledger, LATER))] == ["赵六"]
    assert outcome(ledger, ODD) == ("matched", A)
