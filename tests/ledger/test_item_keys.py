"""条目键的归一走完全程：两个部门写法不同的一件专利，在快照里是一件；原来的写法仍在它的格里。"""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from words import INDICATORS

from miaopu.ledger.intake import Intake
from miaopu.ledger.journal import open_ledger
from miaopu.ledger.snapshot import snapshot
from miaopu.ledger.source import load_sources
from miaopu.ledger.trace import trace
from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import load_indicators
from miaopu.terms.yaml_lines import CatalogError

DAY = date(2026, 11, 20)
FIRM = ["91371502MA0DEM11X1", "聊城鑫泰虚构机械有限公司"]
HEAD = ["统一社会信用代码", "企业名称"]
SOURCES = load_sources(Catalog.default())


def book(path: Path, *rows: list) -> Path:
    work = openpyxl.Workbook()
    for row in rows:
        work.active.append(row)
    work.save(path)
    return path


@pytest.fixture
def desk(tmp_path: Path) -> Intake:
    desk = Intake(open_ledger(tmp_path / "台账"), SOURCES, received=DAY, by="张三")
    desk.take(book(tmp_path / "登记.xlsx", [*HEAD, "登记状态"], [*FIRM, "存续"]), source="registration")
    return desk


def patents(desk: Intake, name: str, *numbers: str):
    head = [*HEAD, "类别", "专利号", "授权公告日"]
    path = book(desk.ledger.root.parent / name, head, *([*FIRM, "发明专利", one, "2024-03-01"] for one in numbers))
    return desk.take(path, source="ip")


def taken(desk: Intake):
    return snapshot(desk.ledger, known_on=DAY, assessed_on=DAY, indicators=INDICATORS, sources=SOURCES)


def test_two_departments_write_one_patent_differently(desk):
    patents(desk, "专利.xlsx", "ZL202010123456.2")
    county = [*HEAD, "专利号", "是否已应用且相关"]
    desk.take(book(desk.ledger.root.parent / "应用.xlsx", county, [*FIRM, "zl 2020 1 0123456", "是"]), source="county")
    found = taken(desk)
    (one,) = found.items["ip"].to_dicts()
    assert (one["item"], one["number"], one["applied"]) == ("202010123456", "ZL202010123456.2", 1)
    assert found.conflicts.is_empty()
    told = trace(desk.ledger, found, FIRM[0], "valid_invention_patents_low", indicators=INDICATORS)
    assert any("zl 2020 1 0123456" in cell.sentence() for cell in told.items[0].cells)


def test_one_file_listing_a_patent_twice_in_two_writings_counts_one(desk):
    receipt = patents(desk, "专利.xlsx", "ZL202010123456.2", "２０２０１０１２３４５６")
    assert not [one for one in receipt.reading.complaints if one.code == "conflict"]
    assert [one["item"] for one in taken(desk).items["ip"].to_dicts()] == ["202010123456"]


def test_institutions_differing_in_width_and_spaces_are_one(desk):
    head = [*HEAD, "机构名称", "级别"]
    rows = [[*FIRM, "山东省（虚构） 技术中心", "省级"], [*FIRM, "山东省(虚构)技术中心", "省级"]]
    desk.take(book(desk.ledger.root.parent / "机构.xlsx", head, *rows), source="science")
    assert [one["item"] for one in taken(desk).items["institution"].to_dicts()] == ["山东省(虚构)技术中心"]


def test_an_unknown_key_form_is_a_load_error(tmp_path):
    folder = tmp_path / "indicators"
    folder.mkdir()
    (folder / "本地.yaml").write_text(
        "- {key: x, title: 某, kind: item, period: event, key_form: guess, fields: {a: text}}\n", encoding="utf-8"
    )
    with pytest.raises(CatalogError, match="key_form"):
        load_indicators(Catalog.default(tmp_path))
