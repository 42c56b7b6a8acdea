"""合同文件：收下前查大小、扩展名与开头的字节；存在文件库里，按对接编号取出。"""

from __future__ import annotations

from pathlib import Path, PurePath

from django.core.files.uploadedfile import UploadedFile

from miaopu.access.act import Wrong
from miaopu.selection.intake.files import MEGABYTE, Kept, keep, path_of, place

KIND = "contracts"
LARGEST = 20 * MEGABYTE
HEADS = {
    ".pdf": b"%PDF-",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".ofd": b"PK",
}
"""收的类型与文件开头的字节。"""


def check(file: UploadedFile) -> Kept:
    """查过、先放在旁边的合同文件；种类不对、太大抛 Wrong。"""
    ending = PurePath(file.name or "").suffix.lower()
    head = file.read(16)
    file.seek(0)
    if ending not in HEADS or not head.startswith(HEADS[ending]):
        raise Wrong(f"合同文件《{file.name}》不是{'、'.join(HEADS)}，或内容与扩展名不符；请换一份")
    return keep(file.name or "合同", file.chunks(), LARGEST)


def store(number: int, kept: Kept) -> str:
    """移到文件库，给出文件名。"""
    return place(kept, KIND, number).name


def stored(number: int, name: str) -> Path:
    """一份存着的合同；没有了抛 Wrong。"""
    return path_of(KIND, number, name)
