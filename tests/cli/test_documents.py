"""文档里的命令真的能跑：README 与手册的 bash 段，用小城。"""

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "docs/officials/commands.md", "docs/officials/share.md")
BLOCK = re.compile(r"```bash\n(.*?)```", re.S)
PLACEHOLDER = "企业全名或信用代码"


def commands() -> list[tuple[str, str]]:
    found = []
    for page in PAGES:
        for block in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
            lines = [line.split("  #")[0].strip() for line in block.splitlines()]
            found += [(page, line) for line in lines if line and not line.startswith(("make ", "#"))]
    return found


def test_there_are_commands_to_run() -> None:
    assert len(commands()) >= 10


@pytest.mark.parametrize(("page", "line"), commands())
def test_documented_command_runs(miaopu, city, page, line) -> None:
    words = shlex.split(line)
    assert words[0].rsplit("/", 1)[-1] == "miaopu", f"{page}：不认识的命令 {line}"
    if PLACEHOLDER in words:
        listing = miaopu("explain", "虚构", "LG-2026", "--ledger", "var/ledger/2000-2026")
        words[words.index(PLACEHOLDER)] = listing.err.split("名称里含有它的有：")[1].split("、")[0].strip()
    words = [str(ROOT / word) if word.startswith("docs/") else word for word in words[1:]]
    spoken = miaopu(*words)
    assert spoken.code in (0, 1), f"{page}：{line}\n{spoken.err}"
