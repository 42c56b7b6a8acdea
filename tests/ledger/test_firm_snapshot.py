"""只取几家的快照等于全市快照那几行：并户、名单、撤回、核定、取舍、冲突样样有；溯源也一样。"""

import tempfile
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from firms import NAMES, RULES, A, B, C, book, registered
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from restriction import same_rows
from words import INDICATORS

from miaopu.ledger.decision import Decision, decide
from miaopu.ledger.journal import active, open_ledger
from miaopu.ledger.snapshot import gather, judged, knowledge, snapshot
from miaopu.ledger.trace import trace
from miaopu.ledger.withdraw import withdraw

DAY, LATER, NOW = date(2026, 3, 1), date(2026, 4, 1), date(2026, 11, 20)
BEFORE, LATE = date(2023, 6, 1), date(2027, 5, 10)
FIRMS = (A, B, C)
COLUMNS = (
    "name",
    "revenue_t1",
    "srdi",
    "srdi_until",
    "abnormal_list",
    "class1_ip_2026_high",
    "main_ratio",
    "growth_t1",
)

firm = st.sampled_from(FIRMS)
year = st.builds(
    lambda firm, key, year, basis, value: {
        "firm": firm, "indicator": key, "period": year, "basis": basis, "value": value
    },
    firm, st.sampled_from(("revenue", "main_revenue")), st.sampled_from(("2023", "2024", "2025")),
    st.sampled_from(("合并", "单体", "未说明")), st.sampled_from((100, 101, 500_000)),
)  # fmt: skip
title = st.builds(
    lambda firm, key, period: {"firm": firm, "indicator": key, "period": period, "value": 1},
    firm, st.sampled_from(("srdi", "innovative", "hte")),
    st.sampled_from(("2024-01-01/2026-12-31", "2020-01-01/2022-12-31", "/")),
)  # fmt: skip
patent = st.builds(
    lambda firm, item, kind: {"firm": firm, "indicator": "ip.kind", "item": item, "text": kind},
    firm, st.sampled_from(("ZL1", "ZL2")), st.sampled_from(("invention", "utility")),
)  # fmt: skip
listed = st.builds(
    lambda firm, value: {"firm": firm, "indicator": "abnormal_list", "value": value}, firm, st.integers(0, 1)
)
batch = st.tuples(
    st.sampled_from(("tax", "firm", "county", "miit", "ip", "market")),
    st.lists(st.one_of(year, year, title, patent, listed), min_size=1, max_size=6),
    st.integers(0, 3),
)


def _take(ledger, enterprises=None, known_on=NOW, on=NOW):
    return snapshot(ledger, **_given(enterprises, known_on), assessed_on=on)


def _given(enterprises=None, known_on=NOW):
    return {"known_on": known_on, "indicators": INDICATORS, "sources": RULES, "enterprises": enterprises}


def _judged(firm, indicator, until=None, **conclusion):
    told = {"version": "本地@2026", "reason": "研究", "until": until}
    return Decision("judgement", enterprise=firm, indicator=indicator, **told, **conclusion)


def _eventful(folder):
    """一本什么都有的小台账。"""
    ledger = open_ledger(folder)
    registered(ledger)
    book(ledger, "tax", [{"firm": one, "indicator": "revenue", "value": 7, "period": "2025"} for one in FIRMS], DAY)
    book(ledger, "firm", [{"firm": B, "indicator": "revenue", "value": 9, "period": "2025"}], DAY)
    book(ledger, "county", [{"firm": C, "indicator": "revenue", "value": 8, "period": "2025"}], DAY)
    book(ledger, "ip", [{"firm": B, "indicator": "ip.kind", "item": "ZL9", "text": "invention"}], DAY)
    book(ledger, "firm", [{"firm": A, "indicator": "ip.kind", "item": "ZL8", "text": "utility"}], DAY)
    book(ledger, "miit", [{"firm": C, "indicator": "srdi", "value": 1, "period": "2024-01-01/2026-12-31"}], DAY)
    book(ledger, "county", [{"firm": A, "indicator": "srdi", "value": 1, "period": "2024-01-01/2026-12-31"}], DAY)
    wrong = book(ledger, "tax", [{"firm": A, "indicator": "revenue", "value": 99, "period": "2025"}], LATER)
    withdraw(ledger, wrong.id, by="张三", reason="误报", on=LATER)
    made = [
        Decision("identity", "same", enterprise=A, other=B, reason="重复登记"),
        Decision("choice", enterprise=C, indicator="revenue", source="county", reason="核过"),
        _judged(C, "本地特色", text="甲档"),
        _judged(A, "本地数", value=3),
        _judged(C, "lead_product_in_sei", until=date(2026, 5, 1), value=1),
    ]
    decide(ledger, made, by="王五", on=LATER)
    return ledger


@pytest.fixture
def ledger(tmp_path):
    return _eventful(tmp_path / "台账")


@pytest.mark.parametrize("known_on", [NOW, LATER - timedelta(days=1)], ids=["并户以后", "并户以前"])
@pytest.mark.parametrize("firms", [[*some] for count in (0, 1, 2, 3) for some in combinations(FIRMS, count)], ids=str)
def test_any_subset_equals_the_restriction_of_the_whole(ledger, firms, known_on):
    same_rows(_take(ledger, firms, known_on), _take(ledger, known_on=known_on), firms)


def test_the_firm_merged_into_another_has_no_row_and_its_facts_are_the_others(ledger):
    assert _take(ledger, [B]).frame.is_empty()
    row = _take(ledger, [A]).frame.row(0, named=True)
    assert (row["name"], row["revenue_t1"], row["class1_ip_2026_high"]) == (NAMES[A], 9, 1)


@pytest.mark.parametrize("firms", [None, [A], [A, C]], ids=["全市", "一家", "两家"])
def test_one_knowledge_gives_every_day_its_own_snapshot(ledger, firms):
    """所知取一回，各判定日照样同单独取的；次序打乱，前一天的不留到后一天。"""
    known = knowledge(ledger, **_given(firms))
    found = {on: judged(known, on) for on in (LATE, NOW, BEFORE, NOW, LATE)}
    for on, taken in found.items():
        same_rows(taken, _take(ledger, firms, on=on), firms or (A, C))
        assert taken.fingerprint == _take(ledger, firms, on=on).fingerprint
    seen = {on: taken.frame.select("revenue_t1", "revenue_t2", "srdi").rows() for on, taken in found.items()}
    assert len(set(map(str, seen.values()))) == len(found), "三个判定日的行应各不相同"


def test_a_firm_nobody_knows_has_no_row(ledger):
    assert _take(ledger, ["91371500MA00000X09"]).frame.is_empty()


def test_a_column_only_others_were_judged_on_stands_with_its_type(ledger):
    frame = _take(ledger, [C]).frame
    assert (frame["本地特色"].to_list(), frame["本地数"].to_list()) == (["甲档"], [None])
    assert frame.schema["本地数"] == _take(ledger).frame.schema["本地数"]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("firm", [A, C])
def test_the_trace_is_the_same_from_one_firm_as_from_the_city(ledger, firm, column):
    one, full = _take(ledger, [firm]), _take(ledger)
    given = {"indicators": INDICATORS}
    assert trace(ledger, one, firm, column, **given) == trace(ledger, full, firm, column, **given)


def test_facts_kept_in_the_process_give_way_to_a_new_batch(ledger):
    before = _take(ledger, [C]).frame["revenue_t1"][0]
    book(ledger, "county", [{"firm": C, "indicator": "revenue", "value": 11, "period": "2025"}], LATER)
    assert (before, _take(ledger, [C]).frame["revenue_t1"][0]) == (8, 11)


def test_only_the_given_firms_facts_are_read(ledger):
    read = gather.facts_of(active(ledger, NOW), [C])
    assert set(read.collect()["enterprise"]) == {C}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(batch, min_size=1, max_size=6), st.data())
def test_any_ledger_any_firm(told, data):
    with tempfile.TemporaryDirectory() as folder:
        ledger = open_ledger(Path(folder) / "账")
        registered(ledger)
        made = [
            book(ledger, source, facts, DAY + timedelta(days=day), name=f"{mark}.xlsx")
            for mark, (source, facts, day) in enumerate(told)
        ]
        if data.draw(st.booleans()):
            gone = data.draw(st.sampled_from(made))
            withdraw(ledger, gone.id, by="张三", reason="误报", on=LATER)
        if data.draw(st.booleans()):
            decide(ledger, [Decision("identity", "same", enterprise=C, other=A, reason="同一家")], by="王五", on=LATER)
        full = _take(ledger)
        for one in FIRMS:
            same_rows(_take(ledger, [one]), full, [one])
