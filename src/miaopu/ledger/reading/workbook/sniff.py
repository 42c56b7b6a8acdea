"""识别：只看字节，判断文件到底是什么格式；扩展名不作数。给出种类，或一条拒收。"""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import olefile

from miaopu.ledger.reading.workbook.budget import Budget
from miaopu.terms.complaint import Complaint, Refusal, Severity

ACCEPTED = "xlsx、xls、csv 或 txt 表格"
SAVE_AS = "用 Excel 或 WPS 打开后另存为 xlsx，再报送"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = (
    (b"%PDF", "PDF 文件"),
    (b"\x89PNG", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"PAR1", "Parquet 文件"),
    (b"SQLite format 3", "SQLite 数据库"),
    (b"{\\rtf", "RTF 文档"),
    (b"MZ", "可执行程序"),
    (b"\x7fELF", "可执行程序"),
)


@dataclass(frozen=True)
class Kind:
    """格式种类：xlsx、xls、html、text；macros 表示带宏（宏从不执行）。"""

    name: str
    macros: bool = False


def refuse(file: str, code: str, found: str, expected: str = ACCEPTED, remedy: str = SAVE_AS) -> Refusal:
    """整份拒收。"""
    return Refusal(Complaint(code, Severity.REFUSE, file, found, expected, remedy))


def sniff(path: Path, budget: Budget) -> Kind:
    """文件种类；空文件、加密、残缺、改名的其他格式抛 Refusal。"""
    size = path.stat().st_size
    if size == 0:
        raise refuse(path.name, "empty", "文件是空的（0 字节）", remedy="重新导出后再报送")
    if size > budget.file_bytes:
        raise refuse(
            path.name, "too_big", f"文件 {size >> 20} MB", f"不超过 {budget.file_bytes >> 20} MB", "分成几份报送"
        )
    with path.open("rb") as stream:
        head = stream.read(4096)
    for magic, name in FOREIGN:
        if head.startswith(magic):
            raise refuse(path.name, "foreign", f"内容是{name}，不是表格（只改扩展名不能变成表格）")
    if head.startswith(b"PK"):
        return _zipped(path)
    if head.startswith(OLE):
        return _compound(path)
    return _textual(path, head)


def _zipped(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise refuse(
            path.name,
            "truncated",
            "xlsx 文件残缺（压缩包目录读不出，多为传输中断）",
            "完整的 xlsx",
            "重新复制或导出后再报送",
        ) from error
    if "xl/workbook.xml" in names:
        return Kind("xlsx", macros=any(name.endswith("vbaProject.bin") for name in names))
    for mark, name in (("word/", "Word 文档"), ("ppt/", "PPT 演示"), ("xl/workbook.bin", "xlsb 二进制工作簿"),
                       ("content.xml", "ODS 或 ODT 文件")):  # fmt: skip
        if any(one.startswith(mark) for one in names):
            raise refuse(path.name, "foreign", f"内容是{name}")
    raise refuse(path.name, "foreign", "内容是普通压缩包", remedy="解压后逐份报送其中的表格")


def _compound(path: Path) -> Kind:
    try:
        with olefile.OleFileIO(str(path)) as compound:
            names = {"/".join(parts) for parts in compound.listdir(streams=True, storages=True)}
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise refuse(path.name, "truncated", "xls 文件残缺，结构读不出", "完整的 xls", "重新导出后再报送") from error
    if "EncryptedPackage" in names:
        raise refuse(path.name, "encrypted", "文件加了打开密码", "没有密码的表格", "用密码打开后取消加密，另存再报送")
    if "Workbook" in names or "Book" in names:
        return Kind("xls", macros=any("VBA" in name.upper() for name in names))
    what = (
        "Word 文档（doc）"
        if "WordDocument" in names
        else "PPT 演示（ppt）"
        if "PowerPoint Document" in names
        else "其他复合文档"
    )
    raise refuse(path.name, "foreign", f"内容是{what}，不是 xls")


def _textual(path: Path, head: bytes) -> Kind:
    lowered = head.lower().replace(b"\x00", b"")
    if b"schemas-microsoft-com:office:spreadsheet" in lowered and b"<?xml" in lowered[:200]:
        raise refuse(path.name, "foreign", "内容是 XML 电子表格 2003")
    if any(mark in lowered for mark in (b"<html", b"<table", b"<!doctype html")):
        return Kind("html")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Kind("text")
    controls = sum(byte < 9 or 13 < byte < 32 for byte in head)
    zeros = head.count(0)
    if controls - zeros > len(head) // 50 or (zeros and not _looks_utf16(head)):
        raise refuse(path.name, "foreign", "内容不是文字，也不是认得的表格格式")
    return Kind("text")


def _looks_utf16(head: bytes) -> bool:
    """没有 BOM 的 UTF-16：逗号、换行、数字等必有一半字节为零，且零集中在单数位或双数位。"""
    even, odd = head[::2].count(0), head[1::2].count(0)
    return min(even, odd) * 20 <= max(even, odd)
