"""档案里的一条条记载：名称、数、称号、条目、分歧，各带出处。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from miaopu.ledger.trace.cell import Cell


@dataclass(frozen=True)
class Name:
    """一个名称：current 现用；since、until 起止日期（ISO，没有记载为 None）；cell 出自哪一行、哪一格。"""

    name: str
    current: bool
    since: str | None
    until: str | None
    batch: str
    file: str
    cell: str


@dataclass(frozen=True)
class Fact:
    """一个数：column 快照的列（早于所存各年的为 None），value 取定的值，shown 人读的写法；taken 取用的格，others 别的说法。"""

    indicator: str
    column: str | None
    title: str
    period: str
    value: int | str | None
    shown: str
    taken: tuple[Cell, ...]
    others: tuple[Cell, ...]


@dataclass(frozen=True)
class Title:
    """一项称号的一次记载：since、until 有效期（ISO，空为不限）；current 评估日是否在其内；cell 所在的格。"""

    indicator: str
    title: str
    since: str
    until: str
    current: bool
    cell: Cell


@dataclass(frozen=True)
class Piece:
    """一个条目（一件专利、一次融资）：fields 为（字段、中文名、内部值、写法）；listed 在完整名单上为真，名单外为 None。"""

    indicator: str
    title: str
    item: str
    fields: tuple[tuple[str, str, Any, str], ...]
    listed: bool | None
    first_known: date
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Conflict:
    """一处分歧：kind 为 value、basis、stale；chosen 采用的来源，resolved 为假待人决定；values 为（部门、写法、口径、批次）。"""

    column: str
    title: str
    item: str
    kind: str
    chosen: str | None
    rule: str
    resolved: bool
    values: tuple[tuple[str, str, str, str], ...]
