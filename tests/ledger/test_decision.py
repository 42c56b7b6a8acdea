"""决定：主体、取舍、核定；有人有时有理由，可撤回；放行的行自决定之日起成为事实。"""

from datetime import date

import pytest
from firms import RULES, A, B, C, book
from words import PLAIN

from miaopu.ledger.decision import decide, review
from miaopu.ledger.resolve.registry import new_key
from miaopu.ledger.ruling import Decision
from miaopu.ledger.snapshot import registry, snapshot
from miaopu.ledger.withdraw import withdraw
from miaopu.terms import names
from miaopu.terms.complaint import Refusal

DAY, LATER = date(2026, 3, 1), date(2026, 4, 1)
REVENUE = {"indicator": "revenue", "value": 100, "period": "2025", "basis": "单体"}


def _take(ledger, known_on=LATER, assessed_on=date(2026, 11, 20)):
    return snapshot(ledger, known_on=known_on, assessed_on=assessed_on, indicators=PLAIN, sources=RULES)


def _value(taken, firm, column):
    return taken.frame.filter(enterprise=firm)[column][0]


def test_an_identity_decision_releases_the_row_at_its_date(ledger):
    batch = book(ledger, "tax", [{"firm": B, **REVENUE}], DAY, {B: "review"})
    entry = Decision("identity", "same", batch=batch.id, row_id=0, enterprise=B, reason="电话核实", evidence="记录1")
    decide(ledger, [entry], by="王五", on=LATER)
    assert _value(_take(ledger, DAY), B, "revenue_t1") is None
    assert _value(_take(ledger), B, "revenue_t1") == 100
    assert review(ledger, DAY).height == 1 and review(ledger, LATER).height == 0


def test_a_withdrawn_identity_decision_puts_the_row_back_for_review(ledger):
    batch = book(ledger, "tax", [{"firm": B, **REVENUE}], DAY, {B: "review"})
    entry = Decision("identity", "same", batch=batch.id, row_id=0, enterprise=B, reason="核实")
    made = decide(ledger, [entry], by="王五", on=LATER)
    withdraw(ledger, made.id, by="王五", reason="核实有误", on=LATER)
    assert _value(_take(ledger), B, "revenue_t1") is None
    assert review(ledger, LATER).height == 1


def test_withdrawing_the_batch_takes_its_released_rows_with_it(ledger):
    batch = book(ledger, "tax", [{"firm": B, **REVENUE}], DAY, {B: "review"})
    entry = Decision("identity", "same", batch=batch.id, row_id=0, enterprise=B, reason="核实")
    decide(ledger, [entry], by="王五", on=LATER)
    withdraw(ledger, batch.id, by="王五", reason="整批报错", on=LATER)
    assert _value(_take(ledger), B, "revenue_t1") is None


def test_a_new_enterprise_by_decision_enters_the_registry(ledger):
    batch = book(ledger, "county", [{"firm": "虚构丁作坊", **REVENUE}], DAY, {"虚构丁作坊": "review"})
    decide(ledger, [Decision("identity", "new", batch=batch.id, row_id=0, reason="现场核实")], by="王五", on=LATER)
    row = registry(ledger, LATER).filter(name="虚构丁作坊").row(0, named=True)
    assert row["enterprise"] == new_key(names.fold("虚构丁作坊")) and row["uscc"] is None
    assert _value(_take(ledger), row["enterprise"], "revenue_t1") == 100


def test_not_the_same_strikes_the_candidate_and_keeps_the_row_open(ledger):
    batch = book(ledger, "tax", [{"firm": B, **REVENUE}], DAY, {B: "review"})
    entry = Decision("identity", "not_same", batch=batch.id, row_id=0, enterprise=A, reason="两家")
    decide(ledger, [entry], by="王五", on=LATER)
    assert review(ledger, DAY)["candidates"][0].to_list() != []
    assert review(ledger, LATER)["candidates"][0].to_list() == []


def test_two_enterprises_ruled_the_same_become_one(ledger):
    book(ledger, "tax", [{"firm": B, **REVENUE}], DAY)
    decide(ledger, [Decision("identity", "same", enterprise=A, other=B, reason="重复登记")], by="王五", on=LATER)
    taken = _take(ledger)
    assert taken.frame["enterprise"].to_list() == [A, C]
    assert _value(taken, A, "revenue_t1") == 100
    assert "虚构乙材料有限公司" in registry(ledger, LATER).filter(enterprise=A)["former_names"][0]


def test_a_choice_settles_a_conflict_of_equal_sources(ledger):
    book(ledger, "tax", [{"firm": A, **REVENUE}], DAY)
    book(ledger, "county", [{"firm": A, **REVENUE, "value": 90}], DAY)
    entry = Decision("choice", enterprise=A, indicator="revenue", period="2025", source="county", reason="已核审计报告")
    decide(ledger, [entry], by="王五", on=LATER)
    assert _value(_take(ledger, DAY), A, "revenue_t1") is None
    taken = _take(ledger)
    assert _value(taken, A, "revenue_t1") == 90
    assert taken.conflicts["rule"].to_list() == ["人工取舍"]


def test_a_choice_for_one_year_leaves_the_other_years_alone(ledger):
    for source, value in (("tax", 100), ("county", 90)):
        told = [{"firm": A, **REVENUE, "value": value, "period": year} for year in ("2025", "2024")]
        book(ledger, source, told, DAY)
    entry = Decision("choice", enterprise=A, indicator="revenue", period="2024", source="tax", reason="核过")
    decide(ledger, [entry], by="王五", on=LATER)
    taken = _take(ledger)
    assert _value(taken, A, "revenue_t1") is None and _value(taken, A, "revenue_t2") == 100


def test_a_judgement_holds_until_its_date_and_then_is_stale(ledger):
    entry = Decision(
        "judgement", enterprise=A, indicator="same_group_similar_product", value=0, until=date(2026, 12, 31),
        version="LG-2026", reason="会议研究", evidence="纪要3号",
    )  # fmt: skip
    decide(ledger, [entry], by="王五", on=LATER)
    assert _value(_take(ledger), A, "same_group_similar_product") == 0
    assert _value(_take(ledger, assessed_on=date(2026, 12, 31)), A, "same_group_similar_product") == 0
    after = _take(ledger, assessed_on=date(2027, 1, 1))
    assert _value(after, A, "same_group_similar_product") is None
    assert after.conflicts["kind"].to_list() == ["stale"]
    assert after.judgements["version"].to_list() == ["LG-2026"]


def test_a_judgement_of_something_no_source_supplies_adds_its_column(ledger):
    entry = Decision("judgement", enterprise=A, indicator="本地特色", text="甲档", version="本地@2026", reason="研究")
    decide(ledger, [entry], by="王五", on=LATER)
    assert _take(ledger).frame["本地特色"].to_list() == ["甲档", None, None]


def test_decisions_read_from_a_file_are_entered_as_they_are(ledger):
    batch = book(ledger, "tax", [{"firm": B, **REVENUE}], DAY, {B: "conflict"})
    entry = Decision("identity", "same", batch=batch.id, row_id=0, enterprise=B, reason="电话核实", by="赵六", on=LATER)
    decide(ledger, [entry], by="王五", on=LATER)
    assert _value(_take(ledger), B, "revenue_t1") == 100


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (Decision("identity", "same", batch="没有", row_id=0, enterprise=A, reason="x"), "没有这一行"),
        (Decision("identity", "maybe", enterprise=A, other=B, reason="x"), "不认得"),
        (Decision("choice", enterprise=A, indicator="revenue", source="tax"), "没有写理由"),
        (Decision("choice", enterprise=A, indicator="revenue", reason="x"), "缺 source"),
        (Decision("judgement", enterprise=A, indicator="x", value=1, reason="x"), "缺 version"),
        (Decision("judgement", enterprise=A, indicator="x", version="v", reason="x"), "核定结论"),
    ],
)
def test_an_incomplete_decision_is_refused_and_none_of_its_set_is_entered(ledger, entry, told):
    good = Decision("choice", enterprise=A, indicator="revenue", source="tax", reason="核过")
    with pytest.raises(Refusal, match=told):
        decide(ledger, [good, entry], by="王五", on=LATER)
    assert [one.kind for one in ledger.entries()] == ["batch"]


def test_a_row_is_released_only_once(ledger):
    batch = book(ledger, "tax", [{"firm": B, **REVENUE}], DAY, {B: "review"})
    entry = Decision("identity", "same", batch=batch.id, row_id=0, enterprise=B, reason="核实")
    decide(ledger, [entry], by="王五", on=LATER)
    with pytest.raises(Refusal, match="裁定了两次"):
        decide(ledger, [entry], by="王五", on=LATER)


def test_a_decision_looks_once_more_under_the_lock_and_posts_nothing_when_told_not_to(ledger):
    """unless 看得到持锁时已有的决定；它抛错，台账一行不多。"""
    entry = Decision("choice", enterprise=A, indicator="revenue", source="tax", reason="核对账册")
    first = decide(ledger, [entry], by="王五", on=LATER)
    seen = []

    def taken(now):
        seen.extend(one.id for one in now.decisions)
        raise ValueError("已有人定过")

    count = len(ledger.entries())
    with pytest.raises(ValueError, match="已有人定过"):
        decide(ledger, [entry], by="赵六", on=LATER, unless=taken)
    assert seen == [first.id] and len(ledger.entries()) == count


def test_a_decision_on_the_wording_releases_the_rows_that_wait_with_it(ledger):
    """两份文件里同样写法的行都在等：只写写法的决定一下，两行都入账，不必重传；撤回就都退回。"""
    workshop = "虚构丁作坊"
    taxed = book(ledger, "tax", [{"firm": workshop, **REVENUE}, {"firm": C, **REVENUE}], DAY, {workshop: "review"})
    counted = {"indicator": "insured_staff", "value": 7, "period": "2025-12-31"}
    book(ledger, "county", [{"firm": workshop, **counted}], DAY, {workshop: "review"})
    assert review(ledger, LATER).height == 2
    other = Decision("identity", "same", enterprise=B, name="虚构戊作坊", uscc="虚构戊作坊", reason="不相干")
    assert decide(ledger, [other], by="王五", on=LATER).body["rows"] == 0
    unknown = Decision(
        "identity", "same", enterprise="91371500MA00000X09", name=workshop, uscc=workshop, reason="没这家"
    )
    withdraw(ledger, decide(ledger, [unknown], by="王五", on=LATER).id, by="王五", reason="写错", on=LATER)
    said = Decision("identity", "same", enterprise=B, name=f" {workshop} ", uscc=workshop, reason="电话核实")
    made = decide(ledger, [said], by="王五", on=LATER)
    assert made.body["rows"] == 2 and review(ledger, LATER).height == 0
    assert _value(_take(ledger), B, "revenue_t1") == 100 and _value(_take(ledger), C, "revenue_t1") == 100
    withdraw(ledger, made.id, by="王五", reason="核实有误", on=LATER)
    assert review(ledger, LATER).height == 2 and _value(_take(ledger), B, "revenue_t1") is None
    founded = Decision("identity", "new", name=workshop, uscc=workshop, reason="现场核实")
    row = Decision("identity", "same", batch=taxed.id, row_id=0, enterprise=A, reason="这一行另有其主")
    made = decide(ledger, [founded, row], by="王五", on=LATER)
    assert made.body["rows"] == 2 and review(ledger, LATER).height == 0
    new = registry(ledger, LATER).filter(name=workshop)["enterprise"][0]
    assert _value(_take(ledger), A, "revenue_t1") == 100 and new not in (A, B, C)


def test_a_wording_ruled_not_the_same_strikes_the_candidate_where_it_waits(ledger):
    book(ledger, "tax", [{"firm": "虚构丁作坊", **REVENUE}], DAY, {"虚构丁作坊": "review"})
    said = Decision("identity", "not_same", enterprise=A, name="虚构丁作坊", uscc="虚构丁作坊", reason="两家")
    decide(ledger, [said], by="王五", on=LATER)
    assert review(ledger, LATER)["candidates"][0].to_list() == []


def test_a_row_ruled_not_the_same_stays_though_its_wording_is_ruled_the_same(ledger):
    """一行单独裁定过不是这家：后来定了写法，别的行照办，这一行仍待人工。"""
    first = book(ledger, "tax", [{"firm": "虚构丁作坊", **REVENUE}], DAY, {"虚构丁作坊": "review"})
    counted = {"indicator": "insured_staff", "value": 7, "period": "2025-12-31"}
    book(ledger, "county", [{"firm": "虚构丁作坊", **counted}], DAY, {"虚构丁作坊": "review"})
    row = Decision("identity", "not_same", batch=first.id, row_id=0, enterprise=B, reason="同名的另一家")
    decide(ledger, [row], by="王五", on=LATER)
    said = Decision("identity", "same", enterprise=B, name="虚构丁作坊", uscc="虚构丁作坊", reason="电话核实")
    assert decide(ledger, [said], by="赵六", on=LATER).body["rows"] == 1
    assert review(ledger, LATER)["batch"].to_list() == [first.id]
    assert _value(_take(ledger), B, "revenue_t1") is None
