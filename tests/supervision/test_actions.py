"""任务台账的动作：填报、撤回、调整、启用；改了什么有日志，别的县区办不了，后来的人知道前面有人改过。"""

import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from miaopu.access.act import Denied, Wrong
from miaopu.access.actor import system
from miaopu.access.models import LogEntry
from miaopu.site.progress import demo_progress
from miaopu.supervision.tasks import actions, queries
from miaopu.supervision.tasks.actions import Report
from miaopu.supervision.tasks.models import Board, Duty, Entry, Evidence, Task

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 18)


def duty(code="L25-04", district=None):
    return Duty.objects.get(task__code=code, district=district)


def report(who, one, **changes):
    given = {"on": DAY, "text": "摸排了一批企业", "state": "doing", "goal": 0, "count": 12} | changes
    return actions.report(who, one.pk, one.version, Report(**given))


def test_installing_twice_changes_nothing():
    before = Task.objects.count(), Duty.objects.count()
    actions.install(system("测试"))
    assert before == (Task.objects.count(), Duty.objects.count()) == (58, 11 + 5 * 11)
    assert list(Board.objects.filter(running=True).values_list("code", flat=True)) == ["L25"]


def test_a_report_moves_the_light_and_leaves_one_line(actor):
    officer, one = actor("jingban"), duty()
    before = queries.line(officer, one.pk)
    assert (before.light.code, before.standing) == ("yellow", "临期"), "十天后到期，还没有办"
    saved = report(officer, one, count=140)
    line = queries.line(officer, one.pk)
    assert (saved.state, saved.version, line.goals[0].done) == ("doing", 2, 140)
    assert line.light.code == "yellow" and line.goals[0].line == 151
    entry = LogEntry.objects.latest("seq")
    assert entry.operation == "task.update" and "L25-04" in entry.target
    assert queries.history(saved)[0].seq == entry.seq


def test_counts_of_counties_add_up_to_the_citys(actor):
    report(actor("jingban"), duty(), count=100)
    report(actor("dongchangfu"), duty(district="371502"), count=60)
    assert queries.line(actor("gly"), duty().pk).goals[0].done == 160


def test_a_countys_own_target_lights_its_own_line(actor, client_of):
    """分到县区的目标：县区自己报的数照它算灯，另一个县区没有分的照旧；市级的目标不在这里改。"""
    chief, county, one = actor("gly"), actor("dongchangfu"), duty(district="371502")
    given = {"person": "虚股长", "due": one.due, "reason": "分解任务"}
    with pytest.raises(Denied):
        actions.assign(county, one.pk, one.version, aims={0: 20}, **given)
    with pytest.raises(Wrong, match="分给县区"):
        actions.assign(chief, duty().pk, duty().version, aims={0: 20}, **given)
    for aims, told in (({0: 0}, "大于 0"), ({7: 5}, "没有第 7 个目标")):
        with pytest.raises(Wrong, match=told):
            actions.assign(chief, one.pk, one.version, aims=aims, **given)
    form = {"version": one.version, "person": "虚股长", "due": one.due.isoformat(), "why": "分解任务", "aim-0": "20"}
    assert client_of("gly").post(reverse("tasks:assign", args=[one.pk]), form).status_code == 302
    report(county, duty(district="371502"), count=12)
    line = queries.line(county, one.pk)
    assert (line.goals[0].value, line.goals[0].done, line.goals[0].word) == (20, 12, "20家")
    assert line.light.code == "red" and line.standing == "临期", "进度线 17，落后三成"
    report(county, duty(district="371502"), count=8)
    assert queries.line(county, one.pk).light.code == "green", "达到目标就不算临期"
    assert queries.line(actor("gly"), duty(district="371503").pk).goals == []
    assert "20家" in client_of("gly").get(reverse("tasks:duty", args=[one.pk])).content.decode()


def test_the_demonstration_board_shows_all_lights(actor, settings):
    """演示城市的进展走真的动作：红黄绿灰都有，正常、临期、逾期都有；再开站不再建。"""
    settings.DEMO, settings.PRODUCTION = True, False
    assert demo_progress() == 10 and demo_progress() == 0
    rows = queries.overview(actor("gly"), "L25").rows
    assert {row.light.code for row in rows} == {"red", "yellow", "green", "grey"}
    assert {row.line.standing for row in rows if row.line} >= {"正常", "临期", "逾期"}
    assert {line.light.code for row in rows for line in row.counties} >= {"red", "yellow", "green"}
    assert LogEntry.objects.filter(operation="task.update", name="系统·演示").count() == 10


def test_a_county_updates_its_own_line_only(actor):
    county = actor("dongchangfu")
    report(county, duty(district="371502"))
    for other in (duty(district="371503"), duty()):
        with pytest.raises(Denied, match="不在您的范围里"):
            report(county, other)
    assert LogEntry.objects.latest("seq").outcome == "拒绝"
    assert Entry.objects.count() == 1
    seen = {one.district for one in queries.duties(county)}
    assert seen == {None, "371502"}


def test_those_without_the_right_cannot_report_or_assign(actor):
    for login in ("lingdao", "shuiwu", "xitong"):
        with pytest.raises(Denied):
            report(actor(login), duty())
    with pytest.raises(Denied, match="调整任务责任"):
        actions.assign(actor("jingban"), duty().pk, 1, person="张某", due=DAY, reason="试")
    with pytest.raises(Denied):
        queries.due(actor("qiye"))


def test_the_second_of_two_writers_is_told_and_changes_nothing(actor):
    one = duty()
    report(actor("jingban"), one, count=5)
    with pytest.raises(Wrong, match=r"演示·市局经办在 .* 改过这一项；您填的内容还在"):
        report(actor("gly"), one, count=7)
    assert [entry.count for entry in Entry.objects.all()] == [5]


def test_a_withdrawn_entry_stays_but_no_longer_counts(actor):
    officer, one = actor("jingban"), duty()
    report(officer, one, count=140)
    entry = Entry.objects.get()
    with pytest.raises(Wrong, match="请写理由"):
        actions.withdraw(officer, entry.pk, " ")
    with pytest.raises(Denied):
        actions.withdraw(actor("dongchangfu"), entry.pk, "别人的")
    actions.withdraw(officer, entry.pk, "重复填报")
    entry.refresh_from_db()
    assert (entry.withdrawn_why, entry.text) == ("重复填报", "摸排了一批企业")
    assert queries.line(officer, one.pk).goals[0].done is None
    with pytest.raises(Wrong, match="已由演示·市局经办撤回"):
        actions.withdraw(officer, entry.pk, "再撤")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"text": "  "}, "没有写内容"),
        ({"on": date(2026, 11, 21)}, "在今天之后"),
        ({"count": -1}, "不小于 0"),
        ({"goal": 9}, "没有这个计数目标"),
        ({"state": "paused"}, "要写理由"),
        ({"state": "nonsense"}, "不能从“未开始”改成"),
        ({"text": "控制\x00字符"}, "控制字符"),
    ],
)
def test_a_wrong_report_is_refused_with_a_sentence(actor, changes, told):
    with pytest.raises(Wrong, match=told):
        report(actor("jingban"), duty(), **changes)
    assert not Entry.objects.exists() and duty().version == 1


def test_assigning_changes_person_and_due_date_with_a_reason(actor):
    one = duty()
    saved = actions.assign(actor("gly"), one.pk, 1, person="李某某", due=date(2026, 12, 10), reason="名单要再核")
    assert (saved.person, saved.due, saved.version) == ("李某某", date(2026, 12, 10), 2)
    with pytest.raises(Wrong, match="早于起始日"):
        actions.assign(actor("gly"), one.pk, 2, person="", due=date(2026, 1, 1), reason="试")


def test_starting_a_plan_makes_periods_by_cadence_and_a_foreign_plan_cannot_start(actor):
    actions.start(actor("gly"), "SD22", "对照省里的任务")
    labels = list(Duty.objects.filter(task__code="SD22-13").values_list("label", flat=True))
    assert labels[:2] == ["2022年一季度", "2022年二季度"] and len(labels) == 16
    with pytest.raises(Wrong, match="外市的方案"):
        actions.start(actor("gly"), "Z22", "试")
    with pytest.raises(Wrong, match="已经启用"):
        actions.start(actor("gly"), "SD22", "再来")


def package(*names):
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return book.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.exe", b"MZ", "类型不收"),
        ("a.html", b"<script>", "类型不收"),
        ("a.pdf", b"<html>", "内容不是.pdf"),
        ("a.docx", package("xl/workbook.xml"), "里面不是.docx"),
        ("a.xlsx", package("xl/workbook.xml", "xl/vbaProject.bin"), "里有宏"),
        ("a.xlsx", b"PK\x03\x04broken", "打不开"),
    ],
)
def test_bad_evidence_is_refused_and_nothing_is_kept(actor, name, content, told):
    one = duty()
    with pytest.raises(Wrong, match=told):
        actions.report(
            actor("jingban"), one.pk, 1, Report(DAY, "附件不对", "doing"), [SimpleUploadedFile(name, content)]
        )
    assert not Entry.objects.exists() and not Evidence.objects.exists()


def test_evidence_comes_back_as_an_attachment_to_those_in_scope(actor, client_of):
    one = duty(district="371502")
    file = SimpleUploadedFile("../../启动会 纪要.pdf", b"%PDF-1.7 x")
    actions.report(actor("dongchangfu"), one.pk, 1, Report(DAY, "开了会", "doing"), [file])
    kept = Evidence.objects.get()
    assert kept.name == "启动会 纪要.pdf" and ".." not in kept.path
    response = client_of("dongchangfu").get(f"/tasks/evidence/{kept.pk}/")
    assert b"".join(response.streaming_content) == b"%PDF-1.7 x"
    assert response["Content-Disposition"].startswith("attachment")
    assert client_of("chiping").get(f"/tasks/evidence/{kept.pk}/").status_code == 403


def test_withdrawing_what_ended_a_duty_opens_it_again(actor, settings, tmp_path):
    settings.FILES = tmp_path
    officer, one = actor("jingban"), duty()
    report(officer, one, count=None)
    file = SimpleUploadedFile("总结.pdf", b"%PDF-1.4 x")
    one = duty()
    given = Report(DAY, "办完了", "done", 0, None)
    assert actions.report(officer, one.pk, one.version, given, [file]).state == "done"
    last, first = Entry.objects.filter(duty=one).order_by("-pk")[:2]
    kept = Evidence.objects.get(entry=last)
    assert queries.evidence(officer, kept.pk) == kept
    assert actions.withdraw(officer, last.pk, "还没有办完").state == "doing"
    assert duty().ended is None
    with pytest.raises(Denied, match="已撤回"):
        queries.evidence(officer, kept.pk)
    assert actions.withdraw(officer, first.pk, "填错了").state == "todo"


def test_withdrawing_an_earlier_report_leaves_the_state(actor):
    officer, one = actor("jingban"), duty()
    report(officer, one, count=None)
    report(officer, duty(), count=None, state="done")
    first = Entry.objects.filter(duty=one).order_by("pk")[0]
    assert actions.withdraw(officer, first.pk, "填错了").state == "done"


def test_two_sending_the_same_file_each_write_their_own(actor, settings, tmp_path, monkeypatch):
    from miaopu.selection import files
    from miaopu.supervision.tasks import evidence

    settings.FILES = tmp_path
    entry = Entry.objects.create(duty=duty(), on=DAY, text="甲", by="甲")
    same, seen, real = files.Given("一.pdf", ".pdf", b"%PDF-1"), [], files.os.replace

    def other_first(source, target):
        seen.append(source)
        if len(seen) == 1:
            evidence.keep(entry, [same])  # 另一人恰在这时也存同一份
        real(source, target)

    monkeypatch.setattr(files.os, "replace", other_first)
    evidence.keep(entry, [same])
    assert len(set(seen)) == 2 and [one.read_bytes() for one in tmp_path.rglob("*.pdf")] == [b"%PDF-1"]


def test_a_yearly_goal_of_a_quarterly_task_counts_its_own_year(actor):
    from miaopu.supervision.tasks.lines import _goal_line, _Sums

    task = Task.objects.get(code="SD22-16")
    goal = task.goals.get(per="yearly")
    year = task.since.year + 1
    quarters = [f"{year}年{one}季度" for one in "一二三四"]
    done = {(goal.pk, label): 100 for label in quarters} | {(goal.pk, f"{year + 1}年一季度"): 7}
    one = Duty(task=task, label=quarters[1], since=date(year, 4, 1), due=date(year, 6, 30))
    line = _goal_line(goal, one, _Sums(done, {}), date(year, 7, 1))
    assert (line.done, line.since, line.due) == (400, date(year, 1, 1), date(year, 12, 31))
