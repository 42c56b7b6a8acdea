"""读入的门：干净的登记表与税务表。"""

import csv

import openpyxl
import polars as pl
import pytest

from miaopu.ledger.reading.read import read
from miaopu.ledger.source import load_sources
from miaopu.terms.catalog import Catalog


@pytest.fixture(scope="module")
def sources():
    return load_sources(Catalog.default())


def _book(path, rows, name="Sheet1"):
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


TAX = [
    ["统一社会信用代码", "纳税人名称", "2024年营业收入（元）", "2025年营业收入（元）", "纳税信用等级"],
    ["91371500MA3CTEST01", "聊城虚构一号轴承有限公司", 12345678.9, "23,456,789.01", "A"],
    ["91371500MA3CTEST02", "聊城虚构二号轴承有限公司", "—", 100, "D"],
]


def test_a_tax_workbook_becomes_rows_and_facts(tmp_path, sources):
    got = read(_book(tmp_path / "税务.xlsx", TAX), sources)
    assert got.source == "tax" and got.tables == ("tax.revenue",) and got.rows.height == 2
    revenue = (
        got.facts.filter(pl.col("indicator") == "revenue").select("row_id", "period", "value", "row", "column").rows()
    )
    assert revenue == [(0, "2024", 1234567890, 2, 3), (0, "2025", 2345678901, 2, 4), (1, "2025", 10000, 3, 4)]
    assert got.facts.filter(pl.col("indicator") == "tax_credit_good")["value"].to_list() == [1, 0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_same_table_as_text_in_every_encoding(tmp_path, sources, encoding):
    path = tmp_path / "税务.csv"
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(TAX)
    got = read(path, sources)
    assert got.source == "tax" and got.rows["name_raw"][0] == "聊城虚构一号轴承有限公司"
    assert got.facts.filter(pl.col("indicator") == "revenue")["value"].sum() == 1234567890 + 2345678901 + 10000
