"""台账的样子：有哪些列、哪几列可以在表里改；一行是一件事连同它的版本。只有数据，不读数据库。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from miaopu.access.actor import Actor
from miaopu.papers.layout import Field

MARK = "行标识"


@dataclass(frozen=True)
class Line:
    """台账的一行：哪一类的第几件、版本、谁最后改的；cells 是列名 → 文字（日期是 ISO 写法），没有为 None。"""

    sort: str
    number: int
    version: int
    name: str
    changed: str
    page: str
    cells: Mapping[str, str | None]

    @property
    def mark(self) -> str:
        """藏在行里的标识。"""
        return f"{self.sort}:{self.number}:{self.version}"


Given = Mapping[str, str]
Change = Mapping[str, str | None]


@dataclass(frozen=True)
class Ledger:
    """一本台账。editable 是可以在表里改的列；lines 给出看得到的行，apply 把一行的改动交给动作。

    passing 是随日子变的列（灯、进展）：写的是导出那天的，交回时不比。
    """

    code: str
    title: str
    fields: tuple[Field, ...]
    editable: frozenset[str]
    lines: Callable[[Actor, Given], list[Line]]
    apply: Callable[[Actor, Line, Change, str], None]
    passing: frozenset[str] = frozenset()

    @property
    def template(self) -> str:
        """模板标识。"""
        return f"FOLLOWUP-{self.code.upper()}"

    @property
    def whole(self) -> tuple[Field, ...]:
        """连同藏着的行标识。"""
        return (*self.fields, Field((MARK,), "mark", width=14, hidden=True))

    @property
    def said(self) -> str:
        """可以改的列，给人看。"""
        return "、".join(one.heading for one in self.fields if one.column in self.editable)
