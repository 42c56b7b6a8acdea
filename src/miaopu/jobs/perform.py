"""做作业：队列里取到一件，认领、报心跳、做、记结果；被杀掉的由 reap 发现，能重做的重做，不能的记失败。"""

from __future__ import annotations

import json
import logging
import threading
from datetime import timedelta
from typing import Any

from django.db import close_old_connections, connection
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from miaopu.access.act import Denied, Wrong
from miaopu.jobs.kinds import KINDS, Assignment, Cancelled, Outcome
from miaopu.jobs.models import Job
from miaopu.jobs.states import State
from miaopu.terms.complaint import Refusal
from miaopu.terms.yaml_lines import CatalogError

BEAT = 5.0
"""心跳间隔，秒。"""

LOST = timedelta(seconds=60)
"""多久没有心跳算做事的进程没了。"""

ATTEMPTS = 3
"""最多做几次。"""

EXPECTED = (Wrong, Denied, Refusal, CatalogError)
"""句子本身就是给人看的错。"""

log = logging.getLogger(__name__)


@task()
def perform(number: int) -> None:
    """做一件作业；认领不到（已有人做、已取消）就什么也不做。"""
    job = _claim(number)
    if job is not None:
        with _Heart(number):
            _run(job)


def reap() -> int:
    """没有心跳的作业：能重做的放回队列，做够次数或不能重做的记失败；给出处理的件数。"""
    stale = Job.objects.filter(state=State.RUNNING, beat__lt=timezone.now() - LOST)
    lost = list(stale)
    for job in lost:
        kind = KINDS.get(job.kind)
        if kind is not None and kind.retry and job.attempt < ATTEMPTS and not job.cancelling:
            freed = stale.filter(pk=job.pk).update(state=State.WAITING, message="做事的进程没了，重新排队")
            if freed:
                perform.enqueue(job.pk)
        else:
            told = "做事的进程中途没了，没有做完；已做的部分没有生效，请重新发起"
            stale.filter(pk=job.pk).update(state=State.FAILED, error=told, ended=timezone.now())
    return len(lost)


def _claim(number: int) -> Job | None:
    now = timezone.now()
    waiting = Job.objects.filter(pk=number, state=State.WAITING)
    won = waiting.update(state=State.RUNNING, started=now, beat=now, attempt=F("attempt") + 1, done=0, error=None)
    return Job.objects.get(pk=number) if won else None


def _run(job: Job) -> None:
    given = Assignment(job.pk, json.loads(job.params), job.owner_id, job.by, job.attempt)
    try:
        outcome = KINDS[job.kind].work(given, _Report(job.pk))
    except Cancelled:
        _end(job, State.CANCELLED, message="已取消，没有生效")
    except EXPECTED as error:
        _end(job, State.FAILED, error=str(error))
    except Exception as error:
        log.exception("作业 %s 失败", job.pk)
        _end(
            job,
            State.FAILED,
            error=f"程序出错（{type(error).__name__}）；没有生效，请把作业编号 {job.pk} 告诉系统管理员",
        )
    else:
        _finish(job, outcome)


def _finish(job: Job, outcome: Outcome) -> None:
    data = json.dumps(dict(outcome.data), ensure_ascii=False, default=str)
    _end(job, State.DONE, message=outcome.told[:200], result=data, file=str(outcome.file) if outcome.file else None)


def _end(job: Job, state: State, **fields: Any) -> None:
    Job.objects.filter(pk=job.pk, state=State.RUNNING).update(state=state, ended=timezone.now(), **fields)


class _Report:
    """进度：写进作业的行。"""

    def __init__(self, number: int) -> None:
        self.mine = Job.objects.filter(pk=number)

    def expect(self, total: int) -> None:
        self._write(total=total, done=0)

    def tell(self, message: str) -> None:
        self._write(message=message[:200])

    def advance(self, steps: int = 1) -> None:
        self._write(done=F("done") + steps)

    def _write(self, **fields: Any) -> None:
        self.mine.update(beat=timezone.now(), **fields)
        if self.mine.values_list("cancelling", flat=True).first():
            raise Cancelled


class _Heart:
    """另一条线报心跳，做事的函数长时间不报进度也看得出还活着。"""

    def __init__(self, number: int) -> None:
        self.number, self.stop = number, threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(timeout=BEAT)

    def _beat(self) -> None:
        while not self.stop.wait(BEAT):
            close_old_connections()
            Job.objects.filter(pk=self.number, state=State.RUNNING).update(beat=timezone.now())
        connection.close()
