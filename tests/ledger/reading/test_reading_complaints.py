"""意见表：同一份工作簿还回去，坏格涂色带批注，首页有数；只需重报坏行。"""

import openpyxl
import pytest
import xlsxwriter

from miaopu.ledger.reading import write_back as written
from miaopu.ledger.reading.complaints import count
from miaopu.ledger.reading.read import read
from miaopu.ledger.reading.write_back import EVERY, FIRST, write_back
from miaopu.ledger.source import load_sources
from miaopu.terms.catalog import Catalog

HEAD = ["序号", "县区", "企业名称", "统一社会信用代码", "2025年营业收入（万元）", "2025年研发人员（人）", "主导产品"]
ROWS = [
    [1, "莘县", "聊城虚构一号轴承有限公司", "91371500MA3CTEST01", 100, 5, "轴承"],
    [2, None, "聊城虚构二号轴承有限公司", "91371500MA3CTEST02", "若干", 6, '=HYPERLINK("http://x")'],
    [3, "冠县", "聊城虚构三号轴承有限公司", "91371500MA3CTEST03", "约300", 7.5, "+86 轴承"],
    [4, "冠县", "聊城虚构四号轴承有限公司", "91371500MA3CTEST04", 400, 8, "轴承"],
]


@pytest.fixture(scope="module")
def sources():
    return load_sources(Catalog.default(), city="371500")


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["企业数据一览表（虚构）"])
    for row in (HEAD, *ROWS):
        book.active.append(row)
    book.active.merge_cells("B3:B4")
    book.active["G4"].data_type = "s"
    book.save(tmp_path / "县区一览表.xlsx")
    return tmp_path / "县区一览表.xlsx"


def _csv(workbook, sources):
    rows = [",".join("" if cell is None else str(cell).replace('"', "") for cell in row) for row in (HEAD, *ROWS)]
    path = workbook.with_suffix(".csv")
    path.write_text("\n".join(rows), encoding="gb18030")
    return path, read(path, sources)


def test_the_same_workbook_comes_back_with_coloured_cells_and_reasons(workbook, sources):
    reading = read(workbook, sources)
    back = openpyxl.load_workbook(write_back(workbook, reading, workbook.with_name("意见.xlsx")))
    assert back.sheetnames == [FIRST, "Sheet"]
    page = back["Sheet"]
    assert "若干" in page["E4"].comment.text and page["E4"].fill.fgColor.rgb.endswith("FFB3B3")
    assert "约数" in page["E5"].comment.text and page["E5"].fill.fgColor.rgb.endswith("FFF2B3")
    assert page["E3"].comment is None and page["E3"].value == 100 and page["A1"].value == "企业数据一览表（虚构）"
    assert page["G4"].data_type == "s"


def test_the_first_sheet_counts(workbook, sources):
    reading = read(workbook, sources)
    got = count(reading)
    assert (got.rows, got.clean, got.faulty, got.rejected, got.conflicts) == (4, 2, 2, 2, 0)
    back = openpyxl.load_workbook(write_back(workbook, reading, workbook.with_name("意见.xlsx")))
    shown = {row[0]: row[1] for row in back[FIRST].iter_rows(max_col=2, values_only=True) if isinstance(row[1], int)}
    assert shown["企业行"] == 4 and shown["有退回的行（只需重报这些行）"] == 2 and shown["退回的意见"] == 2


def test_the_returned_workbook_corrected_reads_clean(workbook, sources):
    target = write_back(workbook, read(workbook, sources), workbook.with_name("县区一览表意见.xlsx"))
    book = openpyxl.load_workbook(target)
    book["Sheet"]["E4"], book["Sheet"]["F5"], book["Sheet"]["E5"] = 200, 7, 300
    book.save(target)
    again = read(target, sources)
    assert count(again).rejected == 0 and again.rows.height == 4 and again.facts.height == 16


def test_only_the_bad_rows_need_be_sent_again(workbook, sources):
    target = write_back(workbook, read(workbook, sources), workbook.with_name("县区一览表重报.xlsx"), only_bad=True)
    again = read(target, sources)
    assert again.rows["name_raw"].to_list() == [ROWS[1][2], ROWS[2][2]]
    assert again.rows["region_raw"].to_list() == ["莘县", "冠县"]


def test_a_csv_comes_back_as_a_workbook_whose_text_is_never_a_formula(workbook, sources):
    path, reading = _csv(workbook, sources)
    back = openpyxl.load_workbook(write_back(path, reading, path.with_name("意见.xlsx")))
    page = back.worksheets[1]
    assert page["E3"].comment and page["G3"].value == "=HYPERLINK(http://x)" and page["G3"].data_type == "s"
    assert page["G3"].quotePrefix and page["G4"].quotePrefix


def test_a_formula_in_the_list_of_complaints_is_text(workbook, sources):
    book = openpyxl.load_workbook(workbook)
    book.active["G2"] = "=1+1口味"
    book.active["G2"].data_type = "s"
    book.save(workbook)
    target = write_back(workbook, read(workbook, sources), workbook.with_name("意见.xlsx"))
    back = openpyxl.load_workbook(target)
    assert all(cell.data_type != "f" for sheet in back for row in sheet.iter_rows() for cell in row)


def test_a_refused_file_still_gets_its_sentence(tmp_path, sources):
    path = tmp_path / "空.xlsx"
    path.write_bytes(b"")
    back = openpyxl.load_workbook(write_back(path, read(path, sources), tmp_path / "意见.xlsx"))
    assert back.sheetnames == [FIRST] and any(
        "空的" in str(cell.value) for row in back[FIRST].iter_rows() for cell in row
    )


def test_conflicts_and_reviews_of_resolution_are_counted_and_listed(workbook, sources):
    import polars as pl

    from miaopu.ledger.record import RESOLUTION_SCHEMA

    reading = read(workbook, sources)
    resolution = pl.DataFrame(
        [{"row_id": 0, "outcome": "conflict", "enterprise": None, "reason": "代码属于另一家企业", "candidates": []},
         {"row_id": 3, "outcome": "review", "enterprise": None, "reason": "名称相近", "candidates": []}],
        schema=RESOLUTION_SCHEMA,
    )  # fmt: skip
    got = count(reading, resolution)
    assert (got.conflicts, got.review, got.faulty) == (1, 1, 3)
    target = write_back(workbook, reading, workbook.with_name("意见.xlsx"), resolution=resolution)
    assert "另一家企业" in openpyxl.load_workbook(target)["Sheet"]["A3"].comment.text


def test_a_big_workbook_is_rewritten_not_loaded(workbook, sources, monkeypatch):
    monkeypatch.setattr(written, "IN_PLACE", 5)
    target = write_back(workbook, read(workbook, sources), workbook.with_name("意见.xlsx"))
    assert "若干" in openpyxl.load_workbook(target)["Sheet"]["E4"].comment.text


def test_a_formula_of_the_sender_comes_back_as_its_value(tmp_path, sources):
    path = tmp_path / "县区一览表.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEAD)
        page.write_row(1, 0, [1, "莘县", *ROWS[0][2:4], 0, 5.5, "轴承"])
        page.write_formula(1, 4, "=1+2", None, 3)
    back = openpyxl.load_workbook(write_back(path, read(path, sources), tmp_path / "意见.xlsx"))
    assert back.worksheets[1]["E2"].value == 3 and back.worksheets[1]["F2"].comment


def test_writing_stops_when_told_and_leaves_nothing(workbook, sources, tmp_path):
    """写到一半、装订到一半都停得下；旁边什么也不留，原来的一份还在。"""
    big = tmp_path / "大表.csv"
    big.write_text(
        "\n".join([",".join(HEAD), *(f"{at},莘县,聊城虚构{at}号轴承有限公司,,若干,1,轴承" for at in range(2 * EVERY))]),
        "utf-8",
    )
    reading, folder = read(big, sources), tmp_path / "结果"
    folder.mkdir()
    kept = write_back(workbook, read(workbook, sources), folder / "意见.xlsx").read_bytes()
    for path, told, least in ((big, reading, 6), (workbook, read(workbook, sources), 3)):
        heard: list[None] = []
        write_back(path, told, folder / "全.xlsx", tell=lambda heard=heard: heard.append(None))
        (folder / "全.xlsx").unlink()
        assert len(heard) >= least, "逐千行写、逐千行装订、逐千格标都叫"
        for stop in {1, len(heard) // 2, len(heard)}:
            left = iter(range(stop - 1))

            def tell(left=left):
                if next(left, None) is None:
                    raise RuntimeError("取消")

            with pytest.raises(RuntimeError, match="取消"):
                write_back(path, told, folder / "意见.xlsx", tell=tell)
            assert [one.name for one in folder.iterdir()] == ["意见.xlsx"]
            assert (folder / "意见.xlsx").read_bytes() == kept
