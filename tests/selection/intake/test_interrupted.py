"""做到一半：进程被杀、两人同时收同一份、磁盘满：要么收全，要么像没有发生过，说得出是哪一种。"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings as live
from django.db import connection
from django.utils import timezone
from tests.selection.intake.desk import done, taxed

from miaopu.access.models import Account
from miaopu.access.queries import actor_of
from miaopu.jobs.models import Job
from miaopu.jobs.perform import perform, reap
from miaopu.ledger.journal import active, open_ledger, verify
from miaopu.selection.intake.actions.uploads import accept, receive
from miaopu.selection.intake.files import keep
from miaopu.selection.intake.models import Upload
from miaopu.selection.intake.queries.uploads import standing
from miaopu.selection.intake.states import State

DAY = date(2026, 11, 20)
HOLD = """
import os, sys, time
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["CASE"]
settings.LEDGER, settings.FILES = os.environ["LEDGER"], os.environ["FILES"]
from miaopu.ledger.journal import store
def stuck(*_):
    open(os.environ["READY"], "w").close()
    time.sleep(600)
setattr(store, os.environ["AT"], stuck)
from miaopu.jobs.perform import perform
perform.call(int(sys.argv[1]))
"""
"""另一个进程里做这件作业，做到台账写入的某一步停住，等着被杀。"""


def person(login: str = "jingban"):
    return actor_of(Account.objects.get(login=login), "测试")


def read(content: bytes, login: str = "jingban") -> Upload:
    one = receive(person(login), keep("营业收入.xlsx", [content], 1 << 20), None)
    done(one.job)
    return one


def mine(ledger: Path) -> list:
    found = active(open_ledger(ledger), DAY).batches
    return [one for one in found if one.body["file"] == "营业收入.xlsx"]


def killed_at(step: str, number: int, ledger: Path, tmp_path: Path) -> None:
    """起一个真的进程去入账，停在 step，用 SIGKILL 杀掉，再当作没有心跳。"""
    ready = tmp_path / f"ready-{step}"
    given = {"CASE": str(connection.settings_dict["NAME"]), "LEDGER": str(ledger), "FILES": str(live.FILES)}
    told = {**os.environ, **given, "READY": str(ready), "AT": step, "DJANGO_SETTINGS_MODULE": "miaopu.site.settings"}
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(number)], env=told)
    try:
        for _ in range(1200):
            if ready.exists() or process.poll() is not None:
                break
            time.sleep(0.1)
        assert ready.exists(), f"没有做到 {step}"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    Job.objects.filter(pk=number).update(beat=timezone.now() - timedelta(minutes=5))


@pytest.mark.parametrize("step", ["_place", "_append"])
def test_a_killed_worker_leaves_nothing_and_the_job_is_done_again(whole_site, own_ledger, tmp_path, step):
    """停在写附件之前、落账页之前：都没有入账；重新排队后入一次。"""
    one = read(taxed())
    one = accept(person(), one.pk)
    killed_at(step, one.job, own_ledger, tmp_path)
    assert mine(own_ledger) == [] and verify(open_ledger(own_ledger)) is None
    assert reap() == 1 and Job.objects.get(pk=one.job).state == "waiting"
    done(one.job)
    one.refresh_from_db()
    assert one.state == State.POSTED and len(mine(own_ledger)) == 1
    assert verify(open_ledger(own_ledger)) is None


def test_a_worker_killed_after_the_line_is_found_posted_and_not_posted_again(whole_site, own_ledger, tmp_path):
    """账页已落、案件库还没记：页面认得出已入账，重做也不入两遍。"""
    one = read(taxed())
    one = accept(person(), one.pk)
    done(one.job)
    Upload.objects.filter(pk=one.pk).update(state=State.POSTING, batch=None)
    Job.objects.filter(pk=one.job).update(state="running", beat=timezone.now() - timedelta(minutes=5))
    one.refresh_from_db()
    assert standing(one).state is State.POSTED and standing(one).batch
    reap()
    done(one.job)
    one.refresh_from_db()
    assert one.state == State.POSTED and len(mine(own_ledger)) == 1


def test_a_worker_lost_too_often_fails_and_the_file_can_be_accepted_again(whole_site, own_ledger):
    one = read(taxed())
    one = accept(person(), one.pk)
    stale = timezone.now() - timedelta(minutes=5)
    Job.objects.filter(pk=one.job).update(state="running", attempt=3, beat=stale)
    reap()
    now = standing(Upload.objects.get(pk=one.pk))
    assert now.state is State.PREVIEWED and "中途没了" in now.told and mine(own_ledger) == []
    again = accept(person(), one.pk)
    assert again.job != one.job
    done(again.job)
    assert len(mine(own_ledger)) == 1


def test_two_people_accepting_the_same_file_at_once_post_it_once(whole_site, own_ledger):
    content = taxed()
    pair = [read(content, login) for login in ("jingban", "gly")]
    jobs = [accept(person(login), one.pk).job for login, one in zip(("jingban", "gly"), pair, strict=True)]
    start = threading.Barrier(2)

    def work(number: int) -> None:
        start.wait()
        perform.call(number)
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = sorted(Upload.objects.filter(pk__in=[one.pk for one in pair]).values_list("state", flat=True))
    assert states == [State.POSTED, State.REPEATED] and len(mine(own_ledger)) == 1
    late = Upload.objects.get(pk__in=[one.pk for one in pair], state=State.REPEATED)
    assert "已由演示·" in late.told and mine(own_ledger)[0].id in late.told


@pytest.fixture
def small_disk(own_ledger, tmp_path, settings):
    """台账放在一块快满的盘上（真的小盘，要 root）。"""
    disk = tmp_path / "disk"
    disk.mkdir()
    size = sum(path.stat().st_size for path in own_ledger.rglob("*") if path.is_file() and "runs" not in path.parts)
    mounted = shutil.which("mount") and os.geteuid() == 0
    command = ["mount", "-t", "tmpfs", "-o", f"size={size * 3 + (4 << 20)}", "tmpfs", str(disk)]
    if not mounted or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("不能挂载小盘：这一条要 root 与 mount")
    shutil.copytree(own_ledger, disk / "ledger", ignore=shutil.ignore_patterns("runs"))
    settings.LEDGER = disk / "ledger"
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.django_db
def test_a_full_disk_fails_honestly_and_can_be_done_again(small_disk):
    one = read(taxed())
    ledger, filler = small_disk / "ledger", small_disk / "占满"
    before = len(open_ledger(ledger).entries())
    one = accept(person(), one.pk)
    with filler.open("wb", buffering=0) as target, pytest.raises(OSError, match="No space left"):
        while True:
            target.write(b"\0" * 4096)
    job = done(one.job)
    assert job.state == "failed" and "磁盘满了，没有入账" in job.error
    now = standing(Upload.objects.get(pk=one.pk))
    assert now.state is State.PREVIEWED and "磁盘满了" in now.told
    assert len(open_ledger(ledger).entries()) == before
    filler.unlink()
    again = accept(person(), one.pk)
    done(again.job)
    assert len(mine(ledger)) == 1 and verify(open_ledger(ledger)) is None


@pytest.mark.django_db
def test_a_full_disk_while_uploading_keeps_no_half(small_disk, settings):
    settings.FILES = small_disk / "files"
    from miaopu.access.act import Wrong

    with pytest.raises(Wrong, match="磁盘满了，文件没有收下"):
        keep("大.xlsx", (b"\0" * (1 << 20) for _ in range(200)), 1 << 30)
    assert not list((small_disk / "files" / "waiting").iterdir())
