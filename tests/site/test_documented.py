"""手册里站点一段的命令照着次序真的能跑；准备好的站真的能开、能收。"""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import requests

from miaopu.terms.catalog import Catalog

pytestmark = pytest.mark.walk

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "officials" / "commands.md"


RUN = """
import json, sys
from miaopu.cli.main import main
for words in json.loads(sys.argv[1]):
    if code := main(words):
        sys.exit(f"{code}：miaopu {' '.join(words)}")
"""
"""接连的几条在一个进程里做，省下一次次起动；每条照样从参数做起。"""
LEDGER = ("--ledger", "var/ledger/2000-2026")
APART = {"serve", "verify-log", "backup", "restore", "open-admins"}
"""换站点文件夹的，各起一个进程。"""


def batches(lines: list[list[str]]) -> list[list[list[str]]]:
    """命令行 → 一个进程里做的几条。"""
    out: list[list[list[str]]] = []
    for words in lines:
        assert words[0] == "miaopu"
        given = [str(ROOT / word) if word.startswith("docs/") else word for word in words[1:]]
        if given[0] in APART or not out or out[-1][0][0] in APART:
            out.append([])
        out[-1].append(given)
    return out


def test_the_site_commands_run_in_their_order(small_city: Path, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "ledger").symlink_to(small_city / "ledger")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MIAOPU_", "DJANGO_"))}
    lines = [
        line
        for block in re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
        for line in block.splitlines()
    ]
    assert len(lines) >= 5
    for batch in batches([shlex.split(line) for line in lines]):
        command = [sys.executable, "-c", RUN, json.dumps(batch)]
        spoken = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)
        assert spoken.returncode == 0, f"{spoken.stdout}\n{spoken.stderr}"
    nobody = [sys.executable, "-m", "miaopu.cli.main", "requests", "list", "--as", "nobody", "--demo"]
    spoken = subprocess.run(nobody, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)
    assert spoken.returncode == 2 and "没有在用的账号“nobody”" in spoken.stderr
    opens_and_closes(tmp_path, clean)


def opens_and_closes(folder: Path, clean: dict[str, str]) -> None:
    """准备过的站再开：网站应答以后才说已开，列出每个角色的演示账号；收到终止信号就收站，退出码 0。"""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "miaopu.cli.main", "serve", "--demo", "--port", str(port), *LEDGER]
    env = clean | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, text=True) as serving:
        try:
            told = []
            while not told or not told[-1].startswith("　shenji"):
                told.append(serving.stdout.readline())
                assert serving.poll() is None, "".join(told)
            page = requests.get(f"http://127.0.0.1:{port}/login/", timeout=60)
            assert page.status_code == 200 and "登录苗圃" in page.text
            spoken = "".join(told)
            assert f"网站已开：http://127.0.0.1:{port}" in spoken and "密码都是" in spoken
            accounts = Catalog.default().read("demo/accounts.yaml")["accounts"]
            assert all(one["login"] in spoken and one["name"] in spoken for one in accounts)
        finally:
            serving.terminate()
            rest = serving.communicate(timeout=30)[0]
    assert "正在收站" in rest and serving.returncode == 0
