"""诉求的动作：提出、转办、退回、答复、评价、撤回、办结；每一步另记一行，只增不改；转办、退回、撤回、办结要理由。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError

from miaopu.access.act import Denied, Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.nurture.followup.files import attach, checked
from miaopu.nurture.followup.matter import card, firm_of, jotted, locked, once, optional, reasoned, required, saved
from miaopu.nurture.followup.models import Request, RequestStep
from miaopu.nurture.followup.policy.rules import COUNTY, SPECIALIST, rules
from miaopu.nurture.followup.states import Asked
from miaopu.selection.city import today, workdays

SHORT = 120


@dataclass(frozen=True)
class Want:
    """一件诉求的内容；key 是防重的标记，同一个人同一标记只成一件。"""

    kind: str
    title: str
    words: str
    contact: str = ""
    phone: str = ""
    key: str = ""


def raise_request(actor: Actor, enterprise: str, want: Want, files: Sequence[UploadedFile] = ()) -> Request:
    """提出一件诉求：企业自己，或服务专员代提。同一标记再交给出已有的那件。"""
    kept, key = checked(files), once(actor, want.key)
    try:
        with act(actor, "request.raise", f"企业 {enterprise} 的诉求") as doing:
            firm = firm_of(doing, enterprise)
            known = Request.objects.filter(key=key).first() if key else None
            if known is not None:
                return known
            made = Request.objects.create(**card(firm), **_wanted(actor, want), key=key)
            doing.target = f"诉求 {made.pk}"
            doing.after = {"企业": firm.name, "种类": rules().requests.kinds[want.kind].title, "事由": made.title}
            step = _step(actor, made, "raise", made.words)
            attach(kept, step=step)
            return made
    except IntegrityError:
        return Request.objects.get(key=key)


def _wanted(actor: Actor, want: Want) -> dict[str, Any]:
    if want.kind not in rules().requests.kinds:
        raise Wrong("请选诉求的种类")
    due = workdays().after(today(), rules().requests.route_days)
    return {
        "kind": want.kind,
        "title": required(want.title, "事由", SHORT),
        "words": required(want.words, "内容"),
        "contact": optional(want.contact, "联系人", 60),
        "phone": optional(want.phone, "联系电话", 30),
        "behalf": not actor.is_a("enterprise"),
        "raised_on": today(),
        "raised_by": actor.name,
        "owner_id": actor.account,
        "updated_by": actor.name,
        **_until(due),
    }


def _until(due: date) -> dict[str, Any]:
    """期限、提醒日、节假日表的说明。"""
    soon = workdays().after(due, -rules().requests.soon_days)
    return {"due": due, "soon": soon, "due_note": workdays().note(today(), due)}


def route(actor: Actor, number: int, version: int, target: str, reason: str) -> Request:
    """转办或改转：转给哪个部门，理由必填。改转不重新起算期限；重办的、第一次转办的按种类算。"""
    with act(actor, "request.route", f"诉求 {number}", reason=jotted(reason)) as doing:
        one = _open(doing, number, version, Asked.RAISED, Asked.ROUTED)
        doing.within(district=one.district, enterprise=one.enterprise)
        told = reasoned(doing, reason, "转办的理由", 300)
        if target not in rules().targets:
            raise Wrong("请选转给哪个部门")
        if one.at is Asked.ROUTED and one.target == target:
            raise Wrong(f"已经在{rules().targets[target]}办理；改转请选别的部门")
        first = one.routed_on is None
        due = _until(workdays().after(today(), rules().requests.kinds[one.kind].days)) if first else {}
        if not first and one.at is Asked.RAISED:
            due = _until(one.steps.filter(due__isnull=False).latest("pk").due)
        doing.before, doing.after = {"转给": one.target}, {"转给": target}
        made = saved(actor, one, state=Asked.ROUTED.value, target=target, routed_on=one.routed_on or today(), **due)
        _step(actor, made, "route", told, target=target, due=made.due)
        return made


def send_back(actor: Actor, number: int, version: int, reason: str) -> Request:
    """部门退回：不归本部门办的，写明理由，回到待转办。"""
    with act(actor, "request.answer", f"诉求 {number}", reason=jotted(reason)) as doing:
        one = _open(doing, number, version, Asked.ROUTED)
        _handles(doing, one)
        told = reasoned(doing, reason, "退回的理由", 300)
        doing.before, doing.after = {"转给": one.target}, {"状态": Asked.RAISED.word}
        due = _until(workdays().after(today(), rules().requests.route_days))
        made = saved(actor, one, state=Asked.RAISED.value, target=None, **due)
        _step(actor, made, "back", told, target=one.target)
        return made


def answer(actor: Actor, number: int, version: int, words: str, files: Sequence[UploadedFile] = ()) -> Request:
    """答复：转到哪个部门，由那个部门答；市局可以代录。"""
    kept = checked(files)
    with act(actor, "request.answer", f"诉求 {number}") as doing:
        one = _open(doing, number, version, Asked.ROUTED)
        _handles(doing, one)
        told = required(words, "答复")
        doing.before, doing.after = {"状态": one.at.word}, {"状态": Asked.ANSWERED.word, "答复": told}
        made = saved(actor, one, state=Asked.ANSWERED.value, answer=told, answered_on=today(), answered_by=actor.name)
        attach(kept, step=_step(actor, made, "answer", told, target=one.target))
        return made


def rate(actor: Actor, number: int, version: int, score: int | None, words: str = "") -> Request:
    """企业评价：score 1—5 即办结；None 是不满意：第一次重办，再不满意的办结而不算办成。"""
    with act(actor, "request.rate", f"诉求 {number}") as doing:
        one = _open(doing, number, version, Asked.ANSWERED)
        doing.within(enterprise=one.enterprise)
        told = optional(words, "评价") if score else required(words, "不满意在哪里")
        if score is not None and not 1 <= score <= 5:
            raise Wrong("满意度应是 1 至 5")
        doing.after = {"满意度": score if score else "不满意"}
        if score is None and one.reopened < rules().requests.reopen_most:
            return _reopened(actor, one, told or "")
        solved = score is not None and score >= rules().requests.solved_score
        changes = {"state": Asked.CLOSED.value, "closed_on": today(), "solved": solved}
        made = saved(actor, one, score=score, rated_words=told, **changes)
        _step(actor, made, "rate", f"{f'{score} 分' if score else '不满意'}{f'：{told}' if told else ''}")
        return made


def _reopened(actor: Actor, one: Request, told: str) -> Request:
    due = _until(workdays().after(today(), rules().requests.kinds[one.kind].days))
    changes = {"state": Asked.ROUTED.value, "reopened": one.reopened + 1, "answered_on": None, "answered_by": None}
    made = saved(actor, one, **changes, rated_words=told, **due)
    _step(actor, made, "reopen", told, target=one.target, due=made.due)
    return made


def withdraw(actor: Actor, number: int, version: int, reason: str) -> Request:
    """企业（或代提的专员）撤回还没有办结的。"""
    with act(actor, "request.raise", f"诉求 {number}", reason=jotted(reason)) as doing:
        one = _open(doing, number, version, Asked.RAISED, Asked.ROUTED, Asked.ANSWERED)
        doing.within(enterprise=one.enterprise)
        told = reasoned(doing, reason, "撤回的理由", 300)
        doing.before, doing.after = {"状态": one.at.word}, {"状态": Asked.WITHDRAWN.word}
        made = saved(actor, one, state=Asked.WITHDRAWN.value, closed_on=today())
        _step(actor, made, "withdraw", told)
        return made


def close(actor: Actor, number: int, version: int, reason: str) -> Request:
    """企业迟迟没有评价的，主管部门写明理由办结；不算办成。"""
    days = rules().requests.unrated_days
    with act(actor, "request.route", f"诉求 {number}", reason=jotted(reason)) as doing:
        one = _open(doing, number, version, Asked.ANSWERED)
        doing.within(district=one.district, enterprise=one.enterprise)
        told = reasoned(doing, reason, "办结的理由", 300)
        since = workdays().after(one.answered_on, days)
        if today() < since:
            raise Wrong(f"答复以后 {days} 个工作日内等企业评价；{since.isoformat()} 起才能办结")
        made = saved(actor, one, state=Asked.CLOSED.value, closed_on=today())
        _step(actor, made, "close", told)
        return made


def _open(doing: Doing, number: int, version: int, *states: Asked) -> Request:
    """锁住，状态须是其中之一。"""
    one = locked(doing, Request, number, None)
    if not _sees(doing, one):
        raise Denied(f"没有{doing.target}，或不在您的范围里；请联系所在县区或市局")
    one = locked(doing, Request, number, version)
    if one.at not in states:
        raise Wrong(f"这件诉求现在是“{one.at.word}”，不能这样办；请刷新后再看")
    return one


def _sees(doing: Doing, one: Request) -> bool:
    reach = doing.reach
    ours = reach.departments is not None and one.target is not None and reach.of_department(one.target)
    return ours or reach.covers(district=one.district, enterprise=one.enterprise)


def _handles(doing: Doing, one: Request) -> None:
    """转给谁的由谁答：部门、县区、专员；市局都可以代录。"""
    reach = doing.reach
    ours = reach.departments is not None and one.target is not None and reach.of_department(one.target)
    county = one.target in (COUNTY, SPECIALIST) and one.district in reach.districts
    mine = one.target == SPECIALIST and one.enterprise in reach.enterprises
    if not (reach.everywhere or ours or county or mine):
        raise Denied(f"这件诉求转给了{rules().targets.get(one.target or '', '别的部门')}，由那里答复")


def _step(actor: Actor, one: Request, did: str, words: str, **more: Any) -> RequestStep:
    told = {"on": today(), "by": actor.name, "role": actor.titles[:120]}
    return RequestStep.objects.create(request=one, act=did, words=words, **told, **more)
