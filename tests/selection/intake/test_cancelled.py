"""读一份大表读到一半请求取消：几秒内停下，读表的子进程收掉，什么也没有入账；进度条在读的时候就在走。"""

import subprocess
import threading
import time
from pathlib import Path

import pytest
from django.db import connection
from tests.selection.intake.desk import HEAD, book, firms

from miaopu.access.models import Account
from miaopu.access.queries import actor_of
from miaopu.jobs.actions import cancel
from miaopu.jobs.models import Job
from miaopu.jobs.perform import _Report, perform
from miaopu.ledger.journal import open_ledger
from miaopu.selection.intake import work
from miaopu.selection.intake.actions.uploads import accept, receive
from miaopu.selection.intake.files import keep
from miaopu.selection.intake.models import Upload
from miaopu.selection.intake.queries.uploads import results_of, standing
from miaopu.selection.intake.states import State

ROWS, SOON = 400_000, 5.0
"""多少行读起来够久；请求取消以后几秒内停。"""


def large() -> bytes:
    one = firms(1)[0]
    lines = (f"{one.uscc},{one.name},{2000 + at % 20},{at}.5" for at in range(ROWS))
    return "\n".join([",".join(HEAD), *lines]).encode()


def cancelled(number: int) -> tuple[list[str], float]:
    """另一条线做这件作业，读表的进度动过以后取消；给出看到的步骤与停下用的秒数。"""

    def work() -> None:
        perform.call(number)
        connection.close()

    seen: dict[tuple[str, int], None] = {}
    line = threading.Thread(target=work)
    line.start()
    try:
        while line.is_alive() and len([one for one in seen if one[0].startswith("读入：")]) < 2:
            job = Job.objects.get(pk=number)
            seen[job.message or "", job.done] = None
            time.sleep(0.02)
        start = time.monotonic()
        cancel(actor_of(Account.objects.get(login="jingban"), "测试"), number)
    finally:
        line.join(60)
    return [f"{step} {done}" for step, done in seen], time.monotonic() - start


def readers() -> str:
    return subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("posting", [False, True], ids=["预览", "入账"])
def test_a_large_file_cancelled_while_read_stops_at_once_and_posts_nothing(
    whole_site: None, own_ledger: Path, posting: bool
) -> None:
    person = actor_of(Account.objects.get(login="jingban"), "测试")
    before = len(open_ledger(own_ledger).entries())
    one = receive(person, keep("大表.csv", [large()], 1 << 28), "tax")
    if posting:
        Job.objects.filter(pk=one.job).update(state="done")
        Upload.objects.filter(pk=one.pk).update(state=State.PREVIEWED, source="tax")
        one = accept(person, one.pk)
    seen, seconds = cancelled(one.job)
    assert Job.objects.get(pk=one.job).state == "cancelled", (seen, Job.objects.get(pk=one.job).error)
    assert seconds < SOON, seen
    assert str(one.pk) and f"/uploads/{one.pk}/大表.csv" not in readers()
    now = standing(Upload.objects.get(pk=one.pk))
    assert now.state is (State.PREVIEWED if posting else State.RECEIVED) and "已取消" in now.told
    assert len(open_ledger(own_ledger).entries()) == before


@pytest.mark.parametrize("step", ["对主体", "写意见.xlsx", "写只含坏行.xlsx"])
def test_cancelling_reaches_inside_matching_and_writing(whole_site, own_ledger, monkeypatch, step) -> None:
    """对主体、写意见表开始以后才请求取消：就在那一步里停，不等做完；什么也没有留下，可以再读。"""
    person, told = actor_of(Account.objects.get(login="jingban"), "测试"), []
    rows = [(one.uscc, one.name, "2022", "若干" if at else 100) for at, one in enumerate(firms(3))]
    one = receive(person, keep("营业收入.xlsx", [book([*rows, ("", "聊城谁也不认得厂", "2022", 9)])], 1 << 20), "tax")
    write = _Report.tell

    def tell(self, message):
        told.append(message)
        if told.count(step) == 2:
            cancel(person, one.job)
        write(self, message)

    monkeypatch.setattr(work, "PAUSE", 0.0)
    monkeypatch.setattr(_Report, "tell", tell)
    perform.call(one.job)
    assert Job.objects.get(pk=one.job).state == "cancelled" and told[-1] == step and told.count(step) == 2
    assert standing(Upload.objects.get(pk=one.pk)).state is State.RECEIVED
    assert [each.suffix for each in results_of(one).glob("*")] == [".xlsx"] * (step == "写只含坏行.xlsx")
