"""登记表交回时按表头认列：一列写了两遍的不猜以哪列为准，头一格像说明而别格有字的行照读。"""

import openpyxl
import pytest

from miaopu.nurture.back import Form
from miaopu.terms.complaint import Refusal

FORM = Form("table", "登记表", ["名称"], {"名称": "name", "金额（万元）": "amount"})


def written(path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_column_written_twice_is_not_guessed(tmp_path) -> None:
    path = written(tmp_path / "a.xlsx", ["名称", "金额（万元）", "金额（万元）"], ["甲", 1, 2])
    with pytest.raises(Refusal, match="列“金额（万元）”有 2 列，不知道以哪列为准"):
        FORM.read(path, "a.xlsx")


def test_only_the_notes_below_are_passed_over(tmp_path) -> None:
    path = written(tmp_path / "a.xlsx", ["名称", "金额（万元）"], ["说明：书", 3], ["说明：共 1 行", None])
    assert FORM.read(path, "a.xlsx") == [(2, {"name": "说明：书", "amount": "3"})]
