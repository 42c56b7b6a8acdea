"""入账：只收对上的行；同一文件再入账不变；新主体只许登记来源。"""

from datetime import date

import polars as pl
import pytest
from firms import A, B, C, book, reading, resolved

from miaopu.ledger.decision import review
from miaopu.ledger.journal import verify
from miaopu.ledger.post import batches, post
from miaopu.ledger.snapshot import registry
from miaopu.terms.complaint import Refusal

DAY = date(2026, 3, 1)
REVENUE = {"indicator": "revenue", "value": 100, "period": "2025", "basis": "单体"}


def test_posting_the_same_file_twice_changes_nothing_and_says_so(ledger):
    first = book(ledger, "tax", [{"firm": A, **REVENUE}], DAY)
    before = ledger.journal.read_bytes()
    again = book(ledger, "tax", [{"firm": A, **REVENUE}], date(2026, 4, 1))
    assert again.repeated and again.id == first.id
    assert "没有改变台账" in again.messages[0]
    assert ledger.journal.read_bytes() == before


def test_rows_in_conflict_or_review_are_listed_and_not_posted(ledger):
    told = [{"firm": A, **REVENUE}, {"firm": B, **REVENUE}, {"firm": C, **REVENUE}]
    batch = book(ledger, "tax", told, DAY, {B: "conflict", C: "review"})
    assert (batch.facts, batch.enterprises, batch.review) == (1, 1, 2)
    open_rows = review(ledger, DAY)
    assert open_rows["outcome"].to_list() == ["conflict", "review"]
    assert open_rows["candidates"][0][0]["enterprise"] == A


def test_a_source_that_may_not_create_sends_new_firms_to_review(ledger):
    stranger = "91371500MA00000D04"
    batch = book(ledger, "tax", [{"firm": stranger, **REVENUE}], DAY, {stranger: "new"})
    assert (batch.facts, batch.review) == (0, 1)
    assert "不能新立主体" in review(ledger, DAY)["reason"][0]
    allowed = book(ledger, "county", [{"firm": stranger, **REVENUE}], DAY, {stranger: "new"}, may_create=True)
    assert allowed.facts == 1
    assert stranger in registry(ledger, DAY)["enterprise"]


def test_the_registry_keeps_former_names(ledger):
    read = reading("registration", [{"firm": A, "indicator": "region", "text": "371503"}], "更名.xlsx")
    renamed = pl.col("name_raw").str.replace("机械", "智造")
    changed = type(read)(read.file, read.digest, read.source, read.rows.with_columns(renamed), read.facts)
    post(ledger, changed, resolved(changed), received=DAY, posted_by="张三")
    row = registry(ledger, DAY).row(by_predicate=pl.col("enterprise") == A, named=True)
    assert row["name"] == "虚构甲智造有限公司"
    assert row["former_names"] == ["虚构甲机械有限公司"]
    assert row["region"] == "371503"
    assert (
        registry(ledger, date(2026, 2, 1)).row(by_predicate=pl.col("enterprise") == A, named=True)["region"] == "371502"
    )


def test_only_registration_may_change_a_name(ledger):
    stranger = "91371500MA00000D04"
    read = reading("county", [{"firm": A, **REVENUE}, {"firm": stranger, **REVENUE}])
    called = read.rows.with_columns(name_raw=pl.concat_str(pl.lit("县里叫法"), "name_raw"))
    told = type(read)(read.file, read.digest, read.source, called, read.facts)
    post(ledger, told, resolved(told, {stranger: "new"}), received=DAY, posted_by="张三", may_create=True)
    names = dict(registry(ledger, DAY).select("enterprise", "name").iter_rows())
    assert names[A] == "虚构甲机械有限公司"
    assert names[stranger] == f"县里叫法{stranger}"


def test_a_row_without_an_outcome_is_refused_and_nothing_is_posted(ledger):
    read = reading("tax", [{"firm": A, **REVENUE}])
    with pytest.raises(Refusal, match="没有去向"):
        post(ledger, read, resolved(read).clear(), received=DAY, posted_by="张三")
    assert len(batches(ledger, DAY)) == 1


def test_the_ledger_verifies_after_posting(ledger):
    book(ledger, "tax", [{"firm": A, **REVENUE}], DAY)
    assert verify(ledger) is None
