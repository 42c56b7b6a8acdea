"""方案一步的动作：记进展（可附文件、可指台账里的数）、改责任人与完成日。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from miaopu.access.act import Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.nurture.followup.files import attach, checked
from miaopu.nurture.followup.matter import jotted, locked, optional, reasoned, required, saved
from miaopu.nurture.followup.models import Paper, Progress, Stage
from miaopu.nurture.followup.plans.reached import aim_of, lacking
from miaopu.nurture.followup.states import PACES, Pace
from miaopu.nurture.followup.states import Paper as At
from miaopu.selection.city import today

LONG = 300


@dataclass(frozen=True)
class Note:
    """一条进展：哪天、说明、改成什么状态、台账里的哪个数作佐证。"""

    on: date
    words: str
    state: str
    column: str = ""


def progress(actor: Actor, number: int, version: int, note: Note, files: Sequence[UploadedFile] = ()) -> Stage:
    """记一条进展。完成的要有佐证：文件，或这家企业台账里已达到方案所写的数；指的数还没有达到的，这一步记为待核。"""
    kept, short = checked(files), _short(actor, number, note)
    with act(actor, "plan.step", f"方案步骤 {number}") as doing:
        one = _open(doing, number, version)
        told = required(note.words, "进展")
        state, column, waits = _state(note), _column(one, note), {}
        if state is Pace.DONE and not kept and column is None:
            raise Wrong("完成要有佐证：附上文件，或选台账里的数")
        if state is Pace.DONE and short:
            state, waits = Pace.CHECKING, {"待核": short}
        if note.on > today():
            raise Wrong(f"进展日期 {note.on.isoformat()} 在今天之后；进展只填已经发生的")
        made = Progress.objects.create(
            stage=one, on=note.on, words=told, state=state.value, column=column, by=actor.name,
            role=actor.titles[:120], owner_id=actor.account,
        )  # fmt: skip
        attach(kept, progress=made)
        doing.before, doing.after = {"状态": one.at.word}, {"状态": state.word, "进展": told} | waits
        return _saved(actor, one, state=state.value, ended=note.on if state.ended else None)


def hand(actor: Actor, number: int, version: int, person: str, due: date, reason: str) -> Stage:
    """改责任人与完成日，理由必填。"""
    with act(actor, "plan.make", f"方案步骤 {number}", reason=jotted(reason)) as doing:
        one = _open(doing, number, version)
        reasoned(doing, reason, "理由", LONG)
        if one.at.ended:
            raise Wrong(f"这一步已是“{one.at.word}”，完成日不能再改")
        if due < one.start:
            raise Wrong(f"完成日 {due.isoformat()} 早于开工日 {one.start.isoformat()}；请改晚")
        name = optional(person, "责任人", 60)
        doing.before, doing.after = {"责任人": one.person, "完成日": one.due}, {"责任人": name, "完成日": due}
        return _saved(actor, one, person=name, due=due)


def _open(doing: Doing, number: int, version: int) -> Stage:
    seen = locked(doing, Stage, number, None)
    paper = Paper.objects.get(pk=seen.paper_id)
    doing.within(district=paper.district, enterprise=paper.enterprise)
    doing.target = f"方案步骤 {number} {paper.name}·{seen.title}"[:200]
    if seen.version != version:
        raise Wrong(f"{seen.updated_by}刚改过这一步；您填的内容还在，请核对最新情况后再提交")
    if paper.at is not At.FORCE:
        raise Wrong(f"方案现在是“{paper.at.word}”；批准执行以后才记进展")
    return seen


def _state(note: Note) -> Pace:
    if note.state not in PACES:
        raise Wrong("请选这一步的状态")
    return Pace(note.state)


def _short(actor: Actor, number: int, note: Note) -> str:
    """指的数还不能作完成的佐证的缘由；看台账不在事务里，不在范围里的不看，由动作拒绝。"""
    if not note.column or note.state != Pace.DONE.value:
        return ""
    mine = actor.reach("plan.step").firms(Stage.objects.all(), "paper__enterprise", "paper__district")
    one = mine.select_related("paper").filter(pk=number).first()
    aim = aim_of(one, note.column) if one else None
    return lacking(aim) if aim else ""


def _column(one: Stage, note: Note) -> str | None:
    """台账里的数：只能是这一步要改的那几个。"""
    if not note.column:
        return None
    if aim_of(one, note.column) is None:
        raise Wrong("佐证的数不是这一步要改的；请从下拉里选")
    return note.column


def _saved(actor: Actor, one: Stage, **changes: object) -> Stage:
    return saved(actor, one, **changes)
