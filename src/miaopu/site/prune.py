"""清理：过了保留期的队列行、接口的幂等键与用量、导出文件，没收下的暂放文件，过期的会话；案件、日志、上传件从不清。"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from miaopu.access.signin import sessions
from miaopu.api.models import Call, Use
from miaopu.jobs.models import Job
from miaopu.selection.intake.files import WAITING

EXPORTS = "exports"
"""文件库里导出作业的结果，一件一个文件夹。"""
HALF = timedelta(days=1)
"""暂放的文件至多留多久：上传不会这么久。"""


def prune() -> int:
    """清一遍，给出清掉几样；保留 KEEP_DAYS 天。"""
    limit = timezone.now() - timedelta(days=settings.KEEP_DAYS)
    found = (
        DBTaskResult.objects.finished().filter(finished_at__lt=limit),
        Call.objects.filter(at__lt=limit),
        Use.objects.filter(day__lt=limit.date()),
    )
    return sum(one.delete()[0] for one in found) + sessions.sweep() + _exports(limit.timestamp()) + _waiting()


def _exports(limit: float) -> int:
    """太旧的导出文件；作业还在，页面说文件已清理。"""
    old = [one for one in _inside(EXPORTS) if one.is_dir() and one.stat().st_mtime < limit]
    for folder in old:
        Job.objects.filter(file__startswith=f"{EXPORTS}/{folder.name}/").update(file=None)
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def _waiting() -> int:
    limit = (timezone.now() - HALF).timestamp()
    old = [one for one in _inside(WAITING) if one.is_file() and one.stat().st_mtime < limit]
    for one in old:
        one.unlink(missing_ok=True)
    return len(old)


def _inside(name: str) -> Iterator[Path]:
    folder = Path(settings.FILES) / name
    return folder.iterdir() if folder.is_dir() else iter(())
