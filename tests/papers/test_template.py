"""填报模板：每个来源的每张表，照示例填好都能原样读回来，没有一条意见。"""

from pathlib import Path

import openpyxl
import pytest

from miaopu.ledger.reading.read import read
from miaopu.ledger.reading.template import EXAMPLE
from miaopu.ledger.source import load_sources
from miaopu.papers.template import Filling, slots, write_template
from miaopu.terms.catalog import Catalog

CATALOG = Catalog.default()
SOURCES = load_sources(CATALOG)
FIRM = {"uscc": "91371500MA3C4D5E6X", "name": "聊城虚构模板有限公司", "former": "聊城虚构旧名有限公司"}
FILLING = Filling(SOURCES.indicators, 2025, ("东昌府区", "茌平区"), ("3521", SOURCES.industries["3521"]))
EVERY = [(source, table) for source in SOURCES.values() for table in source.tables]


def _code() -> str:
    from miaopu.terms.uscc import check_digit  # 只有这里要

    body = FIRM["uscc"][:17]
    return body + check_digit(body)


def filled(path: Path, table) -> Path:
    """照示例的写法填一行（竖式表逐格填），存回。"""
    book = openpyxl.load_workbook(path)
    page, wanted = book.worksheets[0], slots(table, FILLING)
    told = {"uscc": _code(), "name": FIRM["name"], "former": FIRM["former"]}
    if table.shape == "form":
        heads = {page.cell(row, 1).value: row for row in range(4, page.max_row + 1)}
        used: dict[str, int] = {}
        for one in wanted:
            at = used[one.heading] = used.get(one.heading, 2) + 1
            page.cell(heads[one.heading], at).value = told.get(one.column.role, one.example)
    else:
        for at, one in enumerate(wanted, 2):
            value = told.get(one.column.role, one.example)
            page.cell(5, at).value = value if one.as_text else float(value)
    book.save(path)
    return path


@pytest.mark.parametrize(("source", "table"), EVERY, ids=lambda one: one.code)
def test_a_filled_template_reads_back_without_a_complaint(source, table, tmp_path):
    path = filled(write_template(tmp_path / f"{table.title}.xlsx", source, table, FILLING), table)
    found = read(path, SOURCES)
    assert [one.sentence() for one in found.complaints] == []
    assert (found.source, found.tables) == (source.code, (f"{source.code}.{table.code}",))
    assert found.rows.select("name_raw", "uscc_raw").rows() == [(FIRM["name"], _code())]
    given = {
        one.column.indicator for one in slots(table, FILLING) if one.column.indicator and one.column.role == "value"
    }
    assert given <= set(found.facts["indicator"])


def test_the_example_row_alone_is_not_a_firm(tmp_path):
    source = SOURCES["tax"]
    path = write_template(tmp_path / "营业收入.xlsx", source, source.table("revenue"), FILLING)
    assert openpyxl.load_workbook(path).worksheets[0]["A4"].value == EXAMPLE
    found = read(path, SOURCES)
    assert found.refused and "只有表头，没有一行数据" in found.complaints[0].sentence()


def test_an_old_template_is_read_and_said(tmp_path):
    source, table = SOURCES["tax"], SOURCES["tax"].table("revenue")
    path = filled(write_template(tmp_path / "营业收入.xlsx", source, table, FILLING), table)
    book = openpyxl.load_workbook(path)
    book["_模板"]["B2"] = "00000000"
    book.save(path)
    found = read(path, SOURCES)
    assert [one.code for one in found.complaints] == ["template"] and found.facts.height
    assert "旧版模板（00000000）" in found.complaints[0].sentence()


def test_the_template_is_laid_out_as_officials_expect(tmp_path):
    source, table = SOURCES["registration"], SOURCES["registration"].table("register")
    book = openpyxl.load_workbook(write_template(tmp_path / "登记.xlsx", source, table, FILLING))
    page = book.worksheets[0]
    assert page["A1"].value == "登记信息" and "单位：万元" in page["A2"].value
    assert page.freeze_panes == "D4" and page.column_dimensions["B"].number_format == "@"
    assert book["_模板"].sheet_state == "veryHidden" and book["字典"].sheet_state == "hidden"
    assert any("字典" in (rule.formula1 or "") for rule in page.data_validations.dataValidation)
