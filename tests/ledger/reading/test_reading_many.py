"""坏了一整列：意见不成千上万条，处数一个不少，退回的工作簿每个坏格都涂了色。"""

import json

import openpyxl
import pytest
from tests.ledger.reading.bench_kit import CODE, NAME, told

from miaopu.cli.intake import complaint_data
from miaopu.ledger.reading import write_back as written
from miaopu.ledger.reading.complaints import bad_rows, count
from miaopu.ledger.reading.pile import LISTED, Pile
from miaopu.ledger.reading.write_back import FIRST, write_back
from miaopu.terms.complaint import Complaint, Severity

ROWS = 3 * LISTED
GOOD = 7
"""第七家的数是好的，把坏格隔成两段。"""


@pytest.fixture
def bad(desk):
    rows = [[CODE, NAME, "2025年营业收入（元）"]]
    for number in range(1, ROWS + 1):
        rows.append([None, f"聊城虚构{number}号有限公司", 100 if number == GOOD else "若干元左右"])
    return desk.book(rows)


def test_the_complaints_are_capped_and_the_number_stays_exact(desk, bad):
    got = desk.read(bad, "tax")
    cells = [one for one in got.complaints if one.code == "cell"]
    assert len(cells) == LISTED + 1 and sum(one.count for one in cells) == ROWS - 1
    last = cells[-1]
    assert last.spans == ((LISTED + 3, ROWS + 1),) and last.row == LISTED + 3
    assert f"另有 {ROWS - 1 - LISTED} 处" in last.found and f"{LISTED + 3}-{ROWS + 1} 行" in last.found
    assert count(got).rejected == ROWS - 1 and count(got).clean == 1
    assert len(bad_rows(got)) == ROWS - 1 and ("Sheet1", GOOD + 1) not in bad_rows(got)
    shown = json.loads(json.dumps(complaint_data(last)))
    assert shown["count"] == ROWS - 1 - LISTED and shown["rows"] == [[LISTED + 3, ROWS + 1]]


@pytest.mark.parametrize("in_place", [300_000, 5])
def test_every_bad_cell_comes_back_coloured(desk, bad, monkeypatch, in_place):
    monkeypatch.setattr(written, "IN_PLACE", in_place)
    book = openpyxl.load_workbook(write_back(bad, desk.read(bad, "tax"), bad.with_name("意见.xlsx")))
    column = [row[0] for row in book["Sheet1"].iter_rows(min_row=2, min_col=3, max_col=3)]
    painted = [cell.fill.fgColor.rgb.endswith("FFB3B3") for cell in column]
    assert painted.count(False) == 1 and not painted[GOOD - 1]
    assert sum(cell.comment is not None for cell in column) == LISTED
    listing = [row for row in book[FIRST].iter_rows(values_only=True) if row[3] and "处" in str(row[3])]
    assert [row[3] for row in listing] == [f"C{LISTED + 3} 等 {ROWS - 1 - LISTED} 处"]


def test_only_the_bad_rows_are_all_sent_back(desk, bad):
    got = desk.read(bad, "tax")
    book = openpyxl.load_workbook(write_back(bad, got, bad.with_name("重报.xlsx"), only_bad=True))
    assert book["Sheet1"].max_row == ROWS


def test_rows_without_a_key_are_capped_too(desk):
    rows = [[CODE, NAME, "2025年营业收入（元）", "2024年营业收入（元）"], [None, "聊城虚构有限公司", 1, 2]]
    got = desk.read(desk.book(rows + [[None, None, 1, 2]] * ROWS), "tax")
    assert len(told(got, "blank_key")) == LISTED + 1
    assert sum(one.count for one in got.complaints if one.code == "blank_key") == ROWS


def test_columns_sheets_and_kinds_are_counted_apart_and_whole_file_complaints_stay():
    def one(sheet, column, code, row):
        return Complaint(code, Severity.REJECT, "某.xlsx", "坏", "好", "改", sheet, row, column)

    pile = Pile(
        one(sheet, column, code, row) for sheet in "ab" for column in (1, 2) for code in "xy" for row in range(1, 150)
    )
    pile.extend(one("a", 1, "x", 0) for _ in range(LISTED))
    every = list(pile)
    assert len(every) == 8 * (LISTED + 1) + LISTED and sum(item.count for item in every) == 8 * 149 + LISTED
