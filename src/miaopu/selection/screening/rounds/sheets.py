"""两本表的版式：目标推导表、两轮比较表；名单、摸排、小升规的版式在报表层。"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from miaopu.access.actor import Reach
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import Marks
from miaopu.papers.sheet import write_book
from miaopu.selection.screening.rounds.compare import Pair, changes, movers, why

GOALS = (
    Field(("目标",), "title", width=22),
    Field(("文件",), "document", width=30),
    Field(("推导", "公式"), "formula", width=18),
    Field(("推导", "基数"), "base", "count", 8),
    Field(("推导", "基数的说明"), "base_text", width=20),
    Field(("推导", "除数或比例"), "divisor", width=20),
    Field(("推导", "算式"), "expression", width=20),
    Field(("推导", "得数"), "result", width=9),
    Field(("文件所写", "目标"), "stated", "count", 8),
    Field(("文件所写", "写法"), "stated_word", width=12),
    Field(("文件所写", "括注"), "noted", width=8),
    Field(("相差",), "gap_word", width=26),
    Field(("取整",), "rounding", width=26),
    Field(("另算",), "cross", width=24),
    Field(("原文", "出处"), "place", width=22),
    Field(("原文", "原句"), "quote", width=44),
)
WHO = (
    Field(("县区",), "county", width=14),
    Field(("企业名称",), "name", width=32),
    Field(("统一社会信用代码",), "uscc", "code", 21),
)
CHANGED = (
    *WHO,
    Field(("结论", "原来"), "before", width=10),
    Field(("结论", "现在"), "after", width=10),
    Field(("变了的要求",), "why", width=70),
)
ENTERED = (*WHO, Field(("分档",), "band", width=10), Field(("得分",), "score", "count", 8))
LEFT = (*WHO, Field(("原来", "分档"), "band", width=10), Field(("现在",), "now", width=50))


@dataclass(frozen=True)
class Compared:
    """一个层级的比较：结论变了的、新进名单的、出了名单的。"""

    changed: pl.DataFrame
    entered: pl.DataFrame
    left: pl.DataFrame


def write_goals(path: Path, rows: pl.DataFrame, marks: Marks) -> Path:
    """目标推导表：rows 见 screening.target.SCHEMA。"""
    notes = ("得数用精确分数算，除不尽的写成分数；目标与得数不一致的照原样列出，不抹平", *marks.lines("全市"))
    return write_book(
        path, [Sheet("目标推导", "目标推导表", GOALS, rows, "家、名、项", notes, "目标")], marks, "目标推导表"
    )


def compared(pair: Pair, tier: str, reach: Reach, county: str = "") -> Compared:
    """一个层级的三张表；county 是区划代码，空为全部看得到的。"""
    mine = pl.col("district") == county if county else pl.lit(True)
    changed = changes(pair, tier, reach).filter(mine)
    told = why(pair, tier, changed["enterprise"])
    reasons = pl.DataFrame(
        {"enterprise": list(told), "why": list(told.values())}, {"enterprise": pl.String, "why": pl.String}
    )
    entered, left = (one.filter(mine) for one in movers(pair, tier, reach))
    return Compared(changed.join(reasons, on="enterprise", how="left", maintain_order="left"), entered, left)


def write_compared(path: Path, parts: Compared, marks: Marks, title: str, told: str) -> Path:
    """比较表：三张工作表。"""
    notes = (told, "只比两轮都有的要求；标准换过的只比编号相同的", *marks.lines())
    pages = [
        Sheet("结论变化", title, CHANGED, parts.changed, "家", notes),
        Sheet("新进名单", f"{title}：新进名单", ENTERED, parts.entered, "家", notes),
        Sheet("出了名单", f"{title}：出了名单", LEFT, parts.left, "家", notes),
    ]
    return write_book(path, pages, marks, "两轮比较")
