"""竖向合并：文字往下铺；数跨着几家合并的，说清范围退回，不给第一家。"""

import openpyxl
from tests.ledger.reading.bench_kit import CODE, NAME, firm, told, values

from miaopu.ledger.reading.complaints import bad_rows
from miaopu.ledger.reading.write_back import write_back

WAN = 1_000_000
HEAD = [CODE, NAME, "2024年营业收入（万元）", "2025年营业收入（万元）"]


def test_a_number_merged_over_three_firms_goes_to_none_of_them(desk):
    rows = [HEAD, [*firm(1), 1, 9], [*firm(2), None, 8], [*firm(3), None, 7], [*firm(4), 4, 6]]
    path = desk.book(rows, merges=["C2:C4"])
    got = desk.read(path, "tax")
    assert values(got, "revenue") == {
        (2, "2025"): 9 * WAN, (3, "2025"): 8 * WAN, (4, "2025"): 7 * WAN, (5, "2024"): 4 * WAN, (5, "2025"): 6 * WAN
    }  # fmt: skip
    assert len(told(got, "merged")) == 3 and all("合并在 C2:C4，跨着 3 行" in one for one in told(got, "merged"))
    assert bad_rows(got) == {("Sheet1", 2), ("Sheet1", 3), ("Sheet1", 4)}
    back = openpyxl.load_workbook(write_back(path, got, path.with_name("意见.xlsx")))
    assert "C2:C4" in back["Sheet1"]["C2"].comment.text


def test_a_firms_own_merged_name_is_filled_down_its_years(desk):
    rows = [[CODE, NAME, "年度", "资产总额（万元）"], [*firm(1), 2024, 1], [None, None, 2025, 2], [*firm(2), 2025, 3]]
    got = desk.read(desk.book(rows, merges=["A2:A3", "B2:B3"]), "registry_report")
    assert values(got, "assets") == {(2, "2024"): WAN, (3, "2025"): 2 * WAN, (4, "2025"): 3 * WAN}
    assert got.rows["name_raw"].to_list() == [firm(1)[1], firm(1)[1], firm(2)[1]] and not told(got, "blank_key")


def test_a_number_merged_over_a_firms_years_is_nobodys_year(desk):
    rows = [[CODE, NAME, "年度", "资产总额（万元）"], [*firm(1), 2024, 1], [*firm(1), 2025, None]]
    got = desk.read(desk.book(rows, merges=["D2:D3"]), "registry_report")
    assert values(got, "assets") == {} and len(told(got, "merged")) == 2


def test_a_number_merged_over_one_firms_rows_is_read_once(desk):
    head = [CODE, NAME, "2025年营业收入（万元）", "纳税信用等级"]
    rows = [head, [*firm(1), 5, "A"], [*firm(1), None, "A"]]
    got = desk.read(desk.book(rows, merges=["C2:C3"]), "tax")
    assert values(got, "revenue") == {(2, "2025"): 5 * WAN} and not told(got, "merged")


def test_flags_dates_and_counties_are_filled_down(desk):
    head = ["县区", NAME, CODE, "发证日期", "称号", "有效期至"]
    rows = [head, ["莘县", *reversed(firm(1)), "2024-03-01", "高新技术企业", "2027-02-28"], [None, *reversed(firm(2))]]
    got = desk.read(desk.book(rows, merges=["A2:A3", "D2:D3", "E2:E3", "F2:F3"]), "science")
    assert got.facts.select("row", "period", "value").rows() == [
        (2, "2024-03-01/2027-02-28", 1), (3, "2024-03-01/2027-02-28", 1)
    ]  # fmt: skip
    listed = [[CODE, NAME, "经营异常名录"], [*firm(1), "是"], [*firm(2), None]]
    flags = desk.read(desk.book(listed, "异常.xlsx", merges=["C2:C3"]), "market")
    assert values(flags, "abnormal_list") == {(2, ""): 1, (3, ""): 1}


def test_a_name_merged_over_an_empty_row_is_one_row(desk):
    rows = [HEAD, [*firm(1), 1, 2], [None, None, None, None], [*firm(2), 3, 4]]
    got = desk.read(desk.book(rows, merges=["A2:A3", "B2:B3", "C2:C3"]), "tax")
    assert got.rows["row"].to_list() == [2, 4] and len(got.facts) == 4 and not told(got, "merged")
