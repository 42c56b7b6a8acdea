"""人的一条决定：谁、何时、为什么、凭什么、定了什么；只是值，不读文件也不入账。"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


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


RULINGS = {
    Kind.IDENTITY: {Ruling.SAME: "是同一家", Ruling.NOT_SAME: "不是同一家", Ruling.NEW: "新主体"},
    Kind.CHOICE: {"": "取其一"},
    Kind.JUDGEMENT: {"": "核定"},
}


@dataclass(frozen=True)
class Decision:
    """一条决定；没有的栏目为 None 或空串。

    identity：复核清单里 batch 的 row_id 行，same 即 enterprise，new 为新主体，not_same 排除 enterprise；
    不写 batch 而写 other 时是两个主体：same 把 other 并入 enterprise，not_same 记明不是一家；
    只写 name、uscc 时是来源行的写法，供以后对主体用。by、on 空时用入账时的人与日期。
    choice：enterprise 的 indicator（可限 period、item）取 source 与 basis（各可空，空即不限）的值。
    judgement：enterprise 的 indicator 核定为 value（整数，是=1）或 text，至 until（空为长期），为 version 标准而作。
    place 是决定文件里的位置，只供报错用，不入账。
    """

    kind: str
    ruling: str = ""
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
    reason: str = ""
    evidence: str = ""
    name: str = ""
    uscc: str = ""
    by: str = ""
    on: date | None = None
    place: str = field(default="", repr=False)
