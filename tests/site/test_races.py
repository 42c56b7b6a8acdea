"""两个人同一刻办同一件事：恰好一个办成，另一个得到一句中文，日志的链不断，办成的只留一份痕迹。SQLite 与 PostgreSQL 都跑。"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from tests.nurture.conftest import admitted, hired
from tests.nurture.followup.conftest import opened, people  # noqa: F401
from tests.nurture.followup.test_plans import adopted, planned
from tests.nurture.specialists.test_pairs import drafted as paired
from tests.selection.conftest import local, rules  # noqa: F401
from tests.site.test_together import person, together

from miaopu.access import log
from miaopu.access.act import Denied, Wrong
from miaopu.ledger.journal import open_ledger, verify
from miaopu.nurture.followup.actions import plans
from miaopu.nurture.followup.actions import requests as asking
from miaopu.nurture.followup.actions.plans import lay
from miaopu.nurture.followup.actions.requests import Want
from miaopu.nurture.followup.actions.stages import Note, progress
from miaopu.nurture.followup.models import PaperMove, Progress, RequestStep
from miaopu.nurture.registers.actions import entries
from miaopu.nurture.registers.models import Move as EntryMove
from miaopu.nurture.specialists.actions import contacts, events, pairs
from miaopu.nurture.specialists.models import Contact, Pairing
from miaopu.nurture.specialists.models import Draft as Scheme
from miaopu.selection.city import city, today
from miaopu.selection.intake.actions.batches import withdraw_batch
from miaopu.selection.intake.actions.rulings import Decision, choose, rule
from miaopu.selection.intake.queries.conflicts import conflict, conflicts
from miaopu.selection.intake.queries.identity import rows
from miaopu.selection.library.actions import alerts, dispatches, issues, members, picks
from miaopu.selection.library.evidence import given
from miaopu.selection.library.models import (
    Alert,
    Choice,
    Dispatch,
    Draft,
    Issue,
    Item,
    Member,
    Move,
    Opinion,
    Parcel,
    QuotaSet,
)
from miaopu.selection.library.narrow import Narrow
from miaopu.selection.rules import actions as proposals
from miaopu.selection.rules.models import Step
from miaopu.selection.screening.queries import current
from miaopu.terms.complaint import Refusal

CHINESE = re.compile(r"[\u4e00-\u9fff]")
WAIT = 0.3
"""先写完的等另一个也写完再提交，至多等几秒：没有锁住的，两个都会走到这里。"""


@dataclass(frozen=True)
class Race:
    """一场：两个人各办各的，办成的痕迹有几行（应多一行）；told 是被告知没有办成的有几人。"""

    first: Callable[[], Any]
    second: Callable[[], Any]
    trace: Callable[[], int]
    told: int = 1


def of_rules(it: SimpleNamespace) -> Race:
    made = it.rules.drafted()
    it.rules.submitted(made)
    it.rules.step("gly", made, "check")
    version = it.rules.fresh(made).version
    go = lambda who: lambda: proposals.move(who, made.pk, version, "approve", "同意")  # noqa: E731
    return Race(go(it.boss), go(it.other), Step.objects.filter(proposal=made, move="approve").count)


def of_identity(it: SimpleNamespace) -> Race:
    row = rows(it.boss).row(0, named=True)
    told = [
        Decision("identity", one, batch=row["batch"], row_id=row["row_id"], reason="执照在手") for one in ("new", "new")
    ]
    return Race(lambda: rule(it.boss, told[:1]), lambda: rule(it.other, told[1:]), it.entries("decision"))


def of_conflict(it: SimpleNamespace) -> Race:
    found = conflicts(it.boss).filter(pl.col("stand") == "ruled", pl.col("column").str.starts_with("revenue_t"))
    row = found.row(0, named=True)
    one = conflict(it.boss, row["enterprise"], row["column"])
    said = [(each.source, row["values"][at]["basis"]) for at, each in enumerate(one.values)][:2]
    go = lambda who, at: lambda: choose(who, one, *said[at], "核对了账册")  # noqa: E731
    return Race(go(it.boss, 0), go(it.other, 1), it.entries("decision"))


def of_batch(it: SimpleNamespace) -> Race:
    batch = next(one.id for one in it.ledger.entries() if one.kind == "batch")
    go = lambda who: lambda: withdraw_batch(who, batch, "报错了", today())  # noqa: E731
    return Race(go(it.boss), go(it.other), it.entries("withdraw"))


def of_move(it: SimpleNamespace) -> Race:
    one = it.firms[0]
    go = lambda who, step: lambda: members.move(who, {one.pk: one.version}, step, "处罚", given("决定书"))  # noqa: E731
    return Race(go(it.boss, "drop"), go(it.other, "leave"), Move.objects.filter(member=one).count)


def of_undo(it: SimpleNamespace) -> Race:
    one = members.move(it.boss, {it.firms[1].pk: it.firms[1].version}, "drop", "处罚", given("决定书"))[0]
    go = lambda who: lambda: members.undo(who, one.pk, one.version, "处罚撤了")  # noqa: E731
    return Race(go(it.boss), go(it.other), Move.objects.filter(member=one).count)


def of_alert(it: SimpleNamespace) -> Race:
    told = {"title": "研发", "before": "满足", "after": "不满足", "told": "低了"}
    one = Alert.objects.create(member=it.firms[2], round="r", clause="B3", **told)
    go = lambda who: lambda: alerts.acknowledge(who, [one.pk], f"{who.name}核实")  # noqa: E731
    return Race(go(it.boss), go(it.other), Alert.objects.exclude(acked_on=None).count)


def of_dispatch(it: SimpleNamespace) -> Race:
    go = lambda who: lambda: dispatches.dispatch(who, "SRDI", "请逐家核实")  # noqa: E731
    return Race(go(it.boss), go(it.other), Dispatch.objects.count)


def of_issue(it: SimpleNamespace) -> Race:
    """县区、市局都同意了的两家。"""
    for one in it.firms[3:5]:
        item = Item.objects.filter(live_key=one.pk).first() or _item(one)
        Opinion.objects.create(item=item, level="city", agree=True, reason="同意", by="测试")
    go = lambda who: lambda: issues.issue(who, "SRDI", date(2026, 11, 18), "纪要〔2026〕3号", "发布")  # noqa: E731
    return Race(go(it.boss), go(it.other), Issue.objects.count)


def _item(one: Member) -> Item:
    sent = Dispatch.objects.create(tier="SRDI", tier_title="专精特新", year=2026, reason="核", by="测试")
    parcel = Parcel.objects.create(dispatch=sent, district=one.district, county=one.county, due=today())
    return Item.objects.create(parcel=parcel, member=one, live_key=one.pk)


def of_pick(it: SimpleNamespace) -> Race:
    """两份草案选中同一家提名着的：都采用了，那一家只确认一回。"""
    quota = QuotaSet.objects.create(tier="SRDI", year=2026, version=1, total=1, note="试", reason="试", by="测试")
    one = it.firms[5]
    Member.objects.filter(pk=one.pk).update(state="proposed")
    told = {"enterprise": one.enterprise, "name": one.name, "rank": 1, "band": "待核", "weight": "1", "reason": "入选"}
    made = [
        Draft.objects.create(
            tier="SRDI", tier_title="专精特新", year=2026, round=current().code, quota=quota, chosen=1, by="测试"
        )
        for _ in "甲乙"
    ]
    Choice.objects.bulk_create(Choice(draft=each, chosen=True, **told) for each in made)
    go = lambda who, at: lambda: picks.adopt(who, made[at].pk, "enrol", "会议定")  # noqa: E731
    return Race(go(it.boss, 0), go(it.other, 1), Move.objects.filter(member=one).count, told=0)


def of_plan(it: SimpleNamespace) -> Race:
    own = it.people.home.enterprise
    one = lay(it.people.specialist, own, "LG", planned(own), "入库培育")
    one = plans.agree(it.people.firm, one.pk, one.version, "")
    go = lambda who: lambda: plans.adopt(who, one.pk, one.version, "可行")  # noqa: E731
    return Race(go(it.people.county), go(it.boss), PaperMove.objects.filter(paper=one).count)


def of_step(it: SimpleNamespace) -> Race:
    one = adopted(it.people).stages.first()
    go = lambda who: lambda: progress(who, one.pk, one.version, Note(today(), "办了", "doing"))  # noqa: E731
    return Race(go(it.people.specialist), go(it.people.county), Progress.objects.filter(stage=one).count)


def of_request(it: SimpleNamespace) -> Race:
    one = asking.raise_request(it.people.firm, it.people.home.enterprise, Want("tax", "加计扣除", "怎么归集"))
    one = asking.route(it.people.county, one.pk, one.version, "bureau", "市局答")
    go = lambda who: lambda: asking.answer(who, one.pk, one.version, "按辅助账")  # noqa: E731
    return Race(go(it.people.bureau), go(it.boss), RequestStep.objects.filter(request=one, act="answer").count)


def of_first_pairs(it: SimpleNamespace) -> Race:
    """还没有分工的时候，两份草案同时采用。"""
    made = [paired(it.boss, least=False) for _ in "甲乙"]
    go = lambda who, at: lambda: pairs.adopt(who, made[at].pk, "会议定")  # noqa: E731
    return Race(go(it.boss, 0), go(it.other, 1), Scheme.objects.filter(state="adopted").count)


def of_pair(it: SimpleNamespace) -> Race:
    one, fresh = Pairing.objects.filter(until=None).first(), [hired(it.boss, f"新{at}", "371503") for at in "甲乙"]
    go = lambda who, at: lambda: pairs.override(who, one.pk, one.version, fresh[at].pk, "企业要求")  # noqa: E731
    return Race(
        go(it.boss, 0),
        go(it.other, 1),
        Pairing.objects.filter(enterprise=one.enterprise, until=None, pinned=True).count,
    )


def of_contact(it: SimpleNamespace) -> Race:
    """容量只够一家：两个人同时一次定，只定成一家，后办的得知没有人可定。"""
    hired(it.boss, "市级甲", "", 1, "liaison")
    go = lambda who: lambda: contacts.fill(who, "city", "", None, "局里分工")  # noqa: E731
    return Race(go(it.boss), go(it.other), Contact.objects.count, told=0)


def of_register(it: SimpleNamespace) -> Race:
    spent = {"project": "研发", "year": "2026", "item": "折旧", "until": "2026-09-30", "amount": "1"}
    one = entries.enter(it.boss, "rd", {**spent, "enterprise": it.people.home.enterprise})
    go = lambda who: lambda: entries.move(who, one.pk, one.version, "confirm", {"reason": "审计"})  # noqa: E731
    return Race(go(it.boss), go(it.other), EntryMove.objects.filter(entry=one).count)


def of_attendance(it: SimpleNamespace) -> Race:
    made = events.announce(it.boss, {"title": "培训", "kind": "training", "on": today().isoformat()})
    events.invite(it.boss, made.pk, Narrow())
    one = made.invitations.first()
    go = lambda who, came: lambda: events.attend(who, made.pk, [events.Came(one.pk, came, "", 1)])  # noqa: E731
    return Race(go(it.boss, True), go(it.other, False), made.invitations.exclude(present=None).count)


RACES = [value for name, value in sorted(globals().items()) if name.startswith("of_")]


@pytest.fixture
def it(
    whole_site: None, own_ledger: Any, settings: Any, tmp_path: Any, request: pytest.FixtureRequest
) -> SimpleNamespace:
    """两位市局管理员、一处台账、库里的几家、几名专员、一家企业的人。"""
    settings.FILES = tmp_path / "files"
    boss, ledger = person("gly"), open_ledger(own_ledger)
    admitted(8)
    for at in range(3):
        hired(boss, f"专员{at}")
    return SimpleNamespace(
        boss=boss, other=opened("gly2", "bureau_admin"), ledger=ledger, firms=list(Member.objects.order_by("pk")),
        people=request.getfixturevalue("people"), rules=request.getfixturevalue("rules"),
        entries=lambda kind: lambda: sum(one.kind == kind for one in ledger.entries()),
    )  # fmt: skip


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """写日志（事务里的末一步）以前等另一个人；给每一场换一个新的碰头处的做法。"""
    real, held = log.append, SimpleNamespace(gate=None, seen=set())

    def append(*told: Any, **more: Any) -> Any:
        me = threading.get_ident()
        if held.gate is not None and me not in held.seen and threading.current_thread() is not threading.main_thread():
            held.seen.add(me)
            with suppress(threading.BrokenBarrierError):
                held.gate.wait(WAIT)
        return real(*told, **more)

    def renew() -> None:
        held.gate, held.seen = threading.Barrier(2), set()

    monkeypatch.setattr(log, "append", append)
    return renew


def test_of_two_at_the_same_instant_one_wins_and_the_other_is_told(
    it: SimpleNamespace, meeting: Callable[[], None]
) -> None:
    """每一场单说；一场不对不耽误别的场。"""
    wrong = {}
    for prepare in RACES:
        race = prepare(it)
        meeting()
        before = race.trace()
        found = together([race.first, race.second])
        told = [one for one in found if isinstance(one, Exception)]
        plain = all(isinstance(one, (Wrong, Refusal, Denied)) and CHINESE.search(str(one)) for one in told)
        if not plain or len(told) != race.told or race.trace() - before != 1:
            wrong[prepare.__name__] = (found, race.trace() - before)
        assert log.verify() is None, prepare.__name__
    assert not wrong, wrong
    assert verify(it.ledger) is None and city().ledger.entries()
