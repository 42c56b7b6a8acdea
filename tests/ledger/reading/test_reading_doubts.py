"""竖式表、同一企业两次、疑单位、来源辨认。"""

import polars as pl
import pytest
from tests.ledger.reading.bench_kit import CODE, NAME, firm, told, values

from miaopu.terms.complaint import Severity

WAN = 1_000_000
FORM = [
    ["企业填报表（虚构）"],
    ["企业名称", firm(1)[1], "统一社会信用代码", firm(1)[0]],
    ["所属县区", "莘县", "联系人", "虚三"],
    ["主导产品", "调心轴承", "从事细分市场年限（年）", 3.5],
    ["项目", "单位", "2023年", "2024年", "2025年"],
    ["营业收入", "万元", 100, "1,200.5", "—"],
    ["研发费用", "元", 5, 6, 7],
    ["研发人员", "人", None, None, 12],
    ["市场占有率", "%", None, None, 35],
    ["厂区面积", "亩", 1, 2, 3],
    ["填报人：虚四"],
]


def test_a_vertical_one_firm_form(desk):
    got = desk.read(desk.book(FORM, "企业填报表.xlsx"))
    assert got.source == "firm" and got.rows.select("row", "uscc_raw", "name_raw").rows() == [(2, *firm(1))]
    assert values(got, "revenue") == {(6, "2023"): 100 * WAN, (6, "2024"): 1200_500_000}
    assert values(got, "rd") == {(7, "2023"): 500, (7, "2024"): 600, (7, "2025"): 700}
    assert values(got, "rd_staff") == {(8, "2025"): 12} and values(got, "region") == {(3, ""): "371522"}
    assert values(got, "segment_years") == {(4, ""): 35_000} and list(values(got, "market_share").values()) == [350_000]
    cell = got.facts.filter((got.facts["indicator"] == "revenue") & (got.facts["period"] == "2024"))
    assert cell.select("row", "column").row(0) == (6, 4)
    assert "厂区面积" in told(got, "unknown_column")[0]


def test_several_forms_in_one_workbook_are_several_firms(desk):
    def second(book):
        page = book.create_sheet("二")
        for row in FORM:
            page.append([{firm(1)[0]: firm(2)[0], firm(1)[1]: firm(2)[1]}.get(text, text) for text in row])

    got = desk.read(desk.book(FORM, "企业填报表.xlsx", change=second))
    assert got.rows["uscc_raw"].to_list() == [firm(1)[0], firm(2)[0]] and got.rows["row_id"].to_list() == [0, 1]


TAX = [CODE, "纳税人名称", "2024年营业收入（元）", "2025年营业收入（元）"]


def test_the_same_firm_twice_with_the_same_numbers_counts_once(desk):
    got = desk.read(desk.book([TAX, [*firm(1), 1, 2], [*firm(2), 3, 4], [*firm(1), 1, 2]]))
    assert values(got, "revenue") == {(2, "2024"): 100, (2, "2025"): 200, (3, "2024"): 300, (3, "2025"): 400}
    assert got.rows.height == 3 and "第 4 行" in told(got, "repeat")[0]


def test_the_same_firm_twice_with_different_numbers_posts_neither(desk):
    got = desk.read(desk.book([TAX, [*firm(1), 1, 2], [*firm(2), 3, 4], [*firm(1), 1, 9]]))
    assert values(got, "revenue") == {(2, "2024"): 100, (3, "2024"): 300, (3, "2025"): 400}
    assert [(one.cell, one.severity) for one in got.complaints if one.code == "conflict"] == [
        ("D2", Severity.REJECT), ("D4", Severity.REJECT)
    ]  # fmt: skip


def test_the_same_firm_for_two_years_is_no_conflict(desk):
    rows = [
        [CODE, "纳税人名称", "年度", "加计扣除基数（元）"],
        [*firm(1), 2024, 1],
        [*firm(1), "2025年度", 2],
        [*firm(2), "去年", 3],
    ]
    got = desk.read(desk.book(rows))
    assert values(got, "rd_deduction") == {(2, "2024"): 100, (3, "2025"): 200}
    assert "去年" in told(got, "year")[0]


def test_a_column_in_the_wrong_unit_is_suspected_never_changed(desk):
    rows = [["序号", "县区", NAME, CODE, "2023年营业收入（万元）", "2024年营业收入（万元）", "2025年营业收入（万元）"]]
    rows += [[n, "莘县", firm(n)[1], firm(n)[0], 90 + n, 100 + n, (110 + n) * 10_000] for n in range(1, 7)]
    got = desk.read(desk.book(rows))
    assert values(got, "revenue")[(2, "2025")] == 111 * 10_000 * WAN
    said = told(got, "unit_column")
    assert len(said) == 1 and "2025 年" in said[0] and "疑单位写错" in said[0]


def test_a_whole_file_in_the_wrong_unit_is_suspected_by_earlier_values(desk):
    rows = [TAX, *([*firm(n), 100 * n, 110 * n] for n in range(1, 6))]
    path = desk.book(rows)
    earlier = pl.DataFrame(
        {
            "uscc": [firm(n)[0] for n in range(1, 6)],
            "indicator": "revenue",
            "period": "2023",
            "value": [n * 90 * WAN for n in range(1, 6)],
        }
    )
    assert told(desk.read(path), "unit_column") == []
    said = told(desk.read(path, earlier=earlier), "unit_column")
    assert len(said) == 2 and all("小一千倍" in one for one in said)


def test_one_cell_a_thousandfold_off_is_suspected(desk):
    rows = [TAX, *([*firm(n), 100 * n, 110 * n] for n in range(1, 6)), [*firm(7), 5, 50_000]]
    said = told(desk.read(desk.book(rows)), "unit_doubt")
    assert len(said) == 2 and all("本企业其他年度" in one for one in said)


def test_a_destroyed_code_shared_by_many_rows_does_not_make_them_one_firm(desk):
    rows = [TAX, *([f"9.13715E+1{7}", firm(n)[1], 100 * n, 110 * n] for n in range(1, 6))]
    got = desk.read(desk.book(rows))
    assert told(got, "conflict") == [] and len(values(got, "revenue")) == 10
    nameless = [
        [CODE, "2024年营业收入（元）", "2025年营业收入（元）"],
        *(["9.13715E+17", n, n + 1] for n in range(1, 4)),
    ]
    assert told(desk.read(desk.book(nameless), source="tax"), "conflict") == []


def test_the_same_firm_under_a_destroyed_code_is_still_told_apart_by_name(desk):
    rows = [
        TAX,
        ["9.13715E+17", firm(1)[1], 1, 2],
        ["9.13715E+17", firm(2)[1], 3, 4],
        ["9.13715E+17", firm(1)[1], 1, 9],
    ]
    assert len(told(desk.read(desk.book(rows)), "conflict")) == 2


def test_rows_of_one_code_and_two_names_do_not_swallow_each_other(desk):
    code, name = firm(1)
    got = desk.read(desk.book([TAX, [code, firm(2)[1], 1, 2], [code, name, 1, 2], [code, name, 1, 2]]))
    assert sorted({place[0] for place in values(got, "revenue")}) == [2, 3] and len(told(got, "repeat")) == 1


def test_money_below_zero_is_taken_and_told(desk):
    got = desk.read(desk.book([TAX, [*firm(1), -5, 2], [*firm(2), 0, 4]]))
    assert values(got, "revenue")[(2, "2024")] == -500
    (said,) = told(got, "below_zero")
    assert "C2" in said and "“营业收入”是负数（-5.00元），照所写的数入账" in said


def test_profits_that_may_be_negative_are_not_doubted(desk):
    head = [CODE, NAME, "2024年净利润（万元）", "2025年净利润（万元）", "主导产品"]
    rows = [head, *([*firm(n), 0.1, 900 * n, "轴承"] for n in range(1, 6))]
    got = desk.read(desk.book(rows, "企业数据一览表.xlsx"))
    assert told(got, "unit_doubt") == [] and len(values(got, "net_profit")) == 10
    loss = desk.read(desk.book([head, [*firm(1), -5, 2, "轴承"]], "企业数据一览表.xlsx"))
    assert told(loss, "below_zero") == [] and -5 * WAN in values(loss, "net_profit").values()


SOURCES = (
    "registration", "registry_report", "market", "tax", "statistics", "hrss", "science", "ip", "miit", "sasac",
    "credit", "county", "firm",
)  # fmt: skip


@pytest.mark.parametrize("code", SOURCES)
def test_every_source_has_a_sample_that_is_recognised_and_clean(desk, code):
    from pathlib import Path

    samples = sorted(Path(desk.sources[code].path).parent.glob("*样例*"))
    assert samples
    tables = set()
    for path in samples:
        got = desk.read(path)
        assert got.source == code and not [one for one in got.complaints if one.severity is not Severity.INFO], (
            path.name
        )
        assert got.rows["name_raw"].str.contains("虚构").all() and got.facts.height
        tables.update(got.tables)
    assert tables == {f"{code}.{table.code}" for table in desk.sources[code].tables}
