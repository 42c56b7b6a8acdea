"""作业：真的进程做、真的杀掉；进度、取消、重做、老实的失败，什么也不做两遍。"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.jobs import slow  # noqa: F401  登记测试用的作业

from miaopu.access.act import Denied, Wrong
from miaopu.access.actor import system
from miaopu.access.models import LogEntry
from miaopu.jobs import actions, perform, queries
from miaopu.jobs.models import Job
from miaopu.jobs.states import State

ROOT = Path(__file__).resolve().parents[2]
WORKER = "import django; django.setup(); import tests.jobs.slow; from miaopu.site.worker import main; main()"


@pytest.fixture
def worker(whole_site: None) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """起一个真的做作业的进程，连着测试的案件库。"""
    given = connection.settings_dict
    address = f"sqlite:///{given['NAME']}"
    if connection.vendor == "postgresql":
        options = urlencode({name: given["OPTIONS"][name] for name in ("host", "port") if name in given["OPTIONS"]})
        address = f"postgresql://{given['USER']}:{given['PASSWORD']}@{given['HOST']}/{given['NAME']}?{options}"
    running: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        own = {"MIAOPU_DATABASE": address, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
        running.append(subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=os.environ | own))
        return running[-1]

    yield begin
    for one in running:
        one.kill()
        one.wait()


def until(job: Job, wanted: Callable[[Job], Any], seconds: float = 60) -> Job:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job.refresh_from_db()
        if wanted(job):
            return job
        time.sleep(0.1)
    raise AssertionError(f"{seconds} 秒还没有等到；作业 {job.state} {job.message} {job.error}")


def begin(actor: Any, kind: str, **params: Any) -> Job:
    with transaction.atomic():
        return actions.start(actor, kind, params)


def test_a_worker_does_the_job_and_reports(worker, actor, tmp_path):
    job = begin(actor("gly"), "test.count", steps=5, file=str(tmp_path / "步"))
    worker()
    done = until(job, lambda one: State(one.state).ended)
    assert (done.state, done.done, done.total, done.message) == ("done", 5, 5, "数完 5 步")
    assert (tmp_path / "步").read_text().split() == [f"1:{step}" for step in range(5)]


def test_two_workers_never_do_one_job_twice(worker, actor, tmp_path):
    jobs = [begin(actor("gly"), "test.count", steps=3, file=str(tmp_path / str(number))) for number in range(8)]
    for job in jobs:  # 每件再多派一次：认领只有一个赢
        perform.perform.enqueue(job.pk)
    worker(), worker()
    for number, job in enumerate(jobs):
        until(job, lambda one: one.state == "done")
        assert (tmp_path / str(number)).read_text().split() == ["1:0", "1:1", "1:2"]


def test_cancel_stops_it_halfway(worker, actor, tmp_path):
    job = begin(actor("gly"), "test.count", steps=500, pause=0.05, file=str(tmp_path / "步"))
    worker()
    until(job, lambda one: one.done > 2)
    actions.cancel(actor("gly"), job.pk)
    stopped = until(job, lambda one: State(one.state).ended)
    assert stopped.state == "cancelled" and stopped.done < 500


@pytest.mark.parametrize(("kind", "state"), [("test.count", "done"), ("test.once", "failed")])
def test_a_killed_worker_is_noticed(worker, actor, tmp_path, kind, state):
    job = begin(actor("gly"), kind, steps=30, pause=0.1, file=str(tmp_path / "步"))
    victim = worker()
    until(job, lambda one: one.done > 2)
    victim.send_signal(signal.SIGKILL)
    victim.wait()
    assert perform.reap() == 0, "心跳还新，不能当作没了"
    Job.objects.filter(pk=job.pk).update(beat=timezone.now() - perform.LOST - timedelta(seconds=1))
    assert perform.reap() == 1
    worker()
    ended = until(job, lambda one: State(one.state).ended)
    assert ended.state == state
    if state == "done":
        assert ended.attempt == 2 and ended.done == 30
    else:
        assert "中途没了" in ended.error and "重新发起" in ended.error and ended.fault


def test_it_gives_up_after_some_attempts(whole_site, actor, tmp_path):
    job = begin(actor("gly"), "test.count", steps=1, file=str(tmp_path / "步"))
    old = timezone.now() - perform.LOST - timedelta(seconds=1)
    Job.objects.filter(pk=job.pk).update(state="running", attempt=perform.ATTEMPTS, beat=old)
    perform.reap()
    job.refresh_from_db()
    assert job.state == "failed" and "没有做完的部分没有生效" in job.error, (
        "做一件存一件的，此前做完的留着，不能说没有生效"
    )
    Job.objects.filter(pk=job.pk).update(state="running", attempt=1, cancelling=True, beat=old)
    perform.reap()
    job.refresh_from_db()
    assert job.state == "cancelled" and job.ended, "请求过取消的，做事的进程没了就是取消了，不算失败"
    assert job.message == "已取消，没有做完的部分没有生效"


@pytest.mark.parametrize(("kind", "told"), [("test.wrong", "第3行的营业收入"), ("test.broken", "程序出错（KeyError）")])
def test_failures_are_told_honestly(whole_site, actor, kind, told):
    job = begin(actor("gly"), kind)
    perform.perform.call(job.pk)
    job.refresh_from_db()
    assert job.state == "failed" and told in job.error and "秘密" not in job.error
    assert job.fault == (kind == "test.broken"), "内容不对与程序出错分开记"


def test_the_same_key_and_content_is_the_same_job_and_says_so(whole_site, actor):
    with transaction.atomic():
        first, second = (actions.start(actor("gly"), "test.wrong", {"甲": (1, 2)}, key="同一件") for _ in range(2))
    assert first.pk == second.pk and not first.joined
    assert "由您在" in second.joined and "没有另发一件" in second.joined


def test_the_same_key_with_other_content_is_refused_and_says_who_does_what_since_when(whole_site, actor):
    with transaction.atomic():
        first = actions.start(actor("gly"), "test.wrong", {"企业": "甲"}, title="起草 1 份", key="同一件")
    since = f"{timezone.localtime(first.created):%Y-%m-%d %H:%M}"
    for login, who in (("gly", "您"), ("jingban", actor("gly").name)):
        told = f"起草 1 份”已由{who}在 {since} 发起，还没有做完；这一次要做的与它不同，没有发起。请等它做完再发起，或先.*取消它"
        with pytest.raises(Wrong, match=told), transaction.atomic():
            actions.start(actor(login), "test.wrong", {"企业": "乙"}, key="同一件")
    assert Job.objects.filter(key="同一件").count() == 1
    actions.cancel(actor("gly"), first.pk)
    with transaction.atomic():
        later = actions.start(actor("gly"), "test.wrong", {"企业": "乙"}, key="同一件")
    assert later.pk != first.pk and not later.joined


def test_others_neither_see_nor_cancel_it(whole_site, actor, client_of):
    job = begin(actor("gly"), "test.wrong")
    with pytest.raises(Denied):
        actions.cancel(actor("jingban"), job.pk)
    assert client_of("jingban").get(f"/jobs/{job.pk}/").status_code == 403
    assert client_of("gly").get(f"/jobs/{job.pk}/").status_code == 200


def test_an_ended_job_cannot_be_cancelled(whole_site, actor):
    job = begin(actor("gly"), "test.wrong")
    perform.perform.call(job.pk)
    with pytest.raises(Wrong, match="已经失败"):
        actions.cancel(actor("gly"), job.pk)


def test_the_queue_row_lives_and_dies_with_the_job(whole_site, actor):
    """提交后、入队前断电也不会有等着却没人取的：两行在同一个事务里。"""
    queued = DBTaskResult.objects.count()
    with transaction.atomic():
        actions.start(actor("gly"), "test.wrong", {})
        assert DBTaskResult.objects.count() == queued + 1
        transaction.set_rollback(True)
    assert DBTaskResult.objects.count() == queued and not Job.objects.filter(kind="test.wrong").exists()


def test_the_same_key_of_someone_else_says_who_is_doing_it(whole_site, actor):
    with transaction.atomic():
        first = actions.start(actor("gly"), "test.wrong", {}, title="同一件大活", key="同一件")
    with pytest.raises(Wrong, match=f"同一件大活”已由{actor('gly').name}在"), transaction.atomic():
        actions.start(actor("jingban"), "test.wrong", {}, key="同一件")
    assert actions.start(system("测试"), "test.wrong", {}, key="同一件").pk == first.pk


def test_one_taken_for_dead_writes_nothing_over_the_one_who_took_over(whole_site, actor, tmp_path):
    """慢到被当作没了的那一次，醒来后进度、心跳、结果都写不上；也不再往下做。"""
    job = begin(actor("gly"), "test.count", steps=3, file=str(tmp_path / "步"))
    first = perform._claim(job.pk)
    Job.objects.filter(pk=job.pk).update(state="waiting")
    taken = perform._claim(job.pk)
    perform._run(first)
    taken.refresh_from_db()
    assert (taken.state, taken.attempt, taken.done, taken.message) == ("running", 2, 0, None)
    assert not (tmp_path / "步").exists()
    perform._run(taken)
    taken.refresh_from_db()
    assert taken.state == "done" and (tmp_path / "步").read_text().split() == ["2:0", "2:1", "2:2"]


def test_what_follows_is_queued_once_when_it_succeeds_and_not_when_it_fails(whole_site, actor, tmp_path):
    for _ in range(2):
        perform.perform.call(begin(actor("gly"), "test.once", steps=1, file=str(tmp_path / "步")).pk)
    following = Job.objects.filter(kind="test.next")
    assert [one.by for one in following] == ["系统"], "做成两次，还没做的接着的只排一件"
    perform.perform.call(following[0].pk)
    assert Job.objects.get(pk=following[0].pk).message == "接着做了"
    perform.perform.call(begin(actor("gly"), "test.wrong").pk)
    assert Job.objects.filter(kind="test.next", state="waiting").count() == 0, "没有做成的，后面的不做"


def ended(actor, kind="test.count", **fields) -> Job:
    """一件 gly 发起、已做完的作业，有结果文件。"""
    job = begin(actor("gly"), kind)
    Job.objects.filter(pk=job.pk).update(state="done", result='{"page": "/desk/"}', **fields)
    job.refresh_from_db()
    return job


def without(actor, *operations: str):
    """同一个人，这几项权限被收回。"""
    held = actor("gly")
    return replace(held, only=held.operations - set(operations))


def test_a_result_goes_with_the_right_that_made_it(whole_site, actor, settings):
    job = ended(actor, file="甲.xlsx")
    Path(settings.FILES).mkdir(parents=True, exist_ok=True)
    (Path(settings.FILES) / "甲.xlsx").write_bytes(b"1")
    assert queries.file(actor("gly"), job.pk).read_bytes() == b"1" and queries.result(actor("gly"), job)
    later = without(actor, "rule.view")
    assert queries.job(later, job.pk) == job and queries.result(later, job) == {}
    with pytest.raises(Denied, match="被收回"):
        queries.file(later, job.pk)
    with pytest.raises(Denied, match="查看后台作业"):
        queries.job(without(actor, "job.view"), job.pk)


def test_a_file_of_another_reach_is_not_given(whole_site, actor, client_of):
    job = ended(actor, file="甲.xlsx", reach="sha256:别的范围")
    answer = client_of("gly").get(f"/jobs/{job.pk}/file/")
    assert answer.status_code == 403 and "范围变了" in answer.content.decode()


def test_who_holds_no_right_to_jobs_sees_no_list(whole_site, client_of):
    assert client_of("xitong").get("/jobs/").status_code == 403


def test_cancelling_is_logged_and_ends_a_waiting_job(whole_site, actor):
    job = begin(actor("gly"), "test.wrong")
    with pytest.raises(Denied):
        actions.cancel(replace(actor("gly"), account=None), job.pk)
    actions.cancel(actor("gly"), job.pk)
    job.refresh_from_db()
    assert job.state == "cancelled" and job.ended is not None
    told = LogEntry.objects.filter(operation="job.manage").order_by("-seq")[0]
    assert told.outcome == "办成" and str(job.pk) in told.target and told.login == "gly"


def test_a_failure_is_dismissed_by_its_owner_only(whole_site, actor, client_of):
    job = begin(actor("gly"), "test.wrong")
    with pytest.raises(Wrong, match="不是失败的"):
        actions.dismiss(actor("gly"), job.pk)
    perform.perform.call(job.pk)
    before = [one.title for one in queries.todo(actor("gly"))]
    with pytest.raises(Denied):
        actions.dismiss(actor("jingban"), job.pk)
    assert client_of("gly").post(f"/jobs/{job.pk}/dismiss/").status_code == 302
    assert "作业没有做成" in before and "作业没有做成" not in [one.title for one in queries.todo(actor("gly"))]
    assert "知道了" not in client_of("gly").get(f"/jobs/{job.pk}/").content.decode()


def test_the_database_keeps_one_open_job_of_a_key(whole_site, actor, monkeypatch):
    """两个人同一刻发起：都没看见对方的，数据库只让一件进来，后一个知道是谁。"""
    first = begin_with(actor("gly"), "同一刻")
    seen = iter([None])
    real = actions._open
    monkeypatch.setattr(actions, "_open", lambda key: next(seen, real(key)))
    with pytest.raises(Wrong, match=f"已由{actor('gly').name}在"):
        begin_with(actor("jingban"), "同一刻")
    monkeypatch.undo()
    assert Job.objects.filter(key="同一刻").count() == 1
    actions.cancel(actor("gly"), first.pk)
    assert begin_with(actor("jingban"), "同一刻").pk != first.pk, "做完的不占着"


def begin_with(who: Any, key: str) -> Job:
    with transaction.atomic():
        return actions.start(who, "test.wrong", {}, key=key)
