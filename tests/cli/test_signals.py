"""信号类命令：一家的先后与县区单子对得上、补了就有结论；同行、潜力、占有率只给线索，写下的文件打得开。"""

from fractions import Fraction
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEDGER = ("--ledger", "var/ledger/2000-2026")
ON = (*LEDGER, "--known-on", "2026-11-20", "--assessed-on", "2026-11-20")


@pytest.fixture(scope="module")
def whole(miaopu_once, city):
    return miaopu_once("ask", "--county", "全市", "GAZELLE", "--json", *ON).data


@pytest.fixture(scope="module")
def miaopu_once():
    from tests.cli.conftest import speak

    return speak


def test_the_county_list_counts_the_firms_that_wait(whole) -> None:
    assert whole["rows"] and whole["pending"] >= whole["looked"] > 0
    for row in whole["rows"]:
        assert row["firms"] == len(row["waiting"]) <= whole["looked"]
        known = [one["chance"] for one in row["waiting"] if one["chance"] is not None]
        assert row["expected"] == pytest.approx(sum(known), abs=1e-4)
        assert row["blind"] == len(row["waiting"]) - len(known)
    worth = [row["worth"] for row in whole["rows"]]
    assert worth == sorted(worth, reverse=True)
    assert "估计" in whole["basis"]


def test_a_firm_on_the_list_is_asked_for_the_same(miaopu, city, whole) -> None:
    wanted: dict[str, set[str]] = {}
    for row in whole["rows"]:
        for one in row["waiting"]:
            wanted.setdefault(one["enterprise"], set()).add(row["name"])
    code = sorted(wanted)[0]
    got = miaopu("ask", code, "GAZELLE", "--json", *ON).data
    assert {one["name"] for one in got["data"]} == wanted[code] and got["verdict"] == "insufficient_data"
    for one in got["data"]:
        assert one["chance"] is None or Fraction(one["chance_exact"]) <= 1
    said = miaopu("ask", code, "GAZELLE", *ON).out
    assert "不是这家的数" in said and "家）" in said


def test_counties_add_up_to_the_city(miaopu, city, whole) -> None:
    from datetime import date

    from miaopu.desk.screened import place_of
    from miaopu.desk.workspace import Workspace

    space = Workspace(Path("var/ledger/2000-2026"))
    found = space.assess(date(2026, 11, 20), date(2026, 11, 20))
    parts = [
        miaopu("ask", "--county", name, "GAZELLE", "--json", *ON).data["pending"]
        for name in place_of(space, found.wide).counties.values()
    ]
    assert sum(parts) == whole["pending"]


def test_a_settled_firm_is_not_asked(miaopu, city) -> None:
    from datetime import date

    from miaopu.desk.workspace import Workspace

    found = Workspace(Path("var/ledger/2000-2026")).assess(date(2026, 11, 20), date(2026, 11, 20))
    code = found.verdicts.filter(found.verdicts["LG-2026.verdict"] == 0)["enterprise"][0]
    assert "结论已定" in miaopu("ask", code, "LG-2026", *ON).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ask",), "要写一家企业"),
        (("ask", "--county", "不存在县", "LG"), "没有“不存在县”"),
        (("ask", "--county", "全市", "XX-1"), "没有评“XX-1”"),
        (("peers", "查无此企"), "0 家"),
        (("potential", "--tier", "XX"), "XX"),
    ],
)
def test_mistakes_are_told_in_a_sentence(miaopu, city, words, said) -> None:
    spoken = miaopu(*words, *ON)
    assert spoken.code in (2, 3) and said in spoken.err


def test_peers_say_how_many_stand_behind(miaopu, city) -> None:
    listing = miaopu("explain", "虚构", "LG-2026", *ON)
    name = listing.err.split("名称里含有它的有：")[1].split("、")[0].strip()
    data = miaopu("peers", name, "--json", *ON).data
    for one in data["standings"]:
        assert (one["percentile"] is None) == bool(one["why"])
        assert one["percentile"] is None or one["firms"] >= data["minimum"]
    assert "不作结论" in miaopu("peers", name, *ON).out


def test_too_few_holders_give_no_signal(miaopu, city) -> None:
    data = miaopu("potential", "--json", "--out", "out/潜力", *ON).data
    assert data["signal"] is None and "不足" in data["why"] and data["files"] == []


def test_little_giants_are_too_few_for_a_signal(miaopu, city) -> None:
    data = miaopu("potential", "--tier", "LG", "--json", *ON).data
    assert data["signal"] is None and f"{data['holders']} 家" in data["why"]


def test_share_writes_papers_and_a_form_that_read_accepts(miaopu, city) -> None:
    words = ("share", ROOT / "docs/officials/share.yaml", "--assessed-on", "2026-11-20", "--json")
    data = miaopu(*words, "--out", "out/占有率", "--claimed", "12.3").data
    assert data["overall"]["low"] <= data["point"] <= data["overall"]["high"]
    assert len(data["files"]) == 3 and all(Path(one).is_file() for one in data["files"])
    dry = miaopu("read", data["files"][2], "--dry-run", "--json", "--ledger", "var/占有率账")
    assert not dry.data["files"][0]["refused"] and dry.data["files"][0]["facts_read"] == 3
    refused = miaopu(*words, "--out", "out/占有率", "--claimed", "80")
    assert refused.code == 3 and "核算区间" in refused.err
