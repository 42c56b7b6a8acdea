"""跟进的附件：查过的存进文件库并登记；找一个附件在哪。"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from miaopu.access.act import Wrong
from miaopu.nurture import files
from miaopu.nurture.files import Given, Limits
from miaopu.nurture.followup.models import Attachment
from miaopu.nurture.followup.policy.rules import rules

FOLDER = "followup"


def limits() -> Limits:
    """照片的上限。"""
    told = rules().visits
    return Limits(told.photos, told.photo_bytes, told.photo_side, told.pixels)


def checked(given: Sequence[UploadedFile] = (), photos: Sequence[UploadedFile] = ()) -> list[Given]:
    """附件与照片，都查过；有一个不行就都不收（抛 Wrong）。"""
    return [*files.check(given), *files.photos(photos, limits())]


def attach(given: Iterable[Given], **owner: Any) -> None:
    """存下并登记在 owner（step、record、signing、progress、move 之一）名下。"""
    Attachment.objects.bulk_create(
        Attachment(
            **owner,
            name=one.name,
            path=files.keep(FOLDER, one),
            size=len(one.content),
            digest=one.digest,
            photo=one.photo,
            taken=one.taken,
        )
        for one in given
    )


def located(one: Attachment) -> Path:
    """附件在哪；文件不在了抛 Wrong。"""
    path = Path(settings.FILES) / one.path
    if not path.is_file():
        raise Wrong(f"附件“{one.name}”的文件不在文件库里；请联系系统管理员从备份恢复")
    return path
