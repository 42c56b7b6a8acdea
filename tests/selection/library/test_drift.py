"""监测：掉下曾满足的一条才预警，写明是哪个数；同一轮不重复写，处置要理由，县区只处置自己的；注销、迁出另说。"""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from miaopu.access.act import Denied, Wrong
from miaopu.ledger.journal.chain import digest
from miaopu.selection.library.actions.alerts import acknowledge, watch
from miaopu.selection.library.models import Alert, Member
from miaopu.selection.library.queries.dispatches import todo
from miaopu.selection.library.watch import drift
from miaopu.selection.library.watch.baseline import Stand, compared, frozen, stands
from miaopu.selection.screening.queries import current
from miaopu.standards.tree.state import State

pytestmark = pytest.mark.django_db


def fallen(one, count=1):
    """把一家的基线改成：现在不满足的头几条那时是满足的（连摘要一起换，像是那时真这样）；给这几条的编号。"""
    stand = frozen(one)
    now = stands(current(), one.tier, [one.enterprise])[one.enterprise]
    failing = [name for name, told in now.clauses.items() if State(told[0]) is State.fail_][:count]
    clauses = {name: [1, *told[1:]] if name in failing else told for name, told in stand.clauses.items()}
    line = Stand(**{**stand.__dict__, "clauses": clauses}).line()
    path = Path(settings.HOME) / f"{one.baseline_file}.{one.pk}"
    path.write_text(line, encoding="utf-8")
    place = path.relative_to(settings.HOME).as_posix()
    Member.objects.filter(pk=one.pk).update(baseline_file=place, baseline_line=1, baseline_seal=digest(line.encode()))
    return failing


def test_nothing_drifts_on_the_round_of_entry(actor, adopted):
    assert watch(actor("gly")) == 0 and not Alert.objects.exists()


def test_a_line_once_held_and_now_lost_is_told_with_its_number(actor, client_of, adopted):
    one = next(one for one in adopted if one.band == "差一项")
    lost = fallen(one)
    assert watch(actor("gly")) == len(lost) == 1
    found = Alert.objects.get()
    assert (found.member_id, found.clause, found.column) == (one.pk, lost[0], lost[0])
    assert found.before.startswith("满足") and found.after.startswith("不满足") and found.title in found.told
    assert watch(actor("gly")) == 0, "同一轮再监测不重复写"
    page = client_of("gly").get("/library/alerts/").content.decode()
    assert one.name in page and f"/firms/{one.enterprise}/numbers/" in page
    assert client_of("gly").get(f"/firms/{one.enterprise}/numbers/{found.column}/").status_code == 200
    shown = client_of("gly").get(f"/library/members/{one.pk}/baseline/").content.decode()
    assert found.title in shown
    assert {item.title: item.count for item in todo(actor("gly"))}["培育库预警待处置"] == 1


def test_alerts_are_acknowledged_with_a_reason_by_those_in_reach(actor, adopted):
    one = next(one for one in adopted if one.band == "差一项")
    fallen(one)
    watch(actor("gly"))
    found = Alert.objects.get()
    with pytest.raises(Wrong, match="要写明理由"):
        acknowledge(actor("gly"), [found.pk], " ")
    outsider = "chiping" if one.district != "371503" else "dongchangfu"
    with pytest.raises(Denied):
        acknowledge(actor(outsider), [found.pk], "已核实")
    with pytest.raises(Wrong, match="请市局发起"):
        watch(actor(outsider))
    acknowledge(actor("jingban"), [found.pk], "口径变了，已联系企业")
    with pytest.raises(Wrong, match="已由演示·市局经办处置"):
        acknowledge(actor("gly"), [found.pk], "再处置")


def test_improving_or_staying_is_not_drift(actor, adopted):
    stand = frozen(adopted[0])
    assert not any(one.worse for one in compared(stand, stand))
    name = next(name for name, told in stand.clauses.items() if State(told[0]).met)
    for state, worse in ((State.fail_, True), (State.unknown, True), (State.exempt, False), (State.manual, True)):
        changed = replace(stand, clauses={**stand.clauses, name: (int(state), *stand.clauses[name][1:])})
        assert any(one.worse for one in compared(stand, changed)) is worse
        assert not any(one.worse for one in compared(changed, stand)) or state is State.exempt


def test_a_firm_that_is_cancelled_is_told(adopted, monkeypatch):
    one = adopted[0]
    now = stands(current(), one.tier, [one.enterprise])[one.enterprise]
    gone = replace(now, values={**now.values, "status": "cancelled"})
    monkeypatch.setattr(drift, "stands", lambda *given: {one.enterprise: gone})
    told = drift.drifted(current(), one.tier, [one])
    assert [each.clause for each in told] == ["status"] and "应办“企业注销、吊销、迁出而退出”" in told[0].told


def test_the_frozen_line_reads_back_the_same(adopted):
    one = adopted[0]
    stand = frozen(one)
    assert json.loads(stand.line()) == json.loads(Stand(**json.loads(stand.line())).line())
