"""两张表进、分工出：命令真的跑一回；写错的格说清。"""

import json
import subprocess
import sys

import openpyxl
import pytest

from miaopu.allocation.assignment.tables import read_clients, read_helpers
from miaopu.terms.catalog import Catalog
from miaopu.terms.complaint import Refusal
from miaopu.terms.district import Districts

DISTRICTS = Districts.read(Catalog.default())


def book(path, *rows):
    sheet = openpyxl.Workbook()
    for one in rows:
        sheet.active.append(one)
    sheet.save(path)
    return path


@pytest.fixture
def tables(tmp_path):
    firms = book(
        tmp_path / "企业表.xlsx", ["企业名称", "县区", "行业", "权重", "现专员"],
        ["甲厂", "东昌府区", "C34", 2, ""], ["乙厂", "茌平区", "C26", 1, "王"], ["丙厂", "", "", "", ""],
    )  # fmt: skip
    roster = book(
        tmp_path / "名册.xlsx", ["姓名", "种类", "县区", "最多服务几家", "行业专长", "回避企业"],
        ["李", "服务专员", "东昌府区", 2, "34", "乙厂"], ["王", "服务专员", "茌平区", 2, "", ""], ["专家", "专家", "", 9, "", ""],
    )  # fmt: skip
    return firms, roster


def run(*words):
    told = subprocess.run(
        [sys.executable, "-m", "miaopu.cli.main", "assign", *map(str, words)], capture_output=True, text=True
    )
    return told.returncode, told.stdout, told.stderr


def test_the_command_gives_pairs_and_a_workbook(tables, tmp_path) -> None:
    out = tmp_path / "分工.xlsx"
    code, spoken, wrong = run(*tables, "--out", out, "--json", "--ledger", tmp_path / "ledger")
    assert code == 0, wrong
    told = json.loads(spoken)
    pairs = {one["firm"]: one["helper"] for one in told["pairs"]}
    assert pairs["甲厂"] == "李" and pairs["乙厂"] == "王" and told["cost"] == told["bound"]
    cells = [cell.value for row in openpyxl.load_workbook(out).worksheets[0].iter_rows() for cell in row]
    assert "甲厂" in cells and "李" in cells


def test_what_cannot_be_arranged_is_said(tables, tmp_path) -> None:
    code, spoken, _ = run(*tables, "--no-crossing", "--ledger", tmp_path / "ledger")
    assert code == 1 and "企业县区不详，不许跨县区 2 对" in spoken


def test_a_wrong_cell_is_named(tables, tmp_path) -> None:
    wrong = book(tmp_path / "错.xlsx", ["企业名称", "县区"], ["甲厂", "火星区"])
    with pytest.raises(Refusal, match=r"《错\.xlsx》B2：没有县区“火星区”"):
        read_clients(wrong, DISTRICTS)
    with pytest.raises(Refusal, match="前 20 行没有找到表头"):
        read_helpers(wrong, DISTRICTS)


def test_only_appointed_specialists_are_read(tables) -> None:
    assert [one.name for one in read_helpers(tables[1], DISTRICTS)] == ["李", "王"]
