"""表样：表题、多层表头、合并、小计签字、多张表、重复表头、隐藏、各种格式的文件。"""

import xlwt
from tests.ledger.reading.bench_kit import CODE, NAME, firm, told, values

WAN = 1_000_000
SURVEY = ["序号", "县区", NAME, CODE]


def survey(number, *rest, county="东昌府区"):
    code, name = firm(number)
    return [number, county, name, code, *rest]


def test_title_rows_above_the_header(desk):
    path = desk.book(
        [
            ["某市税务局营业收入统计表"],
            ["填报单位：某局", None, "单位：万元"],
            [CODE, "纳税人名称", "2025年营业收入"],
            [*firm(1), 12.5],
        ]
    )
    got = desk.read(path)
    assert got.source == "tax" and values(got, "revenue") == {(4, "2025"): 12_500_000}


def test_two_row_merged_header_and_vertically_merged_county(desk):
    rows = [
        ["县区企业数据一览表"],
        ["序号", "县区", NAME, CODE, "营业收入（万元）", None, "研发人员（人）"],
        [None, None, None, None, "2024年", "2025年", "2025年"],
        survey(1, 1, 2, 3), survey(2, 4, 5, 6, county=None), survey(3, 7, 8, 9, county="莘县"),
    ]  # fmt: skip
    merges = ["A1:G1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2", "B4:B5"]
    got = desk.read(desk.book(rows, merges=merges))
    assert got.source == "county"
    assert values(got, "revenue")[(5, "2025")] == 5 * WAN and values(got, "rd_staff")[(6, "2025")] == 9
    assert values(got, "region") == {(4, ""): "371502", (5, ""): "371502", (6, ""): "371522"}
    assert got.rows["region_raw"].to_list() == ["东昌府区", "东昌府区", "莘县"]


def test_three_row_merged_header(desk):
    rows = [
        ["基本情况", None, None, None, "经营情况", None],
        [*SURVEY, "营业收入（万元）", None],
        [None, None, None, None, "2024年", "2025年"],
        survey(1, 1, 2),
    ]
    merges = ["A1:D1", "E1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2"]
    assert values(desk.read(desk.book(rows, merges=merges)), "revenue") == {(4, "2024"): WAN, (4, "2025"): 2 * WAN}


def test_two_row_header_in_csv_has_no_merges_to_go_by(desk):
    head = f"序号,县区,{NAME},{CODE},营业收入（万元）,,研发人员（人）\n,,,,2024年,2025年,2025年\n"
    text = head + f"1,莘县,{firm(1)[1]},{firm(1)[0]},1,2,3\n"
    got = desk.read(desk.text(text, encoding="gb18030"))
    assert values(got, "revenue") == {(3, "2024"): WAN, (3, "2025"): 2 * WAN} and values(got, "rd_staff") == {
        (3, "2025"): 3
    }


def test_totals_notes_and_signatures_are_never_rows(desk):
    rows = [
        [*SURVEY, "2025年营业收入（万元）"],
        survey(1, 10),
        ["小计", None, None, None, 10],
        survey(2, 20),
        [None, None, "东昌府区小计", None, 20],
        ["合  计", None, None, None, 30],
        ["备注：以审计数为准"],
        ["审核人：虚一", None, "填报人：虚二"],
        ["单位负责人（签字）：", None, None, None, None],
    ]
    got = desk.read(desk.book(rows))
    assert got.rows["row"].to_list() == [2, 4] and len(values(got, "revenue")) == 2
    assert any("第 3、5-6 行" in one for one in told(got, "skipped"))


def test_a_firm_whose_name_holds_a_total_word_stays(desk):
    rows = [[CODE, NAME, "2025年营业收入（元）"], [firm(1)[0], "聊城虚构合计科技有限公司", 5]]
    assert desk.read(desk.book(rows, "税务.xlsx")).rows.height == 1


def test_hidden_rows_and_columns_are_read_and_said_hidden_sheets_left_and_said(desk):
    def hide(book):
        book.active.row_dimensions[2].hidden = True
        book.active.column_dimensions["C"].hidden = True
        extra = book.create_sheet("底稿")
        extra.append([CODE, "纳税人名称", "2025年营业收入（元）"])
        extra.append([*firm(9), 99])
        extra.sheet_state = "hidden"

    rows = [[CODE, "纳税人名称", "2025年营业收入（元）"], [*firm(1), 1], [*firm(2), 2]]
    got = desk.read(desk.book(rows, change=hide))
    assert values(got, "revenue") == {(2, "2025"): 100, (3, "2025"): 200}
    said = "".join(told(got, "hidden"))
    assert "第 2 行是隐藏的，照样读入" in said and "第 3 列" in said and "底稿" in said and "没有读入" in said


def test_several_tables_on_one_sheet(desk):
    rows = [
        ["工信称号"], [CODE, NAME, "称号", "批次", "有效期起", "有效期止"],
        [*firm(1), "小巨人", "第五批", "2023-07-01", "2026-06-30"],
        [], ["平台得分"], [CODE, NAME, "年度", "发展评价得分"], [*firm(2), 2025, 61.5],
    ]  # fmt: skip
    got = desk.read(desk.book(rows))
    assert got.tables == ("miit.titles", "miit.platform")
    assert values(got, "little_giant") == {(3, "2023-07-01/2026-06-30"): 1} and values(got, "eval_score") == {
        (7, "2025"): 615_000
    }


def test_headers_repeated_on_every_printed_page(desk):
    head = [*SURVEY, "2025年营业收入（万元）"]
    rows = [["一览表"], head, survey(1, 1), ["第1页"], ["一览表（续）"], head, survey(2, 2)]
    got = desk.read(desk.book(rows))
    assert got.rows["row"].to_list() == [3, 7] and got.tables == ("county.survey",)
    assert any("重复的表头行" in one for one in told(got, "skipped"))


def test_real_biff_with_merges_hidden_row_and_1904(desk):
    book = xlwt.Workbook()
    book.dates_1904 = True
    page = book.add_sheet("登记")
    page.write_merge(0, 0, 0, 3, "登记信息（虚构）")
    for column, text in enumerate([CODE, NAME, "登记状态", "成立日期"]):
        page.write(1, column, text)
    for row in (2, 3):
        for column, text in enumerate([*firm(row), "存续", 43890]):
            page.write(row, column, text)
    page.row(3).hidden = True
    path = desk.folder / "登记.xls"
    book.save(str(path))
    got = desk.read(path)
    assert values(got, "established") == {(3, ""): "2024-03-01", (4, ""): "2024-03-01"}
    assert "第 4 行是隐藏的" in told(got, "hidden")[0]


def test_html_that_calls_itself_xls(desk):
    cells = "".join(f"<td>{one}</td>" for one in [*firm(1), "1,234", "5"])
    text = (
        "<html><head><meta charset=gb2312></head><body><table><tr><td colspan=4>营业收入</td></tr>"
        f"<tr><th rowspan=2>{CODE}</th><th rowspan=2>纳税人名称</th><th colspan=2>营业收入（元）</th></tr>"
        f"<tr><th>2024年</th><th>2025年</th></tr><tr>{cells}</tr></table></body></html>"
    )
    got = desk.read(desk.text(text, "导出.xls", "gb18030"))
    assert values(got, "revenue") == {(4, "2024"): 123_400, (4, "2025"): 500}


def test_tab_separated_utf16_that_calls_itself_xls(desk):
    text = f"{CODE}\t纳税人名称\t2025年营业收入（元）\r\n" + "\t".join([*firm(1), "7"]) + "\r\n"
    assert values(desk.read(desk.text(text, "导出.xls", "utf-16")), "revenue") == {(2, "2025"): 700}


def test_text_that_looks_like_a_formula_is_data(desk):
    text = f"{CODE},{NAME},登记状态,经营范围\n{firm(1)[0]},{firm(1)[1]},存续,=cmd|' /C calc'!A0\n"
    assert values(desk.read(desk.text(text)), "scope") == {(2, ""): "=cmd|' /C calc'!A0"}


def test_quoted_line_breaks_keep_one_record_one_row(desk):
    text = (
        f'{CODE},{NAME},登记状态,经营范围\n{firm(1)[0]},{firm(1)[1]},存续,"甲\n乙"\n{firm(2)[0]},{firm(2)[1]},注销,丙\n'
    )
    assert values(desk.read(desk.text(text)), "status") == {(2, ""): "active", (3, ""): "cancelled"}
