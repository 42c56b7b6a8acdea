"""开站：准备好，起网站进程与做作业的进程，看着它们；任一个没了就再起，Ctrl+C 一起收。"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

Tell = Callable[[str], None]
WORKERS = 2


def serve(host: str, port: int, tell: Tell, ready: Callable[[], None]) -> int:
    """一直开着，直到收到 Ctrl+C 或终止信号；给出退出码。"""
    commands = {"网站": web(host, port), "作业": [sys.executable, "-m", "miaopu.site.worker"]}
    running = {name: subprocess.Popen(command) for name, command in commands.items()}
    signal.signal(signal.SIGTERM, _stop)
    try:
        ready()
        while True:
            time.sleep(1)
            for name, process in running.items():
                if process.poll() is not None:
                    tell(f"{name}进程没了（退出码 {process.returncode}），重新起")
                    time.sleep(1)
                    running[name] = subprocess.Popen(commands[name])
    except KeyboardInterrupt:
        tell("正在收站")
        return 0
    finally:
        _end(list(running.values()))


def web(host: str, port: int) -> list[str]:
    """网站进程的命令。"""
    options = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(WORKERS)]
    options += ["--blocking-threads", "4", "--no-ws", "--log-level", "warning", "--respawn-failed-workers"]
    return [sys.executable, "-m", "granian", *options, "miaopu.site.wsgi:application"]


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
