"""命令：与网页同一批动作；拒绝的说明缘由；台账导出再交回。"""

import json
import os
import signal
import threading
from argparse import Namespace
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from tests.jobs import slow  # noqa: F401  登记测试用的作业
from tests.nurture.conftest import admitted

from miaopu.access.act import Denied, Wrong
from miaopu.access.models import Account, Charge
from miaopu.access.queries import actor_of
from miaopu.cli.context import Context, Exit
from miaopu.cli.main import main, parser
from miaopu.cli.nurture import answer, serving
from miaopu.cli.nurture.followed import WORK
from miaopu.cli.nurture.followup import COMMANDS
from miaopu.cli.nurture.job import finished
from miaopu.jobs.actions import start
from miaopu.jobs.models import Job
from miaopu.nurture.followup import work
from miaopu.nurture.followup.models import Diagnosis, Paper, Point, Request, Visit
from miaopu.nurture.specialists.models import Event
from miaopu.selection.screening.models import Firm

pytestmark = pytest.mark.django_db
KNOWN = date(2026, 11, 20)


def run(words):
    given: Namespace = parser(words[0]).parse_args(words)
    return WORK[f"{words[0]}.{given.do}"](actor_of(Account.objects.get(login=given.login), "命令行"), given)


def test_every_choice_has_its_work():
    made = set()
    for one in COMMANDS:
        sub = parser(one.name)._subparsers._group_actions[0].choices[one.name]
        made |= {f"{one.name}.{each}" for each in next(x for x in sub._actions if x.dest == "do").choices}
    assert made == set(WORK)


def test_firms_of_one_name_are_told_apart_not_guessed(people, client_of):
    own, name = people.home.enterprise, people.home.name
    other = Firm.objects.exclude(enterprise=own).filter(district=people.home.district).first()
    Firm.objects.filter(pk=other.pk).update(name=name)
    told = f"叫“{name}”的企业有 2 家.*{own}"
    words = ["visits", "plan", "--as", "jingban", "--purpose", "看账", "--on", "2026-11-23", "--firm"]
    for line in (words, ["visits", "record", "--as", "jingban", "--purpose", "看", "--people", "王", "--firm"]):
        with pytest.raises(Wrong, match=told):
            run([*line, name])
    with pytest.raises(Wrong, match=told):
        serving._firms(people.bureau, "firm.view", Namespace(firm=[name]))
    for page in ("/followup/visits/new/", "/followup/visits/drop-in/"):
        shown = client_of("jingban").get(page, {"enterprise": name})
        assert shown.status_code == 409 and f"叫“{name}”的企业有 2 家" in shown.content.decode(), page
    assert not Visit.objects.exists()
    assert run([*words, own])[1][0]["enterprise"] == own


def test_what_is_done_for_one_firm_is_not_quietly_done_for_the_first(people, actor):
    other = Firm.objects.exclude(enterprise=people.home.enterprise).first().enterprise
    with pytest.raises(Wrong, match="一次只办一家，--firm 写了 2 家"):
        serving.WORK["events.benchmark"](people.bureau, Namespace(firm=[people.home.enterprise, other]))
    Charge.objects.get_or_create(
        account=Account.objects.get(login="zhuanjia"), enterprise=people.home.enterprise, defaults={"since": KNOWN}
    )
    given = Namespace(
        firm=[people.home.enterprise], issue=["LG-2026:没有|问题|建议|firm|2026-12-20"], on=KNOWN, way="site"
    )
    with pytest.raises(Wrong, match="“LG-2026:没有”不是这家还没有满足"):
        serving.WORK["diagnoses.hold"](actor("zhuanjia"), given)
    assert not Diagnosis.objects.exists()


def test_a_list_shown_in_part_says_how_much_is_left(people, monkeypatch):
    monkeypatch.setattr(answer, "SHOWN", 1)
    told = {"enterprise": people.home.enterprise, "name": people.home.name, "district": people.home.district}
    held = Diagnosis.objects.create(**told, standard="x", round="r", on=KNOWN, way="site", summary="x", expert="x")
    for at in range(3):
        Point.objects.create(diagnosis=held, place_order=at, words="x", advice="x", party="firm", due=KNOWN)
        Event.objects.create(title=f"第{at}场", kind="training", on=KNOWN, by="x")
    for name, what in (("diagnoses", "条"), ("events", "场")):
        lines, rows, _ = serving.WORK[f"{name}.list"](people.bureau, Namespace(county=""))
        assert len(rows) == 3 and lines[1:] == [f"另有 2 {what}没有列出；加 --json 给全部"], name


def test_a_request_from_the_command_line(people):
    own = people.home.enterprise
    told, data, bad = run(["requests", "raise", "--as", "zhuanyuan", "--firm", people.home.name, "--kind", "tax",
                           "--title", "加计扣除", "--words", "怎么归集"])  # fmt: skip
    number = str(data[0]["number"])
    assert not bad and data[0]["enterprise"] == own and "待转办" in told[0]
    with pytest.raises(Wrong, match="范围"):
        run(["requests", "route", "--as", "tashi", "--number", number, "--target", "tax", "--reason", "x"])
    run(["requests", "route", "--as", "xian", "--number", number, "--target", "tax", "--reason", "归税务"])
    run(["requests", "answer", "--as", "shuiwu", "--number", number, "--words", "按辅助账"])
    with pytest.raises(Denied):
        run(["requests", "rate", "--as", "zhuanyuan", "--number", number, "--score", "5"])
    run(["requests", "rate", "--as", "qiye", "--number", number, "--score", "5"])
    assert Request.objects.get().solved
    assert own not in [one["enterprise"] for one in run(["requests", "lacking", "--as", "zhuanyuan"])[1]]


def test_visits_plans_and_ledgers(people, tmp_path: Path):
    base = ["--as", "zhuanyuan", "--firm", people.home.enterprise]
    run(["visits", "record", *base, "--on", "2026-11-19", "--purpose", "看账", "--people", "王", "--finding", "没建账"])
    assert Visit.objects.get().on == date(2026, 11, 19)
    with pytest.raises(Wrong, match="至多"):
        run(["visits", "plan", *base, "--on", "2026-11-25", "--purpose", "又去"])
    words = ["visits", "postpone", "--as", "zhuanyuan", "--purpose", "又去", "--reason", "企业出差"]
    run(["visits", "plan", *base, "--on", "2026-12-02", "--purpose", "又去"])
    words += ["--number", str(Visit.objects.latest("pk").pk)]
    with pytest.raises(Wrong, match="至多"):
        run([*words, "--on", "2026-11-25"])
    run([*words, "--on", "2026-12-03"])
    assert not Visit.objects.latest("pk").over, "改期的理由不是破例的理由"
    run([*words, "--on", "2026-11-25", "--over", "安全隐患须当日核实"])
    moved = Visit.objects.latest("pk")
    assert (moved.on, moved.over_reason) == (date(2026, 11, 25), "安全隐患须当日核实")
    _, data, _ = run(["ledgers", "export", "--as", "gly", "--book", "visits", "--out", str(tmp_path)])
    back = ["ledgers", "import", "--as", "gly", "--book", "visits", "--file", data["file"], "--reason", "补记"]
    assert run(back)[1] | {"book": None} == {"rows": 2, "changes": 0, "complaints": 0, "missing": 0, "book": None}
    made = run(["plans", "make", *base, "--tier", "LG", "--reason", "入库培育"])[1][0]
    run(["plans", "agree", "--as", "qiye", "--number", str(made["number"]), "--reason", "同意"])
    run(["plans", "adopt", "--as", "xian", "--number", str(made["number"]), "--reason", "可行"])
    assert Paper.objects.get().state == "force"


def test_drafting_for_all_is_a_job_of_the_site(capsys):
    admitted(2)
    words = ["plans", "make", "--as", "jingban", "--reason", "年度起草", "--demo", "--json"]
    assert main(words) == 0
    told, job = json.loads(capsys.readouterr().out), Job.objects.get(kind="followup.drafts")
    assert told["made"] == Paper.objects.count() == 2 and told["page"].endswith("/followup/plans/")
    assert (job.state, job.by, job.done, job.total) == (
        "done",
        actor_of(Account.objects.get(login="jingban")).name,
        2,
        2,
    )
    assert main(words) == 3 and "没有要起草的企业" in capsys.readouterr().err


def test_a_fault_in_the_job_has_the_exit_code_of_a_fault(capsys, monkeypatch):
    """内容不对的是 3，程序出错的是 5；缘由不照抄给人，给作业编号。"""
    admitted(1)
    words = ["plans", "make", "--as", "jingban", "--reason", "年度起草", "--demo", "--json"]
    monkeypatch.setattr(work, "solved", lambda *_: {}["没有想到"])
    assert main(words) == Exit.BROKEN
    told = capsys.readouterr()
    assert "程序出错（KeyError）" in told.err and json.loads(told.out)["exit"] == Exit.BROKEN
    monkeypatch.setattr(work, "solved", refuse)
    assert main(words) == Exit.REFUSED and "没有适用的标准" in capsys.readouterr().err
    assert [one.fault for one in Job.objects.order_by("pk")] == [True, False]


def refuse(*_):
    raise Wrong("那天没有适用的标准")


def test_another_request_of_the_same_kind_does_not_silently_join(capsys, client_of):
    """同样的并到已有的一件上，说清；不同的不办，说清谁在做什么：页面与命令一样。"""
    admitted(1)
    client, form = client_of("jingban"), {"reason": "年度起草"}
    assert client.post("/followup/plans/draft/", form).status_code == 302
    job = Job.objects.get(kind="followup.drafts")
    again = client.post("/followup/plans/draft/", form, follow=True)
    assert again.redirect_chain[-1][0] == f"/jobs/{job.pk}/" and "没有另发一件" in again.content.decode()
    told = "起草一企一策 1 份”已由您在"
    other = client.post("/followup/plans/draft/", {"reason": "换个理由"})
    assert other.status_code == 400 and told in other.content.decode() and "换个理由" in other.content.decode()
    assert main(["plans", "make", "--as", "jingban", "--reason", "再换", "--demo"]) == Exit.REFUSED
    assert told in capsys.readouterr().err and Job.objects.filter(kind="followup.drafts").count() == 1
    assert main(["plans", "make", "--as", "jingban", "--reason", "年度起草", "--demo", "--json"]) == Exit.DONE
    assert "没有另发一件" in json.loads(capsys.readouterr().out)["joined"]


@pytest.mark.django_db(transaction=True)
def test_interrupting_the_command_cancels_the_job(whole_site, actor, tmp_path):
    params = {"steps": 500, "pause": 0.05, "file": str(tmp_path / "步")}
    with transaction.atomic():
        job = start(actor("gly"), "test.count", params)
    threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(Wrong, match="已取消"):
        finished(Context(Namespace(json=True)), actor("gly"), job)
    job.refresh_from_db()
    assert job.state == "cancelled" and 0 < job.done < 500
