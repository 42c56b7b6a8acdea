"""专家诊断：只写派给他的企业，逐条问题转给要改的人，报整改要有佐证，销号才算完；企业与专员看得到，市局看谁没做过。"""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from tests.nurture.followup.pictures import photo

from miaopu.access.act import Denied, Wrong
from miaopu.access.models import Account, Charge
from miaopu.nurture.followup.actions import diagnoses as actions
from miaopu.nurture.followup.actions.diagnoses import Issue, Session, close, drop, hold, mend, send_back
from miaopu.nurture.followup.ledgers.listed import export_list
from miaopu.nurture.followup.ledgers.opinion import opinion, proved
from miaopu.nurture.followup.models import Diagnosis, Point
from miaopu.nurture.followup.policy.lights import of_point
from miaopu.nurture.followup.queries.clauses import asks
from miaopu.nurture.followup.queries.diagnoses import applicants, counts, diagnoses, points
from miaopu.nurture.followup.queries.todo import todo
from miaopu.nurture.followup.views import diagnoses as views
from miaopu.nurture.specialists.actions import roster, teams
from miaopu.papers.word.document import Writer
from miaopu.selection.library.models import Member
from miaopu.selection.screening.models import Firm
from miaopu.selection.screening.opening import open_firm

pytestmark = pytest.mark.django_db
DAY, DUE = date(2026, 11, 20), date(2026, 12, 20)


@pytest.fixture
def files(settings, tmp_path):
    settings.FILES = tmp_path / "files"


@pytest.fixture
def expert(actor, people):
    """派到企业账号那一家的专家。"""
    account = Account.objects.get(login="zhuanjia")
    Charge.objects.get_or_create(account=account, enterprise=people.home.enterprise, defaults={"since": DAY})
    return actor("zhuanjia")


def written(expert, people, **more):
    title, listed = asks(expert, people.home.enterprise)
    one = listed[0]
    issues = (
        Issue("没有归集", "建辅助账", "firm", DUE, one.about, one.column),
        Issue("章程没有附", "附章程", "specialist", DUE),
    )
    told = Session(DAY, "site", "总体可行", issues, title, **more)
    return hold(expert, people.home.enterprise, told)


def test_an_expert_writes_issues_by_clause_for_a_firm_sent_to_him(expert, people, actor):
    made = written(expert, people, key="k1")
    assert written(expert, people, key="k1") == made, "同一标记再交只成一次"
    first, second = made.points.all()
    assert first.clause and first.found and second.clause is None
    for who in (people.firm, people.specialist, people.county, people.bureau, people.leader):
        assert diagnoses(who).filter(pk=made.pk).exists(), who.login
    for who in (people.stranger, people.rival, people.idle):
        assert not diagnoses(who).exists() and not points(who).exists(), who.login
    with pytest.raises(Denied):
        written(people.specialist, people)
    other = Session(DAY, "site", "看看", (Issue("a", "b", "firm", DUE),), "x")
    unsent = Firm.objects.exclude(enterprise__in=expert.charges).first()
    with pytest.raises(Denied, match="没有这家企业"):
        hold(expert, unsent.enterprise, other)


def test_bad_input_is_told_and_nothing_is_kept(expert, people):
    good = Issue("问题", "建议", "firm", DUE)
    wrong = {
        "怎样做的": Session(DAY, "飞", "意见", (good,), "x"),
        "在今天之后": Session(DAY + timedelta(days=1), "site", "意见", (good,), "x"),
        "1 至": Session(DAY, "site", "意见", (), "x"),
        "谁来改": Session(DAY, "site", "意见", (Issue("问题", "建议", "谁", DUE),), "x"),
        "早于诊断日": Session(DAY, "site", "意见", (Issue("问题", "建议", "firm", DAY - timedelta(days=1)),), "x"),
        "材料建议": Session(DAY, "site", "意见", (Issue("问题", " ", "firm", DUE),), "x"),
        "总的意见": Session(DAY, "site", " ", (good,), "x"),
    }
    for words, told in wrong.items():
        with pytest.raises(Wrong, match=words):
            hold(expert, people.home.enterprise, told)
    assert not Diagnosis.objects.exists()


def test_an_issue_is_closed_only_with_evidence(expert, people, files, settings):
    made = written(expert, people)
    one = made.points.first()
    with pytest.raises(Wrong, match="要有佐证"):
        mend(people.firm, one.pk, one.version, "已建账")
    with pytest.raises(Wrong, match="现在不能销号"):
        close(expert, one.pk, one.version, "可以")
    with pytest.raises(Denied):
        mend(people.rival, one.pk, one.version, "已建账")
    one = mend(people.firm, one.pk, one.version, "已建账", [photo()])
    with pytest.raises(Wrong, match="刚刚办过"):
        send_back(expert, one.pk, 1, "看不清")
    one = send_back(expert, one.pk, one.version, "看不清")
    one = mend(people.specialist, one.pk, one.version, "重拍了", [photo()])
    one = close(people.county, one.pk, one.version, "看过账册")
    assert one.at.word == "已销号" and of_point(one, DAY).word == "绿"
    assert [step.act for step in one.steps.all()] == ["mend", "back", "mend", "close"]
    assert {item.title for item in todo(people.firm) if item.count} >= {"诊断的问题等着整改"}
    rest = made.points.last()
    settings.TODAY = DUE + timedelta(days=1)
    for item in todo(people.firm):
        if "诊断的问题" in item.title:
            listed = points(people.firm, dict([item.url.partition("?")[2].split("=")]))
            assert item.count == listed.count(), "几件就是点开的几件"
    settings.TODAY = DAY
    assert of_point(rest, DUE + timedelta(days=1)).word == "红"
    assert drop(expert, rest.pk, rest.version, "不要了").at.ended


def test_what_the_ledger_already_holds_needs_no_file(expert, people):
    made = written(expert, people)
    figures = open_firm(expert, people.home.enterprise).figures
    met = next(name for name, (_, reason) in figures._clauses.items() if reason.state.met)
    Point.objects.filter(pk=made.points.first().pk).update(clause=met, about=met)
    one = mend(people.firm, made.points.first().pk, 1, "账已入")
    assert met in one.steps.get().proof


def test_the_city_sees_who_has_had_none(expert, people, tmp_path):
    told = {"tier": "LG", "tier_title": "“小巨人”", "round": "r", "rank": 1, "verdict": 1, "band": "待核"}
    told |= {"situation": "测试", "by": "测试", "year": 2026, "district": people.home.district}
    other = people.rival.held[0].enterprise
    for enterprise, state in ((people.home.enterprise, "recommend"), (other, "lift")):
        Member.objects.create(enterprise=enterprise, name=enterprise, state=state, **told)
    assert counts(people.bureau) == (2, 2)
    written(expert, people)
    Member.objects.create(enterprise=other, name=other, state="lift", **{**told, "tier": "SRDI"})
    assert counts(people.bureau) == (2, 1), "在两个层级的是一家"
    Member.objects.filter(tier="SRDI", enterprise=other).delete()
    assert [one.member.enterprise for one in applicants(people.bureau, {"lack": "yes"})] == [other]
    assert {item.title: item.count for item in todo(people.bureau)}["申报企业还没有做过专家诊断"] == 1
    assert "申报企业还没有做过专家诊断" not in {item.title for item in todo(people.leader)}, "领导不安排专家"
    for code, count in (("diagnoses", 2), ("points", 2)):
        sheet = load_workbook(export_list(people.bureau, code, {}, tmp_path)).worksheets[0]
        names = [row[1].value for row in sheet.iter_rows(min_row=4) if isinstance(row[0].value, int)]
        assert len(names) == count, code
        with pytest.raises(Denied):
            export_list(people.firm, code, {}, tmp_path)


def test_the_pages_carry_it_from_form_to_paper(expert, people, client_of, files, tmp_path):
    client = client_of("zhuanjia")
    page = client.get(reverse("followup:diagnosis-new"), {"enterprise": people.home.enterprise}).content.decode()
    first = asks(expert, people.home.enterprise)[1][0].column
    assert "对照" in page and f'name="on:{first}"' in page
    given = {"enterprise": people.home.enterprise, "on": "2026-11-20", "way": "site", "summary": "总体可行", "key": "k"}
    given |= {f"on:{first}": "没有归集", f"advice:{first}": "建辅助账", f"party:{first}": "firm"}
    given[f"due:{first}"] = "2026-12-20"
    bad = client.post(reverse("followup:diagnosis-new"), {**given, f"advice:{first}": ""})
    assert bad.status_code == 409 and "没有归集" in bad.content.decode()
    assert client.post(reverse("followup:diagnosis-new"), given).status_code == 302
    made = Diagnosis.objects.get()
    assert made.points.get().clause == first
    shown = client_of("qiye").get(reverse("followup:diagnosis", args=[made.pk])).content.decode()
    assert "没有归集" in shown and "报整改" in shown and "销号的意见" not in shown
    paper = client.post(reverse("followup:diagnosis-paper", args=[made.pk]))
    content = b"".join(paper.streaming_content)
    path = tmp_path / "意见书.docx"
    path.write_bytes(content)
    assert proved(path, made.pk) == []
    made.points.update(advice="换一条建议")
    assert proved(path, made.pk), "库里改了，意见书就对不上"
    pen = Writer()
    opinion(made, pen)
    pen.save(path)
    assert proved(path, made.pk) == []


def test_a_mission_opens_the_firm_to_the_expert_and_its_end_shuts_it(people, actor):
    account = Account.objects.get(login="zhuanjia")
    account.charges.all().delete()
    boss = actor("gly")
    made = roster.apply(boss, {"kind": "expert", "name": "测试专家", "capacity": "3"})
    made = roster.turn(boss, made.pk, made.version, "appointed", "测试聘任")
    roster.link(boss, made.pk, made.version, "zhuanjia")
    plain = Session(DAY, "site", "看看", (Issue("a", "b", "firm", DUE),), "x")
    with pytest.raises(Denied):
        hold(actor("zhuanjia"), people.home.enterprise, plain)
    sent = teams.dispatch(boss, made.pk, {"on": "2026-11-20", "title": "诊断", "enterprise": people.home.enterprise})
    assert written(actor("zhuanjia"), people)
    with pytest.raises(Wrong, match="要写明理由"):
        teams.recall(boss, sent.pk, " ")
    teams.recall(boss, sent.pk, "诊断做完了")
    with pytest.raises(Denied):
        hold(actor("zhuanjia"), people.home.enterprise, plain)


def test_what_was_written_stays_with_its_clause_when_the_list_has_moved_on(expert, people, client_of, monkeypatch):
    """表单打开着（草稿在手机上）的时候有了新的一轮：头一条不在清单上了，写的仍是它，不记到别条上。"""
    title, listed = asks(expert, people.home.enterprise)
    first, second = listed[0].column, listed[1].column
    monkeypatch.setattr(views, "asks", lambda *_: (title, listed[1:]))
    client = client_of("zhuanjia")
    given = {"enterprise": people.home.enterprise, "on": "2026-11-20", "way": "site", "summary": "可行", "key": "k"}
    for code in (first, second):
        given |= {f"on:{code}": f"问题{code}", f"advice:{code}": "建辅助账", f"party:{code}": "firm"}
        given[f"due:{code}"] = "2026-12-20"
    kept = client.post(reverse("followup:diagnosis-new"), {**given, "summary": ""}).content.decode()
    assert f"{first}（打开表单以后已不在清单上" in kept and f"问题{first}" in kept
    assert client.post(reverse("followup:diagnosis-new"), given).status_code == 302
    assert dict(Point.objects.values_list("clause", "words")) == {code: f"问题{code}" for code in (first, second)}


def test_a_refused_step_keeps_its_words_in_its_own_form_only(expert, people, client_of, files):
    made = written(expert, people)
    one = made.points.first()
    page = client_of("qiye").post(
        reverse("followup:point-step", args=[one.pk, "mend"]), {"version": 1, "words": "建了"}
    )
    shown = page.content.decode()
    assert page.status_code == 409 and shown.count(">建了</textarea>") == 1


def test_a_firm_no_round_has_seen_is_kept_without_a_round(expert, people, monkeypatch):
    monkeypatch.setattr(actions, "open_firm", lambda *_: None)
    issue = Issue("章程没有附", "附章程", "firm", DUE, "随便", "LG-2026:B2b")
    made = hold(expert, people.home.enterprise, Session(DAY, "site", "可行", (issue,), "没有要走的下一级"))
    assert made.round is None and made.points.get().clause is None and made.points.get().found is None
