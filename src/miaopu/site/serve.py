"""开站：准备好，起网站进程与做作业的进程，看着它们；任一个没了就再起；Ctrl+C、终止信号、关掉终端都一起收。"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from miaopu.terms.complaint import Complaint, Refusal, Severity

Tell = Callable[[str], None]
WORKERS = 2
PATIENCE = 60.0
"""等网站应答最多等多久，秒。"""
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""收站的信号：Ctrl+C、终止、关掉终端；本来就不理的（nohup）照旧不理。"""


def free(host: str, port: int) -> None:
    """端口能用；被占着、写错的抛 Refusal：别的程序在应答，不能当作网站开了。"""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError) as error:
        expected, remedy = "没有被占着的地址与端口", "先收掉占着它的程序（也许是上次没有收的网站），或用 --port 换一个"
        found = f"开不了（{getattr(error, 'strerror', None) or error}）"
        raise Refusal(Complaint("port", Severity.REFUSE, f"{host}:{port}", found, expected, remedy)) from None


def serve(host: str, port: int, tell: Tell, ready: Callable[[], None]) -> int:
    """一直开着，直到收到 Ctrl+C 或终止信号；给出退出码。头一回就起不来的抛 Refusal。"""
    commands = {"网站": web(host, port), "作业": [sys.executable, "-m", "miaopu.site.worker"]}
    for one in STOPS:
        if signal.getsignal(one) is not signal.SIG_IGN:
            signal.signal(one, _stop)
    running: dict[str, subprocess.Popen[bytes]] = {}
    try:
        running["网站"] = _start(commands["网站"])
        _answering(running["网站"], host, port)  # 先让网站起来，再起做作业的：两核上一起起要多等两秒；起不来就不开
        running["作业"] = _start(commands["作业"])
        ready()
        while True:
            time.sleep(1)
            for name, process in running.items():
                if process.poll() is not None:
                    tell(f"{name}进程没了（退出码 {process.returncode}），重新起")
                    _sweep(process)
                    time.sleep(1)
                    running[name] = _start(commands[name])
    except KeyboardInterrupt:
        with suppress(OSError):  # 终端已经关了，没处说
            tell("正在收站")
        return 0
    finally:
        _end(list(running.values()))


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    """起一个进程，自成一组：收站时连同它的子进程一起收，不留下占着端口的。"""
    return subprocess.Popen(command, start_new_session=True)


def _answering(process: subprocess.Popen[bytes], host: str, port: int) -> None:
    """等网站能应答；起不来的、等过了时限的抛 Refusal：不能说开了，也不一遍遍地再起。"""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with socket.create_connection((host, port), timeout=1):
                if process.poll() is None:
                    return
        except OSError:
            time.sleep(0.1)
    ended = f"网站进程没有起来（退出码 {process.poll()}）"
    found = f"等了 {PATIENCE:g} 秒没有应答" if process.poll() is None else ended
    expected, remedy = "网站进程起来并应答", "看上面网站进程的话，改好再开；机器很忙的等一会儿再开"
    raise Refusal(Complaint("serve", Severity.REFUSE, f"{host}:{port}", found, expected, remedy))


def web(host: str, port: int) -> list[str]:
    """网站进程的命令。"""
    options = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(WORKERS)]
    options += ["--blocking-threads", "4", "--no-ws", "--log-level", "warning", "--respawn-failed-workers"]
    return [sys.executable, "-m", "granian", *options, "miaopu.site.wsgi:application"]


def _stop(*_: object) -> None:
    """头一个信号收站；收到一半再来的不理，免得收不完。"""
    for one in STOPS:
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
        _sweep(process)
        process.wait()


def _sweep(process: subprocess.Popen[bytes]) -> None:
    """收掉一组里还在的；一组都走了就没有可收的。"""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
