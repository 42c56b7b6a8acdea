"""压实：把稀疏的 xlsx 表去掉空行另写一份，记下各行原来的行号；原文件不动。"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

CHUNK = 1 << 20
ROW = re.compile(rb"<((?:\w+:)?)row\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?row>)", re.DOTALL)
NUMBER = re.compile(rb'\br="(\d+)"')
CELL = re.compile(rb'(<(?:\w+:)?c r="[A-Z]{1,3})\d+"')
VALUE = re.compile(rb"<(?:\w+:)?(?:v|is)>")


def rewrite(path: Path, parts: Mapping[str, str], target: Path) -> dict[str, tuple[int, ...]]:
    """另写一份 xlsx 到 target；给各表名 → 保留各行的原行号。合并区不写（由预检另记）。"""
    lines: dict[str, tuple[int, ...]] = {}
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for entry in old.infolist():
            if entry.filename in parts:
                kept: list[int] = []
                with new.open(entry.filename, "w", force_zip64=True) as out:
                    for piece in _dense(old, entry.filename, kept):
                        out.write(piece)
                lines[parts[entry.filename]] = tuple(kept)
            elif "media/" not in entry.filename and "vbaProject" not in entry.filename:
                new.writestr(entry, old.read(entry))
    return lines


def _dense(archive: zipfile.ZipFile, part: str, kept: list[int]) -> Iterator[bytes]:
    yield b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    rest = b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            rest += chunk
            end = 0
            for match in ROW.finditer(rest):
                end = match.end()
                if match[3] and VALUE.search(match[3]):
                    yield _row(match, kept)
            rest = rest[end:]
    yield b"</sheetData></worksheet>"


def _row(match: re.Match[bytes], kept: list[int]) -> bytes:
    number = NUMBER.search(match[2])
    kept.append(int(number[1]) if number else (kept[-1] + 1 if kept else 1))
    place = str(len(kept)).encode()
    body = CELL.sub(lambda cell: cell[1] + place + b'"', match[3])
    prefix = match[1]
    return (
        b'<row r="'
        + place
        + b'">'
        + (body.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</") if prefix else body)
        + b"</row>"
    )


def merges_within(
    merges: Iterable[tuple[int, int, int, int]], at: Mapping[int, int]
) -> list[tuple[int, int, int, int]]:
    """合并区换成压实后的行号；首行不在的丢开，其余取仍在的末行。"""
    out = []
    for r0, c0, r1, c1 in merges:
        inside = [at[row] for row in range(r0, min(r1, r0 + 100_000) + 1) if row in at]
        if r0 in at and inside:
            out.append((at[r0], c0, max(inside), c1))
    return out
