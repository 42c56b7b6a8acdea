"""巡检用的参数，培育库与育苗的：每个函数给一个真的编号，都取自东昌府区；见 arguments.py。"""

import json
from datetime import date
from typing import Any

from tests.access.county import firm, other

from miaopu.access.models import Account
from miaopu.nurture.demands.models import Demand, Match, Result
from miaopu.nurture.followup.models import (
    Attachment,
    Diagnosis,
    Imported,
    Paper,
    Point,
    Record,
    Request,
    RequestStep,
    Stage,
)
from miaopu.nurture.followup.models import Visit as Seen
from miaopu.nurture.followup.plans.frozen import freeze
from miaopu.nurture.registers.models import Entry
from miaopu.nurture.specialists.models import Contact, Draft, Event, Invitation, Pairing, Person, Training
from miaopu.plan.result import Plan, Planned, Step
from miaopu.selection.city import today
from miaopu.selection.library.models import Alert, Choice, Dispatch, Issue, Item, Member, Move, Parcel, Proof, QuotaSet
from miaopu.selection.library.models import Draft as Pick
from miaopu.selection.screening.models import Firm


def library_member(one: Firm | None = None) -> int:
    """一件企业的入库提名；没有写的取东昌府区那一家，下同。"""
    one = one or firm()
    told = {"name": one.name, "district": one.district, "tier": "LG", "tier_title": "“小巨人”", "state": "proposed"}
    told |= {"round": "walk", "rank": 1, "verdict": 0, "band": "待核", "situation": "巡检", "by": "巡检", "year": 2026}
    return Member.objects.get_or_create(enterprise=one.enterprise, defaults=told)[0].pk


def library_draft() -> int:
    """一份没有选成的草案；看过的两家各在东昌府区与茌平区。"""
    told = {"total": 1, "note": "巡检", "reason": "巡检", "by": "巡检"}
    quota = QuotaSet.objects.get_or_create(tier="WALK", year=2026, version=1, defaults=told)[0]
    told = {"tier_title": "巡检", "year": 2026, "round": "walk", "chosen": 0, "clash": "巡检", "by": "巡检"}
    made = Pick.objects.get_or_create(tier="WALK", quota=quota, defaults=told)[0]
    for one in (firm(), other()):
        told = {"name": one.name, "district": one.district, "rank": 1, "band": "待核", "weight": "1", "chosen": True}
        Choice.objects.get_or_create(draft=made, enterprise=one.enterprise, defaults=told | {"reason": "巡检"})
    return made.pk


def library_parcel(one: Firm | None = None) -> int:
    """发给一个县区的一份，里面有它的一家。"""
    one = one or firm()
    told = {"tier_title": "巡检", "year": 2026, "reason": "巡检", "by": "巡检"}
    made = Dispatch.objects.get_or_create(tier="WALK", defaults=told)[0]
    told = {"county": one.county, "due": today()}
    parcel = Parcel.objects.get_or_create(dispatch=made, district=one.district, defaults=told)[0]
    Item.objects.get_or_create(parcel=parcel, member_id=library_member(one))
    return parcel.pk


def library_proof() -> int:
    """一份东昌府区企业变动的依据。"""
    told = {"after": "proposed", "reason": "巡检", "by": "巡检"}
    move = Move.objects.get_or_create(member_id=library_member(), code="nominate", defaults=told)[0]
    return Proof.objects.get_or_create(move=move, defaults={"name": "巡检.pdf", "path": "walk", "digest": "0"})[0].pk


def library_issue() -> int:
    """一版发布的名单，两个县区的各一家。"""
    told = {"tier_title": "巡检", "meeting_on": today(), "minutes": "巡检", "reason": "巡检", "firms": 0}
    told |= {"path": "walk", "seal": "sm3:0", "by": "巡检"}
    made = Issue.objects.get_or_create(tier="WALK", year=2026, version=1, defaults=told)[0]
    made.members.set([library_member(firm(1)), library_member(other(1))])
    return made.pk


def person(one: Firm | None = None) -> int:
    """名册里一名专员，与企业同一个县区。"""
    one = one or firm()
    told = {"kind": "specialist", "district": one.district, "capacity": 5, "state": "appointed", "updated_by": "巡检"}
    return Person.objects.get_or_create(name=f"巡检专员{one.county}", defaults=told)[0].pk


def pairing(one: Firm | None = None) -> int:
    """一对分工。"""
    one = one or firm()
    told = {
        "name": one.name,
        "district": one.district,
        "person_id": person(one),
        "since": today(),
        "reason": "巡检",
        "by": "巡检",
    }
    return Pairing.objects.get_or_create(enterprise=one.enterprise, defaults=told)[0].pk


def pair_draft() -> int:
    """一份分工草案。"""
    return Draft.objects.get_or_create(by="巡检", defaults={"least": True, "firms": firm().enterprise})[0].pk


def training() -> int:
    """一场培训。"""
    return Training.objects.get_or_create(title="巡检", defaults={"on": today(), "by": "巡检"})[0].pk


def followed(one: Firm) -> dict[str, Any]:
    """跟进各表共用的：一家企业的几项。"""
    return {"enterprise": one.enterprise, "name": one.name, "district": one.district, "updated_by": "巡检"}


def request(one: Firm | None = None) -> int:
    """一件企业的诉求。"""
    one = one or firm()
    told = {"kind": "other", "words": "巡检", "raised_on": today(), "due": today(), "soon": today()}
    told |= followed(one) | {"raised_by": "巡检"}
    return Request.objects.get_or_create(enterprise=one.enterprise, title="巡检", defaults=told)[0].pk


def seen(one: Firm | None = None) -> int:
    """一次企业的走访。"""
    one = one or firm()
    told = followed(one) | {
        "body": "county",
        "body_title": "巡检",
        "on": today(),
        "asked": True,
        "invitation": "巡检",
        "state": "recorded",
    }
    told |= {"planned_by": "巡检"}
    made = Seen.objects.get_or_create(enterprise=one.enterprise, purpose="巡检", defaults=told)[0]
    told = {"on": today(), "purpose": "巡检", "people": "巡检", "by": "巡检"}
    Record.objects.get_or_create(visit=made, number=1, defaults=told | {"key": f"walk-{made.pk}"})
    return made.pk


def attached() -> int:
    """一个东昌府区企业诉求的附件。"""
    told = {"act": "raise", "words": "巡检", "on": today(), "by": "巡检", "role": "巡检"}
    step = RequestStep.objects.get_or_create(request_id=request(), defaults=told)[0]
    return Attachment.objects.get_or_create(step=step, defaults={"name": "a.pdf", "path": "0", "size": 1})[0].pk


def paper(one: Firm | None = None) -> int:
    """一份企业的方案。"""
    one = one or firm()
    plan = Plan(one.enterprise, "LG-2026", today(), today(), (STEP,), {}, {}, (), ())
    told = followed(one) | {"standard": "LG-2026", "possible": True, "known_on": today(), "judged_on": today()}
    told |= {"low": 1, "high": 1, "frozen": freeze(Planned(plan)), "digest": "0", "made_by": "巡检"}
    return Paper.objects.get_or_create(enterprise=one.enterprise, tier="WALK", number=1, defaults=told)[0].pk


STEP = Step("walk", "巡检", None, "", (1, 1), date(2026, 12, 1), date(2027, 3, 1), 2026, (), (), "企业", "", "", "")


def stage() -> int:
    """方案的一步。"""
    told = {"measure": "walk", "title": "巡检", "low": 1, "high": 1, "start": STEP.start, "due": STEP.ready}
    return Stage.objects.get_or_create(paper_id=paper(), place_order=0, defaults={**told, "party": "企业"})[0].pk


def imported() -> int:
    """一次东昌府区主管交回的台账。"""
    owner = Account.objects.get(login="dongchangfu")
    told = {"kind": "work", "digest": "0", "reason": "巡检", "rows": 0, "changes": 0, "complaints": 0, "by": "巡检"}
    return Imported.objects.get_or_create(name="巡检.xlsx", defaults={**told, "owner": owner})[0].pk


def demand(one: Firm | None = None) -> int:
    """一项企业的技术需求，县区审核通过了的。"""
    one = one or firm()
    told = {"name": one.name, "uscc": one.uscc, "district": one.district, "title": "巡检的需求", "state": "vetted"}
    told |= {"created_by": "巡检", "updated_by": "巡检", "contact": "巡检人", "phone": "13800000000"}
    return Demand.objects.get_or_create(enterprise=one.enterprise, defaults=told)[0].pk


def match() -> int:
    """一次东昌府区企业的对接。"""
    result, _ = Result.objects.get_or_create(
        institute="虚构院所", title="巡检", defaults={"field": "other", "updated_by": "巡检"}
    )
    return Match.objects.get_or_create(demand_id=demand(), result=result, defaults={"told": "巡检"})[0].pk


def entry(one: Firm | None = None) -> int:
    """一件企业的研发费用归集，已归集。"""
    one = one or firm()
    told = {
        "name": one.name,
        "uscc": one.uscc,
        "district": one.district,
        "county": one.county,
        "year": 2026,
        "made": today(),
    }
    told |= {"state": "booked", "created_by": "巡检", "updated_by": "巡检", "held": json.dumps(SPENT)}
    return Entry.objects.get_or_create(register="rd", enterprise=one.enterprise, title="巡检", defaults=told)[0].pk


SPENT = {"project": "巡检", "year": 2026, "item": "折旧", "until": "2026-09-30", "amount": 1_000_000}


def granted() -> None:
    """一件报得出的专利：导出补报表要有。"""
    held = {"name": "巡检的专利", "kind": "发明", "number": "ZL1", "granted": "2026-11-01", "applied": "是"}
    one = firm()
    told = {
        "name": one.name,
        "uscc": one.uscc,
        "district": one.district,
        "county": one.county,
        "made": today(),
        "kind": "done",
    }
    told |= {"state": "granted", "created_by": "巡检", "updated_by": "巡检", "held": json.dumps(held)}
    Entry.objects.get_or_create(register="patents", enterprise=one.enterprise, title="巡检的专利", defaults=told)


def neighbours() -> None:
    """茌平区的那一家也有同样的几件：各张清单里都有别人的，露没露出来才看得见。"""
    one = other()
    for make in (library_parcel, pairing, request, seen, paper, demand, diagnosis, invitation, contact, entry):
        make(one)
    granted()
    for each in (firm(), one):
        told = {"round": "walk", "title": each.name, "before": "满足", "after": "不满足", "told": each.name}
        Alert.objects.get_or_create(member_id=library_member(each), clause="B1a", defaults=told)
    library_draft()
    library_issue()


def diagnosis(one: Firm | None = None) -> int:
    """一次企业的专家诊断，里面一条问题。"""
    one = one or firm()
    told = {"name": one.name, "district": one.district, "standard": "巡检", "round": "walk", "on": today()}
    told |= {"way": "site", "summary": "巡检"}
    made = Diagnosis.objects.get_or_create(enterprise=one.enterprise, expert="巡检", defaults=told)[0]
    told = {"words": "巡检", "advice": "巡检", "party": "firm", "due": today(), "updated_by": "巡检"}
    Point.objects.get_or_create(diagnosis=made, place_order=0, defaults=told)
    return made.pk


def point() -> int:
    """东昌府区企业的一条诊断问题。"""
    return Point.objects.get(diagnosis=diagnosis()).pk


def event() -> int:
    """东昌府区办的一场企业活动。"""
    told = {"kind": "training", "on": today(), "district": firm().district, "county": firm().county, "by": "巡检"}
    return Event.objects.get_or_create(title="巡检", defaults=told)[0].pk


def invitation(one: Firm | None = None) -> int:
    """一家企业的一份邀请。"""
    one = one or firm()
    told = {"name": one.name, "district": one.district, "county": one.county, "by": "巡检", "on": today()}
    return Invitation.objects.get_or_create(event_id=event(), enterprise=one.enterprise, defaults=told)[0].pk


def contact(one: Firm | None = None) -> int:
    """一家企业的县级联络员。"""
    one = one or firm()
    told = {
        "name": one.name,
        "district": one.district,
        "county": one.county,
        "person_id": person(one),
        "since": today(),
    }
    told |= {"reason": "巡检", "by": "巡检", "open_key": f"{one.enterprise}:county"}
    return Contact.objects.get_or_create(enterprise=one.enterprise, level="county", defaults=told)[0].pk
