"""命令的上下文：目录、台账、日期、输出；各命令从这里取，缺的当场说清。"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from miaopu.desk.answer import plain
from miaopu.desk.workspace import Workspace
from miaopu.ledger.journal import Ledger
from miaopu.ledger.source import Sources
from miaopu.standards.load import Library
from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import Indicator

LOCAL = "MIAOPU_CATALOG"
"""本地目录文件夹的环境变量。"""


class Exit(IntEnum):
    """退出码：0 办成；1 办成但有须处理的意见；2 用法不对；3 输入被拒绝；4 判例或核对不符；5 程序出错。"""

    DONE = 0
    COMPLAINTS = 1
    USAGE = 2
    REFUSED = 3
    MISMATCH = 4
    BROKEN = 5


class UsageError(Exception):
    """参数不对：一句中文。"""


class Broken(Exception):
    """作业失败在程序上：一句中文；缘由在作业的日志里。"""


@dataclass
class Context:
    """一次命令的上下文。"""

    arguments: argparse.Namespace
    written: frozenset[str] = frozenset()

    @cached_property
    def space(self) -> Workspace:
        """工作间：--ledger 的台账，随软件发布的目录加上 --catalog 或 MIAOPU_CATALOG 指的本地文件夹。"""
        local = self.arguments.catalog or os.environ.get(LOCAL)
        return Workspace(Path(self.arguments.ledger), Path(local) if local else None)

    @property
    def catalog(self) -> Catalog:
        """目录。"""
        return self.space.catalog

    @property
    def library(self) -> Library:
        """标准库。"""
        return self.space.library

    @property
    def indicators(self) -> Mapping[str, Indicator]:
        """全部指标。"""
        return self.space.indicators

    @property
    def sources(self) -> Sources:
        """全部来源。"""
        return self.space.sources

    @property
    def ledger(self) -> Ledger:
        """台账文件夹；没有就新建。"""
        return self.space.ledger

    @property
    def by(self) -> str:
        """操作人：--by，没有写就是系统用户名。"""
        return self.arguments.by or getpass.getuser()

    @property
    def as_json(self) -> bool:
        """给程序看。"""
        return bool(self.arguments.json)

    @cached_property
    def console(self) -> Console:
        """给人看的一路（标准错误）。"""
        return Console(stderr=True, highlight=False, soft_wrap=True)

    def say(self, text: str) -> None:
        """给人看的一句；--json 时不说。"""
        if not self.as_json:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()

    def give(self, data: Any) -> None:
        """给程序的 JSON；只在 --json 时给。"""
        if self.as_json:
            sys.stdout.write(json.dumps(plain(data), ensure_ascii=False, indent=1) + "\n")

    @contextmanager
    def progress(self, title: str, total: int | None) -> Iterator[Step]:
        """终端上的进度条；不是终端时不画。"""
        bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.console,
            disable=self.as_json or not self.console.is_terminal,
            transient=True,
        )
        with bar:
            task = bar.add_task(title, total=total)
            yield Step(bar, task)


@dataclass(frozen=True)
class Step:
    """进度条上的一项。"""

    bar: Progress
    task: Any

    def tell(self, text: str) -> None:
        """换说明。"""
        self.bar.update(self.task, description=text)

    def advance(self, by: int = 1) -> None:
        """前进。"""
        self.bar.advance(self.task, by)
