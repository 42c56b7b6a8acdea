"""专家诊断的动作：写一次诊断与逐条问题、报整改（要有佐证）、退回、销号、不再跟；没有话的一律不办。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError

from miaopu.access.act import Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.nurture.followup.files import attach, checked
from miaopu.nurture.followup.matter import card, firm_of, jotted, locked, once, optional, reasoned, required, saved
from miaopu.nurture.followup.models import Diagnosis, Point, PointStep
from miaopu.nurture.followup.policy.rules import rules
from miaopu.nurture.followup.states import Mend
from miaopu.selection.city import today
from miaopu.selection.screening.opening import open_firm

SHORT, LONG, MOST = 300, 500, 60
Files = Sequence[UploadedFile]


@dataclass(frozen=True)
class Issue:
    """一条问题：关于哪条条款（条款以外的空着）、问题、材料建议、谁来改、哪天前。"""

    words: str
    advice: str
    party: str
    due: date
    about: str = ""
    clause: str = ""


@dataclass(frozen=True)
class Session:
    """一次诊断：哪天、怎样做的、总的意见、逐条问题；key 是防重的标记。"""

    on: date
    way: str
    summary: str
    issues: tuple[Issue, ...]
    standard: str
    people: str = ""
    key: str = ""


def hold(actor: Actor, enterprise: str, told: Session) -> Diagnosis:
    """专家写一次诊断；只能写派给他的企业。同一标记再交给出已有的那次。"""
    key = once(actor, told.key)
    try:
        with act(actor, "diagnosis.hold", f"诊断企业 {enterprise}") as doing:
            firm = firm_of(doing, enterprise)
            known = Diagnosis.objects.filter(key=key).first() if key else None
            if known is not None:
                return known
            _check(told)
            opened = open_firm(actor, enterprise)
            made = Diagnosis.objects.create(
                **card(firm), standard=required(told.standard, "对照的标准", 80), round=opened.round.code if opened else None,
                on=told.on, way=told.way, people=optional(told.people, "企业方", SHORT),
                summary=required(told.summary, "总的意见"), expert=actor.name, owner_id=actor.account, key=key,
            )  # fmt: skip
            Point.objects.bulk_create(_point(actor, made, at, one, opened) for at, one in enumerate(told.issues))
            doing.target, doing.after = (
                f"诊断 {made.pk}",
                {"企业": firm.name, "日期": told.on, "问题": len(told.issues)},
            )
            return made
    except IntegrityError as error:
        known = Diagnosis.objects.filter(key=key).first() if key else None
        if known is None:
            raise Wrong("刚刚有人也在交这次诊断，没有办；请刷新后再交") from error
        return known


def _check(told: Session) -> None:
    known = rules().diagnoses
    if told.way not in known.ways:
        raise Wrong(f"怎样做的“{told.way or '空'}”不认得；请从 {'、'.join(known.ways.values())} 里选")
    if told.on > today():
        raise Wrong(f"诊断日 {told.on.isoformat()} 在今天之后；只写已经做过的")
    if not 0 < len(told.issues) <= MOST:
        raise Wrong(f"问题写了 {len(told.issues)} 条，应是 1 至 {MOST} 条；没有问题的也请写一条说明看过什么")
    for at, one in enumerate(told.issues, 1):
        if one.party not in known.parties:
            raise Wrong(f"第 {at} 条的“谁来改”不认得；请从 {'、'.join(known.parties.values())} 里选")
        if one.due < told.on:
            raise Wrong(f"第 {at} 条的期限 {one.due.isoformat()} 早于诊断日；请改晚")


def _point(actor: Actor, made: Diagnosis, at: int, one: Issue, opened: Any) -> Point:
    name = one.about or f"第 {at + 1} 条"
    clause = opened.figures.clause(one.clause) if opened and one.clause else None
    found = (
        f"{clause[1].state.word}（{clause[1].actual}）"
        if clause and clause[1].actual
        else clause[1].state.word
        if clause
        else None
    )
    return Point(
        diagnosis=made, place_order=at, about=optional(one.about, "关于", 80), clause=one.clause if clause else None,
        found=found[:160] if found else None, words=required(one.words, f"{name}的问题", LONG),
        advice=required(one.advice, f"{name}的材料建议", LONG), party=one.party, due=one.due, updated_by=actor.name,
    )  # fmt: skip


def mend(actor: Actor, number: int, version: int, words: str, files: Files = ()) -> Point:
    """报整改：写怎么改的，附佐证；条款在台账里已经满足的，凭台账，可以不附。"""
    kept = checked(files)
    with act(actor, "diagnosis.mend", f"诊断问题 {number}") as doing:
        one, told = _opened(doing, number, version, (Mend.OPEN,), "报整改"), required(words, "怎么改的", LONG)
        proof = None if kept else _met(actor, one)
        if not kept and proof is None:
            raise Wrong("报整改要有佐证：附文件或照片；条款在台账里已经满足的可以不附，这一条还没有")
        return _stepped(actor, doing, one, "mend", told, Mend.MENDED, kept, proof)


def _met(actor: Actor, one: Point) -> str | None:
    """这一条在这一轮里已经满足的话；还没有满足、不是条款的为 None。"""
    opened = open_firm(actor, one.diagnosis.enterprise) if one.clause else None
    found = opened.figures.clause(one.clause) if opened else None
    if opened is None or found is None or not found[1].state.met:
        return None
    return f"轮次 {opened.round.code}：{one.about} {found[1].state.word}{f'（{found[1].actual}）' if found[1].actual else ''}"[
        :200
    ]


def send_back(actor: Actor, number: int, version: int, words: str) -> Point:
    """佐证不够，退回再改。"""
    with act(actor, "diagnosis.close", f"诊断问题 {number}", reason=jotted(words)) as doing:
        one, told = _opened(doing, number, version, (Mend.MENDED,), "退回"), reasoned(doing, words, "退回的理由", LONG)
        return _stepped(actor, doing, one, "back", told, Mend.OPEN)


def close(actor: Actor, number: int, version: int, words: str) -> Point:
    """看过佐证，销号；没有报整改的不能销号。"""
    with act(actor, "diagnosis.close", f"诊断问题 {number}", reason=jotted(words)) as doing:
        one, told = _opened(doing, number, version, (Mend.MENDED,), "销号"), reasoned(doing, words, "销号的意见", LONG)
        return _stepped(actor, doing, one, "close", told, Mend.CLOSED)


def drop(actor: Actor, number: int, version: int, words: str) -> Point:
    """不再跟（写错了、情况变了），写明理由。"""
    with act(actor, "diagnosis.close", f"诊断问题 {number}", reason=jotted(words)) as doing:
        live = (Mend.OPEN, Mend.MENDED)
        one, told = _opened(doing, number, version, live, "不再跟"), reasoned(doing, words, "不再跟的理由", LONG)
        return _stepped(actor, doing, one, "drop", told, Mend.DROPPED)


def _opened(doing: Doing, number: int, version: int, states: tuple[Mend, ...], what: str) -> Point:
    """锁住一条：先查范围，再核对版本与状态。"""
    one = locked(doing, Point, number, None)
    doing.within(district=one.diagnosis.district or "-", enterprise=one.diagnosis.enterprise)
    if one.version != version:
        raise Wrong(f"{one.updated_by}刚刚办过这一条，现在是“{one.at.word}”；您填的内容还在，请核对最新情况后再提交")
    if one.at not in states:
        raise Wrong(f"这一条{one.at.word}，现在不能{what}；请刷新页面")
    return one


def _stepped(
    actor: Actor, doing: Doing, one: Point, code: str, words: str, to: Mend, kept: Sequence[Any] = (), proof: str | None = None
) -> Point:  # fmt: skip
    made = PointStep.objects.create(point=one, act=code, words=words, proof=proof, on=today(), by=actor.name)
    attach(kept, mending=made)
    doing.target = f"诊断问题 {one.pk}（{one.diagnosis.name}）"
    doing.before, doing.after = {"状态": one.at.word}, {"状态": to.word, "附件": len(kept)}
    return saved(actor, one, state=to.value, ended=today() if to.ended else None)
