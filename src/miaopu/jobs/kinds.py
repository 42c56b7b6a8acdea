"""作业的种类：各应用在这里登记“怎么做”；作业只认种类的代码，不认应用。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from miaopu.access.actor import Actor
from miaopu.ledger.journal.chain import digest


class Cancelled(Exception):
    """有人请求取消；做一件算一件的，把已经做了多少写在里面。"""


class Progress(Protocol):
    """作业向人报进度；每次都看有没有人请求取消（抛 Cancelled），也算一次心跳。"""

    def expect(self, total: int) -> None:
        """一共几步。"""

    def tell(self, message: str) -> None:
        """正在做什么。"""

    def advance(self, steps: int = 1) -> None:
        """又做完几步。"""


@dataclass(frozen=True)
class Outcome:
    """做完的结果：一句话、给程序看的数据、结果文件（相对文件库的路径）。"""

    told: str
    data: Mapping[str, Any] = field(default_factory=dict)
    file: Path | None = None


Work = Callable[["Assignment", Progress], Outcome]


@dataclass(frozen=True)
class Assignment:
    """派给做事函数的一件作业：编号、参数、发起人的账号（空为系统）、第几次做。"""

    job: int
    params: Mapping[str, Any]
    owner: int | None
    by: str
    attempt: int


@dataclass(frozen=True)
class Kind:
    """一种作业；retry 为真的，做到一半没了可以从头再做（做事的函数保证不会做两遍）。

    needs 是看结果要有的操作：发起之后权限被收回的，结果也看不到了。
    after 是哪几种作业做成以后接着自动做它（参数为空，同时至多一件）：先做的不认识后做的。
    """

    code: str
    title: str
    work: Work
    retry: bool
    needs: str
    after: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {}


def mark(actor: Actor, known: Kind) -> str:
    """看得到这种作业结果的范围，写成摘要：导出里有哪些企业由它定。"""
    return digest(actor.reach(known.needs).mark.encode())


def job(
    code: str, title: str, *, needs: str, retry: bool = True, after: tuple[str, ...] = ()
) -> Callable[[Work], Work]:
    """登记一种作业；needs、after 见 Kind。"""

    def register(work: Work) -> Work:
        KINDS[code] = Kind(code, title, work, retry, needs, after)
        return work

    return register
