"""日志与策略的页面：筛选、改前改后、导出、核验；几条线同时写也不分叉；命令指出断处。"""

import io
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlsplit

import openpyxl
import pytest
from django.db import connection, transaction
from django.utils import timezone

from miaopu.access import log
from miaopu.access.act import Denied, Wrong, act, permit
from miaopu.access.actions import accounts, books, trail
from miaopu.access.actor import system
from miaopu.access.models import LogEntry, LogHead
from miaopu.access.queries import entries

THREADS, LINES = 4, 12


@pytest.fixture
def written(db, actor):
    with act(actor("jingban"), "task.update", "任务 甲", reason="按期") as doing:
        doing.before, doing.after = {"状态": "未开始"}, {"状态": "在办"}
    with pytest.raises(Denied), act(actor("dongchangfu"), "rule.approve", "提案 乙"):
        pass
    return LogEntry.objects.latest("seq")


@pytest.mark.parametrize(
    ("given", "targets"),
    [
        ({"person": "jingban"}, ["任务 甲"]),
        ({"person": "东昌府"}, ["提案 乙"]),
        ({"target": "任务"}, ["任务 甲"]),
        ({"title": "批准规则修改"}, ["提案 乙"]),
        ({"outcome": "拒绝"}, ["提案 乙"]),
        ({"until": "2020-01-01"}, []),
        ({"since": "today", "until": "today"}, ["提案 乙", "任务 甲"]),
    ],
)
def test_the_log_is_filtered(written, actor, given, targets):
    today = timezone.localdate().isoformat()
    given = {key: today if value == "today" else value for key, value in given.items()}
    found = [one.target for one in entries(actor("shenji"), given) if one.target in ("任务 甲", "提案 乙")]
    assert found == targets


def test_only_the_audit_administrator_reads_it(written, actor):
    for login in ("xitong", "anquan", "gly"):
        with pytest.raises(Denied):
            entries(actor(login), {})
    with pytest.raises(Wrong, match="这样的日期"):
        entries(actor("shenji"), {"since": "昨天"})


def test_a_refused_look_is_written_once_in_a_while(actor, client_of):
    """看的被拒绝也记；反复点不再记，别的操作、别的人另记；过一阵再记。"""
    client = client_of("zhuanyuan")
    refused = LogEntry.objects.filter(outcome="拒绝", login="zhuanyuan")
    for _ in range(20):
        assert client.get("/log/").status_code == 403
    assert list(refused.values_list("operation", "target", "reason")) == [("log.view", "查看", "没有这项权限")]
    assert client.get("/accounts/").status_code == 403 and refused.count() == 2
    with pytest.raises(Denied):
        permit(actor("jingban"), "log.view")
    assert LogEntry.objects.filter(outcome="拒绝", login="jingban", operation="log.view").count() == 1
    LogEntry.objects.filter(operation="log.view").update(at="2026-01-01T00:00:00.000+08:00")
    assert client.get("/log/").status_code == 403 and refused.count() == 3


def test_one_line_shows_before_and_after(written, client_of):
    page = client_of("shenji").get(f"/log/{written.seq - 1}/").content.decode()
    assert "<td>状态</td><td>未开始</td><td>在办</td>" in page and "按期" in page


def test_export_is_what_was_filtered_and_is_recorded(written, client_of):
    assert client_of("shenji").get("/log/export/").status_code == 405, "看一眼不会导出，也不会记"
    answer = client_of("shenji").post("/log/export/", {"person": "jingban"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    assert [row[8] for row in sheet.iter_rows(min_row=4, values_only=True) if row[4] == "jingban"] == ["任务 甲"]
    entry = LogEntry.objects.latest("seq")
    assert entry.operation == "log.export" and json.loads(entry.after) == {"条件": {"person": "jingban"}, "行数": 1}


def test_the_page_verifies_and_names_the_first_break(written, client_of):
    client = client_of("shenji")
    assert "逐行完好" in client.post("/log/verify/", follow=True).content.decode()
    LogEntry.objects.filter(seq=written.seq).update(name="别人")
    assert f"第{written.seq}行的内容与摘要不符" in client.post("/log/verify/", follow=True).content.decode()


def test_every_column_of_a_line_is_under_the_seal(written):
    columns = {one.name for one in LogEntry._meta.concrete_fields}
    assert columns - set(log.FIELDS) == {"hash"}
    for name in columns - {"seq", "prev", "hash"}:
        with transaction.atomic():
            numeric = LogEntry._meta.get_field(name).get_internal_type() == "BigIntegerField"
            LogEntry.objects.filter(seq=written.seq).update(**{name: 99 if numeric else "改"})
            assert log.verify() is not None, f"改了 {name} 没有看出来"
            transaction.set_rollback(True)


def test_the_security_page_shows_policy_and_refusals(written, client_of):
    page = client_of("anquan").get("/security/").content.decode()
    assert "5 次，锁 30 分钟" in page and "10 位" in page and "批准规则修改" in page and "提案 乙" not in page


@pytest.mark.usefixtures("whole_site")
def test_concurrent_writers_never_fork_the_chain():
    before = LogHead.objects.get(pk=1).seq

    def write(number: int) -> None:
        try:
            for line in range(LINES):
                with act(system(f"线{number}"), "task.update", f"任务 {number}.{line}"):
                    pass
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, range(THREADS)))
    assert log.verify() is None
    assert LogHead.objects.get(pk=1).seq == before + THREADS * LINES == LogEntry.objects.count()


@pytest.mark.usefixtures("whole_site")
def test_concurrent_writers_start_one_chain():
    together = Barrier(THREADS)

    def write(number: int) -> None:
        try:
            together.wait()
            with act(system(f"线{number}"), "task.update", f"任务 {number}"):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(LINES):  # 一次碰不上的，多来几次：两条线都先看见“一行也没有”，一条先提交
            LogEntry.objects.all().delete()
            LogHead.objects.all().delete()
            list(pool.map(write, range(THREADS)))
            assert log.verify() is None and LogEntry.objects.count() == THREADS


def verified_by_command() -> tuple[int, dict]:
    name = connection.settings_dict["NAME"]
    url = f"sqlite:///{name}"
    if connection.vendor != "sqlite":
        url = urlsplit(os.environ["MIAOPU_DATABASE"])._replace(path=f"/{name}").geturl()
    command = [sys.executable, "-m", "miaopu.cli.main", "verify-log", "--json"]
    found = subprocess.run(command, env={**os.environ, "MIAOPU_DATABASE": url}, capture_output=True, text=True)
    assert found.stdout, found.stderr
    return found.returncode, json.loads(found.stdout)


@pytest.mark.usefixtures("whole_site")
def test_the_command_verifies_and_names_the_first_break():
    for number in range(3):
        with act(system("测试"), "task.update", f"任务 {number}"):
            pass
    code, told = verified_by_command()
    head = LogHead.objects.get(pk=1)
    assert (code, told) == (0, {"intact": True, "entries": head.seq, "head": head.hash})
    LogEntry.objects.filter(seq=head.seq - 1).update(target="任务 99")
    code, told = verified_by_command()
    assert code == 4 and told["broken_at"] == head.seq - 1 and "改过" in told["told"]
    LogEntry.objects.filter(seq=head.seq - 1).delete()
    assert "不见了" in verified_by_command()[1]["told"]


def test_more_lines_than_one_export_holds_are_refused_not_cut(db, actor, tmp_path, monkeypatch):
    monkeypatch.setattr(books, "MOST", 0)
    with pytest.raises(Wrong, match="一次最多导出 0 行"):
        trail.export_log(actor("shenji"), {}, tmp_path / "日志.xlsx")
    assert not (tmp_path / "日志.xlsx").exists()


def test_long_work_holds_no_write_lock(db, actor, tmp_path, monkeypatch):
    """写工作簿、从头核验、散列密码的时候不在事务里：别人照样写。"""
    depth, seen = len(connection.savepoint_ids), []

    def watched(module, name):
        real = getattr(module, name)

        def spy(*given, **named):
            seen.append((name, len(connection.savepoint_ids) - depth))
            return real(*given, **named)

        monkeypatch.setattr(module, name, spy)

    for module, name in ((books, "log_book"), (books, "account_book"), (log, "verify"), (accounts, "make_password")):
        watched(module, name)
    trail.export_log(actor("shenji"), {}, tmp_path / "日志.xlsx")
    trail.export_accounts(actor("xitong"), {}, tmp_path / "账号.xlsx")
    trail.verify_log(actor("shenji"))
    accounts.open_accounts(actor("xitong"), [(2, "lisi", {"name": "李四"})])
    assert seen == [("log_book", 0), ("account_book", 0), ("verify", 0), ("make_password", 0)]
    with pytest.raises(Wrong, match="一次最多导入 500 个"):
        accounts.open_accounts(actor("xitong"), [(number, f"z{number}", {"name": "李四"}) for number in range(501)])
