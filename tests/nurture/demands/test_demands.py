"""需求：由草稿到入库的每一步、没有理由不能办、范围、并发、进度的数。"""

from dataclasses import replace
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from tests.nurture.demands.conftest import FULL

from miaopu.access.act import Denied, Wrong
from miaopu.access.models import LogEntry
from miaopu.nurture.demands import queries
from miaopu.nurture.demands.actions import demands as actions
from miaopu.nurture.demands.models import Demand, Move
from miaopu.nurture.demands.states import choices
from miaopu.nurture.typed import money, wan
from miaopu.selection.screening.models import Firm

pytestmark = pytest.mark.django_db


def test_the_whole_way(work, actor) -> None:
    one = work.at("entered")
    assert one.number == f"SD-{one.pk}" and one.budget == 120_500_000 and not one.behalf
    assert [each.title for each in one.moves.all()] == [
        "填报", "提交县区", "审核通过", "推荐省需求库", "登记已入库",
    ]  # fmt: skip
    assert "推荐批次：2026年第二批" in one.moves.get(title="推荐省需求库").given
    assert LogEntry.objects.filter(operation="demand.recommend").count() == 2


def test_every_step_needs_a_reason_in_the_action_and_in_the_database(work, actor) -> None:
    for code, step in choices().steps.items():
        with pytest.raises(Wrong, match="没有理由不能办"):
            actions.move(actor("gly"), 1, 1, code, "  ")
        assert step.title
    one = work.draft()
    for given in ("", None):
        with pytest.raises(IntegrityError), transaction.atomic():
            Move.objects.create(demand=one, title="偷改", after="entered", reason=given, by="某人")
    with pytest.raises(IntegrityError), transaction.atomic():
        Demand.objects.filter(pk=one.pk).update(state="entered")


def test_a_draft_may_be_thin_but_not_a_submission(work, actor) -> None:
    one = work.draft(problem="", phone="")
    with pytest.raises(Wrong, match="还没有填：要解决的问题、联系电话"):
        work.step("qiye", one, "submit")
    actions.amend(actor("qiye"), one.pk, one.version, FULL)
    assert work.step("qiye", one, "submit").state == "submitted"
    with pytest.raises(Wrong, match="不能改内容"):
        actions.amend(actor("qiye"), one.pk, 3, FULL)


def test_the_second_editor_is_told(work, actor) -> None:
    one = work.draft()
    actions.amend(actor("zhuanyuan"), one.pk, one.version, {**FULL, "title": "专员改过"})
    with pytest.raises(Wrong, match="已由演示·服务专员在"):
        actions.amend(actor("qiye"), one.pk, one.version, FULL)
    with pytest.raises(Wrong, match="改过"):
        actions.move(actor("qiye"), one.pk, one.version, "submit", "理由")
    assert Demand.objects.get(pk=one.pk).title == "专员改过"


def test_a_returned_demand_comes_back_and_a_refused_one_may_be_recommended_again(work) -> None:
    one = work.at("submitted")
    assert work.step("dongchangfu", one, "return", "指标没有数").state == "returned"
    assert work.step("qiye", one, "submit", "补了指标").state == "submitted"
    work.step("dongchangfu", one, "pass")
    work.step("jingban", one, "recommend")
    assert work.step("jingban", one, "refuse", "本批名额已满").state == "refused"
    assert work.step("jingban", one, "recommend", "下一批再荐", batch="第三批").batch == "第三批"
    assert work.step("qiye", one, "withdraw", "自己解决了").state == "withdrawn"


def test_steps_out_of_turn_and_of_others_are_refused(work, actor) -> None:
    one = work.at("submitted")
    with pytest.raises(Wrong, match="不能推荐省需求库"):
        work.step("jingban", one, "recommend")
    for login, code in (("qiye", "pass"), ("zhuanyuan", "withdraw"), ("gly", "pass"), ("lingdao", "recommend")):
        with pytest.raises(Denied):
            work.step(login, one, code)
    with pytest.raises(Denied):
        work.step("chiping", one, "pass")
    with pytest.raises(Wrong, match="没有这一步"):
        work.step("gly", one, "erase")
    stranger = Firm.objects.exclude(pk=work.firm.pk).order_by("-enterprise").first()
    with pytest.raises(Denied):
        actions.draft(actor("qiye"), stranger.enterprise, FULL)


def test_what_a_step_asks_for(work) -> None:
    one = work.at("vetted")
    with pytest.raises(Wrong, match="推荐批次还没有填"):
        work.step("jingban", one, "recommend", batch="")
    with pytest.raises(Wrong, match="在今天（2026-11-20）以后"):
        work.step("jingban", one, "recommend", recommended_on="2026-11-21")
    work.step("jingban", one, "recommend")
    work.step("jingban", one, "enter")
    other = work.at("recommended")
    with pytest.raises(Wrong, match="入库编号“SD-2026-001”已经登记"):
        work.step("jingban", other, "enter")


def test_who_sees_what(work, actor) -> None:
    draft, vetted = work.draft(), work.at("vetted")
    seen = {who: set(queries.demands(actor(who)).values_list("pk", flat=True)) for who in
            ("qiye", "zhuanyuan", "dongchangfu", "chiping", "gly", "lingdao", "zhuanjia")}  # fmt: skip
    assert seen["qiye"] == seen["zhuanyuan"] == {draft.pk, vetted.pk}
    assert seen["dongchangfu"] == seen["gly"] == seen["lingdao"] == {vetted.pk}, "草稿只有填的人看得到"
    assert seen["chiping"] == set() and seen["zhuanjia"] == {vetted.pk}
    full = {who for who in seen if queries.contactable(actor(who), vetted)}
    assert full == {"qiye", "zhuanyuan", "dongchangfu", "gly"}


def test_the_same_form_twice_makes_one(work) -> None:
    assert work.draft(key="k1").pk == work.draft(key="k1").pk
    assert work.draft(login="zhuanyuan", key="k2").behalf


def test_money_is_exact() -> None:
    assert money("120.5", "预算") == 120_500_000 and money("0.000001", "预算") == 1
    assert wan(120_500_000) == "120.50" and wan(1) == "0.000001" and wan(None) == "" and wan(0) == "0.00"
    for text in ("一百", "-1", "0.0000001", "nan", "inf", "1e30"):
        with pytest.raises(Wrong):
            money(text, "预算")


def test_progress_counts_firms_and_shows_both_numbers(work, actor) -> None:
    first, _ = queries.goals(actor("gly"))
    assert first.now == 0 and first.stated == 40 and not first.met
    work.at("entered")
    work.at("entered")
    first, second = queries.goals(actor("gly"))
    assert first.now == 1 and "共 2 项" in first.more[2] and second.now == 0 and second.stated == 10
    held = Firm.objects.filter(held__in=("SRDI", "LG", "KEYLG")).count()
    need = -(-held * 5 // 100)
    assert f"{held} 家，5% 即" in first.more[1] and f"向上取整 {need} 家" in first.more[1] and "39.8" in first.more[0]
    assert queries.goals(actor("dongchangfu")) is None


def test_the_goal_is_met_only_when_both_numbers_are(monkeypatch, work, actor) -> None:
    monkeypatch.setattr(queries, "_holders", lambda: 950)
    first, _ = queries.goals(actor("gly"))
    assert (first.stated, first.present, first.most) == (40, 48, 48) and "5% 即 47.5，向上取整 48 家" in first.more[1]
    assert not replace(first, now=47).met and replace(first, now=48).met
    assert not replace(first, now=39, present=1).met


def test_todo_is_for_those_who_can_act(work, actor) -> None:
    work.at("submitted")
    told = {who: {one.title: one.count for one in queries.todo(actor(who)) if one.count} for who in
            ("dongchangfu", "chiping", "jingban", "qiye", "shenji")}  # fmt: skip
    assert told["dongchangfu"] == {"技术需求等着审核": 1} and not any(told[one] for one in told if one != "dongchangfu")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_one_is_done_and_one_is_told(whole_site, work, actor) -> None:
    one, gate, told = work.at("submitted"), Barrier(2), []

    def vet(code):
        try:
            gate.wait(10)
            actions.move(judge, one.pk, one.version, code, "同时办")
            told.append("done")
        except Wrong as error:
            told.append(str(error))
        finally:
            connection.close()

    judge = actor("dongchangfu")
    threads = [Thread(target=vet, args=(code,)) for code in ("pass", "return")]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert sorted(one == "done" for one in told) == [False, True], told
    assert one.moves.count() == 3 and any("改过" in each for each in told)
