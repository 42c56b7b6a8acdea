"""上传件的查询：看得到哪些、现在到底是什么状态（做事的进程没了也说得准）、预览的内容。"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from miaopu.access.act import Denied, permit
from miaopu.access.actor import Actor, Reach
from miaopu.jobs.models import Job
from miaopu.jobs.states import State as JobState
from miaopu.ledger.intake import REPORTED
from miaopu.ledger.journal import Entry
from miaopu.selection.city import city
from miaopu.selection.intake.files import UPLOADS
from miaopu.selection.intake.models import Upload
from miaopu.selection.intake.states import BACK, State, Trait
from miaopu.selection.screening.models import Firm

PREVIEW, RESULTS = "预览.json", ".结果"
"""作业写下的放在单独的文件夹里：原文件叫什么名字都不会被盖掉（上传件的名字不会以点开头）。"""


def uploads(actor: Actor) -> QuerySet[Upload]:
    """看得到的上传件：全市的看全部，县区看本县区的，部门看本部门的，自己传的总看得到。"""
    reach = permit(actor, "intake.view")
    if reach.everywhere:
        return Upload.objects.all()
    own = Q(owner_id=actor.account)
    if reach.districts:
        own |= Q(district__in=sorted(reach.districts))
    if reach.departments:
        own |= Q(department__in=sorted(reach.departments))
    return Upload.objects.filter(own)


def upload(actor: Actor, number: int) -> Upload:
    """一份上传件；看不到与不存在一样。"""
    found = uploads(actor).filter(pk=number).first()
    if found is None:
        raise Denied("没有这份上传件，或不在您的范围里")
    return found


def sources_of(actor: Actor) -> tuple[str, ...]:
    """可以报送、可以看的来源：市局全部，县区只有县区与企业自报，部门只有本部门的。"""
    reach = permit(actor, "intake.view")
    every = tuple(city().sources)
    if reach.everywhere:
        return every
    if reach.districts:
        return tuple(code for code in every if code in REPORTED)
    return tuple(code for code in every if reach.of_department(code))


@dataclass(frozen=True)
class Standing:
    """一份上传件现在的样子：真正的状态、作业、要说的话、批次是否已撤回。"""

    upload: Upload
    state: State
    job: Job | None
    told: str
    batch: str | None
    withdrawn: bool = False

    @property
    def trait(self) -> Trait:
        """状态的性质；批次没有撤回的，不必重读。"""
        return self.state.trait

    @property
    def again(self) -> bool:
        """可以用原文件重新预览：还没入账的，或入账后撤回了的。"""
        return self.trait.readable and (self.state is not State.POSTED or self.withdrawn)


def standing(one: Upload) -> Standing:
    """一份的样子。"""
    return standings([one])[0]


def standings(found: Iterable[Upload]) -> list[Standing]:
    """许多份的样子；作业与台账各只看一次。"""
    every = list(found)
    jobs = Job.objects.in_bulk([one.job for one in every if one.job])
    entries = city().ledger.entries()
    return [_standing(one, jobs.get(one.job or 0), entries) for one in every]


def _standing(one: Upload, job: Job | None, entries: list[Entry]) -> Standing:
    state, told = State(one.state), one.told or ""
    gone = {entry.body["target"] for entry in entries if entry.kind == "withdraw"}
    batch = one.batch or _posted(one, entries, gone)
    if batch and state is State.POSTING:
        state = State.POSTED
    elif state.trait.working and (job is None or JobState(job.state).ended):
        why = (job.error or job.message or "") if job else "作业没有发起成"
        state, told = BACK[state], f"上一次没有做完：{why}"
    return Standing(one, state, job, told, batch, batch in gone)


def _posted(one: Upload, entries: list[Entry], gone: set[str]) -> str | None:
    """台账里由这份上传件入的批次：入了账而没来得及记下的，也认得出。"""
    note = note_of(one)
    mine = [one.id for one in entries if one.kind == "batch" and one.note == note and one.id not in gone]
    return mine[-1] if mine else None


def note_of(one: Upload) -> str:
    """批次上的备注，指回上传件。"""
    return f"上传件 {one.pk}" + (f"；单位已确认：{one.units_reason}" if one.units_reason else "")


def folder_of(one: Upload) -> Path:
    """上传件的文件夹。"""
    return Path(settings.FILES) / UPLOADS / str(one.pk)


def results_of(one: Upload) -> Path:
    """作业写下的预览、意见表所在的文件夹。"""
    return folder_of(one) / RESULTS


def preview_of(one: Upload) -> dict[str, Any] | None:
    """预览的内容（preview.build 所写）；还没有读成为 None。"""
    path = results_of(one) / PREVIEW
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def preview_seen(actor: Actor, one: Upload) -> dict[str, Any] | None:
    """给这个人看的预览：台账里的数只给看得到的企业的，其余只计数；部门看得到本部门以前报的。"""
    told = preview_of(one)
    if told is None or told["refused"]:
        return told
    found, departments = told["differences"], permit(actor, "intake.view").departments
    own = departments is not None and told["source"] in departments
    seen = _visible(actor, [row["enterprise"] for name in AGAINST for row in found[name]])
    kept = {
        name: found[name] if own and name == AGAINST[0] else [row for row in found[name] if row["enterprise"] in seen]
        for name in AGAINST
    }
    hidden = sum(len(found[name]) - len(kept[name]) for name in AGAINST)
    return told | {"differences": found | kept | {"hidden": hidden}}


AGAINST = ("changed_rows", "apart_rows")
"""预览里带着台账所载数的两张表：本来源以前报的、别的来源报的。"""


def _visible(actor: Actor, firms: list[str]) -> set[str]:
    if not actor.may("firm.view"):
        return set()
    reach = actor.reach("firm.view")
    return set(firms) if reach.everywhere else _mine(reach, firms)


def _mine(reach: Reach, firms: list[str]) -> set[str]:
    return set(reach.firms(Firm.objects.filter(enterprise__in=firms)).values_list("enterprise", flat=True))
