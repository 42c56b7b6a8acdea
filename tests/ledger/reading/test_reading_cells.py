"""格里的数：单位、年度、缺失、数与日期的各种写法、公式、错误值、代码；认不出的逐格退回，从不猜。"""

import datetime
import re
import zipfile

import openpyxl
import pytest
from tests.ledger.reading.bench_kit import CODE, NAME, firm, told, values

from miaopu.terms.complaint import Severity

WAN = 1_000_000
SURVEY = ["序号", "县区", NAME, CODE]


def survey(number, *rest, county="东昌府区"):
    code, name = firm(number)
    return [number, county, name, code, *rest]


@pytest.mark.parametrize(
    ("head", "unit", "fen"),
    [("2025年营业收入（元）", None, 300), ("2025年营业收入(万元)", None, 3 * WAN),
     ("2025年营业收入（亿元）", None, 3 * 10**10),
     ("2025年营业收入", "单位：万元", 3 * WAN), ("2025年营业收入/千元", None, 300_000),
     ("2025年营业收入（元）", "单位：万元", 300)],
)  # fmt: skip
def test_units_in_header_or_title(desk, head, unit, fen):
    rows = [[unit or "税务"], [CODE, "纳税人名称", head], [*firm(1), 3]]
    assert values(desk.read(desk.book(rows)), "revenue") == {(3, "2025"): fen}


def test_unit_in_a_note_below_the_table(desk):
    rows = [[*SURVEY, "2025年营业收入"], survey(1, 3), ["注：金额单位：万元；没有的填“—”。"]]
    assert values(desk.read(desk.book(rows, "县区一览表.xlsx")), "revenue") == {(2, "2025"): 3 * WAN}


def test_units_differ_per_column(desk):
    rows = [
        [
            *SURVEY,
            "2025年营业收入（亿元）",
            "2025年研发费用（元）",
            "市场占有率（‰）",
            "主导产品占比（%）",
            "2025年研发人员（人）",
        ],
        survey(1, 1.5, 100, 35, 69.995, 7),
    ]
    got = desk.read(desk.book(rows))
    assert values(got, "revenue") == {(2, "2025"): 15 * 10**9} and values(got, "rd") == {(2, "2025"): 10_000}
    assert values(got, "market_share") == {(2, ""): 35_000} and values(got, "lead_product_share") == {(2, ""): 699_950}


def test_money_without_any_unit_is_a_complaint_not_a_guess(desk):
    got = desk.read(desk.book([[*SURVEY, "2025年营业收入", "2025年研发人员（人）"], survey(1, 3, 4)]))
    assert values(got, "revenue") == {} and "没有写明单位" in told(got, "column")[0]


def test_a_year_that_stands_nowhere_is_a_complaint(desk):
    got = desk.read(desk.book([[*SURVEY, "营业收入（万元）", "研发人员（人）"], survey(1, 3, 4)]), "county")
    assert values(got, "revenue") == {} and "分不清是哪一年" in told(got, "column")[0]


def test_the_same_indicator_and_year_twice_is_a_complaint(desk):
    got = desk.read(desk.book([[*SURVEY, "2025年营业收入（万元）", "营业收入（2025年，元）"], survey(1, 3, 4)]))
    assert values(got, "revenue") == {(2, "2025"): 3 * WAN} and "重复" in told(got, "column")[0]


def test_odd_numbers_and_missing_marks(desk):
    odd = ["１，２３４．５", "1,234.5万", "约3000", "—", "/", "无", "未统计", "(12)", "3.2亿元", " 7 ", "12a", "1,23"]
    got = desk.read(
        desk.book([[*SURVEY, "2025年净利润（元）"], *(survey(n, text) for n, text in enumerate(odd, 1))]), "county"
    )
    fen = {2: 123_450, 3: 1_234_500_000, 4: 300_000, 9: -1_200, 10: 32_000_000_000, 11: 700}
    assert values(got, "net_profit") == {(row, "2025"): value for row, value in fen.items()}
    assert [one.row for one in got.complaints if one.code == "cell"] == [12, 13]
    assert any("约数" in one for one in told(got, "note"))


def test_numbers_as_text_read_the_same_as_numbers(desk):
    head = [CODE, "纳税人名称", "2025年营业收入（元）"]
    as_text = desk.read(desk.book([head, [*firm(1), "1234567.89"]], "a.xlsx"))
    as_number = desk.read(desk.book([head, [*firm(1), 1234567.89]], "b.xlsx"))
    assert values(as_text, "revenue") == values(as_number, "revenue") == {(2, "2025"): 123_456_789}


def test_binary_noise_of_a_formula_does_not_reach_the_fen(desk):
    got = desk.read(desk.book([[CODE, "纳税人名称", "2025年营业收入（元）"], [*firm(1), 0.1 + 0.2]]))
    assert values(got, "revenue") == {(2, "2025"): 30} and not got.complaints


def test_dates_in_every_shape(desk):
    shapes = {
        "2024.3": "2024-03-01", "2024年3月": "2024-03-01", "20240301": "2024-03-01", 45352: "2024-03-01",
        datetime.date(2024, 3, 1): "2024-03-01", "2024/3/1": "2024-03-01", "２０２４年３月１日": "2024-03-01",
    }  # fmt: skip
    rows = [[CODE, NAME, "登记状态", "成立日期"], *([*firm(n), "存续", one] for n, one in enumerate(shapes, 1))]
    got = desk.read(desk.book(rows))
    assert list(values(got, "established").values()) == list(shapes.values())
    assert len(told(got, "note")) == 2 and not told(got, "cell")


def test_a_number_like_2024_1_is_not_taken_for_january(desk):
    got = desk.read(
        desk.book([[CODE, NAME, "登记状态", "成立日期"], [*firm(1), "存续", 2024.1], [*firm(2), "存续", "2024.10"]])
    )
    assert values(got, "established") == {(3, ""): "2024-10-01"} and "一月与十月" in told(got, "cell")[0]


def test_serials_of_the_1904_epoch(desk):
    def mac(book):
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    rows = [
        [CODE, NAME, "登记状态", "成立日期"],
        [*firm(1), "存续", 43890],
        [*firm(2), "存续", datetime.date(2024, 3, 1)],
    ]
    assert set(values(desk.read(desk.book(rows, change=mac)), "established").values()) == {"2024-03-01"}


def test_percent_formatted_cells_mean_what_is_seen(desk):
    def percent(book):
        book.active["E2"].number_format = "0.00%"

    got = desk.read(desk.book([[*SURVEY, "主导产品占比（%）"], survey(1, 0.69995), survey(2, 70)], change=percent))
    assert values(got, "lead_product_share") == {(2, ""): 699_950, (3, ""): 700_000}


def _with_formula(desk, cached):
    path = desk.book([[CODE, "纳税人名称", "2025年营业收入（元）"], [*firm(1), "=1+2"], [*firm(2), 7]], "甲.xlsx")
    target = desk.folder / "税务公式.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            content = old.read(entry)
            if cached and entry.filename.endswith("sheet1.xml"):
                content = re.sub(rb"(<f>1\+2</f>)<v\s*/?>(</v>)?", rb"\1<v>3</v>", content)
            new.writestr(entry.filename, content)
    return target


def test_a_formula_with_its_cached_value_is_that_value(desk):
    got = desk.read(_with_formula(desk, True))
    assert values(got, "revenue") == {(2, "2025"): 300, (3, "2025"): 700} and not told(got, "formula")


def test_a_formula_without_cached_value_is_complained_of(desk):
    got = desk.read(_with_formula(desk, False))
    assert values(got, "revenue") == {(3, "2025"): 700}
    assert [(one.cell, one.severity) for one in got.complaints if one.code == "formula"] == [("C2", Severity.REJECT)]


def test_error_cells_are_complained_of(desk):
    def broken(book):
        book.active["C2"].value, book.active["C2"].data_type = "#DIV/0!", "e"

    got = desk.read(
        desk.book([[CODE, "纳税人名称", "2025年营业收入（元）"], [*firm(1), 1], [*firm(2), 7]], change=broken)
    )
    assert "#DIV/0!" in told(got, "error")[0] and values(got, "revenue") == {(3, "2025"): 700}


def test_unknown_columns_categories_and_personal_columns(desk):
    rows = [[CODE, NAME, "登记状态", "口味", "法定代表人电话"], [*firm(1), "梦游", "甜", "13800000000"]]
    got = desk.read(desk.book(rows), "registration")
    assert "口味" in told(got, "unknown_column")[0] and "梦游" in told(got, "cell")[0]
    assert "法定代表人电话" in told(got, "personal")[0]
    assert not got.facts.select("text").to_series().str.contains("138").any()
    assert not any("13800000000" in one.sentence() for one in got.complaints)


def test_a_row_with_numbers_but_neither_name_nor_code_is_complained_of(desk):
    rows = [
        [*SURVEY, "2025年营业收入（万元）", "2025年研发费用（万元）"],
        survey(1, 1, 2),
        [2, "莘县", None, None, 3, 4],
    ]
    got = desk.read(desk.book(rows))
    assert got.rows.height == 1 and [one.row for one in got.complaints if one.code == "blank_key"] == [3]


def test_industry_codes_that_lost_their_zero(desk):
    rows = [
        [*SURVEY, "行业代码", "行业名称", "2025年营业收入（万元）"],
        survey(1, 171, "棉纺织及印染精加工", 1), survey(2, "171", "中草药种植", 1), survey(3, 171, None, 1),
        survey(4, "0171", None, 1),
        survey(5, 9999, None, 1),
    ]  # fmt: skip
    got = desk.read(desk.book(rows))
    assert values(got, "industry") == {(2, ""): "171", (3, ""): "0171", (5, ""): "0171"}
    assert ["前导零" in one for one in told(got, "cell")] == [True, False]


def test_abolished_districts_move_to_their_successor(desk):
    rows = [
        [*SURVEY, "2025年营业收入（万元）"],
        *(survey(n, 1, county=one) for n, one in enumerate(["371523", "茌平县", "茌平区", "火星区"], 1)),
    ]
    got = desk.read(desk.book(rows))
    assert set(values(got, "region").values()) == {"371503"} and len(values(got, "region")) == 3
    assert "已撤销" in told(got, "note")[0] and "火星区" in told(got, "cell")[0]


def test_listed_patents_become_items(desk):
    rows = [
        [*SURVEY, "2025年营业收入（万元）", "已应用且相关的专利"],
        survey(1, 1, "ZL202010000001.1、ZL202010000002.2"),
    ]
    got = desk.read(desk.book(rows)).facts
    applied = got.filter(got["indicator"] == "ip.applied")
    assert applied["item"].to_list() == ["202010000001", "2020100000022"] and applied["value"].to_list() == [
        1,
        1,
    ]


def test_a_lone_number_without_a_name_is_complained_of_a_group_heading_is_not(desk):
    lone = [None, "莘县", None, None, 77]
    rows = [[*SURVEY, "2025年营业收入（万元）"], ["一、东昌府区"], survey(1, 1), lone, survey(2, 2)]
    got = desk.read(desk.book(rows))
    assert [one.row for one in got.complaints if one.code == "blank_key"] == [4]
    assert any("分组或说明行没有读入：第 2 行" in one for one in told(got, "skipped"))
