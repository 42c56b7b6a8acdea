"""附件与照片：收下前按内容查（扩展名与开头字节都要对）、查大小与宏；照片重新编码，去掉位置等自带信息；按摘要存。

任务进展、培育库依据、走访、诉求、合同都走这里；收部门文件的另见 intake/files.py（大文件，边收边存）。
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps

from miaopu.access.act import Wrong
from miaopu.access.text import file_name

MOST, LARGEST = 5, 20 * 1024 * 1024
"""一次最多几个附件，每个多少字节。"""
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
PHOTOS = (".jpg", ".jpeg", ".png")
TAKEN = 0x0132
"""照片自带信息里的时间。"""
QUALITY = 85
BROKEN = (OSError, SyntaxError, ValueError, TypeError, AttributeError, struct.error, zlib.error)
"""图像库读坏照片抛的：不全、格式不对、校验不符、自带信息坏了、类型写错了（改坏五十万次量得只有这些）。"""


@dataclass(frozen=True)
class Limits:
    """照片的上限：几张、多少字节、存下的最长边、最多多少像素。"""

    count: int
    size: int
    side: int
    pixels: int


@dataclass(frozen=True)
class Given:
    """查过的附件；taken 是照片自带的时间。"""

    name: str
    ending: str
    content: bytes
    photo: bool = False
    taken: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256。"""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def place(self) -> str:
        """在文件库里的相对路径，不含所属文件夹。"""
        return f"{self.digest[:2]}/{self.digest}{self.ending}"


def check(files: Sequence[UploadedFile], what: str = "附件") -> list[Given]:
    """逐个查附件；有一个不行就整批不收（抛 Wrong）。what 是给人看的叫法。"""
    if len(files) > MOST:
        raise Wrong(f"{what}有 {len(files)} 个，最多 {MOST} 个；请合并或分两次交")
    return [_checked(one, what) for one in files]


def photos(files: Sequence[UploadedFile], limits: Limits) -> list[Given]:
    """逐张查照片并重新编码；有一张不行就整批不收（抛 Wrong）。"""
    if len(files) > limits.count:
        raise Wrong(f"照片有 {len(files)} 张，最多 {limits.count} 张；请挑选后再交")
    return [_photo(one, limits) for one in files]


def _checked(given: UploadedFile, what: str) -> Given:
    name = file_name(given.name or "", what)
    ending = Path(name).suffix.lower()
    if ending not in HEADS:
        raise Wrong(f"{what}“{name}”的类型不收；只收 {'、'.join(HEADS)}，请转换后再传")
    content = _content(given, name, ending, LARGEST)
    if ending in PARTS:
        _package(name, ending, content, what)
    return Given(name, ending, content)


def _content(given: UploadedFile, name: str, ending: str, most: int) -> bytes:
    if (given.size or 0) > most:
        raise Wrong(f"“{name}”超过 {most // 1024 // 1024} MB；请压缩后再传")
    content = given.read()
    if not content.startswith(HEADS[ending]):
        raise Wrong(f"“{name}”的内容不是{ending}；请用原来的软件另存后再传")
    return content


def _package(name: str, ending: str, content: bytes, what: str) -> None:
    """压缩包格式：打得开、有该有的一件、没有宏；只看目录，不解压。"""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = {one.filename for one in book.infolist()}
    except zipfile.BadZipFile as error:
        raise Wrong(f"{what}“{name}”打不开，可能没有传完；请重新传") from error
    if PARTS[ending] not in parts:
        raise Wrong(f"{what}“{name}”里面不是{ending}；请用原来的软件另存后再传")
    if any(Path(one).name.lower() == "vbaproject.bin" for one in parts):
        raise Wrong(f"{what}“{name}”里有宏，不收；请另存为不带宏的文件")


def _photo(given: UploadedFile, limits: Limits) -> Given:
    name = file_name(given.name or "", "照片")
    ending = Path(name).suffix.lower()
    if ending not in PHOTOS:
        raise Wrong(f"照片“{name}”的类型不收；只收 {'、'.join(PHOTOS)}，苹果手机请在相机设置里选“兼容性最佳”")
    content = _content(given, name, ending, limits.size)
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as image:
            if image.width * image.height > limits.pixels:
                raise Wrong(f"照片“{name}”有 {image.width}×{image.height} 像素，太大；请压缩后再传")
            taken = str(image.getexif().get(TAKEN) or "")[:19] or None
            kind = image.format or "JPEG"
            clean = _clean(image, limits.side, kind)
    except Image.DecompressionBombError as error:
        raise Wrong(f"照片“{name}”像素太多；请压缩后再传") from error
    except BROKEN as error:
        raise Wrong(f"照片“{name}”打不开，可能没有传完；请重新拍或重新传") from error
    return Given(name, ".png" if kind == "PNG" else ".jpg", clean, True, taken)


def _clean(image: Image.Image, side: int, kind: str) -> bytes:
    """转正、缩到最长边、去掉全部自带信息（位置在内）后的字节。"""
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((side, side))
    mode = "RGBA" if kind == "PNG" and "A" in upright.getbands() else "RGB"
    plain = Image.new(mode, upright.size)
    plain.paste(upright.convert(mode))
    out = io.BytesIO()
    plain.save(out, kind, quality=QUALITY)
    return out.getvalue()


def keep(folder: str, one: Given) -> str:
    """存进文件库，给出相对路径；同样内容只存一份，名字是摘要，从不按原名落盘。"""
    place = Path(folder) / one.place
    path = Path(settings.FILES) / place
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        handle, fresh = tempfile.mkstemp(dir=path.parent, suffix=".part")  # 两人同时传同一份，各写各的
        with os.fdopen(handle, "wb") as target:
            target.write(one.content)
        os.replace(fresh, path)
    return place.as_posix()


def located(path: str, name: str, what: str = "附件") -> Path:
    """存着的一份在哪；path 是 keep 给的，文件不在了抛 Wrong。"""
    found = Path(settings.FILES) / path
    if not found.is_file():
        raise Wrong(f"{what}“{name}”的文件不在文件库里；请联系系统管理员从备份恢复")
    return found
