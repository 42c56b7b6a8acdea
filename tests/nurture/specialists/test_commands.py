"""名册与分工的命令：与网页同一批动作；排不开退出码 1 并说出那句话，没有权限、没有理由退出码 3，什么也不改。"""

import openpyxl
import pytest
from tests.cli.conftest import speak

from miaopu.cli.nurture import answer, job
from miaopu.jobs.models import Job
from miaopu.nurture.specialists.models import Draft, Pairing, Person
from miaopu.selection.library.models import Member

pytestmark = pytest.mark.django_db


def run(*words):
    return speak(*words, "--demo", "--json")


def test_the_register_goes_out_changed_and_back(team, tmp_path):
    assert [row[1] for row in run("roster", "list", "--as", "jingban").data] == ["专员0", "专员1", "专员2"]
    assert [row[1] for row in run("roster", "list", "--as", "chiping").data] == ["专员1"], "县区只看本县区的"
    path = run("roster", "export", "--as", "jingban", "--out", tmp_path).data["file"]
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert "聊城市工业和信息化局" in str(sheet["A2"].value)
    heads = {cell.value: cell.column for cell in sheet[3]}
    sheet.cell(4, heads["最多服务几家"]).value = "7"
    sheet.cell(5, heads["县区"]).value = "火星区"
    book.save(path)
    back = ("roster", "import", "--as", "jingban", "--file", path)
    assert run(*back).code == 3, "没有理由"
    told = run(*back, "--reason", "年度更新")
    assert told.code == 1 and "火星区" in told.data["complaints"][0] and Person.objects.get(name="专员0").capacity == 5
    sheet.cell(5, heads["县区"]).value = "茌平区"
    book.save(path)
    assert run(*back, "--reason", "年度更新").data | {"complaints": []} == {
        "fresh": 0, "changed": 1, "same": 2, "complaints": []
    }  # fmt: skip
    assert Person.objects.get(name="专员0").capacity == 7
    assert run("roster", "import", "--as", "chiping", "--file", path, "--reason", "x").code == 3
    assert run("roster", "import", "--as", "jingban", "--reason", "x").code == 2


def test_pairs_from_draft_to_override_and_back(team, library, tmp_path):
    made = run("pairs", "draft", "--as", "gly", "--fresh")
    assert made.code == 0 and made.data["state"] == "ready" and made.data["cost"] == made.data["bound"]
    number = str(made.data["draft"])
    assert run("pairs", "adopt", "--as", "gly", "--draft", number).code == 3, "没有理由"
    assert run("pairs", "adopt", "--as", "chiping", "--draft", number, "--reason", "x").code == 3
    assert not Pairing.objects.exists()
    assert run("pairs", "adopt", "--as", "gly", "--draft", number, "--reason", "会议定").code == 0
    assert Pairing.objects.filter(until=None).count() == 12
    assert run("pairs", "adopt", "--as", "gly", "--draft", number, "--reason", "再来").code == 3
    firm = Pairing.objects.filter(until=None, person=team[0]).first().enterprise
    change = ("--firm", firm, "--person", team[1].code)
    assert run("pairs", "override", "--as", "gly", *change, "--reason", "企业要求").code == 0
    assert Pairing.objects.get(enterprise=firm, until=None).pinned
    assert firm not in run("pairs", "list", "--as", "zhuanyuan").out, "换走的看不到了"
    assert run("pairs", "release", "--as", "gly", "--firm", firm, "--reason", "企业同意").code == 0
    assert run("pairs", "release", "--as", "gly", "--firm", firm, "--reason", "再解").code == 3
    assert run("pairs", "override", "--as", "gly", "--firm", firm, "--person", "张三", "--reason", "x").code == 2
    book = openpyxl.load_workbook(run("pairs", "export", "--as", "gly", "--out", tmp_path).data["told"].split("：")[1])
    assert book.sheetnames[:3] == ["专员分工", "理由", "负荷"] and book.worksheets[0].page_setup.fitToWidth in (None, 1)
    assert any("单位负责人（签字）" in str(row[0].value) for row in book.worksheets[0].iter_rows())


def test_what_cannot_be_arranged_is_said_and_kept(team, library):
    Person.objects.update(capacity=1)
    told = run("pairs", "draft", "--as", "gly", "--fresh")
    assert told.code == 1 and "排不开：企业 12 家" in told.data["clash"]
    assert Draft.objects.get().state == "failed" and not Pairing.objects.exists()


def test_a_draft_the_open_site_took_first_is_waited_for(team, library, monkeypatch):
    """网站开着，后台先取走了：命令看着它做完，不当作没有做。"""
    real, seen = job.perform, []

    class Taken:
        @staticmethod
        def call(number):
            seen.append(Job.objects.get(pk=number).state)
            real.call(number)
            real.call(number)  # 再来认领的什么也不做

    monkeypatch.setattr(job, "perform", Taken)
    assert run("pairs", "draft", "--as", "gly").data["state"] == "ready" and seen == ["waiting"]


def test_a_firm_that_left_the_library_since_gets_no_specialist(team, library):
    number = str(run("pairs", "draft", "--as", "gly", "--fresh").data["draft"])
    Member.objects.filter(enterprise=library[0].enterprise).update(state="out", open_key=None)
    told = run("pairs", "adopt", "--as", "gly", "--draft", number, "--reason", "会议定")
    assert told.code == 3 and f"1 家出了培育库：{library[0].name}" in told.err and not Pairing.objects.exists()


def test_a_long_list_says_how_many_it_leaves_out(boss, library, monkeypatch):
    """给人看的只列前几行，写明还有多少、全部在哪里；给程序的是全部。"""
    monkeypatch.setattr(answer, "SHOWN", 5)
    told = speak("contacts", "list", "--as", "gly", "--demo")
    assert f"另有 {2 * len(library) - 5} 格没有列出；加 --json 给全部" in told.out
    rows = run("contacts", "list", "--as", "gly").data
    assert len(rows) == 2 * len(library) and "phone" not in rows[0], "手机号页面上遮着，清单里不给"
    assert answer.shortened(["甲"] * 5, "没有") == ["甲"] * 5 and answer.shortened([], "没有") == ["没有"]
