"""核数：不用写它的库，自己拆开文档，把每个数、每个注号、每处待填取出来，与给的说法逐个对；不改文件。"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from lxml import etree

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
MEASURED = re.compile(rf"({NUMBER.pattern})(.?)")
UNITS = "%‰"
QUANTITY = re.compile(r"(?P<sign>[-−]?)(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<unit>[^\d\s\-−至，。、；：（）]*)")
"""带正负号的数与紧跟的单位。"""

MARK = re.compile(r"\[(\d+)\]")
NUMBERED = re.compile(r"^(?:\d+\.|表\d+ )")
"""段首的序号：1.、表1。"""

JOINS = "-−.,"
"""紧接在数前面就成了另一个数的字符。"""


@dataclass(frozen=True)
class Block:
    """一段文字（段落或格）：原文，去掉注号后的文字，其中的注号，每个注号紧前面、上一个注号以后的文字，与末一个注号以后的。"""

    text: str
    plain: str
    marks: tuple[int, ...]
    before: tuple[str, ...]
    last: str

    @property
    def unnumbered(self) -> Block:
        """去掉段首的序号。"""
        return replace(self, plain=NUMBERED.sub("", self.plain, count=1))

    @property
    def grouped(self) -> tuple[bool, ...]:
        """每个注号是不是紧挨着别的注号：几个并列的，是前面的数由这几个数算得。"""
        after = [not one for one in self.before[1:]] + [False]
        return tuple(not one or more for one, more in zip(self.before, after, strict=True)) if self.marks else ()


Table = tuple[tuple[Block, ...], ...]
"""一张表：行 → 格。"""


@dataclass(frozen=True)
class Opened:
    """拆开的文档：段落、表（表 → 行 → 格）、待填控件（标识 → 文字），与正文以外的文字（页脚、脚注、批注、图：部分 → 文字）。"""

    paragraphs: tuple[Block, ...]
    tables: tuple[Table, ...]
    fields: Mapping[str, str]
    elsewhere: Mapping[str, str]

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
        parts = {
            name: etree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.startswith("word/") and name.endswith(".xml")
        }
    body = parts.pop("word/document.xml").find(f"{WORD}body")
    tables = tuple(map(_table, body.iter(f"{WORD}tbl")))
    loose = (one for one in body.iter(f"{WORD}p") if next(one.iterancestors(f"{WORD}tbl"), None) is None)
    paragraphs = tuple(_block(one) for one in loose if "".join(one.itertext()).strip())
    elsewhere = {name: _words(root) for name, root in parts.items()}
    return Opened(paragraphs, tables, dict(map(_field, body.iter(f"{WORD}sdt"))), elsewhere)


def _words(root: etree._Element) -> str:
    """一部分里看得到的文字：文字与图里的数。"""
    return "".join(one.text or "" for one in root.iter("{*}t", "{*}v"))


def _table(node: etree._Element) -> Table:
    return tuple(tuple(map(_block, row.iter(f"{WORD}tc"))) for row in node.iter(f"{WORD}tr"))


def _block(node: etree._Element) -> Block:
    text, pieces, marks = "", [""], []
    for run in node.iter(f"{WORD}r"):
        words = "".join(one.text or "" for one in run.iter(f"{WORD}t"))
        raised = run.find(f"{WORD}rPr/{WORD}vertAlign")
        text += words
        found = MARK.fullmatch(words) if raised is not None and raised.get(f"{WORD}val") == "superscript" else None
        if found is None:
            pieces[-1] += words
        else:
            marks.append(int(found[1]))
            pieces.append("")
    return Block(text, "".join(pieces), tuple(marks), tuple(pieces[:-1]), pieces[-1])


def _field(node: etree._Element) -> tuple[str, str]:
    tag = node.find(f"{WORD}sdtPr/{WORD}tag")
    return "" if tag is None else tag.get(f"{WORD}val"), "".join(one.text or "" for one in node.iter(f"{WORD}t"))


def measured(text: str) -> list[tuple[str, str]]:
    """（数，紧跟的一个字）：2步 与 2月 不是一个数；后面是标点、空白的为空串。"""
    found = ((one[1].replace(",", "").rstrip("."), one[2]) for one in MEASURED.finditer(text))
    return [(number, after if after.isalpha() or after in UNITS else "") for number, after in found]


def unaccounted(blocks: Iterable[Block], accepted: Iterable[str]) -> list[Fault]:
    """说法里没有的数：每个数连同紧跟的一个字，都要在 accepted 的某一句里出现过。"""
    known = {one for text in accepted for one in measured(text)}
    return [
        Fault(block.plain[:40], "".join(one), "台账、标准或方案里的数")
        for block in blocks
        for one in measured(block.plain)
        if one not in known
    ]


def miscited(opened: Opened, shown: Mapping[int, str]) -> list[Fault]:
    """注号与写法不符的：每个注号紧前面的，须是注表里那个数（正负、单位都对）；并列的几个注号只看都在注表里。"""
    faults = []
    for block in opened.blocks:
        for mark, before, grouped in zip(block.marks, block.before, block.grouped, strict=True):
            wanted = shown.get(mark)
            if wanted is None:
                faults.append(Fault(block.plain[:40], f"注{mark}", "附件里有的注号"))
            elif not grouped and not stands(before, wanted):
                faults.append(Fault(block.plain[:40], before[-20:], wanted))
    return faults


def stands(before: str, wanted: str) -> bool:
    """紧挨着的写法就是 wanted；或末尾的几个数与它的相等：正负、单位都对，小数按 wanted 的位数四舍五入。"""
    head = before.removesuffix(wanted)
    if head != before:
        return not (head and NUMBER.match(wanted) and (head[-1].isdigit() or head[-1] in JOINS))
    mine = list(QUANTITY.finditer(wanted))
    told = list(QUANTITY.finditer(before))[-len(mine) :] if mine else []
    if not told or len(told) != len(mine) or told[-1].end() != len(before) or mine[-1].end() != len(wanted):
        return False
    same = all(_rounded(one, two) == _value(two) for one, two in zip(told, mine, strict=True))
    return same and told[-1]["unit"] == mine[-1]["unit"]


def _value(found: re.Match[str]) -> Decimal:
    size = Decimal(found["digits"].replace(",", ""))
    return -size if found["sign"] else size


def _rounded(told: re.Match[str], wanted: re.Match[str]) -> Decimal:
    places = len(wanted["digits"].partition(".")[2])
    return _value(told).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
