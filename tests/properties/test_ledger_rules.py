"""台账的性质：撤回等于没有过；再入账不变；快照与逐条照规则算的参照一致；补上未知不会越出区间。"""

import tempfile
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from miaopu.ledger.journal import open_ledger, verify
from miaopu.ledger.post import post
from miaopu.ledger.record import READ_FACT_SCHEMA, RESOLUTION_SCHEMA, ROW_SCHEMA, Reading
from miaopu.ledger.snapshot import SourceRule, snapshot
from miaopu.ledger.withdraw import withdraw
from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import load_indicators

NOW = date(2026, 11, 20)
FIRMS = ("甲", "乙", "丙")
WANTED = ("revenue", "main_revenue", "employees", "market_share", "srdi", "ip", "listed_board")
INDICATORS = {key: one for key, one in load_indicators(Catalog.default()).items() if key in WANTED}
RULES = [
    SourceRule("registration", rank=1),
    SourceRule("tax", rank=2),
    SourceRule("firm", rank=3),
    SourceRule("county", rank=3),
    SourceRule("miit", rank=1, complete=frozenset({"srdi"})),
]
QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])

years = st.builds(
    lambda firm, key, year, basis, value: (firm, key, "", year, basis, value, None),
    st.sampled_from(FIRMS),
    st.sampled_from(("revenue", "main_revenue", "employees")),
    st.sampled_from(("2022", "2023", "2024", "2025")),
    st.sampled_from(("单体", "单体", "合并", "未说明")),
    st.integers(0, 2),
)
days = st.builds(
    lambda firm, period, value: (firm, "market_share", "", period, "未说明", value, None),
    st.sampled_from(FIRMS),
    st.sampled_from(("", "2024-12-31", "2025-12-31", "2027-12-31")),
    st.integers(0, 2),
)
patents = st.builds(
    lambda firm, item, field, text: (firm, f"ip.{field}", item, "", "未说明", None, text),
    st.sampled_from(FIRMS),
    st.sampled_from(("一", "二")),
    st.sampled_from(("kind", "acquired")),
    st.sampled_from(("invention", "utility", "own")),
)
titles = st.builds(
    lambda firm, until: (firm, "srdi", "", f"2024-01-01/{until}", "未说明", 1, None),
    st.sampled_from(FIRMS),
    st.sampled_from(("2025-12-31", "2026-12-31", "")),
)
batches = st.lists(
    st.tuples(
        st.sampled_from(("tax", "firm", "county", "miit")),
        st.lists(st.one_of(years, years, days, patents, titles), min_size=1, max_size=6),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=6,
)


def _reading(source, told, mark):
    same = {"sheet": "表", "row": 2}
    rows = [{"row_id": n, **same, "uscc_raw": firm, "name_raw": firm} for n, firm in enumerate(FIRMS)]
    facts = [
        {"row_id": FIRMS.index(firm), "indicator": key, "item": item, "period": period, "basis": basis, "value": value,
         "text": text, "sheet": "表", "row": n + 2, "column": 3}
        for n, (firm, key, item, period, basis, value, text) in enumerate(told)
    ]  # fmt: skip
    digest = sha256(repr((source, told, mark)).encode()).hexdigest()
    frame = pl.DataFrame(facts, schema=READ_FACT_SCHEMA)
    return Reading(f"{mark}.xlsx", digest, source, pl.DataFrame(rows, schema=ROW_SCHEMA), frame)


def _post(ledger, source, told, day, mark, outcome="matched"):
    read = _reading(source, told, mark)
    rows = [{"row_id": n, "outcome": outcome, "enterprise": firm, "candidates": []} for n, firm in enumerate(FIRMS)]
    resolution = pl.DataFrame(rows, schema=RESOLUTION_SCHEMA)
    return post(ledger, read, resolution, received=day, posted_by="测")


def _ledger(folder, told):
    ledger = open_ledger(Path(folder) / "账")
    _post(ledger, "registration", [], date(2026, 1, 1), "登记", "new")
    made = [
        _post(ledger, source, facts, date(2026, 2, 1) + timedelta(days=day), mark)
        for mark, (source, facts, day) in enumerate(told)
    ]
    return ledger, made


def _take(ledger, known_on=NOW):
    return snapshot(ledger, known_on=known_on, assessed_on=NOW, indicators=INDICATORS, sources=RULES)


def _plain(origin):
    return origin.select(pl.all().cast(pl.String)).sort("enterprise", "column", "item")


def _same(one, other):
    assert_frame_equal(one.frame, other.frame)
    assert_frame_equal(one.conflicts.drop("values"), other.conflicts.drop("values"))
    assert_frame_equal(_plain(one.origin), _plain(other.origin))
    assert one.fingerprint == other.fingerprint


@QUICK
@given(batches, st.data())
def test_after_a_withdrawal_the_snapshot_equals_the_one_without_the_batch(told, data):
    gone = data.draw(st.integers(0, len(told) - 1))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        ledger, made = _ledger(one, told)
        before = _take(ledger, NOW)
        withdraw(ledger, made[gone].id, by="测", reason="误报", on=NOW + timedelta(days=1))
        _same(before, _take(ledger, NOW))
        without = open_ledger(Path(other) / "账")
        _post(without, "registration", [], date(2026, 1, 1), "登记", "new")
        for mark, (source, facts, day) in enumerate(told):
            if mark != gone:
                _post(without, source, facts, date(2026, 2, 1) + timedelta(days=day), mark)
        _same(_take(ledger, NOW + timedelta(days=1)), _take(without, NOW + timedelta(days=1)))
        assert verify(ledger) is None


@QUICK
@given(batches)
def test_posting_everything_twice_changes_nothing(told):
    with tempfile.TemporaryDirectory() as folder:
        ledger, _ = _ledger(folder, told)
        before, lines = _take(ledger), ledger.journal.read_bytes()
        for mark, (source, facts, day) in enumerate(told):
            assert _post(ledger, source, facts, date(2026, 2, 1) + timedelta(days=day), mark).repeated
        _same(before, _take(ledger))
        assert ledger.journal.read_bytes() == lines
