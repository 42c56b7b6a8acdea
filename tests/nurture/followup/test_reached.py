"""完成的佐证：台账里的数达到方案的改后才算，原来就有的、差得远的不算；待核的没过完成日黄、过了红，达到了待办里提醒。"""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from django.db import connection
from tests.nurture.followup.test_plans import JUDGED, KNOWN, STEP, adopted, note, planned

from miaopu.desk.planning.record import rows
from miaopu.nurture.followup.actions import stages
from miaopu.nurture.followup.ledgers.planned import next_stage, progress
from miaopu.nurture.followup.models import Stage
from miaopu.nurture.followup.plans import reached
from miaopu.nurture.followup.policy.lights import of_stage
from miaopu.nurture.followup.queries.home import mine
from miaopu.nurture.followup.queries.todo import todo
from miaopu.plan.record import shown_value
from miaopu.plan.result import Effect
from miaopu.selection.city import city, today
from miaopu.selection.screening.opening import reading_of
from miaopu.selection.screening.queries import current

pytestmark = pytest.mark.django_db
PATENTS, LISTED, DEBT = "valid_invention_patents", "abnormal_list", "liabilities_t2"
READY = "待核的步骤，台账里的数已经达到，请记完成"


def known(people, name):
    """这家企业台账里今天所知的数（显示单位）。"""
    reading = reading_of(current())
    row = rows(reading, [people.home.enterprise], JUDGED, reading.run.known_on)[people.home.enterprise]
    column = f"{name}_low" if f"{name}_low" in row else name
    return shown_value(column, row[column], city().library.vocabulary)[0]


def aim(people, name, before, after):
    moved = Effect(name, name, before, after, "件")
    return adopted(people, planned(people.home.enterprise, replace(STEP, effects=(moved,)))).stages.get()


def told(people, step, column):
    return stages.progress(people.specialist, step.pk, step.version, note(state="done", column=column))


@pytest.mark.parametrize("name", [PATENTS, LISTED, DEBT])
@pytest.mark.parametrize("way", [1, -1])
def test_what_was_there_before_the_step_proves_nothing(people, client_of, name, way):
    held = known(people, name)
    step = told(people, aim(people, name, held, held + way), name)
    assert step.state == "checking", "与办这一步以前一样"
    page = client_of("zhuanyuan").get(f"/followup/stages/{step.pk}/").content.decode()
    assert "台账里现在是" in page and "还没有达到" in page
    assert '<option value="done" selected>' in page, "待核的再记，先选着完成"


@pytest.mark.parametrize(("name", "way"), [(PATENTS, 1), (LISTED, -1), (DEBT, -1)])
def test_a_number_that_reached_the_plan_completes_the_step(people, name, way):
    held = known(people, name)
    step = aim(people, name, held - way, held)
    assert told(people, step, name).state == "done"


def test_a_yearly_number_far_from_the_plan_waits_and_the_ledger_is_read_before_the_writing(people, monkeypatch):
    held, real, depth = known(people, "revenue_t2"), reached.rows, len(connection.savepoint_ids)
    monkeypatch.setattr(
        reached, "rows", lambda *given: real(*given) if len(connection.savepoint_ids) == depth else pytest.fail()
    )
    step = aim(people, "revenue_t2", None, held + Fraction(1, 100))
    reached._rows.cache_clear()
    assert told(people, step, "revenue_t2").state == "checking", "差一百元也不算"


def card(people):
    return next(one for one in mine(people.specialist) if one.firm.enterprise == people.home.enterprise)


def ready(people):
    return [(one.count, one.url) for one in todo(people.specialist) if one.title == READY]


def overdue(people):
    return next(one.count for one in todo(people.specialist) if one.title == "方案的步骤过了完成日")


def test_waiting_for_a_number_is_no_way_out_of_red_and_a_posted_one_is_told(people, settings, monkeypatch):
    held = known(people, PATENTS)
    step = told(people, aim(people, PATENTS, held, held + 1), PATENTS)
    assert (of_stage(step, today()).code, progress([step]), card(people).why) == (
        "yellow", "1 步：待核 1", "方案的步骤等数入账",
    )  # fmt: skip
    assert not ready(people) and not overdue(people)
    settings.TODAY = date(2027, 1, 2)
    assert of_stage(step, today()).code == "red" and overdue(people) == 1
    assert progress([step]) == "1 步：待核 1，其中过期 1" and card(people).light.word == "红"
    later = Stage(paper=step.paper, place_order=1, due=date(2027, 3, 1))
    assert next_stage([later, step]) is step, "过了完成日的待核在前"
    row = {people.home.enterprise: {f"{PATENTS}_low": int(held) + 1}}
    monkeypatch.setattr(reached, "rows", lambda *given: row)
    reached._rows.cache_clear()
    assert ready(people) == [(1, f"/followup/stages/{step.pk}/")]
    assert told(people, step, PATENTS).state == "done" and not ready(people)
    reached._rows.cache_clear()
    assert step.due < today() and KNOWN < JUDGED


def test_each_desk_reads_the_ledger_once_until_it_changes(monkeypatch):
    """专员几十人，各看各的几家：轮着开工作台，台账没有变就不再取一遍。"""
    asked = []
    monkeypatch.setattr(reached, "rows", lambda _, firms, *rest: asked.append(firms) or {})
    reached._rows.cache_clear()
    for _ in range(2):
        for at in range(40):
            reached.lackings([reached.Aim(f"E{at}", Effect(PATENTS, "专利", None, Fraction(1), "件"), JUDGED)])
    assert len(asked) == 40
    reached._rows.cache_clear()
