"""大表导出：写出的工作簿打得开、值不失真、代码与公式样的文字都是文字、能再读入。"""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from miaopu.ledger.reading.read import read
from miaopu.ledger.source import load_sources
from miaopu.papers.bulk import HEADER_ROW, headings, write_bulk
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import Marks
from miaopu.terms.catalog import Catalog

ON = date(2026, 11, 20)
MARKS = Marks("某市工业和信息化局", ON, ON, ON, "ab12" * 16, (), True)
FIELDS = (
    Field(("县区",), "county"),
    Field(("企业名称",), "name", width=32),
    Field(("统一社会信用代码",), "uscc", "code", 21),
    Field(("成立日期",), "established", "date"),
    Field(("经营指标", "营业收入", "2024年"), "revenue_t2", "money"),
    Field(("经营指标", "营业收入", "2025年"), "revenue_t1", "money"),
    Field(("经营指标", "资产总额", "2025年"), "assets_t1", "money"),
    Field(("市场占有率（%）",), "share", "percent"),
    Field(("从业年限",), "years", "decimal"),
    Field(("从业人员（人）",), "staff", "count"),
    Field(("是否规上",), "scale", "flag"),
    Field(("待填",), ""),
)
FRAME = pl.DataFrame(
    {
        "county": ["东昌府区", "=cmd|' /C calc'!A0", None],
        "name": ["聊城虚构一号轴承有限公司", "-2+3<&>\x07", "@虚构" + "长" * 40_000],
        "uscc": ["913715001234567890", "091371500123456789", None],
        "established": ["2001-02-03", None, "2020-12-31"],
        "revenue_t2": [100, 999_999_999_999_999, None],
        "revenue_t1": [123_456_789_01, 0, -1],
        "assets_t1": [None, 1_000_000, 2],
        "share": [699_950, None, 1_000_000],
        "years": [39_900, 0, None],
        "staff": [0, 12, None],
        "scale": [1, 0, None],
    }
)


def sheet(frame: pl.DataFrame = FRAME, fields: tuple[Field, ...] = FIELDS) -> Sheet:
    return Sheet("企业数据", "企业数据大表", fields, frame, notes=("空格为没有数据，不是零", "=说明也只是文字"))


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    return write_bulk(tmp_path_factory.mktemp("bulk") / "大表.xlsx", sheet(), MARKS)


def test_headings_are_one_row_of_different_words() -> None:
    assert headings(FIELDS)[4:7] == ["营业收入2024年", "营业收入2025年", "资产总额2025年"]
    with pytest.raises(ValueError, match="两列表头都是“县区”"):
        headings((FIELDS[0], FIELDS[0]))


def test_it_opens_with_its_frame_and_house_form(book: Path) -> None:
    page = openpyxl.load_workbook(book)["企业数据"]
    assert page["A1"].value == "企业数据大表"
    assert page["A2"].value == "填报单位：某市工业和信息化局　填报时间：2026年11月20日　单位：万元"
    assert [cell.value for cell in page[HEADER_ROW + 1]][:3] == ["序号", "县区", "企业名称"]
    assert page.freeze_panes == "D4"
    assert page.page_setup.orientation == "landscape" and page.print_title_rows == "$3:$3"
    assert page["B4"].font.name == "仿宋_GB2312" and page["B4"].border.left.style == "thin"


def test_every_value_survives(book: Path) -> None:
    page = openpyxl.load_workbook(book)["企业数据"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=4, max_row=6)]
    assert rows[0][3:] == [
        "913715001234567890", datetime(2001, 2, 3), 0.0001, 12345.678901,
        None, 0.69995, 3.99, 0, "是", None, None,
    ]  # fmt: skip
    assert rows[1][3:8] == ["091371500123456789", None, 999_999_999.999999, 0, 1]
    assert rows[2][6] == -0.000001 and rows[2][11:] == [None] * 3 and rows[1][11] == "否"
    assert page["D4"].number_format == "@" and page["G4"].number_format == "#,##0.00" and page["D4"].data_type == "s"


def test_no_text_becomes_a_formula(book: Path) -> None:
    found = openpyxl.load_workbook(book)
    cells = [cell for page in found for row in page.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert found["企业数据"]["B5"].value == "=cmd|' /C calc'!A0" and found["企业数据"]["B5"].quotePrefix
    assert found["说明"]["A3"].value == "=说明也只是文字"
    calamine = CalamineWorkbook.from_path(str(book)).get_sheet_by_name("企业数据").to_python()
    assert calamine[4][2] == "-2+3<&>\x07" and len(calamine[5][2]) == 32_000


def test_many_rows_go_to_several_sheets_and_none_is_lost(tmp_path) -> None:
    frame = pl.concat([FRAME.head(1)] * 5).with_columns(staff=pl.int_range(5))
    path = write_bulk(tmp_path / "分表.xlsx", sheet(frame), MARKS, rows_a_sheet=2)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["企业数据-1", "企业数据-2", "企业数据-3", "说明"]
    staff = [page.cell(row, 11).value for page in book.worksheets[:3] for row in range(4, page.max_row + 1)]
    assert staff == [0, 1, 2, 3, 4]


def test_an_old_date_keeps_the_column_as_text(tmp_path) -> None:
    frame = FRAME.with_columns(established=pl.Series(["1899-01-01", None, "2020-12-31"]))
    page = openpyxl.load_workbook(write_bulk(tmp_path / "旧.xlsx", sheet(frame), MARKS))["企业数据"]
    assert [page.cell(row, 5).value for row in (4, 5, 6)] == ["1899-01-01", None, "2020-12-31"]


def test_an_empty_table_still_opens(tmp_path) -> None:
    page = openpyxl.load_workbook(write_bulk(tmp_path / "空.xlsx", sheet(FRAME.head(0)), MARKS))["企业数据"]
    assert page.max_row == HEADER_ROW + 1


def test_it_reads_back_through_the_door(tmp_path) -> None:
    wanted = {"county", "name", "uscc", "revenue_t1", "revenue_t2", "assets_t1"}
    fields = tuple(one for one in FIELDS if one.column in wanted)
    frame = FRAME.head(1).with_columns(assets_t1=pl.lit(5_000_001))
    path = write_bulk(tmp_path / "一览.xlsx", sheet(frame, fields), MARKS)
    reading = read(path, load_sources(Catalog.default()), source="county")
    assert not reading.refused
    facts = {(one["indicator"], one["period"]): one["value"] for one in reading.facts.to_dicts()}
    assert facts["revenue", "2025"] == 123_456_789_01 and facts["revenue", "2024"] == 100
    assert facts["assets", "2025"] == 5_000_001
