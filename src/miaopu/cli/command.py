"""命令的形状与公用的参数类型。"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from miaopu.cli.context import Context, UsageError


@dataclass(frozen=True)
class Command:
    """一条命令：名字、加参数的函数、执行的函数（返回退出码）；一句说明写在 main.GROUPS。"""

    name: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Context], int]


def day(text: str) -> date:
    """命令行上的日期。"""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"日期应写成 2026-11-20 的样子，发现“{text}”") from error


def dates(one: argparse.ArgumentParser) -> None:
    """--known-on 与 --assessed-on。"""
    one.add_argument(
        "--known-on", type=day, default=date.today(), metavar="日期", help="用哪天为止知道的事实（缺省今天）"
    )
    one.add_argument("--assessed-on", type=day, default=date.today(), metavar="日期", help="按哪天的规则判（缺省今天）")
