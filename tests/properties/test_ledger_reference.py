"""裁定与逐条照规则写的参照一致；条目区间可靠：怎样补上未知，结果都在区间之内。"""

from collections import defaultdict
from datetime import date

import numpy as np
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from miaopu.ledger.derive import derive, derived_items
from miaopu.ledger.snapshot.conflict import settle
from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import load_indicators

INDICATORS = load_indicators(Catalog.default())
NOW = date(2026, 11, 20)
BASES = ("合并", "单体", "未说明")
RANKS = {"tax": 2, "firm": 3, "county": 3, "market": 7}
MONEY = (True, True, False)
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])

said = st.tuples(
    st.integers(0, 1),
    st.integers(0, 2),
    st.integers(1, 3),
    st.sampled_from(tuple(RANKS)),
    st.sampled_from((0, 1, 1, 1, 2)),
    st.integers(0, 2),
    st.integers(0, 2),
)
"""一种说法：主体、指标、年序、来源、口径、先后、值。"""


def _candidates(told):
    rows = [
        {"key": firm * 100 + key * 10 + year, "series": firm * 100 + key, "ent": firm, "col": key * 10 + year,
         "money": MONEY[key], "source": source, "rank": RANKS[source], "when": when, "basis": BASES[basis],
         "basis_no": basis, "value": value, "text": None, "batch": f"批{when}", "sheet": "表", "row": n, "column": 1,
         "received": NOW, "period": str(year)}
        for n, (firm, key, year, source, basis, when, value) in enumerate(told)
    ]  # fmt: skip
    kinds = {"key": pl.UInt64, "series": pl.UInt64, "ent": pl.UInt32, "col": pl.UInt32, "text": pl.String}
    return pl.DataFrame(rows, schema_overrides={**kinds, "rank": pl.Int32, "when": pl.Int64, "basis_no": pl.UInt8})


def _best(groups):
    """覆盖最多、来源最前、次序最前的口径。"""
    return min(
        groups,
        key=lambda basis: (-len({s[1:3] for s in groups[basis]}), min(RANKS[s[3]] for s in groups[basis]), basis),
    )


def _grouped(told, place):
    groups = defaultdict(list)
    for one in told:
        groups[one[place] if isinstance(place, int) else tuple(one[p] for p in place)].append(one)
    return groups


def _latest(told):
    newest = {}
    for one in told:
        newest[one[:5]] = max(newest.get(one[:5], -1), one[5])
    return [one for one in told if one[5] == newest[one[:5]]]


def _reference(told):
    kept = []
    for mine in _grouped(_latest(told), 0).values():
        definite = _grouped([one for one in mine if MONEY[one[1]] and one[4] < 2], 4)
        if len(definite) > 1:
            won = _best(definite)
            mine = [one for one in mine if not MONEY[one[1]] or one[4] in (won, 2)]
        for series in _grouped(mine, 1).values():
            won = _best(_grouped(series, 4))
            kept += [one for one in series if one[4] == won]
    values = {}
    for key, rows in _grouped(kept, (0, 1, 2)).items():
        top = min(RANKS[one[3]] for one in rows)
        agreed = {one[6] for one in rows if RANKS[one[3]] == top}
        if len(agreed) == 1:
            values[key[0] * 100 + key[1] * 10 + key[2]] = agreed.pop()
    return values


@QUICK
@given(st.lists(said, min_size=1, max_size=14))
def test_settling_agrees_with_the_rules_applied_one_by_one(told):
    nothing = pl.DataFrame(schema={"key": pl.UInt64, "source": pl.String, "basis": pl.String})
    settled = settle(_candidates(told), nothing)
    found = dict(settled.chosen.select("key", "value").iter_rows())
    assert settled.chosen["key"].is_unique().all()
    assert found == _reference(told)
    unsettled = set(_candidates(told)["key"]) - set(found)
    assert unsettled <= set(settled.conflicts["key"])


POOLS = {
    "flag": [0, 1],
    "count": [1, 3, 4, 50, 51, 500, 501],
    "money": [0, 1, 500_000_000],
    "percent": [0, 300_000, 300_001],
    "date": ["2016-11-19", "2016-11-20", "2023-11-20", "2023-11-21", "2024", "2025-11-20", "2025-11-21", "2026-12-01"],
}
WORDS = ["own", "transfer", "license", "lead", "join"]


def _pool(base, name, kind):
    if kind == "category":
        return [*base.values, *WORDS] if name != "acquired" else WORDS[:3]
    return POOLS.get(kind, ["x"])


def _draw(rng, base, firms, missing):
    count = firms * 2
    columns = {}
    for name, kind in base.fields.items():
        pool = _pool(base, name, kind)
        drawn = [pool[n] for n in rng.integers(0, len(pool), count)]
        columns[name] = [None if rng.random() < missing else value for value in drawn]
    same = {"ent": np.repeat(np.arange(firms), 2), "item": ["一", "二"] * firms}
    types = {
        name: pl.Int64 if kind in ("flag", "count", "money", "percent") else pl.String
        for name, kind in base.fields.items()
    }
    frame = pl.DataFrame({**same, **columns}, schema_overrides={**types, "ent": pl.UInt32})
    return frame.with_columns(listed=pl.lit(True), first_known=pl.lit(NOW))


def _completed(rng, base, frame, lenient):
    """补上未知的字段；lenient 里的日期不补：不知道时按已收到、未到期看待，补晚了就与收到的日期矛盾。"""
    filled = []
    for name, kind in base.fields.items():
        pool = _pool(base, name, kind)
        values = pl.Series(name, [pool[n] for n in rng.integers(0, len(pool), frame.height)], dtype=frame.schema[name])
        filled.append(frame[name] if name in lenient else frame[name].zip_with(frame[name].is_not_null(), values))
    return frame.with_columns(filled)


def _lenient(derived):
    conditions = [one for each in derived for one in (*each.where, *(c for _, where in each.order for c in where))]
    return {atom.field for one in conditions for atom in one.atoms if atom.form in ("not_after", "not_before")}


def _columns(one, tables, firms):
    return {series.name: series for series in derive([one], tables, firms, {one.items}, NOW)}


def _grade(one, series):
    order = ["none", *(code for code, _ in reversed(one.order))]
    return series.replace_strict(order, range(len(order)), return_dtype=pl.Int64) if one.measure == "best" else series


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 2**32))
def test_no_completion_of_missing_fields_leaves_the_interval(seed):
    rng, firms = np.random.default_rng(seed), 120
    for base in (one for one in INDICATORS.values() if one.kind == "item"):
        derived = [one for one in derived_items(INDICATORS) if one.items == base.key]
        frame = _draw(rng, base, firms, 0.3)
        filled = [_completed(rng, base, frame, _lenient(derived)) for _ in range(3)]
        for one in derived:
            whole = _columns(one, {base.key: frame}, firms)
            for sure in filled:
                _inside(one, whole, _columns(one, {base.key: sure}, firms))


def _inside(one, whole, sure):
    if one.measure == "exists":
        before, after = whole[one.key], sure[one.key]
        assert (before.is_null() | (before == after)).all(), one.key
        return
    low, high = (_grade(one, whole[name]) for name in one.columns())
    after_low, after_high = (_grade(one, sure[name]) for name in one.columns())
    assert (low <= after_low).all(), one.key
    assert (high.is_null() | (high >= after_high.fill_null(2**62))).all(), one.key
