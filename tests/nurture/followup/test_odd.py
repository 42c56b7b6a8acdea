"""次序颠倒、时过境迁的办法：出了库的方案、休息日的走访、了结的诉求作由头、实际去的日子换了月份、了结的一步改完成日。"""

from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.nurture.conftest import admitted
from tests.nurture.followup.test_plans import CODE, adopted, laid, note
from tests.nurture.followup.test_plans import planned as planned_for
from tests.nurture.followup.test_visits import TOLD, planned

from miaopu.access.act import Wrong
from miaopu.access.models import LogEntry
from miaopu.nurture.followup.actions import plans as do
from miaopu.nurture.followup.actions import records, stages, visits
from miaopu.nurture.followup.actions import requests as asking
from miaopu.nurture.followup.actions.agreed import adopt_all
from miaopu.nurture.followup.actions.requests import Want
from miaopu.nurture.followup.actions.visits import Intent
from miaopu.nurture.followup.ledgers.planned import plan_lines
from miaopu.nurture.followup.models import Paper
from miaopu.nurture.followup.policy.quiet import Room
from miaopu.selection.library.actions.members import move, undo
from miaopu.selection.library.evidence import given
from miaopu.selection.library.models import Member

pytestmark = pytest.mark.django_db
HOLIDAY = date(2027, 1, 1)


def scan():
    return [SimpleUploadedFile("同意书.pdf", b"%PDF-1.7")]


@pytest.fixture
def inside(people):
    """企业账号的那一家在方案那一级的库里。"""
    admitted(1)
    told = {"enterprise": people.home.enterprise, "name": people.home.name, "tier": laid(people).tier}
    Member.objects.update(**told, open_key=f"{told['enterprise']}:{told['tier']}")
    return Member.objects.get()


def left(boss, inside, why="环保处罚"):
    """这家出了库；给出撤销的做法。"""
    fresh = Member.objects.get(pk=inside.pk)
    move(boss, {fresh.pk: fresh.version}, "drop", why, given("处罚决定书"))
    return lambda: undo(boss, fresh.pk, fresh.version + 1, "处罚撤销了")


def test_a_plan_ends_when_the_firm_leaves_the_library_and_comes_back(people, actor, client_of, inside):
    boss, one = actor("gly"), Paper.objects.get()
    for state in ("draft", "agreed", "force"):
        back = left(boss, inside)
        one.refresh_from_db()
        assert (one.state, one.open_key, one.force_key) == ("withdrawn", None, None)
        assert one.moves.last().reason == "出了培育库（淘汰：储备 → 淘汰）：环保处罚" and not plan_lines(boss, {})
        with pytest.raises(Wrong, match="已撤回"):
            do.agree(people.firm, one.pk, one.version, "")
        assert "已出培育库" in client_of("gly").get(f"/followup/plans/{one.pk}/").content.decode()
        back()
        one.refresh_from_db()
        assert one.state == state and (one.open_key or one.force_key) == f"{one.enterprise}:{one.tier}"
        if state == "draft":
            one = do.agree(people.firm, one.pk, one.version, "")
        elif state == "agreed":
            one = adopt_all(people.county, {one.pk: one.version}, "可行")[0]
    assert len(plan_lines(boss, {})) == 1 and one.review_on
    Member.objects.update(state="lift")
    move(boss, {inside.pk: Member.objects.get().version}, "recommend", "推荐到省", given("推荐函"))
    one.refresh_from_db()
    assert one.state == "force", "推荐还在库里，方案照办"


def test_a_plan_made_anew_meanwhile_is_kept_and_the_old_one_stays_withdrawn(people, actor, inside):
    boss = actor("gly")
    back = left(boss, inside)
    fresh = laid(people, planned_for(people.home.enterprise, CODE))
    assert fresh.pk != Paper.objects.get(number=1).pk
    back()
    assert dict(Paper.objects.values_list("number", "state")) == {1: "withdrawn", 2: "draft"}
    assert "另有了新的一份" in LogEntry.objects.filter(target__startswith="撤销变动而恢复方案").latest("seq").after


def test_what_the_specialist_had_open_is_handed_over_when_the_firm_leaves(people, actor, inside):
    own, day = people.home.enterprise, date(2026, 11, 25)
    asked = asking.raise_request(people.firm, own, Want("tax", "加计扣除", "怎么归集"))
    asked = asking.route(people.county, asked.pk, asked.version, "specialist", "专员答")
    mine = visits.plan(people.specialist, own, Intent(day, "看研发账"))
    other = visits.plan(people.tax, own, Intent(date(2026, 12, 2), "问税"))
    back = left(actor("gly"), inside)
    for one in (asked, mine, other):
        one.refresh_from_db()
    assert (asked.target, asked.state) == ("county", "routed") and "环保处罚" in asked.steps.last().words
    assert (mine.state, mine.month_slot) == ("cancelled", None) and "环保处罚" in mine.cancelled_why
    assert other.state == "planned", "部门登记的不靠培育库"
    back()
    asked.refresh_from_db()
    assert (
        asked.target == "county"
        and asking.answer(people.county, asked.pk, asked.version, "按辅助账").state == "answered"
    )


def test_a_plan_drafted_after_the_firm_left_goes_its_way(people, actor, inside):
    """不在库的企业也可以编方案；编以前就出了库的与从没进过库的一样，能同意、能批准。"""
    boss, old = actor("gly"), Paper.objects.get()
    move(boss, {inside.pk: inside.version}, "drop", "环保处罚", given("处罚决定书"))
    one = laid(people)
    assert one.pk != old.pk
    one = do.agree(people.firm, one.pk, one.version, "")
    assert do.adopt(people.county, one.pk, one.version, "可行").state == "force"


def test_the_second_official_and_the_later_withdrawal_are_told(people, actor):
    one = laid(people)
    agreed = do.agree(people.firm, one.pk, one.version, "")
    with pytest.raises(Wrong, match="不能这样办"):
        do.withdraw(people.county, agreed.pk, agreed.version, "不办了")
    force = do.adopt(people.county, agreed.pk, agreed.version, "可行")
    with pytest.raises(Wrong, match="改过"):
        do.adopt(actor("gly"), agreed.pk, agreed.version, "也批")
    gone = do.withdraw(people.county, force.pk, force.version, "企业停产")
    step = gone.stages.first()
    with pytest.raises(Wrong, match="批准执行以后才记进展"):
        stages.progress(people.specialist, step.pk, step.version, note())
    assert laid(people).number == 2, "撤回以后可以再编"


def test_an_ended_step_keeps_its_date(people):
    step = adopted(people).stages.first()
    step = stages.progress(people.specialist, step.pk, step.version, note(state="done"), scan())
    with pytest.raises(Wrong, match="完成日不能再改"):
        stages.hand(people.specialist, step.pk, step.version, "李工", date(2027, 3, 31), "改晚就不迟了")


def test_an_uninvited_visit_on_a_holiday_needs_a_reason(people):
    for on in (HOLIDAY, date(2026, 11, 21)):
        with pytest.raises(Wrong, match="是休息日，未经邀请不上门"):
            planned(people.specialist, people, on)
    assert planned(people.tax, people, HOLIDAY, invitation="企业元旦值班，约好了").asked
    over = planned(people.specialist, people, HOLIDAY, over="安全隐患须当日核实")
    assert over.over and over.month_slot.endswith("2027-01:1"), "破例照占名额"
    with pytest.raises(Wrong, match="至多 1 次"):
        planned(people.county, people, date(2027, 1, 5))
    one = planned(people.county, people)
    with pytest.raises(Wrong, match="是休息日"):
        visits.postpone(people.county, one.pk, one.version, Intent(HOLIDAY, "看账"), "改期")


def test_an_ended_request_is_no_pretext_and_nothing_is_done_twice(people):
    one = asking.raise_request(people.firm, people.home.enterprise, Want("tax", "加计扣除", "怎么算"))
    one = asking.route(people.county, one.pk, one.version, "tax", "归税务")
    gone = asking.withdraw(people.firm, one.pk, one.version, "自己弄明白了")
    with pytest.raises(Wrong, match="已撤回"):
        asking.answer(people.tax, gone.pk, gone.version, "按100%")
    with pytest.raises(Wrong, match="不能再作上门的由头"):
        planned(people.tax, people, request=gone.pk)
    two = asking.raise_request(people.firm, people.home.enterprise, Want("tax", "加计扣除", "再问"))
    two = asking.route(people.county, two.pk, two.version, "tax", "归税务")
    two = asking.answer(people.tax, two.pk, two.version, "按100%")
    two = asking.rate(people.firm, two.pk, two.version, 5)
    for score in (5, None):
        with pytest.raises(Wrong, match="已办结"):
            asking.rate(people.firm, two.pk, two.version, score, "再评")
    assert two.score == 5 and two.solved


def test_the_room_follows_the_day_really_gone(people):
    """登记在十二月、十一月就去了：十一月的名额还空着就占它；已经有别人的，先改期写明理由。"""
    december = planned(people.specialist, people, date(2026, 12, 2))
    gone = records.record(people.specialist, december.pk, december.version, TOLD)
    assert gone.month_slot.endswith("2026-11:1")
    other = planned(people.county, people, date(2026, 12, 3))
    with pytest.raises(Wrong, match="请先“改期”"):
        records.record(people.county, other.pk, other.version, TOLD)
    moved = Intent(TOLD.on, "看研发账", over="安全隐患须当日核实")
    other = visits.postpone(people.county, other.pk, other.version, moved, "提前去了")
    other = records.record(people.county, other.pk, other.version, TOLD)
    later = planned(people.tax, people, date(2026, 12, 4))
    assert other.over and later.month_slot.endswith("2026-12:1")
    fixed = replace(TOLD, on=date(2026, 10, 28), why="日期记错了")
    assert records.record(people.specialist, gone.pk, gone.version, fixed).month_slot.endswith("2026-10:1")


SUNDAY = date(2026, 11, 15)


@pytest.mark.parametrize(("on", "told"), [(SUNDAY, "是休息日.*请先“改期”"), (date(2021, 5, 1), "日期应在前 30 天")])
def test_a_record_of_another_day_obeys_the_rules_of_the_day(people, on, told):
    one = planned(people.specialist, people, date(2026, 11, 20))
    with pytest.raises(Wrong, match=told):
        records.record(people.specialist, one.pk, one.version, replace(TOLD, on=on))
    one = records.record(people.specialist, one.pk, one.version, TOLD)
    fixed = replace(TOLD, on=on, why="日期记错了")
    if on is SUNDAY:
        one = records.record(people.specialist, one.pk, one.version, fixed)
        assert (one.on, one.over_reason) == (SUNDAY, "更正日期：日期记错了") and one.month_slot
    else:
        with pytest.raises(Wrong, match="日期应在2026-11-20 的前 30 天"):
            records.record(people.specialist, one.pk, one.version, fixed)


def test_an_exception_that_holds_a_room_gives_it_back_when_it_moves(people):
    one = planned(people.specialist, people, date(2026, 11, 14), over="安全隐患须当日核实")
    assert one.month_slot.endswith("2026-11:1")
    one = records.record(people.specialist, one.pk, one.version, replace(TOLD, on=date(2026, 10, 29)))
    assert one.month_slot.endswith("2026-10:1") and one.over
    assert planned(people.county, people, date(2026, 11, 25)).month_slot.endswith("2026-11:1")


def test_a_postponed_visit_may_be_invited_now(people):
    one = planned(people.specialist, people, date(2026, 11, 25))
    asked = Intent(HOLIDAY, "看账", invitation="企业元旦值班，约好了")
    one = visits.postpone(people.specialist, one.pk, one.version, asked, "企业约的")
    assert (one.asked, one.invitation, one.month_slot) == (True, asked.invitation, None)
    again = planned(people.county, people, date(2026, 11, 25))
    with pytest.raises(Wrong, match="没有这件诉求"):
        visits.postpone(people.county, again.pk, again.version, Intent(HOLIDAY, "看账", request=999_999), "改")


def test_who_loses_the_race_for_a_room_is_told_so(people, monkeypatch):
    """看的时候还空着，写的时候已经给别人占了：改期、换日子填记录都说名额没有了。"""
    taken = planned(people.tax, people, date(2026, 12, 2))
    one = planned(people.specialist, people, date(2026, 11, 20))
    stale = Room(taken.month_slot, taken.quarter_slot, ())
    for module in (visits, records):
        monkeypatch.setattr(module, "room", lambda *given: stale)
    for step in (
        lambda: visits.postpone(people.specialist, one.pk, one.version, Intent(date(2026, 12, 3), "看账"), "改期"),
        lambda: records.record(people.specialist, one.pk, one.version, replace(TOLD, on=date(2026, 11, 19))),
    ):
        with pytest.raises(Wrong, match="名额没有了"):
            step()
    one.refresh_from_db()
    assert one.state == "planned" and not one.records.exists()
