"""版式：一张表的列（多层表头、类别、宽度、可选值）与整张表的抬头；只是数据，由 sheet 写出。"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

KINDS = ("text", "code", "money", "percent", "count", "decimal", "date", "flag")


@dataclass(frozen=True)
class Field:
    """一列：path 各层表头（短的竖向合并）；column 表里的列名，空串即留空待填；total 要不要合计；hidden 藏起来。

    kind：text、code、date、count，money 分→万元，percent 万分之一百分点→百分数，decimal 万分之一→数，flag 1/0→是/否。
    """

    path: tuple[str, ...]
    column: str = ""
    kind: str = "text"
    width: float = 12
    total: bool = False
    choices: tuple[str, ...] = ()
    required: bool = False
    hidden: bool = False

    @property
    def heading(self) -> str:
        """末层表头。"""
        return self.path[-1]


NUMBER = Field(("序号",), "", "count", 6)
REMARK = Field(("备注",), "", "text", 16)
SIGNED = "单位负责人（签字）：　　　　　　　　审核人：　　　　　　　　填表人：　　　　　　　　联系电话："
"""报送的表下面签署的一行。"""


@dataclass(frozen=True)
class Sheet:
    """一张工作表。frozen_at 是冻结到哪一列（表头末层）；fields 不含序号与备注，写出时自动加在首尾。

    signed 为真的表下有一行签署：负责人、审核人、填表人、电话；counted 是一行的量词。
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    frame: pl.DataFrame
    unit: str = "万元"
    notes: tuple[str, ...] = ()
    frozen_at: str = "企业名称"
    total: bool = False
    signed: bool = False
    counted: str = "家"

    @property
    def columns(self) -> tuple[Field, ...]:
        """全部列：序号、各列、备注。"""
        return (NUMBER, *self.fields, REMARK)

    @property
    def depth(self) -> int:
        """表头层数。"""
        return max(len(one.path) for one in self.columns)


@dataclass(frozen=True)
class Span:
    """表头里的一格：行列从 0 起，含首尾。"""

    top: int
    left: int
    bottom: int
    right: int
    text: str
    required: bool = False


def spans(columns: tuple[Field, ...], depth: int) -> list[Span]:
    """多层表头的合并区：同一上层的相邻列横向合并，层数少的列竖向合并到底。"""
    out: list[Span] = []
    for level in range(depth):
        at = 0
        while at < len(columns):
            path = columns[at].path
            if level >= len(path):
                at += 1
                continue
            last = level == len(path) - 1
            end = at if last else _reach(columns, at, level)
            bottom = depth - 1 if last else level
            out.append(Span(level, at, bottom, end, path[level], last and columns[at].required))
            at = end + 1
    return out


def _reach(columns: tuple[Field, ...], at: int, level: int) -> int:
    """从 at 起，前 level+1 层都相同且还有下层的最后一列。"""
    prefix, end = columns[at].path[: level + 1], at
    while (
        end + 1 < len(columns)
        and columns[end + 1].path[: level + 1] == prefix
        and len(columns[end + 1].path) > level + 1
    ):
        end += 1
    return end
