"""文件：边收边数字节（超过上限即停）、存到文件库、按名取出；名字只用整理过的，从不用外来的路径。"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from miaopu.access.act import Wrong
from miaopu.access.text import file_name

UPLOADS, EVIDENCE = "uploads", "evidence"
WAITING = "waiting"
"""暂放处：收到一半或没有收下的上传件。"""
MEGABYTE = 1 << 20
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""磁盘满、配额满、文件超过系统上限。"""


class Limit(FileUploadHandler):
    """上传的闸：收到的字节超过上限就不再存。"""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.seen, self.over = most, 0, False

    def new_file(self, *arguments: Any, **named: Any) -> None:
        """每份文件各算各的。"""
        super().new_file(*arguments, **named)
        self.seen = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """数字节；超了就停，余下的读掉不存，好把话说完。"""
        self.seen += len(raw_data)
        if self.seen > self.most:
            self.over = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """不产生文件，交给后面的。"""

    def refusal(self) -> Wrong:
        """超过上限的一句话。"""
        return Wrong(f"文件超过 {self.most // MEGABYTE} MB，没有收；请分成几份，或先删去多余的列与空行再传")


class Gate(Limit):
    """全站的闸：一次请求里各份文件合起来不超过上限（每个页面、接口，登录没登录都一样）。"""

    def __init__(self, request: Any = None) -> None:
        super().__init__(settings.UPLOAD_LIMIT)
        self.request = request

    def new_file(self, *arguments: Any, **named: Any) -> None:
        """合起来算，不从头数。"""
        FileUploadHandler.new_file(self, *arguments, **named)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """超了就整个不收。"""
        self.seen += len(raw_data)
        if self.seen > self.most:
            raise RequestDataTooBig(str(self.refusal()))
        return raw_data


@dataclass(frozen=True)
class Kept:
    """先放在旁边的一份文件：路径、整理过的名字、摘要、字节数。"""

    path: Path
    name: str
    digest: str
    size: int


def keep(name: str, chunks: Iterable[bytes], most: int) -> Kept:
    """写到文件库的暂放处；超过上限、磁盘满抛 Wrong，不留半截。"""
    waiting = Path(settings.FILES) / WAITING
    waiting.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, place = tempfile.mkstemp(dir=waiting)
    try:
        with full_told("文件没有收下"), os.fdopen(handle, "wb") as target:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise Limit(most).refusal()
                digest.update(chunk)
                target.write(chunk)
    except BaseException:
        Path(place).unlink(missing_ok=True)
        raise
    return Kept(Path(place), file_name(name, "上传件"), digest.hexdigest(), size)


def place(kept: Kept, kind: str, number: int) -> Path:
    """移到它的文件夹。"""
    folder = Path(settings.FILES) / kind / str(number)
    if folder.exists():  # 库退回到旧备份后编号会重来：旧编号的文件挪开，不覆盖
        folder.rename(folder.with_name(f"{number}-{folder.stat().st_mtime_ns}"))
    folder.mkdir(parents=True)
    return Path(shutil.move(kept.path, folder / kept.name))


def path_of(kind: str, number: int, name: str) -> Path:
    """一份存着的文件；没有了抛 Wrong。"""
    found = Path(settings.FILES) / kind / str(number) / name
    if not found.is_file():
        raise Wrong(f"《{name}》的原文件已经不在文件库里；请重新上传")
    return found


@contextmanager
def full_told(what: str) -> Iterator[None]:
    """磁盘满之类的错换成一句人话；别的错照抛。"""
    try:
        yield
    except Exception as error:
        if not _is_full(error):
            raise
        raise Wrong(f"服务器的磁盘满了，{what}，已有的数据没有变；请告诉系统管理员，腾出空间后再办") from error


def _is_full(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if any(word in str(error) for word in ("No space left", "os error 28", "File too large", "os error 27")):
            return True
        error = error.__cause__ or error.__context__
    return False
