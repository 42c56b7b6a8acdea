"""走访记录的动作：填写、更正（另成一版，写明理由）、企业签认、纸面签认（附照片并写理由）。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.nurture.followup.actions.visits import Intent, plan
from miaopu.nurture.followup.files import attach, checked
from miaopu.nurture.followup.matter import jotted, locked, once, optional, own_visit, placed, reasoned, required, saved
from miaopu.nurture.followup.models import Attachment, Finding, Record, Signing, Visit
from miaopu.nurture.followup.policy.quiet import dated, rests, room
from miaopu.nurture.followup.states import Seen
from miaopu.selection.city import today

SHORT, LONG, MOST = 300, 500, 30
ACCOUNT, PAPER = "account", "paper"


@dataclass(frozen=True)
class Found:
    """一条发现：关于哪条条款或措施、说了什么、缺口补没补上。"""

    words: str
    about: str = ""
    closed: bool = False


@dataclass(frozen=True)
class Told:
    """一次走访的记录；key 是防重的标记，why 是更正的理由（第一版不用写）。"""

    on: date
    purpose: str
    people: str
    firm_people: str = ""
    findings: tuple[Found, ...] = ()
    next_step: str = ""
    next_on: date | None = None
    why: str = ""
    key: str = ""


Files = Sequence[UploadedFile]


def record(actor: Actor, number: int, version: int | None, told: Told, files: Files = (), photos: Files = ()) -> Visit:
    """填写一次走访；已有记录的是更正，另成一版，须写理由，原来的签认只对旧版有效。同一标记再交不成两版。"""
    kept, key = checked(files, photos), once(actor, told.key)
    try:
        with act(actor, "visit.record", f"走访 {number}", reason=jotted(told.why)) as doing:
            known = Record.objects.filter(key=key, visit=number).first() if key else None
            one = own_visit(doing, number, None if known else version)
            if known is not None:
                return one
            _check(one, told)
            last = one.records.first()
            made = _written(actor, one, told, last.number + 1 if last else 1, key)
            _carried(last, made)
            attach(kept, record=made)
            doing.before = {"版": last.number} if last else {}
            doing.after = {"版": made.number, "企业": one.name, "发现": len(told.findings), "附件": len(kept)}
            return placed(actor, one, state=Seen.RECORDED.value, on=told.on, **_rebooked(one, told))
    except IntegrityError as error:
        known = Record.objects.filter(key=key).first() if key else None
        if known is None:
            raise Wrong("刚刚有人也在填这次走访，没有办；请刷新后再交") from error
        return known.visit


def drop_in(actor: Actor, enterprise: str, intent: Intent, told: Told, files: Files = (), photos: Files = ()) -> Visit:
    """没有登记过的走访：登记与记录一次办妥，有一样不行就都不办；照样查非请勿扰。"""
    with transaction.atomic():
        made = plan(actor, enterprise, intent)
        return record(actor, made.pk, None, told, files, photos)


def _check(one: Visit, told: Told) -> None:
    if one.at is Seen.CANCELLED:
        raise Wrong("这次走访已取消，不能填记录；请重新登记")
    if told.on > today():
        raise Wrong(f"走访日 {told.on.isoformat()} 在今天之后；记录只填已经去过的")
    if told.next_on is not None and told.next_on < told.on:
        raise Wrong(f"下次日期 {told.next_on.isoformat()} 早于走访日；请改正")
    if one.at is not Seen.PLANNED and not optional(told.why, "更正的理由", SHORT):
        raise Wrong("这次走访已有记录；更正要写理由，原来的一版还在")
    if len(told.findings) > MOST:
        raise Wrong(f"发现有 {len(told.findings)} 条，最多 {MOST} 条；请归并")


def _rebooked(one: Visit, told: Told) -> dict[str, Any]:
    """实际去的不是登记的那天：日子照补记的限期（更正的从原来那天起）；未经邀请占着名额的，名额与休息日照实际那天算，

    没有名额、在休息日而没有破例理由的先改期写明，更正的记更正的理由。
    """
    if told.on == one.on:
        return {}
    dated(told.on, None if one.at is Seen.PLANNED else one.on)
    if one.asked or one.month_slot is None:
        return {}
    found, over = room(one.enterprise, told.on, one.pk), one.over_reason
    why = f"{told.on.isoformat()} 是休息日，未经邀请不上门" if rests(told.on) and not over else ""
    why = why if found.free else found.told
    if why and one.at is Seen.PLANNED:
        raise Wrong(f"{why}。登记的是 {one.on.isoformat()}；请先“改期”到实际去的那天并写明破例的理由，再填记录")
    over = (over or f"更正日期：{told.why}"[:SHORT]) if why else over
    slots = (found.month, found.quarter) if found.free else (None, None)
    return dict(zip(("month_slot", "quarter_slot"), slots, strict=True)) | {"over_reason": over}


def _written(actor: Actor, one: Visit, told: Told, number: int, key: str | None) -> Record:
    made = Record.objects.create(
        visit=one,
        number=number,
        on=told.on,
        purpose=required(told.purpose, "目的", SHORT),
        people=required(told.people, "参加人员", SHORT),
        firm_people=optional(told.firm_people, "企业方", SHORT),
        next_step=optional(told.next_step, "下一步", LONG),
        next_on=told.next_on,
        why=optional(told.why, "更正的理由", SHORT) if number > 1 else None,
        by=actor.name,
        owner_id=actor.account,
        key=key,
    )
    rows = [(at, required(each.words, "发现", LONG), each) for at, each in enumerate(told.findings)]
    Finding.objects.bulk_create(
        Finding(record=made, place_order=at, words=words, about=optional(each.about, "关于", 80), closed=each.closed)
        for at, words, each in rows
    )
    return made


def _carried(last: Record | None, made: Record) -> None:
    """更正时，上一版的附件照挂在新版上（同一份文件）。"""
    names = ("name", "path", "size", "digest", "photo", "taken")
    before = last.files.all() if last else ()
    Attachment.objects.bulk_create(
        Attachment(record=made, **{name: getattr(one, name) for name in names}) for one in before
    )


def sign(actor: Actor, number: int, version: int, words: str = "") -> Visit:
    """企业账号签认最新的一版，可以留话。"""
    with act(actor, "visit.sign", f"走访 {number}") as doing:
        doing.within(enterprise=locked(doing, Visit, number, None).enterprise)
        one, told = locked(doing, Visit, number, version), optional(words, "企业的话", LONG)
        _signed(actor, one, ACCOUNT, told)
        doing.after = {"签认": "企业账号", "留话": told}
        return saved(actor, one, state=Seen.SIGNED.value)


def sign_paper(actor: Actor, number: int, version: int, reason: str, photos: Files) -> Visit:
    """纸面签认：附签字页的照片，写明为什么没有用账号签。"""
    kept = checked((), photos)
    with act(actor, "visit.record", f"走访 {number}", reason=jotted(reason)) as doing:
        one = own_visit(doing, number, version)
        told = reasoned(doing, reason, "用纸面签认的理由", LONG)
        if not kept:
            raise Wrong("纸面签认要附签字页的照片；请拍照后再交")
        attach(kept, signing=_signed(actor, one, PAPER, told))
        doing.after = {"签认": "纸面"}
        return saved(actor, one, state=Seen.SIGNED.value)


def _signed(actor: Actor, one: Visit, way: str, words: str | None) -> Signing:
    if one.at is not Seen.RECORDED:
        raise Wrong(f"这次走访{one.at.word}，现在不能签认")
    told: dict[str, Any] = {"way": way, "words": words, "by": actor.name, "on": today()}
    return Signing.objects.create(record=one.records.first(), **told)
