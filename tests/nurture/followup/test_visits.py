"""走访：非请勿扰的名额、加入、记录与更正、签认；谁能办、谁看得到；同时登记只有一个名额。"""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from tests.nurture.followup.pictures import photo

from miaopu.access.act import Denied, Wrong
from miaopu.nurture.followup.actions import records, visits
from miaopu.nurture.followup.actions import requests as asking
from miaopu.nurture.followup.actions.records import Found, Told
from miaopu.nurture.followup.actions.requests import Want
from miaopu.nurture.followup.actions.visits import Intent
from miaopu.nurture.followup.models import Record, Visit
from miaopu.nurture.followup.queries import visits as ask

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 25)
TOLD = Told(
    date(2026, 11, 20), "看研发账", "王专员", "财务部", (Found("辅助账没有建", "B2b"),), "下月复查", date(2026, 12, 20)
)


def planned(who, people, on=DAY, **more):
    return visits.plan(who, people.home.enterprise, Intent(on, "看研发账", **more))


def test_one_uninvited_visit_a_month_over_all_departments(people):
    first = planned(people.specialist, people)
    assert first.month_slot.endswith(":2026-11:1") and not first.over
    with pytest.raises(Wrong, match=r"至多 1 次.*2026-11-25 服务专员"):
        planned(people.tax, people)
    asked = planned(people.tax, people, invitation="企业李总11月20日来电请税务上门")
    assert asked.asked and asked.month_slot is None
    with pytest.raises(Wrong, match="理由"):
        planned(people.county, people, over="　")
    over = planned(people.county, people, over="安全隐患须当日核实")
    assert over.over and over.month_slot is None
    december = planned(people.science, people, date(2026, 12, 10))
    assert december.quarter_slot.endswith(":2026Q4:2")
    with pytest.raises(Wrong, match="每季度"):
        planned(people.tax, people, date(2026, 12, 11))
    assert planned(people.tax, people, date(2027, 1, 5)).quarter_slot.endswith(":2027Q1:1")


def test_a_visit_for_a_request_does_not_count(people):
    one = asking.raise_request(people.firm, people.home.enterprise, Want("tax", "加计扣除", "怎么算"))
    planned(people.county, people)
    with pytest.raises(Wrong, match="没有这件诉求，或不在您的范围里"):
        planned(people.tax, people, request=one.pk)
    one = asking.route(people.county, one.pk, one.version, "tax", "归税务")
    with pytest.raises(Wrong, match="没有这件诉求，或不在您的范围里"):
        planned(people.science, people, request=one.pk)
    assert planned(people.tax, people, request=one.pk).asked
    with pytest.raises(Wrong, match="没有这件诉求"):
        planned(people.tax, people, request=999_999)


def test_the_database_holds_the_limit_too(people):
    one = planned(people.specialist, people)
    for changes in ({"month_slot": None}, {"asked": True}, {"month_slot": None, "over_reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Visit.objects.filter(pk=one.pk).update(**changes)
    copy = Visit.objects.get(pk=one.pk)
    copy.pk, copy.key = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()


def test_who_may_plan_and_when(people):
    for who in (people.stranger, people.idle, people.firm, people.leader):
        with pytest.raises(Denied):
            planned(who, people)
    for on in (date(2026, 10, 1), date(2027, 12, 1)):
        with pytest.raises(Wrong, match="日期应在"):
            planned(people.specialist, people, on)
    with pytest.raises(Wrong, match="目的"):
        visits.plan(people.specialist, people.home.enterprise, Intent(DAY, " "))
    assert not Visit.objects.exists()


def test_departments_join_and_see_only_what_they_need(people, client_of):
    one = planned(people.specialist, people)
    assert one not in ask.visits(people.tax) and one in ask.agenda(people.tax)
    assert one not in ask.agenda(people.stranger) and one in ask.agenda(people.county)
    told = client_of("shuiwu").get("/followup/visits/agenda/").content.decode()
    assert people.home.name in told and people.home.enterprise not in told
    visits.join(people.tax, one.pk, "问加计扣除")
    assert one in ask.visits(people.tax) and one not in ask.visits(people.science)
    with pytest.raises(Wrong, match="已经在"):
        visits.join(people.tax, one.pk, "再问")
    with pytest.raises(Wrong, match="已经在"):
        visits.join(people.specialist, one.pk, "自己")
    for who in (people.stranger, people.firm):
        with pytest.raises(Denied):
            visits.join(who, one.pk, "问")


def test_a_joined_department_may_only_leave(people, client_of):
    """加入的部门改不了期、取消不了，只能写明理由退出；退出的留着，可以再加入；登记的部门与市局能取消。"""
    one = planned(people.specialist, people)
    for who in (people.tax, people.county):
        one = visits.join(who, one.pk, "一起问")
        for step in (visits.cancel, lambda *told: visits.postpone(*told[:3], Intent(DAY, "改"), "改期")):
            with pytest.raises(Denied, match="服务专员登记的"):
                step(who, one.pk, one.version, "不去了")
    page = client_of("shuiwu").get(f"/followup/visits/{one.pk}/").content.decode()
    assert "我们不去了，退出" in page and "取消走访" not in page
    with pytest.raises(Wrong, match="退出的理由"):
        visits.leave(people.tax, one.pk, one.version, "\u200b　")
    client_of("shuiwu").post(f"/followup/visits/{one.pk}/leave/", {"version": one.version, "reason": "人手不够"})
    one.refresh_from_db()
    assert one.state == "planned" and [each.body for each in one.going] == ["county"]
    assert one.joined.get(body="tax").left_why == "人手不够" and one not in ask.visits(people.tax)
    with pytest.raises(Wrong, match="不用退出"):
        visits.leave(people.specialist, one.pk, one.version, "自己")
    one = visits.join(people.tax, one.pk, "又能去了")
    assert visits.cancel(people.bureau, one.pk, one.version, "企业停产").state == "cancelled"
    asked = planned(people.tax, people, invitation="来电")
    with pytest.raises(Wrong, match="日期应在"):
        visits.postpone(people.tax, asked.pk, asked.version, Intent(date(2026, 1, 5), "查"), "改")


def test_postponing_and_cancelling_free_the_room(people):
    one = planned(people.specialist, people)
    with pytest.raises(Wrong, match="理由"):
        visits.cancel(people.specialist, one.pk, one.version, "")
    one = visits.postpone(people.specialist, one.pk, one.version, Intent(date(2026, 12, 2), "看研发账"), "企业出差")
    assert one.month_slot.endswith("2026-12:1")
    again = planned(people.tax, people)
    with pytest.raises(Wrong, match="至多"):
        visits.postpone(people.tax, again.pk, again.version, Intent(date(2026, 12, 3), "查"), "改期")
    with pytest.raises(Denied):
        visits.cancel(people.science, one.pk, one.version, "理由")
    with pytest.raises(Wrong, match="改过"):
        visits.cancel(people.specialist, one.pk, 1, "理由")
    one = visits.cancel(people.specialist, one.pk, one.version, "企业谢绝")
    assert one.state == "cancelled" and one.month_slot is None
    assert planned(people.county, people, date(2026, 12, 3)).month_slot
    with pytest.raises(Wrong, match="已取消"):
        records.record(people.specialist, one.pk, one.version, TOLD)


def test_record_correct_and_sign(people):
    one = planned(people.specialist, people, date(2026, 11, 19))
    one = records.record(people.specialist, one.pk, one.version, TOLD)
    assert (one.state, one.on) == ("recorded", TOLD.on)
    with pytest.raises(Wrong, match="更正要写理由"):
        records.record(people.specialist, one.pk, one.version, TOLD)
    for who in (people.rival, people.specialist, people.county):
        with pytest.raises(Denied):
            records.sign(who, one.pk, one.version)
    one = records.sign(people.firm, one.pk, one.version, "属实")
    assert one.state == "signed"
    with pytest.raises(Wrong, match="不能签认"):
        records.sign(people.firm, one.pk, one.version)
    fixed = Told(**{**vars(TOLD), "people": "王专员、张股长", "why": "漏写了人"})
    one = records.record(people.specialist, one.pk, one.version, fixed)
    assert one.state == "recorded", "更正以后要重新签认"
    last, before = one.records.all()
    assert (last.number, last.why, before.people) == (2, "漏写了人", "王专员")
    assert before.signing.words == "属实" and not hasattr(last, "signing")
    assert last.findings.get().about == "B2b"


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"on": date(2026, 11, 21)}, "今天之后"), ({"people": ""}, "参加人员"), ({"purpose": " "}, "目的"),
     ({"next_on": date(2026, 11, 1)}, "早于走访日"), ({"findings": (Found(" "),)}, "发现"),
     ({"findings": (Found("一"),) * 31}, "最多 30")],
)  # fmt: skip
def test_a_bad_record_is_refused_whole(people, changes, told):
    one = planned(people.specialist, people, date(2026, 11, 19))
    with pytest.raises(Wrong, match=told):
        records.record(people.specialist, one.pk, one.version, Told(**{**vars(TOLD), **changes}))
    assert not Record.objects.exists() and Visit.objects.get().state == "planned"


def test_the_same_mark_makes_one_record_and_one_visit(people):
    told = Told(**{**vars(TOLD), "key": "abc"})
    intent = Intent(TOLD.on, TOLD.purpose, key="abc")
    first = records.drop_in(people.specialist, people.home.enterprise, intent, told)
    second = records.drop_in(people.specialist, people.home.enterprise, intent, told)
    assert first.pk == second.pk and Visit.objects.count() == Record.objects.count() == 1
    with pytest.raises(Wrong, match="至多 1 次"):
        records.drop_in(people.specialist, people.home.enterprise, Intent(TOLD.on, "又去"), TOLD)
    bad = Told(**{**vars(TOLD), "people": ""})
    with pytest.raises(Wrong, match="参加人员"):
        records.drop_in(people.county, people.home.enterprise, Intent(TOLD.on, "去", invitation="请"), bad)
    assert Visit.objects.count() == 1, "记录不成，登记也不算"


def test_who_records(people):
    one = planned(people.specialist, people, date(2026, 11, 19))
    for who in (people.stranger, people.idle, people.firm, people.tax, people.leader):
        with pytest.raises(Denied):
            records.record(who, one.pk, one.version, TOLD)
    visits.join(people.tax, one.pk, "问加计扣除")
    assert records.record(people.tax, one.pk, None, TOLD).state == "recorded"


def test_signed_on_paper_needs_a_photo_and_a_reason(people):
    one = planned(people.specialist, people, date(2026, 11, 19))
    one = records.record(people.specialist, one.pk, one.version, TOLD)
    with pytest.raises(Wrong, match="理由"):
        records.sign_paper(people.specialist, one.pk, one.version, "", [photo()])
    with pytest.raises(Wrong, match="照片"):
        records.sign_paper(people.specialist, one.pk, one.version, "企业没有账号", [])
    one = records.sign_paper(people.specialist, one.pk, one.version, "企业没有账号", [photo()])
    assert one.state == "signed" and one.records.first().signing.files.count() == 1


def test_pages_follow_reach(people, client_of):
    one = planned(people.county, people, date(2026, 11, 19))
    page = f"/followup/visits/{one.pk}/"
    assert client_of("zhuanyuan").get(page).status_code == 200
    assert client_of("shuiwu").get(page).status_code == 403
    typed = {"version": one.version, "on": "2026-11-30", "purpose": "看", "people": "王专员", "key": "k"}
    reply = client_of("zhuanyuan").post(page + "record/", typed)
    assert reply.status_code == 409 and "今天之后" in reply.content.decode() and "王专员" in reply.content.decode()
    reply = client_of("zhuanyuan").post(page + "record/", {**typed, "on": "2026-11-20"}, headers={"X-Draft": "1"})
    assert reply.json() == {"page": page}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_take_one_room(whole_site, people):
    def go(who):
        try:
            return planned(who, people)
        except Wrong as wrong:
            return str(wrong)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(go, [people.tax, people.science, people.county, people.specialist]))
    made = [one for one in found if isinstance(one, Visit)]
    assert len(made) == 1 and all("名额" in one or "至多" in one for one in found if isinstance(one, str))


@pytest.mark.django_db(transaction=True)
def test_the_same_send_twice_at_once_makes_one(whole_site, people):
    def go(_):
        try:
            told = Told(**{**vars(TOLD), "key": "same"})
            return records.drop_in(
                people.specialist, people.home.enterprise, Intent(TOLD.on, "去", key="same"), told
            ).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(go, range(3)))) == 1
    assert Visit.objects.count() == Record.objects.count() == 1
