"""核数：不用写它的库，自己拆开文档，把每个数、每个注号、每处待填取出来，与给的说法逐个对；不改文件。"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from lxml import etree

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
MARK = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Block:
    """一段文字（段落或格）：原文，去掉注号后的文字，其中的注号，与每个注号紧前面的文字。"""

    text: str
    plain: str
    marks: tuple[int, ...]
    before: tuple[str, ...]


Table = tuple[tuple[Block, ...], ...]
"""一张表：行 → 格。"""


@dataclass(frozen=True)
class Opened:
    """拆开的文档：段落、表（表 → 行 → 格）、待填控件（标识 → 文字）。"""

    paragraphs: tuple[Block, ...]
    tables: tuple[Table, ...]
    fields: Mapping[str, str]

    @property
    def blocks(self) -> list[Block]:
        """全部文字。"""
        return [*self.paragraphs, *(cell for table in self.tables for row in table for cell in row)]


@dataclass(frozen=True)
class Fault:
    """一处不符：在哪一段、发现什么、应是什么。"""

    place: str
    found: str
    wanted: str

    def sentence(self) -> str:
        """一句中文。"""
        return f"“{self.place}”：发现 {self.found}，应是 {self.wanted}"


def open_document(path: Path) -> Opened:
    """拆开一份 docx。"""
    with zipfile.ZipFile(path) as archive:
        body = etree.fromstring(archive.read("word/document.xml")).find(f"{WORD}body")
    tables = tuple(
        tuple(tuple(_block(cell) for cell in row.iter(f"{WORD}tc")) for row in one.iter(f"{WORD}tr"))
        for one in body.iter(f"{WORD}tbl")
    )
    paragraphs = tuple(_block(one) for one in body.iterchildren(f"{WORD}p") if "".join(one.itertext()).strip())
    return Opened(paragraphs, tables, dict(map(_field, body.iter(f"{WORD}sdt"))))


def _table(node: etree._Element) -> Table:
    return tuple(tuple(map(_block, row.iter(f"{WORD}tc"))) for row in node.iter(f"{WORD}tr"))


def _block(node: etree._Element) -> Block:
    text, plain, marks, before = "", "", [], []
    for run in node.iter(f"{WORD}r"):
        words = "".join(one.text or "" for one in run.iter(f"{WORD}t"))
        raised = run.find(f"{WORD}rPr/{WORD}vertAlign")
        text += words
        found = MARK.fullmatch(words) if raised is not None and raised.get(f"{WORD}val") == "superscript" else None
        if found is None:
            plain += words
        else:
            marks.append(int(found[1]))
            before.append(plain)
    return Block(text, plain, tuple(marks), tuple(before))


def _field(node: etree._Element) -> tuple[str, str]:
    tag = node.find(f"{WORD}sdtPr/{WORD}tag").get(f"{WORD}val")
    return tag, "".join(one.text or "" for one in node.iter(f"{WORD}t"))


def numbers(text: str) -> list[str]:
    """文字里的数，千分位去掉。"""
    return [one.replace(",", "").rstrip(".") for one in NUMBER.findall(text)]


def unaccounted(blocks: Iterable[Block], accepted: Iterable[str]) -> list[Fault]:
    """说法里没有的数：每个数都要在 accepted 的某一句里出现过。"""
    known = {one for text in accepted for one in numbers(text)}
    return [
        Fault(block.plain[:40], one, "台账、标准或方案里的数")
        for block in blocks
        for one in numbers(block.plain)
        if one not in known
    ]


def miscited(opened: Opened, shown: Mapping[int, str]) -> list[Fault]:
    """注号与写法不符的：每个注号前面紧挨着的，须是注表里那个数的写法；连着几个注号时须都在这一段里。"""
    faults = []
    for block in opened.blocks:
        for mark, before in zip(block.marks, block.before, strict=True):
            wanted = shown.get(mark)
            if wanted is None:
                faults.append(Fault(block.plain[:40], f"注{mark}", "附件里有的注号"))
            elif len(block.marks) == 1 and not _stands(before, wanted):
                faults.append(Fault(block.plain[:40], before[-20:], wanted))
    return faults


def _stands(before: str, wanted: str) -> bool:
    """紧挨着的写法相同，或最后一个数相等（同一个数小数位数可以不同）。"""
    told, mine = numbers(before), numbers(wanted)
    return before.endswith(wanted) or not mine or (bool(told) and Fraction(told[-1]) in map(Fraction, mine))
