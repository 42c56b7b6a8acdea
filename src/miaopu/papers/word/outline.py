"""公文的次序：标题、各级序号、表号、附件怎样排，与画在哪里无关；画成 Word 的是 document，只记文字的是 proof.plain。"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

NOTE = re.compile(r"〔注(\d+)〕")
"""文字里的注号；写出来是上标 [1]。"""

EMPTY = "（待填写）"
ONES = "零一二三四五六七八九十"


def chinese(number: int) -> str:
    """1 至 99 的中文数字。"""
    if number <= 10:
        return ONES[number]
    tens, rest = divmod(number, 10)
    return (ONES[tens] if tens > 1 else "") + "十" + (ONES[rest] if rest else "")


class Outline(ABC):
    """依次写标题、段落、表；序号自己编。怎样落笔由三样定：一段、一张表的格、一处待填。"""

    def __init__(self) -> None:
        self.first, self.second, self.third, self.tables = 0, 0, 0, 0

    def title(self, text: str, below: str = "") -> None:
        """公文标题与副题。"""
        self._add("公文标题", text)
        if below:
            self._add("副题", below)
        self._add("公文正文", "")

    def one(self, text: str) -> None:
        """一、"""
        self.first, self.second, self.third = self.first + 1, 0, 0
        self._add("一级标题", f"{chinese(self.first)}、{text}", keep=True)

    def two(self, text: str) -> None:
        """（一）"""
        self.second, self.third = self.second + 1, 0
        self._add("二级标题", f"（{chinese(self.second)}）{text}", keep=True)

    def three(self, text: str) -> None:
        """1. 与正文同段，句首数字。"""
        self.third += 1
        self._add("三级标题", f"{self.third}.{text}")

    def body(self, text: str) -> None:
        """正文一段。"""
        self._add("公文正文", text)

    def note(self, text: str) -> None:
        """表注。"""
        self._add("表注", text)

    def attachment(self, title: str) -> None:
        """只有一个附件：正文下空一行写附件说明；另起一页，顶格“附件”，第三行居中标题。"""
        self._add("公文正文", "", keep=True)
        self._add("公文正文", f"附件：{title}")
        self._add("附件", "附件", keep=True, fresh=True)
        self._add("公文正文", "", keep=True)
        self._add("公文标题", title, keep=True)

    def table(
        self,
        title: str,
        headings: Sequence[str],
        rows: Iterable[Sequence[Any]],
        widths: Sequence[float],
        note: str = "",
    ) -> None:
        """表题、表、表注。widths 为各列毫米；None 写“—”（没有数），0 照写。"""
        self.tables += 1
        self._add("表题", f"表{self.tables} {title}", keep=True)
        self._grid(headings, [["—" if one is None else str(one) for one in row] for row in rows], widths)
        self._add("表注", note)

    @abstractmethod
    def field(self, label: str, tag: str, hint: str = EMPTY) -> None:
        """一处要人填的：正文里“标签：”后面一个空；tag 供读回。"""

    @abstractmethod
    def _grid(self, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """表头与各行的格。"""

    @abstractmethod
    def _add(self, style: str, text: str, *, keep: bool = False, fresh: bool = False) -> Any:
        """一段；keep 与下段同页，fresh 另起一页。"""
