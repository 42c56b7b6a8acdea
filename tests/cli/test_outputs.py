"""成果：名单、一览表、画像、待办、报告都在，另一个读者打得开；待办填好能收回。"""

import shutil
import zipfile
from pathlib import Path

import docx
import openpyxl
import polars as pl
import pytest

LEDGER = "var/ledger/2000-2026"
DATES = ("--known-on", "2026-11-20", "--assessed-on", "2026-11-20")


@pytest.fixture
def own(city: Path, tmp_path: Path) -> Path:
    shutil.copytree(city / LEDGER, tmp_path / "ledger")
    return tmp_path / "ledger"


def cells(path: Path) -> list[str]:
    book = openpyxl.load_workbook(path, read_only=True)
    return [
        str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value is not None
    ]


def test_every_output_opens_in_another_reader(city) -> None:
    books = sorted((city / "out").rglob("*.xlsx"))
    assert len(books) >= 10
    for path in books:
        assert cells(path), path
    text = "\n".join(one.text for one in docx.Document(city / "out" / "调研报告.docx").paragraphs)
    assert "2000 家" in text or "2000家" in text
    assert "认定以主管部门和官方平台为准" in text


def test_report_charts_are_native(city) -> None:
    names = zipfile.ZipFile(city / "out" / "调研报告.docx").namelist()
    assert any("charts/chart" in name for name in names)


def test_lists_name_only_firms_of_the_city_and_say_unchecked(city) -> None:
    found = cells(city / "out" / "名单" / "“小巨人”拟培育企业名单.xlsx")
    assert any("未核原文" in value for value in found)
    assert any("虚构" in value for value in found)
    assert not any(value.startswith("=") and "SUM" not in value for value in found)


def test_parquet_holds_every_firm_and_clause(city) -> None:
    verdicts = pl.read_parquet(city / "out" / "verdicts.parquet")
    assert verdicts.height == 2000
    assert {"LG-2026.verdict", "LG-2026.met", "LG-2026.unknown", "INNOV-63.total_low"} <= set(verdicts.columns)


def test_a_conflict_chosen_by_a_person_is_settled(miaopu, city, own, tmp_path) -> None:
    path = tmp_path / "取数冲突清单.xlsx"
    shutil.copy(city / "out" / "待办" / "取数冲突清单.xlsx", path)
    book = openpyxl.load_workbook(path)
    sheet = book["取数冲突"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    row = next(row for row in range(4, sheet.max_row + 1) if sheet.cell(row, heads["指标"]).value == "revenue")
    firm = sheet.cell(row, heads["企业号"]).value
    for title, value in (("决定", "县区"), ("决定理由", "审计报告为准"), ("决定人", "李四")):
        sheet.cell(row, heads[title]).value = value
    told = sheet.cell(row, heads["各来源说法"]).value
    assert "税务" in told and "县区" in told
    book.save(path)
    spoken = miaopu("decide", path, "--on", "2026-11-20", "--ledger", own, "--json")
    assert spoken.code == 0, spoken.err
    assert spoken.data["accepted"] == 1
    run = Path(miaopu("screen", "--ledger", own, "--out", tmp_path / "out", *DATES, "--json").data["folder"])
    period = sheet.cell(row, heads["期间"]).value
    after = pl.read_parquet(run / "conflicts.parquet").filter(
        pl.col("enterprise") == firm, pl.col("column") == f"revenue_t{2026 - int(period)}"
    )
    assert after.is_empty() or after["chosen"][0] == "county"


def test_a_decision_without_a_reason_is_refused_whole(miaopu, city, own, tmp_path) -> None:
    path = tmp_path / "决定.csv"
    path.write_text("类型,企业号,指标,决定,决定人\n取数,91371500XX,revenue,税务,李四\n", encoding="utf-8")
    before = (own / "journal.jsonl").read_bytes()
    spoken = miaopu("decide", path, "--ledger", own)
    assert spoken.code == 3 and "理由" in spoken.out
    assert (own / "journal.jsonl").read_bytes() == before


def test_complaints_come_back_as_workbooks(miaopu, city, tmp_path) -> None:
    spoken = miaopu(
        "read", "var/demo/2000-2026/county", "--dry-run", "--complaints", tmp_path / "退回", "--ledger", LEDGER
    )
    assert spoken.code in (0, 1)
    returned = sorted((tmp_path / "退回").glob("*（意见）.xlsx"))
    assert returned
    assert openpyxl.load_workbook(returned[0]).sheetnames[0]
    assert any("企业行" in value for value in cells(returned[0]))


def test_a_ledger_with_two_departments_still_gives_every_output(miaopu, city, tmp_path) -> None:
    """刚起步的城市：没有称号、没有县区调查，名单可以空，成果照出，缺数照说。"""
    ledger, out = tmp_path / "ledger", tmp_path / "out"
    for folder in ("registration", "tax"):
        miaopu("read", f"var/demo/2000-2026/{folder}", "--ledger", ledger, "--received", "2026-11-20")
    spoken = miaopu("screen", "--ledger", ledger, "--out", out, *DATES, "--json")
    assert spoken.code == 0, spoken.err
    text = "\n".join(one.text for one in docx.Document(out / "调研报告.docx").paragraphs)
    assert "没有可画的数" in text
    assert cells(out / "名单" / "“小巨人”拟培育企业名单.xlsx")
