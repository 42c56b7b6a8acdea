"""先看权限再看理由：不是他管的，理由空着交一概说没有，不说理由没写；管的人照旧要理由；所写的理由拒绝时也记下。"""

from datetime import date

import pytest
from tests.nurture.followup.test_plans import adopted, laid, planned
from tests.nurture.followup.test_requests import raised

from miaopu.access import log
from miaopu.access.act import Denied, Wrong
from miaopu.access.models import LogEntry
from miaopu.desk import planning
from miaopu.nurture.followup.actions import agreed, diagnoses, plans, records, requests, stages, visits
from miaopu.nurture.followup.actions.ledgers import take_back
from miaopu.nurture.followup.actions.stages import Note
from miaopu.nurture.followup.actions.visits import Intent
from miaopu.nurture.followup.models import Diagnosis, Paper, Point
from miaopu.nurture.followup.plans import solve
from miaopu.plan.result import Failed

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def of_drafts(people):
    own, one = people.home.enterprise, laid(people)
    key = (one.pk, one.version)
    yield people.specialist, lambda who: plans.draft(who, own, "LG", "")
    yield people.specialist, lambda who: plans.lay(who, own, "LG", planned(own), "")
    yield people.specialist, lambda who: plans.make_drafts(who, [(own, "LG")], "")
    yield people.specialist, lambda who: plans.choose(who, *key, 0, "")
    yield people.firm, lambda who: plans.decline(who, *key, "")
    yield people.specialist, lambda who: plans.withdraw(who, *key, "")
    yield people.county, lambda who: agreed.agree_on_paper(who, dict([key]), "", [])


def of_agreed(people):
    one = laid(people)
    one = plans.agree(people.firm, one.pk, one.version, "")
    yield people.county, lambda who: plans.send_back(who, one.pk, one.version, "")
    yield people.county, lambda who: plans.adopt(who, one.pk, one.version, "")
    yield people.county, lambda who: agreed.adopt_all(who, {one.pk: one.version}, "")


def of_force(people):
    one = adopted(people)
    step = one.stages.first()
    key = (step.pk, step.version)
    yield people.county, lambda who: plans.review(who, one.pk, one.version, "")
    yield people.county, lambda who: plans.withdraw(who, one.pk, one.version, "")
    yield people.county, lambda who: stages.hand(who, *key, "李工", date(2027, 1, 31), "")
    yield people.firm, lambda who: stages.progress(who, *key, Note(DAY, "", "doing"))


def of_requests(people):
    new = raised(people)
    yield people.county, lambda who: requests.route(who, new.pk, new.version, "没有这个部门", "")
    yield people.firm, lambda who: requests.withdraw(who, new.pk, new.version, "")
    sent = requests.route(people.county, (one := raised(people, key="k2")).pk, one.version, "tax", "归税务")
    yield people.tax, lambda who: requests.send_back(who, sent.pk, sent.version, "")
    yield people.tax, lambda who: requests.answer(who, sent.pk, sent.version, "")
    told = requests.route(people.county, (one := raised(people, key="k3")).pk, one.version, "tax", "归税务")
    told = requests.answer(people.tax, told.pk, told.version, "按辅助账")
    yield people.firm, lambda who: requests.rate(who, told.pk, told.version, None, "")
    yield people.county, lambda who: requests.close(who, told.pk, told.version, "")


def of_visits(people):
    one = visits.plan(people.specialist, people.home.enterprise, Intent(DAY, "看账"))
    key = (one.pk, one.version)
    yield people.county, lambda who: visits.join(who, one.pk, "")
    yield people.specialist, lambda who: visits.leave(who, *key, "")
    yield people.specialist, lambda who: visits.postpone(who, *key, Intent(DAY, "看账"), "")
    yield people.specialist, lambda who: visits.cancel(who, *key, "")
    yield people.specialist, lambda who: records.sign_paper(who, *key, "", [])


def of_diagnoses(people):
    told = {"enterprise": people.home.enterprise, "name": people.home.name, "district": people.home.district}
    held = Diagnosis.objects.create(**told, standard="x", round="r", on=DAY, way="site", summary="x", expert="x")
    one = Point.objects.create(
        diagnosis=held, place_order=0, words="x", advice="x", party="firm", due=DAY, state="mended"
    )
    key = (one.pk, one.version)
    yield people.county, lambda who: diagnoses.send_back(who, *key, "")
    yield people.county, lambda who: diagnoses.close(who, *key, "")
    yield people.county, lambda who: diagnoses.drop(who, *key, "")


def test_too_long_a_word_by_a_stranger_is_refused_for_the_right_not_the_length(people):
    list(of_diagnoses(people))
    one = Point.objects.get()
    with pytest.raises(Denied):
        diagnoses.close(people.stranger, one.pk, one.version, "长" * 900)
    with pytest.raises(Wrong):
        diagnoses.close(people.county, one.pk, one.version, "长" * 900)


@pytest.mark.parametrize("of", [of_drafts, of_agreed, of_force, of_requests, of_visits, of_diagnoses])
def test_who_has_no_right_is_told_so_whatever_the_reason(people, of):
    for own, act in of(people):
        for stranger in (people.stranger, people.rival, people.idle):
            with pytest.raises(Denied):
                act(stranger)
        with pytest.raises(Wrong, match="没有写"):
            act(own)


def test_a_ledger_given_back_without_the_right_is_refused_before_it_is_read(people):
    with pytest.raises(Denied):
        take_back(people.firm, "work", "台账.xlsx", b"not a book", "")
    with pytest.raises(Wrong, match="没有写"):
        take_back(people.county, "work", "台账.xlsx", b"not a book", "")


def test_the_reason_written_is_kept_with_the_refusal(people):
    with pytest.raises(Denied):
        plans.draft(people.stranger, people.home.enterprise, "LG", "替邻县\x07编")
    told = LogEntry.objects.latest("seq")
    assert told.outcome == log.REFUSED and "所写理由：替邻县编" in told.reason


def test_a_plan_that_cannot_be_made_says_why_and_keeps_what_was_typed(people, client_of, monkeypatch):
    """一家的起草没有办成：还在那张表单上，说清为什么，理由不用重写；没有权限的 403。"""
    own = people.home.enterprise
    monkeypatch.setattr(solve, "plan_many", lambda *_: iter([(own, Failed(own, "名册里没有这家的注册日期"))]))
    form = {"enterprise": own, "tier": "LG", "reason": "入库培育三年"}
    reply = client_of("zhuanyuan").post("/followup/plans/draft/", form)
    page = reply.content.decode()
    assert reply.status_code == 400 and "名册里没有这家的注册日期" in page and 'value="入库培育三年"' in page
    assert f'value="{own}"' in page and people.home.name in page and not Paper.objects.exists()
    monkeypatch.setattr(solve, "plan_many", planning.plan_many)
    assert client_of("zhuanyuan").post("/followup/plans/draft/", form).status_code == 302
    other = "chiping" if people.home.district != "371503" else "dongchangfu"
    assert client_of(other).post("/followup/plans/draft/", form | {"reason": ""}).status_code == 403
