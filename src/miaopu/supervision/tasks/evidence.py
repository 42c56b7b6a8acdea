"""附件：收下前查类型（扩展名与开头字节都要对）、大小与宏；存进文件库，名字是摘要，从不按原名落盘。"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from miaopu.access.act import Wrong
from miaopu.access.text import file_name
from miaopu.supervision.tasks.models import Entry, Evidence

FOLDER = "tasks"
MOST, LARGEST = 5, 20 * 1024 * 1024
"""一条进展最多几个附件，每个多少字节。"""
HEADS = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".ofd": (b"PK\x03\x04",),
}
"""收的类型与文件开头的字节。"""
PARTS = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".ofd": "OFD.xml"}
"""压缩包格式里必有的一件。"""


@dataclass(frozen=True)
class Given:
    """查过的附件。"""

    name: str
    ending: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256。"""
        return hashlib.sha256(self.content).hexdigest()


def check(files: Sequence[UploadedFile]) -> list[Given]:
    """逐个查；有一个不行就整条不收（抛 Wrong）。"""
    if len(files) > MOST:
        raise Wrong(f"附件有 {len(files)} 个，最多 {MOST} 个；请合并或分两次填报")
    return [_checked(one) for one in files]


def _checked(given: UploadedFile) -> Given:
    name = file_name(given.name or "", "附件")
    ending = Path(name).suffix.lower()
    if ending not in HEADS:
        raise Wrong(f"附件“{name}”的类型不收；只收 {'、'.join(HEADS)}，请转换后再传")
    if (given.size or 0) > LARGEST:
        raise Wrong(f"附件“{name}”超过 {LARGEST // 1024 // 1024} MB；请压缩后再传")
    content = given.read()
    if not content.startswith(HEADS[ending]):
        raise Wrong(f"附件“{name}”的内容不是{ending}；请用原来的软件另存后再传")
    if ending in PARTS:
        _package(name, ending, content)
    return Given(name, ending, content)


def _package(name: str, ending: str, content: bytes) -> None:
    """压缩包格式：打得开、有该有的一件、没有宏；只看目录，不解压。"""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = {one.filename for one in book.infolist()}
    except zipfile.BadZipFile as error:
        raise Wrong(f"附件“{name}”打不开，可能没有传完；请重新传") from error
    if PARTS[ending] not in parts:
        raise Wrong(f"附件“{name}”里面不是{ending}；请用原来的软件另存后再传")
    if any(Path(one).name.lower() == "vbaproject.bin" for one in parts):
        raise Wrong(f"附件“{name}”里有宏，不收；请另存为不带宏的文件")


def keep(entry: Entry, given: Iterable[Given]) -> None:
    """存进文件库并登记；同样内容只存一份。"""
    rows = []
    for one in given:
        place = Path(FOLDER) / one.digest[:2] / f"{one.digest}{one.ending}"
        path = Path(settings.FILES) / place
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file():
            handle, fresh = tempfile.mkstemp(dir=path.parent, suffix=".part")  # 两人同时传同一份，各写各的
            with os.fdopen(handle, "wb") as target:
                target.write(one.content)
            os.replace(fresh, path)
        rows.append(
            Evidence(entry=entry, name=one.name, path=place.as_posix(), size=len(one.content), digest=one.digest)
        )
    Evidence.objects.bulk_create(rows)


def located(one: Evidence) -> Path:
    """附件在哪；文件不在了抛 Wrong。"""
    path = Path(settings.FILES) / one.path
    if not path.is_file():
        raise Wrong(f"附件“{one.name}”的文件不在文件库里；请联系系统管理员从备份恢复")
    return path
