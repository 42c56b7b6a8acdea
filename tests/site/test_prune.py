"""清理：过了保留期的清掉，没过的、在做的、案件与日志一样不少；没有收下的文件不留。"""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.jobs import slow  # noqa: F401  登记测试用的作业

from miaopu.access.act import Denied
from miaopu.access.models import LogEntry
from miaopu.api.models import Call, Token
from miaopu.jobs import actions
from miaopu.jobs.models import Job
from miaopu.selection.intake.actions.uploads import receive
from miaopu.selection.intake.files import keep
from miaopu.site.prune import prune

pytestmark = pytest.mark.django_db
DAY = 86400


def aged(path: Path, days: float) -> Path:
    os.utime(path, (time.time() - days * DAY,) * 2)
    return path


def test_only_what_is_past_its_days_goes(actor, settings, tmp_path):
    settings.FILES, settings.KEEP_DAYS = tmp_path, 30
    jobs = []
    with transaction.atomic():
        jobs = [actions.start(actor("gly"), "test.wrong", {}) for _ in range(3)]
    for job, days in zip(jobs, (31, 29, 0), strict=True):
        folder = tmp_path / "exports" / str(job.pk)
        folder.mkdir(parents=True)
        (folder / "名单.xlsx").write_bytes(b"1")
        aged(folder, days)
        Job.objects.filter(pk=job.pk).update(file=f"exports/{job.pk}/名单.xlsx", state="done")
    old, fresh, waiting = DBTaskResult.objects.order_by("enqueued_at")[:3]
    past, near = timezone.now() - timedelta(days=31), timezone.now() - timedelta(days=29)
    DBTaskResult.objects.filter(pk=old.pk).update(status="SUCCESSFUL", finished_at=past)
    DBTaskResult.objects.filter(pk=fresh.pk).update(status="FAILED", finished_at=near)
    token = Token.objects.create(
        account_id=actor("gly").account, name="旧", digest="x", hint="mp_", scopes="", quota=1, until=past.date()
    )
    for key, at in (("旧", past), ("新", near)):
        Call.objects.filter(pk=Call.objects.create(token=token, key=key, request="x").pk).update(at=at)
    (tmp_path / "waiting").mkdir()
    aged(tmp_path / "waiting", 40)
    for name, days in (("半截", 2), ("正在收", 0)):
        (tmp_path / "waiting" / name).write_bytes(b"1")
        aged(tmp_path / "waiting" / name, days)
    logged = LogEntry.objects.count()
    assert prune() >= 4
    kept = [job.pk for job in jobs if (tmp_path / "exports" / str(job.pk)).exists()]
    assert kept == [jobs[1].pk, jobs[2].pk]
    assert [bool(Job.objects.get(pk=job.pk).file) for job in jobs] == [False, True, True]
    left = set(DBTaskResult.objects.values_list("pk", flat=True))
    assert old.pk not in left and {fresh.pk, waiting.pk} <= left
    assert list(Call.objects.values_list("key", flat=True)) == ["新"]
    assert [one.name for one in (tmp_path / "waiting").iterdir()] == ["正在收"]
    assert LogEntry.objects.count() == logged and Token.objects.filter(pk=token.pk).exists()
    assert prune() == 0


def test_a_file_refused_is_not_left_waiting(actor, settings, tmp_path):
    settings.FILES = tmp_path
    kept = keep("营业收入.csv", SimpleUploadedFile("营业收入.csv", b"1").chunks(), 100)
    assert kept.path.is_file()
    with pytest.raises(Denied):
        receive(actor("shuiwu"), kept, "science")
    assert not list((tmp_path / "waiting").iterdir())
