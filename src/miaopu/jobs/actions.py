"""作业的动作：发起、取消；做作业在 perform.py。"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from miaopu.access.act import Denied, Wrong
from miaopu.access.actor import Actor
from miaopu.jobs.kinds import KINDS
from miaopu.jobs.models import Job
from miaopu.jobs.perform import perform
from miaopu.jobs.states import State


def start(
    actor: Actor, kind: str, params: Mapping[str, Any], *, title: str | None = None, key: str | None = None
) -> Job:
    """发起一件作业，与发起它的事同一个事务进队列。同一个 key 已有没做完的：本人的给那一件，别人的抛 Wrong。

    权限与日志由发起它的动作管：start 须在那个动作的 act(...) 里调用。
    """
    known = KINDS.get(kind)
    if known is None:
        raise Wrong(f"没有这种作业：{kind}")
    if key is not None:
        running = Job.objects.filter(key=key, state__in=[State.WAITING, State.RUNNING]).first()
        if running is not None:
            return _same(actor, running)
    text = json.dumps(dict(params), ensure_ascii=False, default=str)
    job = Job.objects.create(
        kind=kind, title=title or known.title, owner_id=actor.account, by=actor.name, params=text, key=key
    )
    perform.enqueue(job.pk)  # 队列是同一个库里的表：同生同灭，不会有等着却没人来取的
    return job


def _same(actor: Actor, running: Job) -> Job:
    """已有的那一件：本人的（或系统要的）给它；别人的看不到，说清是谁的。"""
    if actor.account is not None and running.owner_id != actor.account:
        when = timezone.localtime(running.created)
        raise Wrong(f"“{running.title}”已由{running.by}在 {when:%H:%M} 发起，正在做；做完大家都看得到，不用再发起一遍")
    return running


def cancel(actor: Actor, number: int) -> Job:
    """请求取消自己发起的作业；还在等候的立即取消。"""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(pk=number).first()
        if job is None or (job.owner_id != actor.account and actor.account is not None):
            raise Denied("这件作业不是您发起的，不能取消")
        if State(job.state).ended:
            raise Wrong(f"作业“{job.title}”已经{State(job.state).word}，不能再取消")
        job.cancelling = True
        if job.state == State.WAITING:
            job.state = State.CANCELLED.value
        job.save(update_fields=["cancelling", "state"])
        return job
