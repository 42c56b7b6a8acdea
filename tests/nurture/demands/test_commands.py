"""命令：与网页走同一批动作；没有理由、没有权限退出码 3，什么也不改。"""

import json
from pathlib import Path

import pytest

from miaopu.cli.main import main
from miaopu.nurture.demands.models import Demand, Match, Result

pytestmark = pytest.mark.django_db
SAMPLE = str(Path(__file__).resolve().parents[3] / "docs" / "officials" / "demand.yaml")


@pytest.fixture
def miaopu(capsys):
    """运行一条，给（退出码，JSON）。"""

    def run(*words):
        code = main(["demands", *words, "--demo", "--json"])
        spoken = capsys.readouterr()
        return code, json.loads(spoken.out or "null"), spoken.err

    return run


def test_the_whole_way_by_command(work, miaopu, tmp_path) -> None:
    work.institutes()
    code, told, _ = miaopu("submit", "--as", "qiye", "--file", SAMPLE, "--reason", "订单要求")
    assert code == 0 and told["state"] == "submitted"
    one = ("--demand", told["demand"])
    assert miaopu("vet", "--as", "dongchangfu", *one)[0] == 3, "没有理由"
    assert miaopu("vet", "--as", "chiping", *one, "--reason", "别的县区")[0] == 3
    assert Demand.objects.get().state == "submitted"
    assert miaopu("vet", "--as", "dongchangfu", *one, "--reason", "属实")[1]["state"] == "vetted"
    best = miaopu("show", "--as", "jingban", *one)[1][0]
    assert best["title"] == "高速轴承保持架耐磨涂层" and abs(sum(best["parts"].values()) - best["score"]) < 0.001
    pair = (*one, "--result", best["result"], "--reason", "合适")
    assert miaopu("match", "--as", "jingban", *pair, "--outcome", "met")[0] == 3, "还没有推荐过"
    assert miaopu("match", "--as", "jingban", *pair)[0] == 0
    day = ("--met-on", "2026-11-12", "--minutes", "见面")
    assert miaopu("match", "--as", "jingban", *pair, "--outcome", "met", *day)[0] == 0
    paper = tmp_path / "合同.pdf"
    paper.write_bytes(b"%PDF-1.7")
    signed = ("--contract-number", "HT-9", "--amount", "50", "--signed-on", "2026-11-19", "--file", str(paper))
    assert miaopu("match", "--as", "jingban", *pair, "--outcome", "signed", *signed)[0] == 0
    assert Match.objects.get().state == "signed" and Match.objects.get().amount == 50_000_000
    batch = ("--batch", "第二批", "--recommended-on", "2026-11-10", "--reason", "荐")
    assert miaopu("recommend", "--as", "jingban", *one, *batch)[1]["state"] == "recommended"
    number = ("--number", "SD-9", "--entered-on", "2026-11-18", "--reason", "公布")
    assert miaopu("recommend", "--as", "jingban", *one, "--outcome", "entered", *number)[1]["state"] == "entered"
    listed = miaopu("list", "--as", "gly", "--state", "entered")[1]
    assert [one["state"] for one in listed["demands"]] == ["entered"] and [one["now"] for one in listed["goals"]] == [
        1,
        1,
    ]
    written = miaopu("export", "--as", "gly", "--out", str(tmp_path))[1]["file"]
    assert Path(written).is_file()


def test_a_draft_is_completed_and_the_register_goes_round(work, miaopu, tmp_path) -> None:
    thin = tmp_path / "薄.yaml"
    thin.write_text("title: 只有名称\n", encoding="utf-8")
    told = miaopu("submit", "--as", "qiye", "--file", str(thin), "--draft")[1]
    assert told["state"] == "draft"
    code, error, _ = miaopu("submit", "--as", "qiye", "--demand", told["demand"], "--reason", "急")
    assert code == 3 and "还没有填" in error["error"]
    code, told, _ = miaopu("submit", "--as", "qiye", "--demand", told["demand"], "--file", SAMPLE, "--reason", "补齐")
    assert code == 0 and told["state"] == "submitted"
    assert miaopu("withdraw", "--as", "qiye", "--demand", told["demand"], "--reason", "不做")[1]["state"] == "withdrawn"
    count = work.institutes()
    path = miaopu("results", "--as", "gly", "--out", str(tmp_path))[1]["file"]
    code, told, _ = miaopu("results", "--as", "gly", "--file", path, "--reason", "核对")
    assert code == 0 and told["same"] == count == Result.objects.count()


def test_wrong_use_is_told(work, miaopu) -> None:
    for words in (("show", "--as", "gly", "--demand", "第一项"), ("list", "--as", "没有这人"),
                  ("vet", "--as", "gly", "--demand", "X1", "--outcome", "maybe"), ("submit", "--as", "qiye")):  # fmt: skip
        code, _, said = miaopu(*words)
        assert (code == 2 and "\u4e00" <= said[0] <= "\u9fff") or "--" in said, words
    assert miaopu("show", "--as", "gly", "--demand", "X99999")[0] == 3
