"""选配命令的参数；做法在 cohort_run，连带 scipy、xlsxwriter，用到才装。"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

from miaopu.cli.command import Command, dates
from miaopu.cli.context import Context


def _arguments(one: argparse.ArgumentParser) -> None:
    dates(one)
    one.add_argument("--tier", default="LG", metavar="层级", help="LG、SRDI……（缺省 LG）")
    one.add_argument("--total", type=int, metavar="家数", help="总数（缺省取目录里的名额）")
    one.add_argument("--percent", type=int, metavar="百分数", help="按候选家数给县区保底的份额（缺省取目录）")
    one.add_argument("--out", type=Path, metavar="文件", help="写成这个 xlsx")


def _cohort(context: Context) -> int:
    return int(import_module("miaopu.cli.signals.cohort_run").run(context))


COMMANDS = (Command("cohort", "选配：在名额之内选预期通过数最多的一组，逐家说理由", _arguments, _cohort),)
