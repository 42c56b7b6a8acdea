"""库里企业的动作：提名、变动、撤销变动、责任到人。没有理由的一律不办；有一家不能办就一家也不办。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import IntegrityError

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.selection.library.entry import (
    MOST,
    Versions,
    entered,
    followed,
    locked,
    moved,
    reasoned,
    round_of,
    rows_of,
    saved,
)
from miaopu.selection.library.evidence import NONE, Given
from miaopu.selection.library.models import Member, Move
from miaopu.selection.library.states import UNDO, Step, flow

BUSY = "刚刚有人动了其中的企业，没有办；请刷新再试"


@dataclass(frozen=True)
class Proposed:
    """提名的结果：新提名的，与早已在册的。"""

    made: tuple[Member, ...]
    already: tuple[Member, ...]

    def sentence(self) -> str:
        """一句话。"""
        told = f"已提名 {len(self.made)} 家" if self.made else "没有新提名的"
        known = "、".join(f"{one.name}（{one.at.title}，{one.by} {one.made:%Y-%m-%d} 提）" for one in self.already[:10])
        return f"{told}；{len(self.already)} 家早已在册，没有重复提名：{known}" if known else told


def propose(
    actor: Actor, code: str, tier: str, enterprises: Sequence[str], reason: str, proof: Given = NONE
) -> Proposed:
    """由一轮的近选名单提名若干家；不在那份名单里的抛 Wrong，不在范围里的抛 Denied，一家也不动。"""
    told, wanted = reasoned(reason), list(dict.fromkeys(enterprises))
    if not wanted or len(wanted) > MOST:
        raise Wrong(f"请选 1 至 {MOST} 家企业，现在选了 {len(wanted)} 家")
    found, held = round_of(code)
    rows = rows_of(held, tier, wanted)
    step = flow().steps["nominate"]
    try:
        with act(
            actor, step.operation, f"提名入库：{held.tiers[tier]['rung']}，{len(wanted)} 家", reason=told
        ) as doing:
            for one in rows.values():
                doing.within(district=one["district"] or "", enterprise=one["enterprise"])
            already = tuple(Member.objects.filter(open_key__in=[f"{one}:{tier}" for one in rows]).order_by("pk"))
            known = {one.enterprise for one in already}
            fresh = [row for one, row in rows.items() if one not in known]
            made = entered(actor.name, found, held, fresh, step, told, proof)
            doing.after = {"提名": [one.pk for one in made], "早已在册": [one.pk for one in already]}
    except IntegrityError as error:
        raise Wrong(BUSY) from error
    return Proposed(tuple(made), already)


def move(actor: Actor, numbers: Versions, code: str, reason: str, proof: Given = NONE) -> list[Member]:
    """办一种变动；有一家的状态不许就全部不动。"""
    told = reasoned(reason)
    step = flow().steps.get(code)
    if step is None or not step.before:
        raise Wrong("没有这种变动；请从页面上选")
    try:
        with act(actor, step.operation, f"{step.title}：{len(numbers)} 家", reason=told) as doing:
            found = locked(doing, numbers)
            _allowed(found, step)
            doing.before = {str(one.pk): one.at.title for one in found}
            moved(actor.name, found, step, told, proof)
            doing.after = {str(one.pk): one.at.title for one in found}
    except IntegrityError as error:
        raise Wrong(BUSY) from error
    return found


def _allowed(found: Sequence[Member], step: Step) -> None:
    wrong = [one for one in found if one.state not in step.before]
    if wrong:
        words = "、".join(flow().states[one].title for one in step.before)
        raise Wrong(f"“{wrong[0].name}”现在是“{wrong[0].at.title}”，不能“{step.title}”；只有{words}的可以，没有办")


def undo(actor: Actor, number: int, version: int, reason: str) -> Member:
    """撤销一家最近一次还作数的变动：回到前一个状态，两行都留着；新进的撤销后是“撤回”。"""
    told, known = reasoned(reason, "撤销变动"), flow()
    try:
        with act(actor, known.undo.operation, f"{known.undo.title}：{number}", reason=told) as doing:
            one = locked(doing, {number: version})[0]
            last = _effective(one)
            if last is None:
                raise Wrong(f"“{one.name}”没有可撤销的变动了")
            before, after = one.state, last.before or "withdrawn"
            one.state = after
            one.open_key = f"{one.enterprise}:{one.tier}" if known.states[after].open else None
            saved([one])
            made = Move.objects.create(
                member=one, code=UNDO, before=before, after=after, reason=told, by=actor.name, undoes=last
            )
            followed(actor.name, [made])
            doing.target = f"{known.undo.title}：{one.name}"
            doing.before, doing.after = {"状态": known.states[before].title}, {"状态": one.at.title}
    except IntegrityError as error:
        raise Wrong("这家企业在这个层级已有另一件算数的，撤销后会重复，没有办；请先处理那一件") from error
    return one


def _effective(one: Member) -> Move | None:
    """一家最近一次还作数（没有被撤销）的变动；没有为 None。"""
    return one.moves.exclude(code=UNDO).filter(undone=None).order_by("-pk").first()


def charge(actor: Actor, numbers: Versions, duties: Mapping[int, tuple[str, str]]) -> list[Member]:
    """责任到人：各家的（责任科室，责任人）。"""
    with act(actor, "library.charge", f"责任到人：{len(numbers)} 家") as doing:
        found = locked(doing, numbers)
        doing.before = {str(one.pk): [one.office, one.person] for one in found}
        for one in found:
            office, person = (
                clean(text, what, 40) for text, what in zip(duties[one.pk], ("责任科室", "责任人"), strict=True)
            )
            if not (office and person):
                raise Wrong(f"“{one.name}”的责任科室与责任人都要写；没有办")
            one.office, one.person, one.version = office, person, one.version + 1
        Member.objects.bulk_update(found, ("office", "person", "version"), batch_size=100)
        doing.after = {str(one.pk): [one.office, one.person] for one in found}
    return found
