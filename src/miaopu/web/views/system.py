"""运行维护：程序与库的版本、案件库、磁盘、作业、会话的现状；没有企业数据，什么也不改。"""

from __future__ import annotations

import platform
import shutil
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from miaopu.access.act import permit
from miaopu.jobs.models import Job
from miaopu.jobs.perform import LOST
from miaopu.jobs.states import State

PACKAGES = {"苗圃": "miaopu", "Django": "django", "Polars": "polars"}
GIB = 1024**3
LOW = 0.1
"""磁盘剩余不到一成就提醒。"""


def index(request: HttpRequest) -> HttpResponse:
    """现状。"""
    permit(request.actor, "system.manage")
    facts = [*_programs(), *_database(), *_disks()]
    counts = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    jobs = [(state.word, counts.get(state.value, 0)) for state in State]
    lost = Job.objects.filter(Q(state=State.RUNNING), beat__lt=timezone.now() - LOST).count()
    return render(request, "web/system.html", {"facts": facts, "jobs": jobs, "lost": lost})


def _programs() -> list[tuple[str, str, bool]]:
    """（项，值，要不要留意）。"""
    return [*((title, _version(name), False) for title, name in PACKAGES.items()),
            ("Python", platform.python_version(), False)]  # fmt: skip


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "没有安装（从源码直接运行）"


def _database() -> list[tuple[str, str, bool]]:
    executor = MigrationExecutor(connection)
    due = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    found = [("案件库", connection.display_name, False)]
    if connection.vendor == "sqlite":
        found.append(("案件库大小", f"{Path(connection.settings_dict['NAME']).stat().st_size / 1024**2:.1f} MB", False))
    return [*found, ("数据库结构", f"有 {due} 处没有迁移，请重新开站" if due else "是最新的", bool(due))]


def _disks() -> list[tuple[str, str, bool]]:
    """站点文件夹与台账所在的磁盘。"""
    places = {"站点文件夹所在磁盘": Path(settings.HOME), "台账所在磁盘": Path(settings.LEDGER)}
    found = []
    for title, folder in places.items():
        if folder.exists():
            told = shutil.disk_usage(folder)
            found.append(
                (title, f"共 {told.total / GIB:.0f} GB，剩 {told.free / GIB:.1f} GB", told.free / told.total < LOW)
            )
    return found
