"""跟进的附件：查过的存进文件库并登记。"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from miaopu.nurture.followup.models import Attachment
from miaopu.nurture.followup.policy.rules import rules
from miaopu.selection import files
from miaopu.selection.files import Given, Limits

FOLDER = "followup"


def limits() -> Limits:
    """照片的上限。"""
    told = rules().visits
    return Limits(told.photos, told.photo_bytes, told.photo_side, told.pixels)


def checked(given: Sequence[UploadedFile] = (), photos: Sequence[UploadedFile] = ()) -> list[Given]:
    """附件与照片，都查过；有一个不行就都不收（抛 Wrong）。"""
    return [*files.check(given), *files.photos(photos, limits())]


def attach(given: Iterable[Given], **owner: Any) -> None:
    """存下并登记在 owner（step、record、signing、progress、move、mending 之一）名下。"""
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
