"""本城：网站用的工作间（台账、目录、标准库）、业务日期与工作日；目录变了就重新打开。"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from miaopu.desk.workspace import Workspace
from miaopu.terms.workdays import Calendar, calendar


def city() -> Workspace:
    """本城的工作间；本地目录的文件有增减或改动时重新打开。"""
    local = Path(settings.LOCAL_CATALOG)
    return _opened(Path(settings.LEDGER), local if local.is_dir() else None, _stamp(local))


def workdays() -> Calendar:
    """工作日：随软件发布的节假日表，加上本地目录里照通知写的；本地目录变了就重读。"""
    return _workdays(city())


def today() -> date:
    """业务日期：设置里固定的（演示），否则当天。"""
    return settings.TODAY or timezone.localdate()


def _stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    """本地目录各文件与改动时刻；一页上要看好几回，所以逐层扫，不逐个问。"""
    return tuple(sorted(_changed(str(folder)))) if folder.is_dir() else ()


def _changed(folder: str) -> Iterator[tuple[str, int]]:
    with os.scandir(folder) as found:
        for one in found:
            if one.is_dir(follow_symlinks=False):
                yield from _changed(one.path)
            elif one.name.endswith(".yaml"):
                yield one.path, one.stat().st_mtime_ns


@lru_cache(maxsize=2)
def _opened(folder: Path, local: Path | None, stamp: tuple[tuple[str, int], ...]) -> Workspace:
    return Workspace(folder, local)


@lru_cache(maxsize=2)
def _workdays(space: Workspace) -> Calendar:
    return calendar(space.catalog)
