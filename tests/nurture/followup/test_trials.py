"""假如：照方案办与方案一样，写的数照行式判，晚于期限的不算，错的说清；页面不存一个字，数都走得回台账。"""

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.nurture.followup.test_plans import STEP, adopted, impossible, laid, planned

from miaopu.cli.main import main
from miaopu.desk.planning.trial import Supposition, trial_of
from miaopu.nurture.followup.models import Paper, Progress
from miaopu.nurture.followup.plans.origin import bases, ledger_column, this_year
from miaopu.nurture.followup.plans.solve import next_window, solved
from miaopu.plan.result import Effect, Plan, Planned
from miaopu.plan.what_if import Unusable
from miaopu.selection.screening.models import Firm
from miaopu.selection.screening.opening import reading_of
from miaopu.selection.screening.queries import current
from miaopu.standards.tree.state import State

pytestmark = pytest.mark.django_db
JUDGED = date(2027, 5, 10)


@pytest.fixture
def worked(people):
    """小城里有办法的几家：（方案，试算）。"""
    reading, found = reading_of(current()), []
    for tier in ("LG", "SRDI"):
        on = next_window(tier)
        firms = Firm.objects.filter(next_tier=tier).order_by("enterprise").values_list("enterprise", flat=True)[:40]
        plans = [one.best for _, one in solved(list(firms), tier, on) if isinstance(one.best, Plan) and one.best.steps]
        found += [(one, trial_of(reading, one.enterprise, tier, on)) for one in plans[:5]]
    assert len(found) >= 3, "小城里没有要办措施的方案，这条测试什么也没有测"
    return found


def chosen(plan, trial):
    """方案的各步 → 试算的项与级数；只补依据的不改数，不在内。"""
    options = {(one.measure.code, one.year or 0): one for one in trial.puzzle.options}
    levels = {}
    for step in plan.steps:
        one = options.get((step.measure, step.counts_from)) or options.get((step.measure, 0))
        if one is not None:
            levels[one.code] = 1 if step.amount is None else int(step.amount / one.measure.step)
    return levels


def test_doing_what_the_plan_does_gives_what_the_plan_gives(worked):
    tried = 0
    for plan, trial in worked:
        levels = chosen(plan, trial)
        found = trial.run(Supposition(measures=levels))
        assert dict(found.what.after) == dict(plan.after) and dict(found.what.before) == dict(plan.before)
        known = {one.code.partition("@")[0] for one in trial.doable}
        spent = [one.cost for one in plan.steps if one.measure in known]
        assert found.cost == (sum(one[0] for one in spent), sum(one[1] for one in spent))
        tried += len(levels)
    assert tried


def test_what_comes_too_late_is_not_counted_and_said(worked):
    plan, trial = worked[0]
    levels = chosen(plan, trial)
    late = trial.run(Supposition(measures=levels, by=dict.fromkeys(levels, date(2028, 1, 1))))
    assert late.what.changed == () and late.cost == (0, 0) and len(late.notes) == len(levels)
    assert "这次申报不算" in late.notes[0]


def test_a_number_is_judged_and_a_settled_one_is_not_touched(worked):
    _, trial = worked[0]
    names = {one.name: one for one in trial.values}
    assert "rd_t1" in names and names["rd_t1"].title.startswith("2026年") and "eval_score" not in names
    found = trial.run(Supposition({"class1_ip_2026": "9"}))
    assert found.what.after["B4a"] is State.pass_ and found.cost == (0, 0)
    for wrong, told in (
        ({"revenue_t2": "1"}, "不能假如"),
        ({"class1_ip_2026": "很多"}, "不对"),
        ({"nothing": "1"}, "不能假如"),
    ):
        with pytest.raises(Unusable, match=told):
            trial.run(Supposition(wrong))
    for measures in ({"NOTHING": 1}, {trial.doable[0].code: 10**6}):
        with pytest.raises(Unusable):
            trial.run(Supposition(measures=measures))


def test_the_page_tells_and_keeps_nothing(people, client_of):
    paper = adopted(people)
    before = list(Paper.objects.values())
    page, client = f"/followup/plans/{paper.pk}/try/", client_of("zhuanyuan")
    assert "只算给您看" in client.get(page).content.decode()
    given = {"name": ["class1_ip_2026", ""], "value": ["9", ""], "day": ["2027-03-01", ""], "on": "2027-05-10"}
    text = client.get(page, given).content.decode()
    assert "按 2027年5月10日 申报" in text and "B4a" in text and "没有写措施，不计花费" in text
    assert f"/firms/{paper.enterprise}/numbers/LG-2026:B4a/" in text and "/rules/standard/LG-2026/#c-B4a" in text
    late = client.get(page, given | {"day": ["2027-06-01", ""]}).content.decode()
    assert "这次申报不算" in late and "没有条款变" in late
    later = client.get(page, given | {"on": "2028-05-10", "day": ["2027-06-01", ""]}).content.decode()
    assert "按 2028年5月10日 申报" in later and "这次申报不算" not in later
    told = client.get(page, given | {"on": "2028-05-10"}).context
    yearly = [(one.name, row[3]) for one, row in zip(told["found"].assumptions, told["assumed"], strict=True)]
    assert all(held == bases(name, date(2028, 5, 10), 2026) for name, held in yearly)
    assert any(held != bases(name, JUDGED, 2026) for name, held in yearly), "按哪个申报日试算，来历就在哪几年"
    for wrong, told in (({"value": ["很多", ""]}, "不对"), ({"on": "2027-05-11"}, "不是往后"), ({"on": "x"}, "应是日期"),
                        ({"name": ["revenue_t3", ""]}, "不能假如")):  # fmt: skip
        text = client.get(page, given | wrong).content.decode()
        assert told in text and 'role="alert"' in text, wrong
    assert list(Paper.objects.values()) == before
    for login in ("qiye", "zhuanyuan", "gly"):
        assert client_of(login).get(page).status_code == 200, login
    assert client_of("tashi").get(page).status_code == 403 and client_of("shuiwu").get(page).status_code == 403


def test_numbers_of_the_plan_lead_to_the_ledger_of_the_same_year(people, client_of):
    year = this_year()
    assert ledger_column("rd_t1", JUDGED, year) == "" and ledger_column("rd_t2", JUDGED, year) == "rd_t1"
    assert ledger_column("class1_ip_2026", JUDGED, year) == "class1_ip_2026"
    assert ledger_column("ip#n", JUDGED, year) == ""
    assert [(one.year, one.column) for one in bases("revenue_t1", JUDGED, year)] == [
        (2025, "revenue_t1"),
        (2024, "revenue_t2"),
    ]
    paper = laid(people)
    client = client_of("zhuanyuan")
    with CaptureQueriesContext(connection) as asked:
        text = client.get(f"/followup/plans/{paper.pk}/").content.decode()
    rounds = [one for one in asked.captured_queries if 'FROM "screening_round"' in one["sql"]]
    assert len(rounds) <= 2, "这一轮是哪年只问一回，不逐个数问"
    own = f"/firms/{people.home.enterprise}/numbers"
    assert f"{own}/LG-2026:B3a/" in text and "/rules/standard/LG-2026/#c-B3a" in text
    assert f'href="{own}/revenue_t1/"' in text and "2025年的数" in text, "预计的数走得回它由来的那两年"
    for address in (f"{own}/LG-2026:B3a/", f"{own}/revenue_t1/", "/rules/standard/LG-2026/"):
        assert client.get(address).status_code == 200, address


def test_proof_of_a_later_plan_leads_to_the_year_it_was_judged_by(people, client_of, capsys):
    own, later = people.home.enterprise, date(2028, 5, 10)
    step = replace(STEP, effects=(Effect("rd_t3", "研发费用", Fraction(100), Fraction(325, 3), "万元"),))
    then = replace(planned(own, step).best, judged_on=later)
    paper = adopted(people, Planned(replace(impossible(own).best, earliest=later, then=then)))
    words = ["plans", "show", "--as", "zhuanyuan", "--demo", "--json", "--number", str(paper.pk)]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)["stages"][0]
    assert told["columns"] == ["rd_t3"], "列出的就是 step --column 收的"
    base = ["plans", "step", "--as", "zhuanyuan", "--demo", "--stage", str(told["stage"]), "--state", "done"]
    assert main([*base, "--words", "归集好了", "--column", told["columns"][0]]) == 0
    assert Progress.objects.get().column == "rd_t3"
    text = client_of("zhuanyuan").get(f"/followup/stages/{told['stage']}/").content.decode()
    assert f"/firms/{own}/numbers/rd_t1/" in text and "/numbers/rd_t2/" not in text, "2025年的数，不是2024年的"


def test_steps_kept_under_the_older_word_are_still_read(people, client_of):
    paper = adopted(people)
    paper.stages.update(state="todo")
    import_module("miaopu.nurture.followup.migrations.0003_unstarted").renamed(apps, None)
    assert set(paper.stages.values_list("state", flat=True)) == {"unstarted"}
    assert client_of("zhuanyuan").get(f"/followup/plans/{paper.pk}/").status_code == 200
