"""划型：单家与整表同一结论；缺数给两端；每个行业代码恰入一组或不在规定内。"""

from random import Random

import polars as pl
import pytest

from miaopu.standards.size import METRICS, SIZES, SizeStandard


@pytest.fixture(scope="module")
def size(catalog):
    return SizeStandard.load(catalog)


def test_table_form_is_the_single_form(size):
    random, rows = Random(7), []
    for group in size.groups:
        edges = {m: [v for size_ in group.limits.values() if (v := size_.get(m))] or [1] for m in METRICS}
        for _ in range(60):
            pick = {m: random.choice([None, 0, *(e + d for e in edges[m] for d in (-1, 0, 1))]) for m in METRICS}
            rows.append({"size_group": group.name, **pick})
    columns = {METRICS[m][0]: [r[m] if r[m] is None else r[m] * METRICS[m][1] for r in rows] for m in METRICS}
    table = pl.DataFrame(
        {"size_group": [r["size_group"] for r in rows], **columns}, schema_overrides=dict.fromkeys(columns, pl.Int64)
    )
    found = size.attach(table.lazy()).collect()
    for row, low, high in zip(rows, found["size_low"], found["size_high"], strict=True):
        assert size.classify(row["size_group"], row["x"], row["y"], row["z"]) == (SIZES[low], SIZES[high]), row


def test_completion_stays_between_the_ends(size):
    random = Random(8)
    for group in size.groups:
        for _ in range(50):
            full = {
                m: random.choice([0, *(v + d for s in group.limits.values() if (v := s.get(m)) for d in (-1, 0))])
                for m in METRICS
            }
            known = {m: v if random.random() < 0.5 else None for m, v in full.items()}
            low, high = (SIZES.index(end) for end in size.classify(group.name, **known))
            exact = SIZES.index(size.classify(group.name, **full)[0])
            assert low <= exact <= high


def test_unknown_group_has_no_size(size):
    table = pl.LazyFrame(
        {"size_group": [None, "火星业"], "employees_t1": [1, 1], "revenue_t1": [1, 1], "assets_t1": [1, 1]}
    )
    assert size.attach(table).collect()["size_low"].to_list() == [None, None]
    with pytest.raises(KeyError, match="没有行业组“火星业”；应为 农林牧渔业"):
        size.classify("火星业", 1, 1, 1)


def test_every_industry_code_falls_into_one_group_or_none(size, catalog):
    rows = pl.read_csv(
        catalog.file("industries/gbt4754_2017.csv"), schema_overrides={"code": pl.String, "section": pl.String}
    )
    outside = {"J", "P", "S", "T"}
    for code, section in rows.select("code", "section").iter_rows():
        if not code[:1].isdigit() or len(code) < 4:
            continue
        hits = [
            g.name for g in size.groups if any(section == c if c.isalpha() else code.startswith(c) for c in g.codes)
        ]
        excluded = section in outside or code.startswith(("53", "84", "704"))
        assert len(hits) == (0 if excluded else 1), (code, section, hits)
