"""工作簿：用另一个读法重新打开，数与版式都核对。"""

import zipfile
from datetime import datetime

import openpyxl
import polars as pl
import pytest
from tests.papers.house import COUNTIES, FOUND, FRAME, MARKS, NOTE, ORDER, SETTINGS
from tests.screening.city import firm

from miaopu.papers import write_focus, write_overview, write_rosters, write_scale_up
from miaopu.papers.layout import Field, Sheet, spans
from miaopu.papers.proof import reopen_book
from miaopu.papers.sheet import lines_of, sheet_name, write_book


@pytest.fixture(scope="module")
def roster(tmp_path_factory):
    folder = tmp_path_factory.mktemp("roster")
    paths = write_rosters(folder, FOUND.lists["LG"].table, FRAME, "拟培育企业名单", MARKS, NOTE, ORDER)
    return paths, reopen_book(paths[0])


@pytest.fixture(scope="module")
def overview(tmp_path_factory):
    path = tmp_path_factory.mktemp("overview") / "一览表.xlsx"
    write_overview(path, FRAME, MARKS, COUNTIES, "全部企业")
    return path, reopen_book(path).pages["企业数据一览表"]


def test_title_block_headers_and_last_column(overview):
    page = overview[1]
    assert page.title == "企业数据一览表"
    assert page.block == ("填报单位：某市工业和信息化局", "填报时间：2026年11月20日", "单位：万元")
    assert page.headings[0] == "序号" and page.headings[-1] == "备注"
    assert ("经营指标", "营业收入", "2025年") in page.paths and ("企业名称",) in page.paths


def test_panes_print_and_page_numbers(overview):
    page = overview[1]
    assert page.frozen == "D6", "表头末行之下、企业名称之右"
    assert page.repeat.replace("$", "") == "3:5"
    assert page.landscape and page.fit_width and page.paper == 8
    assert page.footer == "第 &P 页，共 &N 页"


def test_every_number_is_the_one_of_the_table(overview):
    page = overview[1]
    rows = {row["统一社会信用代码"]: row for row in page.rows}
    assert len(rows) == FRAME.height
    for want in FRAME.iter_rows(named=True):
        got = rows[want["uscc"]]
        for back, year in ((1, 2025), (2, 2024), (3, 2023)):
            told = got[f"经营指标/营业收入/{year}年"]
            expected = want[f"revenue_t{back}"]
            assert told == expected / 1_000_000
        assert got["市场占有率（%）"] == pytest.approx(want["market_share"] / 1_000_000, abs=0)
        assert got["统一社会信用代码"] == want["enterprise"] and isinstance(got["统一社会信用代码"], str)
    assert rows[firm(2)["uscc"]]["经营指标/负债总额/2025年"] is None, "缺的留空，不写零"
    assert rows[firm(1)["uscc"]]["成立日期"] == datetime(2012, 3, 1)


def test_totals_are_live_sums_with_the_right_value(overview):
    path, page = overview
    where = openpyxl.load_workbook(path, data_only=True).active
    row = next(line for line in where.iter_rows(values_only=True) if line[0] == "合计")
    column = page.paths.index(("经营指标", "营业收入", "2025年"))
    assert row[column] == FRAME["revenue_t1"].sum() / 1_000_000
    assert page.totals["经营指标/营业收入/2025年"].startswith("=SUM(")
    assert set(page.formulas) == {
        coordinate for coordinate in page.formulas if coordinate.endswith(str(6 + FRAME.height))
    }, "公式只在合计行"


def test_a_district_that_is_not_a_county_is_left_blank(tmp_path):
    """县区一列只写县区名：不在本市县区里的不写六位代码。"""
    path = tmp_path / "一览表.xlsx"
    write_overview(path, FRAME.with_columns(region=pl.lit("370102")), MARKS, COUNTIES, "全部企业")
    assert {one["县区"] for one in reopen_book(path).pages["企业数据一览表"].rows} == {None}


def test_a_total_says_what_it_could_not_count(tmp_path):
    """没有数的不当作零：说明几家无数；一个数也没有、没有这一列的，合计空着。"""
    told = (("营收", "some"), ("研发", "none"), ("利润", "absent"))
    fields = (
        Field(("企业名称",), "name"),
        *(Field((title,), column, "money", total=True) for title, column in told),
    )
    frame = pl.DataFrame(
        {"name": ["甲", "乙"], "some": [3_000_000, None], "none": [None, None]}, schema_overrides={"none": pl.Int64}
    )
    path = write_book(tmp_path / "a.xlsx", [Sheet("表", "表", fields, frame, total=True)], MARKS, "表")
    page = reopen_book(path).pages["表"]
    assert set(page.totals) == {"序号", "营收"} and page.totals["营收"].startswith("=SUM(")
    assert page.notes == ("说明：合计只计有数的，没有数的不当作零：营收1家、研发2家、利润2家无数",)


def test_a_signed_table_keeps_every_note_and_its_signatures(tmp_path):
    """合计有没计入的：说明多一行，签署在全部说明之后。"""
    frame = pl.DataFrame({"n": ["甲", "乙"], "money": [100, None]})
    fields = (Field(("企业名称",), "n", "text"), Field(("营收",), "money", "money", total=True))
    sheet = Sheet("表", "表", fields, frame, notes=("第一句", "第二句"), total=True, signed=True)
    page = openpyxl.load_workbook(write_book(tmp_path / "a.xlsx", [sheet], MARKS, "表"))["表"]
    foot = [row[0].value for row in page.iter_rows() if row[0].value][-4:]
    assert foot[0].startswith("说明：合计只计有数的") and foot[1:3] == ["说明：第一句", "说明：第二句"]
    assert foot[3].startswith("单位负责人")


def test_text_that_looks_like_a_formula_stays_text(overview):
    path, page = overview
    row = next(row for row in page.rows if row["统一社会信用代码"] == firm(1)["uscc"])
    assert row["主导产品"] == "=HYPERLINK(虚构)" and row["重点产业链"] == "+轴承"
    sheet = openpyxl.load_workbook(path).active
    cells = [cell for line in sheet.iter_rows() for cell in line if cell.value in ("=HYPERLINK(虚构)", "+轴承")]
    assert len(cells) == 2
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_marks_stand_at_the_foot(overview):
    notes = "\n".join(overview[1].notes)
    for said in ("数据截至2026年11月20日", "ab12ab12ab12ab12", "LG-2026（little-giant@2026，指纹", "未核原文",
                 "以主管部门和官方平台的结论为准", "企业均为虚构", f"共{FRAME.height}家"):  # fmt: skip
        assert said in notes


def test_number_formats_are_those_of_the_house(overview):
    path, page = overview
    sheet = openpyxl.load_workbook(path).active
    formats = {
        "统一社会信用代码": "@", "成立日期": "yyyy-mm-dd", "市场占有率（%）": "0.00%", "国内排名（名）": "0",
    }  # fmt: skip
    for heading, wanted in formats.items():
        assert sheet.cell(6, page.headings.index(heading) + 1).number_format == wanted
    assert sheet.cell(6, page.paths.index(("经营指标", "营业收入", "2025年")) + 1).number_format == "#,##0.00"


def test_the_template_is_named_and_hidden(roster):
    book = roster[1]
    assert book.template == "拟培育企业名单" and book.version == "1"
    assert "_模板" in book.hidden


def test_one_sheet_per_county_and_a_summary_that_adds_up(roster):
    paths, book = roster
    table = FOUND.lists["LG"].table
    assert list(book.pages) == ["汇总", *ORDER, "县区未知", "排序复算"]
    listed = {name: page for name, page in book.pages.items() if name not in ("汇总", "排序复算")}
    assert sum(len(page.rows) for page in listed.values()) == table.height
    summary = {row["县区"]: row["名单企业"] for row in book.pages["汇总"].rows}
    assert summary == {name: len(page.rows) for name, page in listed.items()}
    assert {path.stem for path in paths[1:]} == {name for name, count in summary.items() if count}


def test_the_roster_says_what_the_table_says(roster):
    page = roster[1].pages["临清市"]
    assert [row["企业名称"] for row in page.rows] == ["虚构2号有限公司"]
    row = page.rows[0]
    assert (row["分档"], row["不满足项数"], row["待核项数"]) == ("差一项", 1, 1)
    assert row["差距"] == "B5a 市场占有率：还差4.9999个百分点；B5b 国内排名：超出6名"
    assert row["缺的数据"] == "负债总额（上年）"
    assert "textLength" in page.validations and "whole" in page.validations


def test_the_score_can_be_recomputed_on_paper(roster):
    page = roster[1].pages["排序复算"]
    assert any("排序分＝1000－200×不满足项数" in note for note in page.notes)
    weights = [weight for _, _, weight in NOTE.parts]
    assert page.rows
    for row in page.rows:
        values = list(row.values())
        parts, score = values[4 : 4 + len(weights)], row["得分"]
        assert NOTE.base + sum(weight * value for weight, value in zip(weights, parts, strict=True)) == score


def test_focus_and_scale_up_books(tmp_path):
    page = reopen_book(
        write_focus(tmp_path / "制造业.xlsx", FOUND.focus["C"], "制造业", MARKS, SETTINGS.contact)
    ).pages["制造业"]
    assert len(page.rows) == FOUND.focus["C"].height
    assert page.rows[0]["进度"] is None and "list" in page.validations
    watch = reopen_book(write_scale_up(tmp_path / "小升规.xlsx", FOUND.scale_up, MARKS)).pages["小升规"]
    assert [row["距线（万元，负为还差）"] for row in watch.rows] == [-400]


def test_the_same_content_is_the_same_bytes(tmp_path):
    first, second = (write_scale_up(tmp_path / f"{name}.xlsx", FOUND.scale_up, MARKS) for name in "甲乙")
    assert first.read_bytes() == second.read_bytes()


def test_an_empty_list_still_makes_a_sheet(tmp_path):
    page = reopen_book(write_scale_up(tmp_path / "空.xlsx", FOUND.scale_up.head(0), MARKS)).pages["小升规"]
    assert page.rows == () and page.totals == {} and page.headings[0] == "序号"


def test_header_merges_follow_the_paths():
    columns = (Field(("甲",)), Field(("乙", "丙")), Field(("乙", "丁")), Field(("戊", "己", "庚")))
    boxes = {(one.text, one.top, one.left, one.bottom, one.right) for one in spans(columns, 3)}
    assert boxes == {
        ("甲", 0, 0, 2, 0), ("乙", 0, 1, 0, 2), ("丙", 1, 1, 2, 1), ("丁", 1, 2, 2, 2), ("戊", 0, 3, 0, 3),
        ("己", 1, 3, 1, 3), ("庚", 2, 3, 2, 3),
    }  # fmt: skip


def test_a_date_a_sheet_cannot_hold_stays_text(tmp_path):
    frame = pl.DataFrame({"name": ["甲", "乙"], "born": ["1899-12-31", "2024-02-30"]})
    fields = (Field(("企业名称",), "name"), Field(("成立日期",), "born", "date"))
    path = write_book(tmp_path / "甲.xlsx", [Sheet("表", "题", fields, frame, "家")], MARKS, "样表")
    assert [row["成立日期"] for row in reopen_book(path).pages["表"].rows] == ["1899-12-31", "2024-02-30"]


def test_choices_become_a_drop_down_from_a_hidden_sheet(tmp_path):
    fields = (Field(("企业名称",), "name"), Field(("是否走访",), "seen", "flag"))
    frame = pl.DataFrame({"name": ["甲"], "seen": [1]})
    path = write_book(tmp_path / "甲.xlsx", [Sheet("表", "题", fields, frame, "家")], MARKS, "样表", "3")
    book = reopen_book(path)
    assert book.hidden == ("字典", "_模板") and book.version == "3"
    assert book.pages["表"].rows[0]["是否走访"] == "是" and book.pages["表"].validations == ("list",)
    with zipfile.ZipFile(path) as archive:
        assert "字典!$A$1:$A$2" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_names_and_lines():
    assert sheet_name("a/b:[c]*?") == "abc" and len(sheet_name("县" * 40)) == 31
    assert [lines_of(text, 11) for text in ("", "短", "六个汉字宽度了", "a" * 10)] == [1, 1, 2, 1]
