"""作业的查询：看自己发起的；系统管理员看全部的状态（不含企业数据）。"""

from __future__ import annotations

from django.db.models import Count, QuerySet
from django.urls import reverse

from miaopu.access.act import Denied
from miaopu.access.actor import Actor
from miaopu.jobs.models import Job
from miaopu.jobs.states import State
from miaopu.jobs.todo import YELLOW, Todo


def jobs(actor: Actor) -> QuerySet[Job]:
    """看得到的作业，新的在前。"""
    if actor.account is None:
        return Job.objects.none()
    return Job.objects.filter(owner_id=actor.account)


def job(actor: Actor, number: int) -> Job:
    """一件作业；不是自己的抛 Denied。"""
    found = jobs(actor).filter(pk=number).first()
    if found is None:
        raise Denied("没有这件作业，或不是您发起的")
    return found


def todo(actor: Actor) -> list[Todo]:
    """我的作业：失败的要处理，没有做完的可以看。"""
    counts = dict(jobs(actor).order_by().values_list("state").annotate(Count("pk")))
    open_ = sum(counts.get(one, 0) for one in (State.WAITING, State.RUNNING))
    found = [Todo("作业没有做成", counts.get(State.FAILED, 0), reverse("jobs:index"), YELLOW)]
    return [one for one in [*found, Todo("作业还在做", open_, reverse("jobs:index"))] if one.count]
