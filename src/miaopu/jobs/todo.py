"""待办：各应用的查询给出“要我办的几件事”；只是形状，由工作台把各应用的合在一起（web/todo.py）。"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from miaopu.access.actor import Actor

RED, YELLOW, PLAIN = "red", "yellow", ""
"""急不急：已经误了、快到了、不急。"""


@dataclass(frozen=True)
class Todo:
    """一类待办：说法、几件、去哪里办、急不急、最早的期限（没有为 None）。"""

    title: str
    count: int
    url: str
    urgency: str = PLAIN
    due: date | None = None


Offer = Callable[[Actor], Iterable[Todo]]
"""应用的 queries.todo(actor)：已经收窄到这个人的范围，没有要办的给空。"""
