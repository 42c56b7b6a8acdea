"""办不成的命令说清楚：写不了、读不了、写错了、程序出错，各有退出码与一句中文；缺省的日子、退回的文件不出岔子。"""

import json
import shutil
from pathlib import Path

import pytest

from miaopu.cli.context import Context, Exit

LEDGER = ("--ledger", "var/ledger/2000-2026")
KNOWN = (*LEDGER, "--known-on", "2026-11-20")


@pytest.fixture
def near(miaopu, city) -> list[str]:
    """“小巨人”拟培育名单里的两家。"""
    found = miaopu("ask", "--county", "全市", "GAZELLE", "--json", *KNOWN, "--assessed-on", "2026-11-20").data
    firms = [one["enterprise"] for row in found["rows"] for one in row["waiting"]]
    return list(dict.fromkeys(firms))[:2]


def test_a_workbook_that_cannot_be_written_is_refused_in_one_sentence(miaopu, tmp_path: Path) -> None:
    spoken = miaopu("share", "--blank", tmp_path / "没有" / "x.xlsx")
    assert spoken.code == Exit.REFUSED and "读写不成" in spoken.err and "Traceback" not in spoken.err


def test_a_fault_of_the_program_has_its_own_exit_code(miaopu, monkeypatch) -> None:
    monkeypatch.setattr(Context, "library", property(lambda self: 1 // 0))
    spoken = miaopu("plan", "x", "--json", *KNOWN)
    assert spoken.code == Exit.BROKEN and "程序出错（ZeroDivisionError" in spoken.err and "Traceback" in spoken.err
    assert json.loads(spoken.out)["exit"] == Exit.BROKEN


def test_wrong_arguments_are_told_in_chinese(miaopu) -> None:
    missing, unknown = miaopu("judge"), miaopu("size", "--nothing")
    assert missing.code == unknown.code == Exit.USAGE
    assert "缺少 " in missing.err and "required" not in missing.err
    assert "缺少 " in unknown.err or "不认识 --nothing" in unknown.err


def test_a_share_out_of_range_writes_nothing(miaopu, tmp_path: Path) -> None:
    form = Path(__file__).resolve().parents[2] / "docs" / "officials" / "share.yaml"
    for claimed in ("nan", "inf", "-1", "101", "甚高"):
        spoken = miaopu("share", form, "--out", tmp_path / "out", "--claimed", claimed)
        assert spoken.code == Exit.USAGE and "占有率应写成" in spoken.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["坏.xlsx", "国标.yaml"])
def test_an_unreadable_share_form_is_refused(miaopu, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes("市场: 甲".encode("gbk"))
    spoken = miaopu("share", path)
    assert spoken.code == Exit.REFUSED and name in spoken.err and "Traceback" not in spoken.err


def test_a_list_of_firms_is_read_by_code_or_refused(miaopu, near, tmp_path: Path) -> None:
    path = tmp_path / "名单.txt"
    path.write_text("\n".join(near) + "\n" + near[0], encoding="utf-8-sig")
    found = miaopu("plan", "--all", path, "GAZELLE", "--json", *KNOWN)
    assert [one["enterprise"] for one in found.data] == near, found.err
    path.write_bytes("某某有限公司".encode("gbk"))
    spoken = miaopu("plan", "--all", path, "GAZELLE", *KNOWN)
    assert spoken.code == Exit.REFUSED and "名单读不了" in spoken.err


def test_the_day_judged_is_the_window_of_the_tier(miaopu, near) -> None:
    days = {tier: miaopu("gap", near[0], tier, "--json", *KNOWN).data["judged_on"] for tier in ("LG", "SRDI", "INNOV")}
    assert days == {"LG": "2027-05-10", "SRDI": "2027-09-10", "INNOV": "2027-03-10"}


def test_a_leap_day_is_carried_forward(miaopu, near) -> None:
    spoken = miaopu("forecast", near[0], "LG", "--judged-on", "2028-02-29", "--years", "2", "--json", *KNOWN)
    assert spoken.code == 0, spoken.err
    assert {one["judged_on"] for one in spoken.data["coming"]} == {"2028-02-29", "2029-02-28"}


def test_a_forecast_goes_no_further_than_the_catalog_carries(miaopu, near) -> None:
    """看几年、判定日都以 planning.yaml 的 years_ahead 为限：恰到最后一年的照办，零、负、过头的拒绝并说能写几。"""
    asked = ("forecast", near[0], "LG", *KNOWN, "--judged-on", "2027-05-10", "--years")
    assert len(miaopu(*asked, "6", "--json").data["coming"]) == 6
    for years in ("7", "0", "-1", "99999"):
        spoken = miaopu(*asked, years)
        assert spoken.code == Exit.USAGE, spoken.out
        assert f"应是 1 至 6，写的是 {years}" in spoken.err and "2032-12-31" in spoken.err
    for command in ("forecast", "plan", "gap"):
        late = miaopu(command, near[0], "LG", *KNOWN, "--judged-on", "2033-01-01")
        assert late.code == Exit.USAGE and "2033-01-01 太晚" in late.err and "2032-12-31" in late.err


def test_returned_files_of_the_same_name_do_not_overwrite_each_other(miaopu, city, tmp_path: Path) -> None:
    for county in ("东昌府", "临清"):
        (tmp_path / county).mkdir()
    told = next(path for path in Path("var/demo").rglob("*.xlsx") if "一览表" in path.name or "县区" in path.name)
    for county in ("东昌府", "临清"):
        shutil.copyfile(told, tmp_path / county / "一览表.xlsx")
    words = ("--dry-run", "--complaints", tmp_path / "退回", *LEDGER)
    spoken = miaopu("read", tmp_path / "东昌府", tmp_path / "临清", *words)
    names = sorted(path.name for path in (tmp_path / "退回").iterdir())
    assert names == ["一览表（意见2）.xlsx", "一览表（意见）.xlsx"], (names, spoken.out, spoken.err)
