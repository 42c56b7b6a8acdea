"""走访的动作：登记、加入、退出、改期、取消；改期、取消只由登记的部门或市局办。未经邀请而超过次数、在休息日的，没有理由不办（数据库约束另把一道关）。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError

from miaopu.access.act import Denied, Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.nurture.followup.matter import (
    GONE,
    body_of,
    card,
    firm_of,
    jotted,
    locked,
    once,
    optional,
    own_visit,
    placed,
    reasoned,
    required,
    saved,
)
from miaopu.nurture.followup.models import Joined, Visit
from miaopu.nurture.followup.policy.quiet import dated, rests, room
from miaopu.nurture.followup.queries.requests import requests
from miaopu.nurture.followup.states import Seen
from miaopu.selection.city import today
from miaopu.selection.screening.models import Firm

SHORT = 300


@dataclass(frozen=True)
class Intent:
    """要去走访：哪天、为什么；invitation 是企业怎么邀请的，request 是由哪件诉求引起的，over 是破例的理由。"""

    on: date
    purpose: str
    invitation: str = ""
    request: int | None = None
    over: str = ""
    key: str = ""


def plan(actor: Actor, enterprise: str, intent: Intent) -> Visit:
    """登记一次走访；同一标记再交给出已有的那次。"""
    key = once(actor, intent.key)
    try:
        with act(actor, "visit.ask", f"走访企业 {enterprise}", reason=jotted(intent.over)) as doing:
            firm = _firm(doing, enterprise)
            known = Visit.objects.filter(key=key).first() if key else None
            if known is not None:
                return known
            body, title = body_of(actor, "visit.ask", firm.county)
            told = _invited(actor, firm.enterprise, intent) | _when(firm.enterprise, intent)
            made = Visit.objects.create(
                **card(firm), **told, body=body, body_title=title, purpose=required(intent.purpose, "目的", SHORT),
                planned_by=actor.name, owner_id=actor.account, updated_by=actor.name, key=key,
            )  # fmt: skip
            doing.target = f"走访 {made.pk}"
            doing.after = {"企业": firm.name, "日期": made.on, "部门": title, "破例": made.over}
            return made
    except IntegrityError as error:
        return _again(key, error)


def _again(key: str | None, error: Exception) -> Visit:
    """两份同时到：同一标记的给先到的那次；抢名额的请后来的重办。"""
    known = Visit.objects.filter(key=key).first() if key else None
    if known is None:
        raise Wrong(GONE) from error
    return known


def _firm(doing: Doing, enterprise: str) -> Firm:
    """部门数据员可以登记任何一家（只看得到名称与县区）；其余的要在范围里。"""
    found = Firm.objects.filter(enterprise=enterprise).first()
    return found if found is not None and doing.reach.departments else firm_of(doing, enterprise)


def _invited(actor: Actor, enterprise: str, intent: Intent) -> dict[str, Any]:
    """应邀的：企业怎么邀请的，或由哪件诉求引起（只认自己看得到的，别的部门在办的不能作自己上门的由头）。"""
    words, asked = optional(intent.invitation, "邀请的说明", SHORT), intent.request
    one = None if asked is None else requests(actor).filter(pk=asked, enterprise=enterprise).first()
    if asked is not None and one is None:
        raise Wrong("这家企业没有这件诉求，或不在您的范围里；请重选，或按未经邀请的登记")
    if one is not None and one.at.ended:
        raise Wrong(f"这件诉求{one.at.word}，不能再作上门的由头；请写企业的邀请，或按未经邀请的登记")
    return {"asked": bool(words or asked), "invitation": words, "request_id": asked}


def _when(enterprise: str, intent: Intent, but: int | None = None) -> dict[str, Any]:
    """日期与名额：应邀的不占名额；没有名额的、在休息日的要理由，名额还有的照占。"""
    dated(intent.on)
    if optional(intent.invitation, "邀请的说明", SHORT) or intent.request is not None:
        return {"on": intent.on}
    found, over = room(enterprise, intent.on, but), optional(intent.over, "破例的理由", SHORT)
    rest = rests(intent.on)
    if rest and over is None:
        raise Wrong(f"{intent.on.isoformat()} 是休息日，未经邀请不上门；请改到工作日，或写明企业的邀请或破例的理由")
    if found.free:
        slots = {"month_slot": found.month, "quarter_slot": found.quarter}
        return {"on": intent.on, **slots, "over_reason": over if rest else None}
    if over is None:
        raise Wrong(f"{found.told}。请加入已有的一次，或写明非去不可的理由")
    return {"on": intent.on, "over_reason": over}


def join(actor: Actor, number: int, words: str) -> Visit:
    """加入别的部门登记的走访，写明要问什么：几个部门一次问完。"""
    with act(actor, "visit.ask", f"走访 {number}") as doing:
        one = locked(doing, Visit, number, None)
        _firm(doing, one.enterprise)
        told = required(words, "要问什么", SHORT)
        body, title = body_of(actor, "visit.ask", one.county)
        if one.at is not Seen.PLANNED:
            raise Wrong(f"这次走访{one.at.word}，不能再加入；请另行登记")
        if body in (one.body, *(each.body for each in one.going)):
            raise Wrong(f"{title}已经在这次走访里；要补充请直接告诉{one.planned_by}")
        Joined.objects.create(visit=one, body=body, body_title=title, words=told, by=actor.name)
        doing.after = {"加入": title, "要问": told}
        return saved(actor, one)


def leave(actor: Actor, number: int, version: int, reason: str) -> Visit:
    """加入的部门不去了：写明理由退出，走访照旧；登记的部门不去了用取消。"""
    with act(actor, "visit.ask", f"走访 {number}", reason=jotted(reason)) as doing:
        one = own_visit(doing, number, version)
        told = reasoned(doing, reason, "退出的理由", SHORT)
        body, title = body_of(actor, "visit.ask", one.county)
        if one.at is not Seen.PLANNED:
            raise Wrong(f"这次走访{one.at.word}，不能再退出")
        if not one.joined.filter(body=body, left_on=None).update(left_on=today(), left_why=told):
            raise Wrong(f"{title}没有加入这次走访，不用退出；登记的部门不去了请取消")
        doing.before, doing.after = {"同去": title}, {"退出": title}
        return saved(actor, one)


def _organised(doing: Doing, number: int, version: int) -> Visit:
    """锁住自己这边登记的一次；只是加入的不能替登记的部门改期、取消，市局都能。"""
    one = own_visit(doing, number, version)
    if not doing.reach.everywhere and body_of(doing.actor, doing.operation, one.county)[0] != one.body:
        raise Denied(
            f"这次走访是{one.body_title}登记的，改期、取消由{one.body_title}或市局办；您这边不去了请“退出”并写明理由"
        )
    return one


def postpone(actor: Actor, number: int, version: int, intent: Intent, reason: str) -> Visit:
    """改期、改目的；名额照新的日期另算，企业这回邀请了的、改由诉求引起的不占名额。"""
    with act(actor, "visit.ask", f"走访 {number}", reason=jotted(reason)) as doing:
        one = _organised(doing, number, version)
        reasoned(doing, reason, "改期的理由", SHORT)
        if one.at is not Seen.PLANNED:
            raise Wrong(f"这次走访{one.at.word}，不能改期")
        purpose = required(intent.purpose, "目的", SHORT)
        changes: dict[str, Any] = {"on": intent.on}
        if one.asked:
            dated(intent.on)
        else:
            changes |= {"month_slot": None, "quarter_slot": None, "over_reason": None}
            changes |= _invited(actor, one.enterprise, intent) | _when(one.enterprise, intent, one.pk)
        doing.before, doing.after = {"日期": one.on, "目的": one.purpose}, {"日期": intent.on, "目的": purpose}
        return placed(actor, one, purpose=purpose, **changes)


def cancel(actor: Actor, number: int, version: int, reason: str) -> Visit:
    """取消登记，让出名额。"""
    with act(actor, "visit.ask", f"走访 {number}", reason=jotted(reason)) as doing:
        one = _organised(doing, number, version)
        told = reasoned(doing, reason, "取消的理由", SHORT)
        if one.at is not Seen.PLANNED:
            raise Wrong(f"这次走访{one.at.word}，不能取消")
        doing.before, doing.after = {"状态": one.at.word}, {"状态": Seen.CANCELLED.word}
        return saved(actor, one, state=Seen.CANCELLED.value, cancelled_why=told, month_slot=None, quarter_slot=None)
