"""只记文字的笔：照公文的次序（papers.word.outline），不画，只留下该有的段落、表与待填处；核对拿写好的文件与它逐段比。"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from miaopu.papers.proof.numbers import Block, Fault, Opened
from miaopu.papers.word.outline import EMPTY, NOTE, Outline
from miaopu.terms.shown import legal

AROUND, BAR = 12, "｜"
"""报不符时差处前后各留几个字；一行各格之间。"""


class Plain(Outline):
    """paragraphs 段落，grids 表（行 → 格），labels 待填处的“标签：”；空的段落不记。"""

    def __init__(self) -> None:
        super().__init__()
        self.paragraphs: list[str] = []
        self.grids: list[list[tuple[str, ...]]] = []
        self.labels: list[str] = []

    def field(self, label: str, tag: str, hint: str = EMPTY) -> None:
        """标签以后的由人填，不比。"""
        self.labels.append(told(f"{label}："))
        self._add("公文正文", self.labels[-1])

    def _grid(self, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        self.grids.append([tuple(map(told, row)) for row in (headings, *rows)])

    def _add(self, style: str, text: str, *, keep: bool = False, fresh: bool = False) -> None:
        if told(text).strip():
            self.paragraphs.append(told(text))


def told(text: str) -> str:
    """写进文档以后读得到的文字：注号成〔1〕的上标，换行、制表不算字。"""
    return re.sub(r"[\n\r\t]", "", legal(NOTE.sub(r"〔\1〕", text)))


def seen(block: Block) -> str:
    """一段读到的文字，写法同 told。"""
    return "".join(f"{piece}〔{mark}〕" for piece, mark in zip(block.before, block.marks, strict=True)) + block.last


def rewritten(opened: Opened, wanted: Plain, known: Container[str] = ()) -> Iterator[Fault]:
    """与该有的文字不同之处：逐段、逐表、逐行；known 是已经报过的段与格（原文），不再报。"""
    lines = [_unfilled(seen(one), wanted.labels) for one in opened.paragraphs]
    yield from _differ([[one] for one in opened.paragraphs], lines, wanted.paragraphs, "正文", known)
    for here, there in zip_longest(opened.tables, wanted.grids, fillvalue=()):
        rows = [tuple(map(seen, row)) for row in here]
        place = f"表（{'、'.join((there or rows)[0])[:AROUND]}）"
        yield from _differ(here, list(map(BAR.join, rows)), list(map(BAR.join, there)), place, known)


def _unfilled(text: str, labels: Iterable[str]) -> str:
    return next((one for one in labels if text.startswith(one)), text)


def _differ(
    blocks: Sequence[Sequence[Block]], mine: list[str], wanted: list[str], place: str, known: Container[str]
) -> Iterator[Fault]:
    for kind, a, b, c, d in SequenceMatcher(None, mine, wanted, autojunk=False).get_opcodes():
        for at, (here, there) in enumerate(zip_longest(mine[a:b], wanted[c:d])) if kind != "equal" else ():
            told = here is not None and any(one.text in known for one in blocks[a + at])
            if not told:
                yield Fault(f"{place} {(here or there or '')[:40]}", *_apart(here, there))


def _apart(here: str | None, there: str | None) -> tuple[str, str]:
    """两段文字头一处不同的前后几个字。"""
    if here is None or there is None:
        return here or "没有这一处", there or "没有这一处"
    both = zip(here, there, strict=False)
    at = next((k for k, (one, two) in enumerate(both) if one != two), min(len(here), len(there)))
    start = max(0, at - AROUND)
    return here[start : at + AROUND] or "没有", there[start : at + AROUND] or "没有"
