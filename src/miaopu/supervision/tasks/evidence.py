"""任务进展的附件：查过的存进文件库并登记。"""

from __future__ import annotations

from collections.abc import Iterable

from miaopu.selection import files
from miaopu.selection.files import Given
from miaopu.supervision.tasks.models import Entry, Evidence

FOLDER = "tasks"


def keep(entry: Entry, given: Iterable[Given]) -> None:
    """存进文件库并登记；同样内容只存一份。"""
    Evidence.objects.bulk_create(
        Evidence(entry=entry, name=one.name, path=files.keep(FOLDER, one), size=len(one.content), digest=one.digest)
        for one in given
    )
