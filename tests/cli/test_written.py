"""命令里写明的胜过环境变量；路径不对、网站的“没有办成”都是一句话，不是程序错。"""

import os
import subprocess
import sys

import pytest


def miaopu(*words, **own):
    command = [sys.executable, "-m", "miaopu.cli.main", *words]
    return subprocess.run(command, env=os.environ | own, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("written", [True, False])
def test_what_is_written_wins_over_the_environment(tmp_path, written):
    own = {"MIAOPU_HOME": str(tmp_path / "环境"), "MIAOPU_DATABASE": ""}
    own = {name: value for name, value in own.items() if value}
    code = (
        "import sys; from miaopu.cli.main import parser, _written; from miaopu.cli.context import Context;"
        "from miaopu.cli.site import open_site; from pathlib import Path; given = sys.argv[1:];"
        "one = Context(parser('verify-log').parse_args(given), _written(given));"
        "open_site(one, one.arguments.home, False); from django.conf import settings; print(settings.HOME)"
    )
    words = ["verify-log", *(["--home", str(tmp_path / "参数")] if written else [])]
    done = subprocess.run(
        [sys.executable, "-c", code, *words], env=os.environ | own, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip().endswith("参数" if written else "环境"), done.stderr


def test_a_path_that_cannot_be_written_is_a_sentence(tmp_path):
    (tmp_path / "档").write_text("不是文件夹", encoding="utf-8")
    done = miaopu("read", str(tmp_path / "档"), "--ledger", str(tmp_path / "档" / "账"))
    assert done.returncode == 3 and "读写不成" in done.stderr and "Traceback" not in done.stderr
