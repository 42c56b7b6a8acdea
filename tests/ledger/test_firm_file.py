"""一户一档：名称与期间、取用与别的说法、称号、条目、冲突、决定、批次、大事。"""

from datetime import date

import pytest
from firms import NAMES, A, B, C, book, registered
from words import INDICATORS

from miaopu.ledger.decision import Decision, decide
from miaopu.ledger.journal import open_ledger
from miaopu.ledger.snapshot import snapshot
from miaopu.ledger.source import load_sources
from miaopu.ledger.trace import firm_file
from miaopu.ledger.withdraw import withdraw
from miaopu.terms.catalog import Catalog
from miaopu.terms.complaint import Refusal

DAY, LATER, NOW = date(2026, 3, 1), date(2026, 4, 1), date(2026, 11, 20)
SOURCES = load_sources(Catalog.default())
GIVEN = {"indicators": INDICATORS, "sources": SOURCES}
OLD = "虚构甲铁器厂"


@pytest.fixture
def ledger(tmp_path):
    found = open_ledger(tmp_path / "台账")
    registered(found)
    told = [("established", "2001-02-03", ""), ("former_name.name", OLD, "1"), ("former_name.until", "2019-05-06", "1")]
    rows = [{"firm": A, "indicator": key, "text": text, "item": item} for key, text, item in told]
    book(found, "registration", rows, DAY, name="变更.xlsx")
    book(found, "tax", [_revenue(A, 100_000_000, "2025"), _revenue(A, 90_000_000, "2019")], DAY)
    book(found, "firm", [_revenue(A, 110_000_000, "2025")], DAY, name="审计.xlsx")
    book(found, "miit", [{"firm": A, "indicator": "srdi", "value": 1, "period": "2024-01-01/2027-01-01"}], DAY)
    patent = {"kind": "invention", "granted": "2020-07-08", "acquired": "own"}
    book(found, "ip", [{"firm": B, "indicator": f"ip.{k}", "item": "ZL1", "text": v} for k, v in patent.items()], DAY)
    made = [
        Decision("identity", "same", enterprise=A, other=B, reason="重复登记", evidence="函1"),
        Decision("judgement", enterprise=A, indicator="lead_product_in_sei", value=1, version="LG-2026", reason="会议"),
        Decision("choice", enterprise=C, indicator="revenue", source="tax", reason="别家的"),
    ]
    decide(found, made, by="王五", on=LATER)
    return found


def _revenue(firm, value, year):
    return {"firm": firm, "indicator": "revenue", "value": value, "period": year, "basis": "单体"}


def _file(ledger, firm=A, known_on=NOW):
    taken = snapshot(ledger, known_on=known_on, assessed_on=NOW, enterprises=[firm], **GIVEN)
    return firm_file(ledger, taken, firm, **GIVEN)


def test_names_have_periods_and_the_merged_firm_is_named(ledger):
    found = _file(ledger)
    assert (found.name, found.uscc, found.merged) == (NAMES[A], A, (B,))
    told = {(one.name, one.current, one.since, one.until) for one in found.names}
    assert (NAMES[A], True, "2019-05-06", None) in told and (OLD, False, None, "2019-05-06") in told
    assert NAMES[B] in {one.name for one in found.names}


def test_a_number_stands_beside_what_other_sources_said(ledger):
    found = {(one.indicator, one.period): one for one in _file(ledger).facts}
    last, early = found["revenue", "2025"], found["revenue", "2019"]
    assert (last.column, last.value, last.shown) == ("revenue_t1", 110_000_000, "110.00万元")
    assert [(one.department, one.shown, one.file) for one in last.taken] == [("企业自报", "110.00万元", "审计.xlsx")]
    assert [(one.department, one.shown) for one in last.others] == [("税务", "100.00万元")]
    assert (early.column, early.value, [one.shown for one in early.others]) == (None, None, ["90.00万元"])


def test_titles_items_and_conflicts_read_in_chinese(ledger):
    found = _file(ledger)
    assert [(one.title, one.until, one.current) for one in found.titles] == [
        ("省级专精特新中小企业", "2027-01-01", True)
    ]
    fields = {name: told for _, name, _, told in found.items[0].fields}
    assert (fields["类别"], fields["授权公告日"], fields["取得方式"]) == ("发明", "2020年7月8日", "自主研发")
    assert [one.file for one in found.items[0].cells] == ["ip.xlsx"] * 3
    one = found.conflicts[0]
    assert (one.title, one.chosen, one.resolved) == ("上年营业收入", "firm", True)
    assert {(said[0], said[1]) for said in one.values} == {("企业自报", "110.00万元"), ("税务", "100.00万元")}


def test_decisions_about_it_and_batches_that_mention_it_and_no_others(ledger):
    found = _file(ledger)
    assert [(one.kind, one.what) for one in found.decisions] == [
        ("对主体", f"{B}：是同一家"),
        ("核定", "属战略性新兴产业核定为是"),
    ]
    assert [one.file for one in found.batches] == [
        "registration.xlsx", "变更.xlsx", "tax.xlsx", "审计.xlsx", "miit.xlsx", "ip.xlsx"
    ]  # fmt: skip
    assert [one.file for one in _file(ledger, C).batches] == ["registration.xlsx"]
    assert [one.kind for one in _file(ledger, C).decisions] == ["取数"]


def test_a_withdrawn_batch_no_longer_mentions_it(ledger):
    gone = next(one.batch for one in _file(ledger).batches if one.file == "审计.xlsx")
    withdraw(ledger, gone, by="张三", reason="误报", on=LATER)
    assert gone not in {one.batch for one in _file(ledger).batches}
    assert gone in {one.batch for one in _file(ledger, known_on=DAY).batches}


def test_events_are_in_order_and_what_is_to_come_is_marked(ledger):
    found = _file(ledger).events
    assert [one.on for one in found] == sorted(one.on for one in found)
    told = [(one.on, one.kind, one.future) for one in found if one.kind != "batch"]
    assert told == [
        ("2001-02-03", "established", False),
        ("2019-05-06", "name", False),
        ("2020-07-08", "ip", False),
        ("2024-01-01", "srdi", False),
        ("2026-04-01", "decision", False),
        ("2026-04-01", "decision", False),
        ("2027-01-01", "srdi", True),
    ]
    assert found[0].shown == "2001年2月3日" and found[0].cell.file == "变更.xlsx"
    assert "铁器厂" in next(one.what for one in found if one.kind == "name")


@pytest.mark.parametrize(("firm", "told"), [(B, f"已并入 {A}"), ("没有", "没有这家企业")])
def test_a_merged_or_unknown_firm_is_refused_with_the_reason(ledger, firm, told):
    with pytest.raises(Refusal, match=told):
        _file(ledger, firm)
