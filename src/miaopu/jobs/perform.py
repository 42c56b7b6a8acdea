"""做作业：队列里取到一件，认领、报心跳、做、记结果；被杀掉的由 reap 发现，能重做的重做，不能的记失败。"""

from __future__ import annotations

import json
import logging
import threading
import time
from datetime import timedelta
from typing import Any

from django.db import Error, close_old_connections, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from miaopu.access.act import Denied, Wrong
from miaopu.access.outage import unreachable
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

BREATH = 1.0
"""案件库断了，隔多久再看一次，秒。"""

EXPECTED = (Wrong, Denied, Refusal, CatalogError)
"""句子本身就是给人看的错。"""

LEFT = "没有做完的部分没有生效"
"""断了、错了的作业只说得准这一句：做一件存一件的（起草方案），此前做完的留着。"""

log = logging.getLogger(__name__)


@task()
def perform(number: int) -> None:
    """做一件作业；认领不到（已有人做、已取消）就什么也不做。"""
    job = _claim(number)
    if job is not None:
        with _Heart(_mine(job)):
            _run(job)


def reap() -> int:
    """没有心跳的作业放回队列或记失败，等着却不在队列里的补进队列；给出处理的件数。"""
    stale = Job.objects.filter(state=State.RUNNING, beat__lt=timezone.now() - LOST)
    lost = list(stale)
    for job in lost:
        _give_back(job, "做事的进程中途没了", True, beat__lt=timezone.now() - LOST)
    return len(lost) + _requeue()


def _give_back(job: Job, why: str, fault: bool = False, **still: Any) -> None:
    """断了的：请求过取消的就是取消了，能重做的放回队列，做够次数或不能重做的记失败（fault 见 Job）；still 是还须成立的条件。"""
    kind, mine = KINDS.get(job.kind), Job.objects.filter(pk=job.pk, state=State.RUNNING, attempt=job.attempt, **still)
    if kind is not None and kind.retry and job.attempt < ATTEMPTS and not job.cancelling:
        if mine.update(state=State.WAITING, message=f"{why}，重新排队"):
            perform.enqueue(job.pk)
    elif job.cancelling:
        mine.update(state=State.CANCELLED, message=f"已取消，{LEFT}", ended=timezone.now())
    else:
        told = f"{why}，没有做完；{LEFT}，请重新发起"
        mine.update(state=State.FAILED, error=told, fault=fault, ended=timezone.now())


def _requeue() -> int:
    """等了很久却不在队列里的（提交之后、入队之前断了，或取到之后断了）：补进队列；多派一次无妨，认领只有一个赢。"""
    waiting = Job.objects.filter(state=State.WAITING, created__lt=timezone.now() - LOST)
    numbers = list(waiting.values_list("pk", flat=True))
    if not numbers:
        return 0
    queued = {one.task_result.args[0] for one in DBTaskResult.objects.ready() if one.task_path == perform.module_path}
    missing = [number for number in numbers if number not in queued]
    for number in missing:
        perform.enqueue(number)
    return len(missing)


def _claim(number: int) -> Job | None:
    now = timezone.now()
    waiting = Job.objects.filter(pk=number, state=State.WAITING)
    won = waiting.update(state=State.RUNNING, started=now, beat=now, attempt=F("attempt") + 1, done=0, error=None)
    return Job.objects.get(pk=number) if won else None


def _run(job: Job) -> None:
    given = Assignment(job.pk, json.loads(job.params), job.owner_id, job.by, job.attempt)
    try:
        outcome = KINDS[job.kind].work(given, _Report(_mine(job)))
    except Cancelled as stop:
        _end(job, State.CANCELLED, message=str(stop)[:200] or f"已取消，{LEFT}")
    except EXPECTED as error:
        _end(job, State.FAILED, error=str(error))
    except Exception as error:
        if unreachable(error):
            log.warning("作业 %s：案件库断了，等它回来", job.pk)
            return _wait(job)
        log.exception("作业 %s 失败", job.pk)
        told = f"程序出错（{type(error).__name__}）；{LEFT}，请把作业编号 {job.pk} 告诉系统管理员"
        _end(job, State.FAILED, error=told, fault=True)
    else:
        _finish(job, outcome)


def _wait(job: Job) -> None:
    """等案件库回来，把这一件放回队列；等不到的由 reap 发现。"""
    end = time.monotonic() + LOST.total_seconds()
    while time.monotonic() < end:
        connection.close()
        try:
            job.refresh_from_db(fields=["cancelling"])
            return _give_back(job, "案件库中途断了")
        except Error:
            time.sleep(BREATH)


def _finish(job: Job, outcome: Outcome) -> None:
    data = json.dumps(dict(outcome.data), ensure_ascii=False, default=str)
    file = str(outcome.file) if outcome.file else None
    with transaction.atomic():
        if _end(job, State.DONE, message=outcome.told[:200], result=data, file=file):
            _follow(job)


def _follow(done: Job) -> None:
    """这一种做成以后接着要做的：各排一件，已有没做的不再排。"""
    for kind in (one for one in KINDS.values() if done.kind in one.after):
        if not Job.objects.filter(kind=kind.code, state=State.WAITING).exists():
            next_one = Job.objects.create(kind=kind.code, title=kind.title, by="系统", params="{}")
            perform.enqueue(next_one.pk)


def _end(job: Job, state: State, **fields: Any) -> bool:
    return bool(_mine(job).update(state=state, ended=timezone.now(), **fields))


def _mine(job: Job) -> QuerySet[Job]:
    """这一件的这一次：被当作没了、别人已经重做的，一个字也写不上去。"""
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, attempt=job.attempt)


class _Report:
    """进度：写进作业的行。"""

    def __init__(self, mine: QuerySet[Job]) -> None:
        self.mine = mine

    def expect(self, total: int) -> None:
        self._write(total=total, done=0)

    def tell(self, message: str) -> None:
        self._write(message=message[:200])

    def advance(self, steps: int = 1) -> None:
        self._write(done=F("done") + steps)

    def _write(self, **fields: Any) -> None:
        if not self.mine.update(beat=timezone.now(), **fields):
            raise Cancelled
        if self.mine.values_list("cancelling", flat=True).first():
            raise Cancelled


class _Heart:
    """另一条线报心跳，做事的函数长时间不报进度也看得出还活着。"""

    def __init__(self, mine: QuerySet[Job]) -> None:
        self.mine, self.stop = mine, threading.Event()
        self.thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(timeout=BEAT)

    def _beat(self) -> None:
        while not self.stop.wait(BEAT):
            close_old_connections()
            try:
                self.mine.all().update(beat=timezone.now())
            except Error:
                log.warning("作业的心跳没有写进案件库，下次再写")
        connection.close()
