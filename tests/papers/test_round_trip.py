"""往返：写出的一览表经真的读入，不改即无变化，改一格只变一格。"""

import openpyxl
import polars as pl
import pytest
from tests.papers.house import CATALOG, COUNTIES, FOUND, FRAME, MARKS, NOTE, ORDER
from tests.screening.city import firm

from miaopu.ledger.reading.read import read
from miaopu.ledger.source import load_sources
from miaopu.papers import write_overview, write_rosters
from miaopu.papers.overview import overview_fields

SOURCES = load_sources(CATALOG)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("trip") / "企业数据一览表.xlsx"
    return write_overview(path, FRAME, MARKS, COUNTIES, "全部企业")


def facts(reading):
    """（代码，指标，期间）→ 值。"""
    rows = reading.rows.select("row_id", "uscc_raw")
    table = reading.facts.join(rows, on="row_id").with_columns(
        told=pl.coalesce(pl.col("value").cast(pl.String), "text")
    )
    return {tuple(row[:3]): row[3] for row in table.select("uscc_raw", "indicator", "period", "told").iter_rows()}


def expected():
    out = {}
    for one in overview_fields(2025):
        key, _, back = one.column.rpartition("_t")
        name, period = (key, str(2026 - int(back))) if back.isdigit() else (one.column, "")
        if one.column in ("name", "uscc"):
            continue
        for row in FRAME.iter_rows(named=True):
            value = row.get("region" if one.column == "county" else one.column)
            if value is not None:
                out[(row["uscc"], "region" if name == "county" else name, period)] = str(value)
    return out


def test_every_column_is_recognised(book):
    got = read(book, SOURCES)
    assert got.source == "county" and got.tables == ("county.survey",)
    assert [one.sentence() for one in got.complaints if one.severity in ("refuse", "reject")] == []
    assert [one.found for one in got.complaints if one.code == "unknown_column"] == []


def test_unchanged_is_no_change(book):
    assert facts(read(book, SOURCES, source="county")) == expected()


def test_one_changed_cell_changes_one_fact(book, tmp_path):
    opened = openpyxl.load_workbook(book)
    sheet = opened["企业数据一览表"]
    column = next(cell.column for cell in sheet[5] if cell.value == "2025年")
    line = next(line for line in range(6, sheet.max_row) if sheet.cell(line, 4).value == firm(4)["uscc"])
    assert sheet.cell(line, column).value == 1400
    sheet.cell(line, column).value = 1401.5
    opened.save(tmp_path / "改.xlsx")
    changed = facts(read(tmp_path / "改.xlsx", SOURCES, source="county"))
    before = expected()
    assert {key for key in before if changed.get(key) != before[key]} == {(firm(4)["uscc"], "revenue", "2025")}
    assert changed[(firm(4)["uscc"], "revenue", "2025")] == str(1_401_500_000)


def test_the_roster_comes_back_with_its_firms_and_figures(tmp_path):
    path = write_rosters(tmp_path, FOUND.lists["LG"].table, FRAME, "拟培育企业名单", MARKS, NOTE, ORDER, False)[0]
    got = read(path, SOURCES, source="county")
    mine = FOUND.lists["LG"].table
    assert [one.sentence() for one in got.complaints if one.severity in ("refuse", "reject")] == []
    told = facts(got)
    for row in FRAME.filter(pl.col("enterprise").is_in(mine["enterprise"].implode())).iter_rows(named=True):
        for key in ("revenue", "rd"):
            if row[f"{key}_t1"] is not None:
                assert told[(row["uscc"], key, "2025")] == str(row[f"{key}_t1"])
