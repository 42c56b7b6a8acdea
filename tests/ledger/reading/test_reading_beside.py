"""并排的表：一张工作表左右两张表，隔着空列，各读各的；一张表里只是夹着空列的不拆。"""

from tests.ledger.reading.bench_kit import CODE, NAME, firm, told, values

from miaopu.ledger.reading.table import beside

WAN = 1_000_000
HEAD = [CODE, NAME, "2025年营业收入（万元）"]


def test_two_tables_beside_each_other_are_both_read(desk):
    rows = [
        [*HEAD, None, *HEAD],
        [*firm(1), 1, None, *firm(3), 3],
        [*firm(2), 2, None, *firm(4), 4],
        [*firm(5), 5],
    ]
    got = desk.read(desk.book(rows), "tax")
    assert got.rows.select("row", "name_raw").rows() == [
        (2, firm(1)[1]), (3, firm(2)[1]), (4, firm(5)[1]), (2, firm(3)[1]), (3, firm(4)[1])
    ]  # fmt: skip
    found = got.facts.select("row", "column", "value").rows()
    assert found == [(2, 3, WAN), (3, 3, 2 * WAN), (4, 3, 5 * WAN), (2, 7, 3 * WAN), (3, 7, 4 * WAN)]
    assert not told(got, "column") and not told(got, "blank_key")


def test_each_table_keeps_its_own_title_year_and_unit(desk):
    rows = [
        ["2024年营业收入表（单位：元）", None, None, None, "2025年营业收入表（单位：万元）"],
        [CODE, NAME, "营业收入", None, CODE, NAME, "营业收入"],
        [*firm(1), 500, None, *firm(1), 6],
    ]
    got = desk.read(desk.book(rows), "tax")
    assert values(got, "revenue") == {(3, "2024"): 50_000, (3, "2025"): 6 * WAN}


def test_a_title_merged_over_both_belongs_to_both(desk):
    rows = [
        ["2025年营业收入表（单位：万元）"],
        [CODE, NAME, "营业收入", None, CODE, NAME, "营业收入"],
        [*firm(1), 5, None, *firm(2), 6],
    ]
    got = desk.read(desk.book(rows, merges=["A1:G1"]), "tax")
    assert sorted(got.facts["value"]) == [5 * WAN, 6 * WAN]
    alone = desk.read(desk.book(rows, "左边的题.xlsx"), "tax")
    assert alone.facts["value"].to_list() == [5 * WAN] and "没有写明单位" in told(alone, "column")[0]


def test_tables_starting_on_different_rows_and_a_wide_table_above(desk):
    lower = [[CODE, NAME, "2023年营业收入（万元）", None, CODE, NAME, "2024年营业收入（万元）"]]
    wide = [[*HEAD, "纳税信用等级", "行业", "住所", "经营范围"], [*firm(1), 1, "A", "甲", "乙", "丙"]]
    rows = [*wide, *lower, [*firm(2), 2, None, *firm(3), 3]]
    got = desk.read(desk.book(rows), "tax")
    assert got.rows["name_raw"].to_list() == [firm(1)[1], firm(2)[1], firm(3)[1]]
    assert values(got, "revenue") == {(2, "2025"): WAN, (4, "2023"): 2 * WAN, (4, "2024"): 3 * WAN}
    stepped = [[*HEAD], [*firm(1), 1, None, *HEAD], [*firm(2), 2, None, *firm(3), 3]]
    got = desk.read(desk.book(stepped, "错开.xlsx"), "tax")
    assert sorted(got.facts.select("row", "column", "value").rows()) == [(2, 3, WAN), (3, 3, 2 * WAN), (3, 7, 3 * WAN)]


def test_a_blank_column_inside_one_table_does_not_split_it(desk):
    rows = [[NAME, None, CODE, None, "2025年营业收入（万元）"], [firm(1)[1], None, firm(1)[0], None, 1]]
    got = desk.read(desk.book(rows), "tax")
    assert got.rows.select("name_raw", "uscc_raw").rows() == [(firm(1)[1], firm(1)[0])]
    assert values(got, "revenue") == {(2, "2025"): WAN}


def test_a_lone_name_column_is_not_a_table(desk):
    rows = [[*HEAD, None, "纳税人名称"], [*firm(1), 1, None, "别名"]]
    assert values(desk.read(desk.book(rows), "tax"), "revenue") == {(2, "2025"): WAN}
    assert beside.NARROWEST == 2


def test_a_total_under_one_table_does_not_touch_the_other(desk):
    rows = [[*HEAD, None, *HEAD], [*firm(1), 1, None, *firm(2), 2], ["合计", None, 1, None, *firm(3), 3]]
    got = desk.read(desk.book(rows), "tax")
    assert sorted(got.facts["value"]) == [WAN, 2 * WAN, 3 * WAN]
