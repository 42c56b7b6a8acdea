"""溯源：值 → 口径 → 事实 → 文件、表、格、批次、人；别的说法与决定一并给出。"""

from datetime import date

import pytest
from firms import RULES, A, B, book

from miaopu.ledger.decision import decide
from miaopu.ledger.ruling import Decision
from miaopu.ledger.snapshot import snapshot
from miaopu.ledger.trace import trace
from miaopu.terms.catalog import Catalog
from miaopu.terms.complaint import Refusal
from miaopu.terms.indicator import load_indicators

INDICATORS = load_indicators(Catalog.default())
DAY, LATER, NOW = date(2026, 3, 1), date(2026, 4, 1), date(2026, 11, 20)


def _walk(ledger, column, firm=A, known_on=NOW):
    taken = snapshot(ledger, known_on=known_on, assessed_on=NOW, indicators=INDICATORS, sources=RULES)
    return trace(ledger, taken, firm, column, indicators=INDICATORS)


def _year(value, year="2025", indicator="revenue", firm=A):
    return {"firm": firm, "indicator": indicator, "value": value, "period": year, "basis": "单体"}


def test_a_value_leads_to_its_cell_file_batch_and_poster(ledger):
    batch = book(ledger, "tax", [_year(5_000_000), _year(7_000_000, "2024")], DAY, name="税务.xlsx")
    found = _walk(ledger, "revenue_t2")
    cell = found.facts[0]
    assert (found.value, cell.value, cell.file, cell.sheet, cell.cell) == (
        7_000_000,
        7_000_000,
        "税务.xlsx",
        "表1",
        "D2",
    )
    assert (cell.digest, cell.batch, cell.received, cell.posted_by) == (batch.digest, batch.id, DAY, "张三")
    assert found.others == ()
    assert "《税务.xlsx》工作表“表1”D2：7.00万元（" in "\n".join(found.lines())


def test_values_of_other_sources_and_corrected_values_stand_beside(ledger):
    book(ledger, "tax", [_year(5)], DAY)
    book(ledger, "firm", [_year(6)], DAY)
    book(ledger, "firm", [_year(8)], LATER)
    found = _walk(ledger, "revenue_t1")
    assert [one.value for one in found.facts] == [8]
    assert sorted(one.value for one in found.others) == [5, 6]
    assert found.reason == "按来源先后取值"


def test_a_conflict_a_person_settled_shows_the_decision(ledger):
    book(ledger, "tax", [_year(5)], DAY)
    book(ledger, "county", [_year(6)], DAY)
    entry = Decision(
        "choice", enterprise=A, indicator="revenue", source="county", reason="核过审计报告", evidence="附页"
    )
    decide(ledger, [entry], by="王五", on=LATER)
    found = _walk(ledger, "revenue_t1")
    assert (found.value, found.reason) == (6, "人工取舍")
    assert (found.decisions[0]["by"], found.decisions[0]["reason"]) == ("王五", "核过审计报告")
    assert _walk(ledger, "revenue_t1", known_on=DAY).decisions == ()


def test_a_judgement_is_its_own_origin(ledger):
    told = {
        "enterprise": A,
        "indicator": "same_group_similar_product",
        "value": 1,
        "version": "LG-2026",
        "reason": "会议",
    }
    decide(ledger, [Decision("judgement", **told)], by="王五", on=LATER)
    found = _walk(ledger, "same_group_similar_product")
    assert (found.value, found.reason, found.facts) == (1, "人工核定", ())


def test_a_name_leads_to_the_row_that_registered_it(ledger):
    found = _walk(ledger, "name", B)
    assert (found.value, found.facts[0].file, found.facts[0].cell) == (
        "虚构乙材料有限公司",
        "registration.xlsx",
        "第3行",
    )


def test_missing_and_absent_are_told_apart(ledger):
    book(ledger, "miit", [{"firm": A, "indicator": "srdi", "value": 1, "period": "2024-01-01/2026-12-31"}], DAY)
    assert _walk(ledger, "srdi", B).reason == "完整名单里没有这家"
    assert _walk(ledger, "hte", B).reason == "没有任何来源提供"


def test_a_count_leads_to_its_items_and_the_answer_of_each_condition(ledger):
    told = {"kind": "invention", "granted": "2020-01-01", "acquired": "own", "holder_rank": 4, "valid": 1}
    facts = [{"firm": A, "indicator": f"ip.{name}", "item": "ZL1", ("text" if isinstance(v, str) else "value"): v}
             for name, v in told.items()]  # fmt: skip
    book(ledger, "ip", facts, DAY)
    found = _walk(ledger, "class1_ip_2026_high")
    item = found.items[0]
    answers = dict(item.conditions)
    assert (found.value, item.item, item.answer) == (0, "ZL1", "不满足")
    assert (answers["holder_rank <= 3"], answers["acquired == own"], answers["related"]) == ("不满足", "满足", "未知")
    assert len(item.cells) == 5


def test_a_formula_leads_to_its_parts(ledger):
    book(ledger, "firm", [_year(100), _year(80, indicator="main_revenue")], DAY)
    found = _walk(ledger, "main_ratio")
    assert found.formula == "main_revenue_t1 / revenue_t1"
    assert [(part.column, part.value) for part in found.parts] == [("main_revenue_t1", 80), ("revenue_t1", 100)]
    assert found.parts[0].facts[0].cell == "D2"


@pytest.mark.parametrize(
    ("firm", "column", "told"), [("没有", "revenue_t1", "没有这家"), (A, "没有", "没有“没有”这一列")]
)
def test_asking_for_what_is_not_there_is_refused(ledger, firm, column, told):
    with pytest.raises(Refusal, match=told):
        _walk(ledger, column, firm)
