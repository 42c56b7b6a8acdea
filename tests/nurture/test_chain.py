"""手册“从名单到台账，一条龙”的命令，照次序在小城上真跑：每家有专员、有批准的方案或最早年份，台账与材料出得来。"""

import re
import shlex
from pathlib import Path

import pytest
from tests.cli.conftest import speak

from miaopu.access.models import Account
from miaopu.nurture.followup.models import Paper, Stage
from miaopu.nurture.followup.plans.frozen import thaw
from miaopu.nurture.specialists.demo import demo_roster
from miaopu.nurture.specialists.models import Pairing
from miaopu.plan.result import Impossible
from miaopu.selection.library.models import Member

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parents[2] / "docs" / "officials" / "commands.md"
LOOP = re.compile(r"^for who in ([^;]*); do\n(.*?)^done\n", re.S | re.M)
EMPTY = ("没有等着办", "没有要办的")
"""小城里有的县区没有企业：那几条说没有要办的，退出码 3。"""


def lines() -> list[str]:
    """手册这一节的命令；循环逐个展开。"""
    text = PAGE.read_text(encoding="utf-8").partition("## 从名单到台账，一条龙")[2]
    text = re.search(r"```shell\n(.*?)```", text, re.S).group(1)
    text = LOOP.sub(lambda one: "".join(one[2].replace("$who", who) for who in one[1].split()), text)
    return [one for one in text.splitlines() if "serve" not in one]


def known() -> dict[str, str]:
    """占位的编号：一份做得到、有步骤的方案。"""
    stage = Stage.objects.filter(paper__possible=True, paper__state="force").order_by("pk").first()
    if stage is None:
        return {}
    return {"企业号": stage.paper.enterprise, "方案编号": str(stage.paper_id), "步骤编号": str(stage.pk)}


def told(words: list[str]) -> list[str]:
    """小城的“小巨人”名单只有 4 家：名额照 4 家立；别的照手册。"""
    return [*words, "--total", "4"] if words[:2] == ["library", "quota"] else words


def test_the_documented_chain_from_list_to_ledgers(tmp_path, settings, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings.FILES, settings.HOME = tmp_path / "files", tmp_path
    assert demo_roster() > 30 and Account.objects.filter(postings__role="county_lead").count() == 11
    Path("回执.pdf").write_bytes(b"%PDF-1.4\n")
    for line in lines():
        found = known()
        spoken = speak(*told([found.get(one, one) for one in shlex.split(line)[1:]]))
        assert spoken.code == 0 or any(one in spoken.err for one in EMPTY), f"{line}\n{spoken.out}{spoken.err}"
    print([(one.possible, one.earliest) for one in Paper.objects.all()])
    served()


def served():
    """每家在库的：恰一名专员，一份批准的方案；做不到的有条款，有最早年份的写着。"""
    inside = Member.objects.filter(tier="LG", state="cultivate")
    assert inside.count() == 4
    for one in inside:
        assert Pairing.objects.filter(enterprise=one.enterprise, until__isnull=True).count() == 1
        paper = Paper.objects.get(force_key=f"{one.enterprise}:LG")
        best = thaw(paper.frozen).best
        assert paper.possible or (isinstance(best, Impossible) and best.clashes and (paper.earliest or best.never))
