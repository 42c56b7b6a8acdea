"""收站：关掉终端、收到一半再来一个信号，都不留下占着端口的；端口被占的不开，也不说已开；没有案件库的命令说清。"""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

STUB = f"""#!{sys.executable}
import os, signal, socket, sys, time
def slowly(*_):
    time.sleep(1)
    os._exit(0)
if "granian" in sys.argv:
    door = socket.create_server(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])))
    signal.signal(signal.SIGTERM, signal.SIG_IGN if os.fork() == 0 else slowly)
time.sleep(60)
"""
"""代替网站与作业的：网站占着端口，有一个不随它走的子进程，收得慢。"""
RUN = """
import sys
from miaopu.site import serve
from miaopu.terms.complaint import Refusal
sys.executable = sys.argv[2]
serve.PATIENCE = 3
say = lambda text: print(text, flush=True)
try:
    sys.exit(serve.serve("127.0.0.1", int(sys.argv[1]), say, lambda: say("已开")))
except Refusal as error:
    sys.exit(str(error))
"""


@pytest.fixture
def port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def stubbed(folder: Path, text: str) -> str:
    stub = folder / "stub"
    stub.write_text(text, encoding="utf-8")
    stub.chmod(0o700)
    return str(stub)


@pytest.mark.parametrize(
    ("text", "told"), [("raise SystemExit(7)", "没有起来（退出码 7）"), ("import time; time.sleep(60)", "没有应答")]
)
def test_a_site_that_does_not_start_is_not_said_to_be_open(tmp_path: Path, port: int, text: str, told: str) -> None:
    """起不来的说清缘由就收，不说已开、不一遍遍再起。"""
    command = [sys.executable, "-c", RUN, str(port), stubbed(tmp_path, f"#!{sys.executable}\n{text}\n")]
    spoken = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (spoken.returncode, spoken.stdout) == (1, "") and told in spoken.stderr, spoken.stderr
    assert "Traceback" not in spoken.stderr


@pytest.mark.parametrize(
    "signals", [(signal.SIGHUP,), (signal.SIGTERM, signal.SIGTERM), (signal.SIGINT, signal.SIGTERM)]
)
def test_closing_leaves_nothing_on_the_port(tmp_path: Path, port: int, signals: tuple[signal.Signals, ...]) -> None:
    command = [sys.executable, "-c", RUN, str(port), stubbed(tmp_path, STUB)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as serving:
        try:
            assert serving.stdout is not None and serving.stdout.readline() == "已开\n"
            serving.send_signal(signals[0])
            for one in signals[1:]:
                time.sleep(0.3)
                serving.send_signal(one)
            assert serving.wait(timeout=20) == 0
            assert serving.stdout.readline() == "正在收站\n"
            socket.create_server(("127.0.0.1", port)).close()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(serving.pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("database", "code", "told"),
    [
        ("sqlite:////没有这里/案件.sqlite3", 3, "没有文件夹“/没有这里”"),
        ("sqlite:///案件.sqlite3", 2, "还没有准备好的站点（no such table"),
        ("sqlite:///随便.sqlite3", 2, "还没有准备好的站点（file is not a database）"),
    ],
)
def test_a_command_without_its_database_says_so(tmp_path: Path, database: str, code: int, told: str) -> None:
    (tmp_path / "随便.sqlite3").write_bytes(b"not a database at all" * 100)
    env = {name: value for name, value in os.environ.items() if not name.startswith("MIAOPU_")}
    command = [sys.executable, "-m", "miaopu.cli.main", "requests", "list", "--as", "gly", "--home", str(tmp_path)]
    spoken = subprocess.run(
        command, cwd=tmp_path, env=env | {"MIAOPU_DATABASE": database}, capture_output=True, text=True, timeout=60
    )
    assert (spoken.returncode, "Traceback" in spoken.stderr) == (code, False) and told in spoken.stderr


def test_a_broken_table_is_not_taken_for_an_unprepared_site(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "案件.sqlite3") as base:
        base.execute("create table access_account (other)")
    env = {name: value for name, value in os.environ.items() if not name.startswith("MIAOPU_")}
    command = [sys.executable, "-m", "miaopu.cli.main", "requests", "list", "--as", "gly", "--home", str(tmp_path)]
    spoken = subprocess.run(
        command, cwd=tmp_path, env=env | {"MIAOPU_DATABASE": "sqlite:///案件.sqlite3"}, capture_output=True, text=True
    )
    assert spoken.returncode == 5 and "no such column" in spoken.stderr and "还没有准备好" not in spoken.stderr


def test_a_port_in_use_is_said_before_anything_is_prepared(tmp_path: Path, port: int) -> None:
    home, env = tmp_path / "站", {name: value for name, value in os.environ.items() if not name.startswith("MIAOPU_")}
    command = [sys.executable, "-m", "miaopu.cli.main", "serve", "--demo", "--home", str(home), "--port", str(port)]
    with socket.create_server(("127.0.0.1", port)):
        spoken = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60)
    assert spoken.returncode == 3 and "已开" not in spoken.stdout
    assert f"127.0.0.1:{port}" in spoken.stderr and "--port" in spoken.stderr
    assert not list(home.rglob("*.sqlite3")), "端口不能用的，什么也没有准备"
