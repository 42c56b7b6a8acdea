"""作业的查询：看自己发起的，要有查看作业的权限；结果另要有那种作业的权限，发起以后收回的就看不到了。"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse

from miaopu.access.act import Denied, Wrong, permit
from miaopu.access.actor import Actor
from miaopu.jobs.kinds import KINDS, mark
from miaopu.jobs.models import Job
from miaopu.jobs.states import OPEN, State
from miaopu.jobs.todo import YELLOW, Todo


def jobs(actor: Actor) -> QuerySet[Job]:
    """看得到的作业，新的在前；没有查看作业的权限抛 Denied。"""
    permit(actor, "job.view")
    return _own(actor)


def job(actor: Actor, number: int) -> Job:
    """一件作业；不是自己的抛 Denied。"""
    found = jobs(actor).filter(pk=number).first()
    if found is None:
        raise Denied("没有这件作业，或不是您发起的")
    return found


def result(actor: Actor, found: Job) -> dict[str, Any]:
    """给程序看的结果；没有、或看结果的权限已经收回，为空。"""
    return json.loads(found.result) if found.result and _still(actor, found) else {}


def file(actor: Actor, number: int) -> Path:
    """结果文件；权限已经收回、范围变了抛 Denied，没有文件抛 Wrong。"""
    found = job(actor, number)
    if not _still(actor, found):
        raise Denied("发起之后，您看这种结果的权限被收回了，结果文件不能再下载")
    if found.reach and found.reach != mark(actor, KINDS[found.kind]):
        raise Denied("发起之后，您看得到的范围变了，旧的结果文件不能再下载；请重新发起")
    path = Path(settings.FILES) / (found.file or "")
    if not found.file or not path.is_file():
        raise Wrong("这件作业没有结果文件，或文件已被清理；请重新发起")
    return path


def todo(actor: Actor) -> list[Todo]:
    """我的作业：失败而没有收起的要处理，没有做完的可以看。"""
    if not actor.may("job.view"):
        return []
    counts = dict(_own(actor).filter(seen=False).order_by().values_list("state").annotate(Count("pk")))
    open_ = sum(counts.get(one, 0) for one in OPEN)
    found = [Todo("作业没有做成", counts.get(State.FAILED, 0), reverse("jobs:index"), YELLOW)]
    return [one for one in [*found, Todo("作业还在做", open_, reverse("jobs:index"))] if one.count]


def _own(actor: Actor) -> QuerySet[Job]:
    return Job.objects.none() if actor.account is None else Job.objects.filter(owner_id=actor.account)


def _still(actor: Actor, found: Job) -> bool:
    """还有看这种结果的权限；种类已经没有了的不给看。"""
    known = KINDS.get(found.kind)
    return known is not None and actor.may(known.needs)
