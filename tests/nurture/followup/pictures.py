"""走访照片的样子：带拍摄时间与地点的，头上写得太大的，自带信息坏了的。"""

import io
import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(kind="JPEG", gps=True, size=(40, 30)):
    image, out = Image.new("RGB", size, "green"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0132] = "2026:11:20 09:30:00"
    if gps:
        exif.get_ifd(0x8825)[2] = (36.0, 27.0, 0.0)
        exif[0x8825] = {1: "N", 2: (36.0, 27.0, 0.0)}
    image.save(out, kind, exif=exif)
    return out.getvalue()


def photo(content=None, name="现场.jpg"):
    return SimpleUploadedFile(name, content or picture())


def huge():
    """头上写着六万乘六万像素的图。"""
    parts = (b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0), b"IDAT" + zlib.compress(b"0"), b"IEND")
    told = (struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)


def torn():
    """自带信息里一格的编号坏了的、要转正的照片。"""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112], exif[0x0132] = 6, "2026:11:20 09:30:00"
    Image.new("RGB", (40, 30)).save(out, "JPEG", exif=exif)
    return out.getvalue().replace(b"\x01\x32\x00\x02", b"\x01\x22\x00\x02")


def misspelt() -> bytes:
    """自带信息里厂商一项写成了小数的、要转正的照片。"""
    rows = ((0x010F, 11, struct.pack("<f", 1.5)), (0x0112, 3, struct.pack("<HH", 6, 0)))
    told = b"".join(struct.pack("<HHI", tag, kind, 1) + value for tag, kind, value in rows)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(rows)) + told + bytes(4)
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (40, 120, 90)).save(out, "JPEG", exif=exif)
    return out.getvalue()
