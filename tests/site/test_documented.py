"""手册里站点一段的命令照着次序真的能跑。"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("backup")
ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "officials" / "commands.md"


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
    for line in lines:
        words = shlex.split(line)
        assert words[0] == "miaopu"
        command = [
            sys.executable,
            "-m",
            "miaopu.cli.main",
            *(str(ROOT / word) if word.startswith("docs/") else word for word in words[1:]),
        ]
        spoken = subprocess.run(command, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)
        assert spoken.returncode == 0, f"{line}\n{spoken.stdout}\n{spoken.stderr}"
    nobody = [sys.executable, "-m", "miaopu.cli.main", "requests", "list", "--as", "nobody", "--demo"]
    spoken = subprocess.run(nobody, cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)
    assert spoken.returncode == 2 and "没有在用的账号“nobody”" in spoken.stderr
