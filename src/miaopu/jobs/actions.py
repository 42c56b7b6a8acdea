"""作业的动作：发起、取消；做作业在 perform.py。"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from miaopu.access.act import Denied, Doing, Wrong, act
from miaopu.access.actor import SYSTEM, Actor
from miaopu.jobs.kinds import KINDS, mark
from miaopu.jobs.models import Job
from miaopu.jobs.perform import perform
from miaopu.jobs.states import OPEN, State


def start(
    actor: Actor, kind: str, params: Mapping[str, Any], *, title: str | None = None, key: str | None = None
) -> Job:
    """发起一件作业，与发起它的事同一个事务进队列。

    同一个 key 已有没做完的：参数相同、又是本人的，给那一件（joined 写明）；参数不同或是别人的，抛 Wrong，没有发起。

    权限与日志由发起它的动作管：start 须在那个动作的 act(...) 里调用。
    """
    known = KINDS.get(kind)
    if known is None:
        raise Wrong(f"没有这种作业：{kind}")
    text = json.dumps(dict(params), ensure_ascii=False, default=str)
    if key is not None:
        running = _open(key)
        if running is not None:
            return _same(actor, running, text)
    job = Job(kind=kind, title=title or known.title, owner_id=actor.account, by=actor.name, params=text, key=key)
    job.reach = mark(actor, known)
    try:
        with transaction.atomic():
            job.save(force_insert=True)
    except IntegrityError:  # 两个人同时发起：先提交的那一件算数
        running = _open(key)
        if running is None:
            raise Wrong(f"“{job.title}”刚有别人发起过；请刷新后再看") from None
        return _same(actor, running, text)
    perform.enqueue(job.pk)  # 队列是同一个库里的表：同生同灭，不会有等着却没人来取的
    return job


def _open(key: str | None) -> Job | None:
    return Job.objects.filter(key=key, state__in=OPEN).first()


def _same(actor: Actor, running: Job, params: str) -> Job:
    """已有的那一件：参数相同的，本人的（或系统要的）给它；不同的、别人的，说清谁在何时发起了什么、怎么办。"""
    mine = actor.account is None or running.owner_id == actor.account
    who = "您" if mine else running.by
    told = f"“{running.title}”已由{who}在 {timezone.localtime(running.created):%Y-%m-%d %H:%M} 发起，还没有做完"
    if json.loads(running.params) != json.loads(params):
        stop = "在“我的作业”里取消它" if mine else f"请{who}取消它"
        raise Wrong(f"{told}；这一次要做的与它不同，没有发起。请等它做完再发起，或先{stop}")
    if not mine:
        raise Wrong(f"{told}；做完大家都看得到，不用再发起一遍")
    running.joined = f"{told}；这一次要做的与它相同，没有另发一件"
    return running


def cancel(actor: Actor, number: int) -> Job:
    """请求取消自己发起的作业；还在等候的立即取消。"""
    with act(actor, "job.manage", f"作业 {number}") as doing:
        job = _own(actor, number, doing)
        if State(job.state).ended:
            raise Wrong(f"作业“{job.title}”已经{State(job.state).word}，不能再取消")
        doing.before = {"状态": State(job.state).word}
        job.cancelling = True
        if job.state == State.WAITING:
            job.state, job.ended = State.CANCELLED.value, timezone.now()
        job.save(update_fields=["cancelling", "state", "ended"])
        doing.after = {"状态": "已取消" if job.ended else "请求取消"}
        return job


def dismiss(actor: Actor, number: int) -> Job:
    """失败的作业，发起人知道了：不再算待办，清单里还在。"""
    with act(actor, "job.manage", f"作业 {number}") as doing:
        job = _own(actor, number, doing)
        if job.state != State.FAILED:
            raise Wrong(f"作业“{job.title}”{State(job.state).word}，不是失败的，不用收起")
        job.seen = True
        job.save(update_fields=["seen"])
        doing.after = {"待办": "已收起"}
        return job


def _own(actor: Actor, number: int, doing: Doing) -> Job:
    """自己发起的一件（系统都行），锁着；不是的抛 Denied。"""
    job = Job.objects.select_for_update().filter(pk=number).first()
    if job is None or (actor.kind != SYSTEM and (actor.account is None or job.owner_id != actor.account)):
        raise Denied("没有这件作业，或不是您发起的；只有发起人能取消、收起")
    doing.target = f"作业 {number}：{job.title}"[:200]
    return job
