"""没有办成的页面：填的还在、那一栏开着；清单上的筛选与翻页还走得通。"""

import re
from datetime import date

import pytest
from django.urls import reverse
from tests.nurture.followup.test_plans import CODE, STEP, adopted, laid, planned
from tests.nurture.followup.test_visits import planned as visit_planned

from miaopu.access.views.paging import ROWS
from miaopu.nurture.followup.models import Paper, Stage

pytestmark = pytest.mark.django_db
STALE = {"version": "999"}


def refused(client, address, **typed):
    reply = client.post(address, typed)
    assert reply.status_code in (400, 409), reply.status_code
    return reply.content.decode()


@pytest.mark.parametrize("step", ["review", "withdraw"])
def test_the_reason_on_a_plan_is_kept(people, client_of, step):
    one = adopted(people)
    text = refused(client_of("gly"), reverse("followup:plan-step", args=[one.pk, step]), reason="按期推进", **STALE)
    assert re.search(rf'id="{step}-reason"[^>]*(>按期推进<|value="按期推进")', text)
    assert len(re.findall(r"<details [^>]*open", text)) == 1


def test_the_reason_for_another_plan_is_kept_beside_that_plan(people, client_of):
    one = laid(people, planned(people.home.enterprise, STEP, others=((CODE,), (STEP, CODE))))
    address = reverse("followup:plan-step", args=[one.pk, "choose"])
    text = refused(client_of("zhuanyuan"), address, index="2", reason="企业选的", **STALE)
    assert re.search(r'id="choose2"[^>]*value="企业选的"', text) and text.count("企业选的") == 1


def test_a_refused_postponement_keeps_the_new_purpose(people, client_of):
    one = visit_planned(people.specialist, people)
    address = reverse("followup:visit-step", args=[one.pk, "postpone"])
    text = refused(client_of("zhuanyuan"), address, on="2026-11-26", purpose="改看专利", reason="企业出差", **STALE)
    assert re.search(r'id="new-purpose"[^>]*value="改看专利"', text) and 'value="2026-11-26"' in text
    assert one.purpose in client_of("zhuanyuan").get(reverse("followup:visit", args=[one.pk])).content.decode()


def test_a_refused_handing_over_keeps_what_was_typed_and_stays_open(people, client_of):
    step = adopted(people).stages.first()
    address, client = reverse("followup:stage", args=[step.pk]), client_of("zhuanyuan")
    text = refused(client, address, did="hand", person="李工", due="2020-01-01", reason="提前", version=step.version)
    for name, value in (("person", "李工"), ("due", "2020-01-01"), ("hand-reason", "提前")):
        assert re.search(rf'id="{name}"[^>]*value="{value}"', text), name
    assert "open><summary" in text.replace("> <", "><") and 'id="on" name="on" value="2026-11-20"' in text
    text = refused(client, address, did="note", words="已立项", on="2026-12-20", state="doing", version=step.version)
    assert "已立项</textarea>" in text and f'value="{step.due.isoformat()}"' in text
    Stage.objects.filter(pk=step.pk).update(state="done", ended=date(2026, 11, 20))
    assert "改责任人与完成日" not in client.get(address).content.decode(), "了结的不能改"


def test_links_of_a_list_shown_after_a_refusal_lead_to_the_list(people, client_of):
    laid(people)
    same = {**Paper.objects.values().get(), "id": None, "open_key": None}
    Paper.objects.bulk_create(Paper(**same | {"number": at}) for at in range(2, ROWS + 2))
    client, page = client_of("gly"), reverse("followup:plans")
    for address in ("followup:plan-draft", "followup:plan-batch"):
        text = refused(client, reverse(address) + "?state=draft", reason="")
        (action,) = re.findall(r'<form method="get" action="([^"]*)"', text)
        (after,) = re.findall(r'class="page-link" href="([^"]*)"', text)
        assert action == page and after == f"{page}?state=draft&amp;page=2"
        assert client.get(after.replace("&amp;", "&")).status_code == 200
    ledger = reverse("followup:ledger", args=["work"])
    text = refused(client, reverse("followup:ledger-back", args=["work"]), reason="改")
    assert f'<form method="get" action="{ledger}"' in text
