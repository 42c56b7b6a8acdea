"""一企一策：存取不差、起草到执行的每一步与每种拒绝、备选、做不到的、进展与佐证、评审、作业不编两遍。"""

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from miaopu.access.act import Denied, Wrong
from miaopu.jobs.kinds import Assignment, Cancelled
from miaopu.nurture.followup.actions import plans as do
from miaopu.nurture.followup.actions import stages
from miaopu.nurture.followup.actions.stages import Note
from miaopu.nurture.followup.models import Paper, Stage
from miaopu.nurture.followup.plans.frozen import freeze, thaw
from miaopu.nurture.followup.plans.solve import next_window
from miaopu.nurture.followup.policy.lights import of_stage
from miaopu.nurture.followup.queries import plans as ask
from miaopu.nurture.followup.work import drafts
from miaopu.plan.result import SCORE, Assumption, Clash, Effect, Impossible, Left, Plan, Planned, Step
from miaopu.selection.city import today
from miaopu.standards.tree.state import State

pytestmark = pytest.mark.django_db
KNOWN, JUDGED = date(2026, 11, 20), date(2027, 5, 10)
STEP = Step(
    "rd-spend", "增加研发投入", Fraction(25, 3), "万元", (5_000_000, 9_000_000), date(2026, 12, 1), date(2026, 12, 31),
    2026, (Effect("rd_t1", "研发费用", Fraction(100), Fraction(325, 3), "万元"),), ("B3a",), "企业", "税务", "加计扣除",
    "专项审计报告",
)  # fmt: skip
CODE = replace(STEP, measure="audit", title="审计报告备案赋码", amount=None, cost=(200_000, 300_000),
               start=date(2027, 1, 4), ready=date(2027, 3, 1), effects=(), clauses=("B1",))  # fmt: skip


def planned(enterprise, *steps, others=()):
    def one(steps):
        return Plan(
            enterprise, "LG-2026", KNOWN, JUDGED, steps, {"B3a": State.fail_}, {"B3a": State.pass_},
            (Left("B9", "平台得分", SCORE, ("eval_score",)),),
            (Assumption("revenue_t1", "营业收入", Fraction(5000), "万元", "按上年增幅推"),),
        )  # fmt: skip

    return Planned(one(steps), tuple(one(each) for each in others))


def impossible(enterprise):
    clash = Clash("B2a", "从事细分市场年限", "到那天只有2年", date(2029, 5, 10))
    return Planned(Impossible(enterprise, "LG-2026", KNOWN, JUDGED, (clash,), date(2029, 5, 10), None))


def laid(people, found=None, who=None):
    own = people.home.enterprise
    return do.lay(who or people.specialist, own, "LG", found or planned(own, STEP, CODE), "入库培育")


def adopted(people, found=None):
    one = laid(people, found)
    one = do.agree(people.firm, one.pk, one.version, "")
    return do.adopt(people.county, one.pk, one.version, "可行")


def test_what_is_frozen_comes_back_exactly(people):
    own = people.home.enterprise
    for found in (planned(own, STEP, others=((CODE,),)), impossible(own)):
        assert thaw(freeze(found)) == found and freeze(thaw(freeze(found))) == freeze(found)


def test_from_draft_to_force(people):
    one = laid(people)
    assert (one.number, one.state, one.low, one.high) == (1, "draft", 5_200_000, 9_300_000)
    assert list(one.stages.values_list("title", flat=True)) == ["增加研发投入", "审计报告备案赋码"]
    one = do.agree(people.firm, one.pk, one.version, "同意，请帮着赋码")
    one = do.adopt(people.county, one.pk, one.version, "可行")
    assert (one.state, one.open_key, one.review_on) == ("force", None, date(2027, 11, 20))
    assert [each.words for each in one.moves.all()] == ["起草", "起草 → 企业已同意", "企业已同意 → 执行中"]


def test_who_may_do_what(people):
    for who in (people.stranger, people.firm, people.idle, people.tax, people.leader, people.rival):
        with pytest.raises(Denied):
            laid(people, who=who)
    one = laid(people)
    for who in (people.specialist, people.county, people.bureau, people.rival):
        with pytest.raises(Denied):
            do.agree(who, one.pk, one.version, "同意")
    one = do.agree(people.firm, one.pk, one.version, "同意")
    for who in (people.specialist, people.stranger, people.firm, people.bureau):
        with pytest.raises(Denied):
            do.adopt(who, one.pk, one.version, "可行")
    for who in (people.stranger, people.rival, people.idle):
        assert one not in ask.plans(who)
        with pytest.raises(Denied):
            ask.plan(who, one.pk)
    with pytest.raises(Denied):
        ask.plans(people.tax)


def test_reasons_and_order(people):
    one = laid(people)
    with pytest.raises(Wrong, match="不同意的理由"):
        do.decline(people.firm, one.pk, one.version, "")
    one = do.decline(people.firm, one.pk, one.version, "投入太大")
    assert one.state == "draft" and one.moves.last().reason == "企业不同意：投入太大"
    with pytest.raises(Wrong, match="起草"):
        do.adopt(people.county, one.pk, one.version, "可行")
    one = do.agree(people.firm, one.pk, one.version, "")
    with pytest.raises(Wrong, match="批准的理由"):
        do.adopt(people.county, one.pk, one.version, " ")
    with pytest.raises(Wrong, match="企业已同意、等县区批准"):
        laid(people, planned(people.home.enterprise, CODE))
    with pytest.raises(Wrong, match="改过"):
        do.adopt(people.county, one.pk, 1, "可行")
    one = do.send_back(people.county, one.pk, one.version, "再细化")
    with pytest.raises(Wrong, match="撤回的理由"):
        do.withdraw(people.specialist, one.pk, one.version, "")
    assert do.withdraw(people.specialist, one.pk, one.version, "重编").state == "withdrawn"


def test_the_same_result_makes_no_second_version(people):
    first = laid(people)
    assert laid(people).pk == first.pk and Paper.objects.count() == 1
    second = laid(people, planned(people.home.enterprise, CODE))
    first.refresh_from_db()
    assert (second.number, first.state, first.open_key) == (2, "revised", None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.filter(pk=first.pk).update(open_key=second.open_key)


def test_a_new_version_replaces_the_one_in_force_only_when_adopted(people):
    old = adopted(people)
    new = laid(people, planned(people.home.enterprise, CODE))
    old.refresh_from_db()
    assert old.state == "force"
    new = do.agree(people.firm, new.pk, new.version, "")
    new = do.adopt(people.county, new.pk, new.version, "更新")
    old.refresh_from_db()
    assert (old.state, new.state) == ("revised", "force") and "第 2 版取代" in old.moves.last().reason


def test_choosing_an_alternative(people):
    one = laid(people, planned(people.home.enterprise, STEP, others=((CODE,), (STEP, CODE))))
    with pytest.raises(Wrong, match="没有这个备选"):
        do.choose(people.specialist, one.pk, one.version, 3, "换")
    one = do.choose(people.specialist, one.pk, one.version, 1, "企业选的")
    assert (one.choice, one.low) == (1, 200_000) and one.stages.get().title == "审计报告备案赋码"
    with pytest.raises(Denied):
        do.choose(people.firm, one.pk, one.version, 0, "换回")


def test_an_impossible_plan_says_when_and_can_be_adopted(people, client_of):
    one = laid(people, impossible(people.home.enterprise))
    assert (one.possible, one.earliest, one.stages.count()) == (False, date(2029, 5, 10), 0)
    told = client_of("qiye").get(f"/followup/plans/{one.pk}/").content.decode()
    assert "到那天只有2年" in told and "2029年5月10日" in told
    one = do.agree(people.firm, one.pk, one.version, "知道了")
    assert do.adopt(people.county, one.pk, one.version, "列入长期培育").state == "force"


def pdf():
    return SimpleUploadedFile("报告.pdf", b"%PDF-1.7")


def note(**more):
    return Note(**{"on": KNOWN, "words": "已列支", "state": "doing", **more})


def test_progress_needs_force_evidence_and_reach(people, settings, client_of):
    one = laid(people)
    step = one.stages.first()
    with pytest.raises(Wrong, match="批准执行以后"):
        stages.progress(people.firm, step.pk, step.version, note())
    do.adopt(people.county, one.pk, do.agree(people.firm, one.pk, one.version, "").version, "可行")
    step = stages.progress(people.firm, step.pk, step.version, note())
    assert step.state == "doing"
    with pytest.raises(Wrong, match="要有佐证"):
        stages.progress(people.specialist, step.pk, step.version, note(state="done"))
    with pytest.raises(Wrong, match="不是这一步要改的"):
        stages.progress(people.specialist, step.pk, step.version, note(state="done", column="assets_t1"))
    with pytest.raises(Wrong, match="今天之后"):
        stages.progress(people.specialist, step.pk, step.version, note(on=date(2026, 11, 21)))
    with pytest.raises(Wrong, match="改过"):
        stages.progress(people.specialist, step.pk, 1, note())
    for who in (people.stranger, people.rival, people.idle, people.tax):
        with pytest.raises(Denied):
            stages.progress(who, step.pk, step.version, note())
    with pytest.raises(Wrong, match="请选这一步的状态"):
        stages.progress(people.specialist, step.pk, step.version, note(state="checking", column="rd_t1"))
    given = {"version": step.version, "on": KNOWN, "words": "已列支", "state": "done", "column": "rd_t1"}
    told = client_of("zhuanyuan").post(f"/followup/stages/{step.pk}/", given, follow=True).content.decode()
    assert "先记为待核，入账以后再记" in told and re.search("2026 年的“[^”]+”台账里还没有入账", told)
    step.refresh_from_db()
    assert step.state == "checking" and of_stage(step, today()).code == "yellow", "2026年的数还没有入账"
    step = stages.progress(people.specialist, step.pk, step.version, note(state="done"), [pdf()])
    assert step.state == "done" and of_stage(step, today()).code == "green"
    other = Stage.objects.get(paper=one, place_order=1)
    settings.TODAY = date(2027, 3, 5)
    assert of_stage(other, today()).code == "red"
    other = stages.progress(people.county, other.pk, other.version, note(on=today(), state="done"), [pdf()])
    assert of_stage(other, today()).code == "yellow", "迟了才完成"


def test_handing_a_step_over(people):
    step = adopted(people).stages.first()
    with pytest.raises(Wrong, match="早于开工日"):
        stages.hand(people.specialist, step.pk, step.version, "李工", date(2026, 11, 1), "提前")
    with pytest.raises(Wrong, match="理由"):
        stages.hand(people.specialist, step.pk, step.version, "李工", date(2027, 1, 31), "")
    step = stages.hand(people.specialist, step.pk, step.version, "李工", date(2027, 1, 31), "审计排期")
    assert (step.person, step.due) == ("李工", date(2027, 1, 31))


def test_yearly_review(people, settings):
    one = adopted(people)
    settings.TODAY = date(2028, 2, 29)
    with pytest.raises(Wrong, match="评审结论"):
        do.review(people.county, one.pk, one.version, "")
    one = do.review(people.county, one.pk, one.version, "按期推进")
    assert one.review_on == date(2029, 2, 28) and one.moves.last().reason == "评审：按期推进"


class Quiet:
    def __init__(self):
        self.done = 0

    def expect(self, total):
        self.total = total

    def tell(self, message):
        pass

    def advance(self, steps=1):
        self.done += steps


def test_the_job_drafts_from_the_real_solver_and_not_twice(people):
    own, on = people.home.enterprise, next_window("LG")
    assert on == JUDGED
    pairs = [[own, "LG"], [people.rival.held[0].enterprise, "LG"]]
    given = Assignment(1, {"pairs": pairs, "reason": "入库", "judged": {"LG": on.isoformat()}}, None, "测试", 1)
    seen = Quiet()
    told = drafts(given, seen)
    assert told.data["made"] == 2 and seen.done == seen.total == 2
    before = list(Paper.objects.values_list("pk", "digest"))
    assert drafts(given, Quiet()).data["made"] == 0
    assert list(Paper.objects.values_list("pk", "digest")) == before
    again = do.draft(people.specialist, own, "LG", "再算一遍")
    assert again.pk in [pk for pk, _ in before], "同样的数算出同样的方案"


def test_a_firm_whose_plan_fails_is_named_with_its_reason_and_the_rest_are_made(people):
    own, pairs = people.home.enterprise, [[people.home.enterprise, "LG"], ["没有这家", "LG"]]
    given = Assignment(1, {"pairs": pairs, "reason": "入库", "judged": {"LG": JUDGED.isoformat()}}, None, "测试", 1)
    seen = Quiet()
    told = drafts(given, seen)
    assert told.data["made"] == 1 and seen.done == seen.total == 2
    assert Paper.objects.filter(enterprise=own).exists()
    assert "1 份没有编成" in told.told and "名册里没有企业“没有这家”" in told.told


def test_the_pages(people, client_of):
    one = laid(people, planned(people.home.enterprise, STEP, CODE, others=((CODE,),)))
    page = f"/followup/plans/{one.pk}/"
    told = client_of("zhuanyuan").get(page).content.decode()
    assert "增加研发投入" in told and "5.2至9.3万元" in told and "备选 1" in told and "平台得分，方案不动" in told
    assert f"/firms/{people.home.enterprise}/numbers/LG-2026:B3a/" in told and "预计" in told
    reply = client_of("qiye").post(page + "decline/", {"version": one.version, "reason": ""})
    assert reply.status_code == 409
    assert client_of("qiye").post(page + "agree/", {"version": one.version}).status_code == 302
    assert client_of("shuiwu").get(page).status_code == 403
    for login in ("zhuanyuan", "qiye", "gly", "lingdao", "zhuanjia"):
        assert client_of(login).get("/followup/plans/").status_code == 200, login
    for login in ("zhuanyuan", "qiye", "gly", "dongchangfu"):
        for address in ("/followup/mine/", "/followup/board/", "/followup/requests/goal/"):
            assert client_of(login).get(address).status_code == 200, (login, address)


def test_a_cancelled_job_keeps_and_tells_what_was_drafted(people):
    pairs = [[people.home.enterprise, "LG"], [people.rival.held[0].enterprise, "LG"]]
    given = Assignment(1, {"pairs": pairs, "reason": "入库", "judged": {"LG": JUDGED.isoformat()}}, None, "测试", 1)

    class Stopped(Quiet):
        def advance(self, steps=1):
            super().advance(steps)
            if self.done:
                raise Cancelled

    with pytest.raises(Cancelled, match="已取消：起草 1 份"):
        drafts(given, Stopped())
    assert Paper.objects.count() == 1
