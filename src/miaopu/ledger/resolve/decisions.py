"""人工决定的一条：谁、何时、为什么、凭什么、定了什么；只是值，不读文件也不入账。"""

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """决定的类型：主体、取数、核定。"""

    IDENTITY = "identity"
    CHOICE = "choice"
    JUDGEMENT = "judgement"


class Ruling(StrEnum):
    """主体决定：是同一家、不是这一家、是新主体。"""

    SAME = "same"
    NOT_SAME = "not_same"
    NEW = "new"


@dataclass(frozen=True)
class DecisionEntry:
    """一条人工决定；没有的栏目为 None 或空串。

    identity：batch、row_id 指复核清单的一行（或 name、uscc 是来源行的写法），same/not_same 的对象是 enterprise；
    两个主体之间的写 enterprise 与 other。
    choice：enterprise 的 indicator（可限 item、period）采用 source、basis 的值。
    judgement：enterprise 的 indicator 核定为 value（是 1、否 0）或 text，至 until，依 version 标准。
    place 是决定文件里的位置，供报错用。
    """

    kind: str
    reason: str
    by: str
    on: date | None = None
    ruling: str = ""
    evidence: str = ""
    batch: str | None = None
    row_id: int | None = None
    enterprise: str | None = None
    other: str | None = None
    indicator: str | None = None
    item: str | None = None
    period: str | None = None
    source: str | None = None
    basis: str | None = None
    value: int | None = None
    text: str | None = None
    until: date | None = None
    version: str | None = None
    name: str = ""
    uscc: str = ""
    place: str = ""

    def posted(self) -> dict[str, Any]:
        """入账所用的栏目（不含决定人、日期、来源写法与位置）。"""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name not in _UNPOSTED}


_UNPOSTED = frozenset({"by", "on", "name", "uscc", "place"})
