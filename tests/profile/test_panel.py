"""三年面板：全不全、合不合；每个发现是一句带数的话。"""

from datetime import date

import polars as pl
import pytest
from tests.screening.city import CATALOG, WAN

from miaopu.profile.panel import TOLD, load_rules, panel, told_of, wan
from miaopu.terms.indicator import load_indicators

INDICATORS = load_indicators(CATALOG)
RULES = load_rules(CATALOG)
ON = date(2026, 11, 20)
GOOD = {
    f"{key}_t{back}": amount * WAN if key not in ("employees", "rd_staff") else amount
    for back in (1, 2, 3)
    for key, amount in {
        "revenue": 9000, "main_revenue": 8800, "net_profit": 500, "assets": 7000, "liabilities": 3000, "rd": 400,
        "employees": 100, "rd_staff": 20,
    }.items()
}  # fmt: skip


def made(told=None, origin=None, **changes):
    frame = pl.DataFrame(
        [{"enterprise": "甲", **GOOD, **changes}, {"enterprise": "乙", **GOOD}], infer_schema_length=None
    )
    return panel(frame, RULES, INDICATORS, ON, told, origin)


def sentences(found, code):
    return found.findings.filter(pl.col("check") == code)["sentence"].to_list()


def test_a_sound_panel_finds_nothing():
    found = made()
    assert found.findings.height == 0
    assert found.completeness["percent"].to_list() == [100, 100]
    assert found.values().height == 2 * 8 * 3


def test_what_is_missing_is_named_by_year():
    row = made(rd_t3=None, rd_staff_t3=None).completeness.row(0, named=True)
    assert (row["known"], row["expected"], row["percent"]) == (22, 24, 91)
    assert row["missing"] == "2023年研发费用（审计）、2023年研发人员"


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"main_revenue_t1": 9500 * WAN}, "MAIN",
         "2025年主营业务收入9500万元，大于营业收入9000万元，多500万元"),
        ({"liabilities_t2": 7000 * WAN + 1}, "DEBT",
         "2024年负债总额7000.000001万元，大于资产总额7000万元，多0.000001万元"),
        ({"rd_staff_t3": 101}, "RDSTAFF", "2023年研发人员101人，大于从业人员100人，多1人"),
        ({"rd_t1": 9001 * WAN}, "RD", "2025年研发费用（审计）9001万元，大于营业收入9000万元，多1万元"),
    ],
)  # fmt: skip
def test_numbers_that_do_not_fit_are_said_with_both_numbers(changes, code, said):
    assert sentences(made(**changes), code) == [said]


def test_equal_is_not_more():
    assert sentences(made(main_revenue_t1=9000 * WAN), "MAIN") == []


def test_a_wrong_unit_is_suspected_by_the_jump():
    found = made(assets_t2=7000)
    assert sentences(found, "UNIT4") == []
    found = made(assets_t2=7000 * WAN // 10_000)
    assert sentences(found, "UNIT4") == [
        "资产总额2024年0.7万元，2025年7000万元，相差约10000倍",
        "资产总额2023年7000万元，2024年0.7万元，相差约10000倍",
    ]
    assert sentences(made(rd_t3=40 * WAN), "UNIT1") == ["研发费用（审计）2023年40万元，2024年400万元，相差约10倍"]
    assert sentences(made(rd_t3=60 * WAN), "UNIT1") == []


def test_huge_amounts_do_not_wrap():
    big = 9 * 10**15
    assert sentences(made(revenue_t1=big, revenue_t2=big, revenue_t3=big), "UNIT4") == []


def told(*rows):
    return pl.DataFrame(list(rows), schema=list(TOLD), orient="row")


def test_tax_against_audit_beyond_the_tolerance():
    rows = told(("甲", "revenue_t1", "firm", "单体", 9000 * WAN), ("甲", "revenue_t1", "tax", "未说明", 8500 * WAN))
    assert sentences(made(told=rows), "TAX") == ["2025年营业收入报送9000万元，税务8500万元，相差500万元，超过5%"]
    near = told(("甲", "revenue_t1", "firm", "单体", 9000 * WAN), ("甲", "revenue_t1", "tax", "未说明", 8550 * WAN))
    assert sentences(made(told=near), "TAX") == [], "正好5%不算超过"


def test_mixed_basis_is_reported():
    origin = pl.DataFrame(
        {
            "enterprise": ["甲", "甲", "乙", "乙"],
            "column": ["revenue_t1", "revenue_t2"] * 2,
            "basis": ["合并", "单体", "合并", "未说明"],
        }
    )
    assert sentences(made(origin=origin), "BASIS") == ["营业收入口径不一：2024年单体、2025年合并"]


def test_conflicts_become_a_long_table():
    values = [
        {"source": "tax", "batch": "b", "basis": "未说明", "value": 1, "text": None},
        {"source": "firm", "batch": "b", "basis": "单体", "value": 2, "text": None},
    ]
    conflicts = pl.DataFrame(
        {"enterprise": ["甲"], "column": ["revenue_t1"], "kind": ["precedence"], "values": [values]}
    )
    assert told_of(conflicts).rows() == [
        ("甲", "revenue_t1", "tax", "未说明", 1),
        ("甲", "revenue_t1", "firm", "单体", 2),
    ]


def test_amounts_are_shown_exactly():
    assert [wan(value) for value in (0, 1, -1, 100, 123_456_789, -2_500_000)] == [
        "0", "0.000001", "-0.000001", "0.0001", "123.456789", "-2.5"]  # fmt: skip
