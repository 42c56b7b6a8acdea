"""案件库一时够不着：连不上、正在重启、被别人锁得太久；认得出来，页面、接口、作业才好说清怎么办。"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError

PASSING = {"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_PROTOCOL"}
"""SQLite 过一会儿会好的几类错；没有这张表之类不在内。"""
LATER = 10
"""请人过多久再试，秒。"""
TOLD = "案件库正在重启，或忙得答不上来"


def unreachable(error: BaseException | None) -> bool:
    """error 或引起它的错，说的是案件库一时够不着。"""
    return any(_passing(one) for one in _chain(error))


def astray() -> str:
    """SQLite 案件库所在的文件夹不在的一句话：不是在重启，等也没用；在的、不是 SQLite 的为空串。"""
    held = settings.DATABASES["default"]
    folder = Path(held["NAME"]).parent
    if not held["ENGINE"].endswith("sqlite3") or folder.is_dir():
        return ""
    return f"案件库打不开：没有文件夹“{folder}”，应是案件库所在的文件夹；请核对 MIAOPU_DATABASE 与 --home"


def _passing(error: BaseException) -> bool:
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    driver = error.__cause__
    if not isinstance(driver, sqlite3.Error):
        return True
    name = getattr(driver, "sqlite_errorname", "")
    return any(name == one or name.startswith(f"{one}_") for one in PASSING)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
