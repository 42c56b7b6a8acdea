"""起动：每条命令只装自己要的模块；分组与各模块的命令一致。"""

import re
import subprocess
import sys
from importlib import import_module

import pytest
from django.db import DataError, OperationalError

from miaopu.cli.main import GROUPS, _unreachable, main

HEAVY = ("sklearn", "scipy", "docx", "pptx", "xlsxwriter")
"""合起来要几秒的库，只有用到的命令才装。"""


def test_groups_name_every_command_once() -> None:
    made = {module: [one.name for one in import_module(f"miaopu.cli.{module}").COMMANDS] for module in GROUPS}
    assert made == {module: list(told) for module, told in GROUPS.items()}


def loaded_by(call: str) -> set[str]:
    asked = f"import sys; from miaopu.cli.main import parser; {call}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split())


def test_judging_loads_no_heavy_library() -> None:
    loaded = loaded_by("parser('judge')")
    assert not loaded & {*HEAVY, "openpyxl", "miaopu.demo"}, f"judge 起动时装了用不到的库：{loaded & set(HEAVY)}"


def test_help_loads_no_heavy_library() -> None:
    loaded = loaded_by("parser().format_help()")
    assert not loaded & {"sklearn", "scipy", "docx", "pptx"}, f"--help 装了用不到的库：{loaded & set(HEAVY)}"


@pytest.mark.parametrize(
    ("words", "told"),
    [(["requests", "list", "--as", "gly", "--j"], "不认识 --j"), (["requests", "fly", "--as", "gly"], "（可用：")],
)
def test_a_wrong_option_is_told_wholly_in_chinese(capsys, words, told) -> None:
    assert main(words) == 2
    said = capsys.readouterr().err
    assert told in said and not re.search(r"ambiguous|choose|could match|invalid", said)
    assert said.count("（") == said.count("）") and "(" not in said and ")" not in said


def test_a_database_error_without_words_is_still_told() -> None:
    assert "（OperationalError）；请过" in _unreachable(OperationalError()) and _unreachable(DataError()) == ""
