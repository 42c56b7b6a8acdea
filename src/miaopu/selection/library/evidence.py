"""变动的依据文件：收下前查类型（扩展名与开头字节都要对）与大小；存进文件库，名字是摘要，从不按原名落盘。"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from miaopu.access.act import Wrong
from miaopu.access.text import clean, file_name
from miaopu.selection.library.models import Move, Proof

FOLDER = "library"
MOST, LARGEST = 5, 20 * 1024 * 1024
"""一次变动最多几份、每份多少字节。"""
HEADS = {
    ".pdf": b"%PDF-", ".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff",
    ".docx": b"PK\x03\x04", ".xlsx": b"PK\x03\x04", ".ofd": b"PK\x03\x04",
}  # fmt: skip
"""收的类型与文件开头的字节。"""


@dataclass(frozen=True)
class Given:
    """依据：文字（没有为 None）与查过的文件（名字、扩展名、内容）。"""

    text: str | None = None
    files: tuple[tuple[str, str, bytes], ...] = ()

    @property
    def blank(self) -> bool:
        """什么也没有。"""
        return not (self.text or self.files)


NONE = Given()
"""没有依据。"""


def given(text: str = "", files: Sequence[UploadedFile] = ()) -> Given:
    """查过的依据；有一份不行就整件不办（抛 Wrong）。"""
    if len(files) > MOST:
        raise Wrong(f"依据文件有 {len(files)} 份，最多 {MOST} 份；请合并")
    return Given(clean(text, "依据", 1_000) or None, tuple(_checked(one) for one in files))


def _checked(one: UploadedFile) -> tuple[str, str, bytes]:
    name = file_name(one.name or "", "依据")
    ending = Path(name).suffix.lower()
    if ending not in HEADS:
        raise Wrong(f"依据“{name}”的类型不收；只收 {'、'.join(HEADS)}，请转换后再传")
    if (one.size or 0) > LARGEST:
        raise Wrong(f"依据“{name}”超过 {LARGEST // 1024 // 1024} MB；请压缩后再传")
    content = one.read()
    if not content.startswith(HEADS[ending]):
        raise Wrong(f"依据“{name}”的内容不是{ending}；请用原来的软件另存后再传")
    return name, ending, content


def keep(moves: Sequence[Move], proof: Given) -> None:
    """存进文件库，登记到每一次变动；同样内容只存一份。"""
    rows = []
    for name, ending, content in proof.files:
        digest = hashlib.sha256(content).hexdigest()
        place = Path(FOLDER) / digest[:2] / f"{digest}{ending}"
        path = Path(settings.FILES) / place
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file():
            fresh = path.with_suffix(".part")
            fresh.write_bytes(content)
            fresh.replace(path)
        rows += [Proof(move=one, name=name, path=place.as_posix(), digest=digest) for one in moves]
    Proof.objects.bulk_create(rows)


def located(one: Proof) -> Path:
    """依据在哪；文件不在了抛 Wrong。"""
    path = Path(settings.FILES) / one.path
    if not path.is_file():
        raise Wrong(f"依据“{one.name}”的文件不在文件库里；请联系系统管理员从备份恢复")
    return path
