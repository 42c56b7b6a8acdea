"""命令发起的作业：当场做（站点的后台先取走了就看着它做），终端上报进度；按 Ctrl+C 是请求取消，与网页的“取消”一样。"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from miaopu.access.act import Wrong
from miaopu.access.actor import Actor
from miaopu.cli.context import Broken, Context, Step
from miaopu.jobs.actions import cancel
from miaopu.jobs.models import Job
from miaopu.jobs.perform import perform
from miaopu.jobs.states import State

LOOK = 0.3
"""隔多久看一次进度，秒。"""


def finished(context: Context, actor: Actor, job: Job) -> Job:
    """做完的作业；内容不对的、取消的抛 Wrong，失败在程序上的抛 Broken，说清缘由。并到已有的一件上的先说明。"""
    if job.joined:
        context.say(job.joined)
    with context.progress(job.title, None) as step, _interrupted() as asked:
        watch = _Watch(job.pk, actor, step, asked)
        with watch:
            perform.call(job.pk)
            watch.wait()
    job.refresh_from_db()
    if job.state != State.DONE:
        told = f"作业 {job.pk}“{job.title}”{State(job.state).word}：{job.error or job.message or ''}"
        raise Broken(told) if job.fault else Wrong(told)
    return job


@contextmanager
def _interrupted() -> Iterator[threading.Event]:
    """Ctrl+C 只记下来，由看进度的去请求取消；做事的停在两家之间，不停在半家。"""
    asked, own = threading.Event(), threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, lambda *_: asked.set()) if own else None
    try:
        yield asked
    finally:
        if own:
            signal.signal(signal.SIGINT, before)


class _Watch:
    """另一条线看作业的行：报进度，转告取消。"""

    def __init__(self, number: int, actor: Actor, step: Step, asked: threading.Event) -> None:
        self.number, self.actor, self.step, self.asked = number, actor, step, asked
        self.stop, self.thread = threading.Event(), threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()

    def wait(self) -> None:
        """后台取走了的，等它做完。"""
        while not State(Job.objects.values_list("state", flat=True).get(pk=self.number)).ended:
            self.stop.wait(LOOK)

    def _watch(self) -> None:
        while not self.stop.wait(LOOK):
            told = Job.objects.filter(pk=self.number).values("done", "total", "message", "title").first()
            if told:
                self._tell(told)
            if self.asked.is_set():
                self.asked.clear()
                self._cancel()
        connection.close()

    def _tell(self, told: dict[str, Any]) -> None:
        words = f"{told['title']}　{told['message'] or ''}"
        self.step.bar.update(self.step.task, completed=told["done"], total=told["total"], description=words)

    def _cancel(self) -> None:
        try:
            cancel(self.actor, self.number)
        except Wrong:
            return  # 恰好做完了
