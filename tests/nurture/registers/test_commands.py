"""命令：与网页走同一批动作；写错的说到 --set 的哪一项，没有理由退出码 3，什么也不改。"""

import json
from pathlib import Path

import pytest

from miaopu.cli.main import main
from miaopu.nurture.registers.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def miaopu(capsys):
    """运行一条，给（退出码，JSON，错误）。"""

    def run(*words):
        code = main(["registers", *words, "--demo", "--json"])
        spoken = capsys.readouterr()
        return code, json.loads(spoken.out or "null"), spoken.err

    return run


def test_the_whole_way_by_command(firm, miaopu, tmp_path) -> None:
    given = (
        "--set",
        "专利名称=耐磨保持架",
        "--set",
        "kind=发明",
        "--set",
        "route=快速预审",
        "--set",
        "expected=2027-03-01",
    )
    code, told, _ = miaopu("add", "--as", "qiye", "--book", "patents", "--firm", firm.enterprise, *given)
    assert code == 0 and told["state"] == "planned" and told["title"] == "耐磨保持架"
    one = ("--entry", told["entry"])
    assert miaopu("move", "--as", "qiye", *one, "--step", "file", "--set", "filed=2026-10-08")[0] == 3, "没有理由"
    filed = miaopu("move", "--as", "qiye", *one, "--step", "file", "--set", "filed=2026-10-08", "--reason", "已受理")
    assert filed[1]["state"] == "filed"
    assert miaopu("move", "--as", "chiping", *one, "--step", "fail", "--reason", "别的县区")[0] != 0
    shown = miaopu("show", "--as", "dongchangfu", *one)[1]
    assert set(shown["steps"]) == {"grant", "fail"} and len(shown["moves"]) == 2
    rows = [row for each in miaopu("ahead", "--as", "zhuanyuan", "--firm", firm.enterprise)[1] for row in each["rows"]]
    assert rows and rows[0]["counts"] is True
    for other in ("E999999999999", ""):
        code, _, wrong = miaopu("ahead", "--as", "zhuanyuan", "--firm", other)
        assert code == 2 and f"--firm “{other}”：没有这家企业，或不在您的范围里" in wrong
    assert miaopu("amend", "--as", "qiye", *one, "--set", "expected=2027-04-01", "--reason", "推迟")[0] == 0
    assert Entry.objects.get().values["expected"].isoformat() == "2027-04-01"
    grant = ("--set", "granted=2026-11-18", "--set", "number=ZL2026", "--reason", "授权")
    assert miaopu("move", "--as", "dongchangfu", *one, "--step", "grant", *grant)[1]["state"] == "granted"
    assert miaopu("undo", "--as", "dongchangfu", *one, "--reason", "看错了")[1]["state"] == "filed"
    assert miaopu("list", "--as", "gly", "--book", "patents", "--state", "filed")[1][0]["entry"] == told["entry"]
    for wrong, words in (("--state", "已授权了"), ("--year", "26")):
        code, _, said = miaopu("list", "--as", "gly", "--book", "patents", wrong, words)
        assert code == 2 and f"{wrong} “{words}”不对" in said
    assert [each["open"] for each in miaopu("books", "--as", "gly")[1] if each["book"] == "patents"] == [1]
    assert miaopu("missing", "--as", "gly", "--book", "rd")[0] == 0
    path = miaopu("export", "--as", "gly", "--book", "patents", "--out", str(tmp_path))[1]["file"]
    assert Path(path).is_file()
    back = miaopu("import", "--as", "dongchangfu", "--book", "patents", "--file", path, "--reason", "核对")
    assert back[0] == 0 and back[1]["same"] == 1


@pytest.mark.parametrize(("words", "told"), [
    (("add", "--book", "nothere"), "--book 应是"), (("add", "--book", "rd", "--set", "金额=1"), "列是"),
    (("move", "--entry", "D00009", "--step", "x"), "D00009"), (("import", "--book", "rd"), "--file"),
])  # fmt: skip
def test_wrong_use_is_told(firm, miaopu, words, told) -> None:
    code, given, err = miaopu(words[0], "--as", "gly", *words[1:])
    assert code in (2, 3) and told in json.dumps(given, ensure_ascii=False) + err
