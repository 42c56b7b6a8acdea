"""上传件的状态：收到 → 在读 → 待接收 → 在入账 → 已入账；另有拒收、放弃、早已收过。是数据，不靠名字猜。"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Trait:
    """一个状态：给人看的词、颜色、在后台做着、可以接收、可以放弃、可以重读。"""

    word: str
    colour: str
    working: bool = False
    acceptable: bool = False
    droppable: bool = False
    readable: bool = False


class State(StrEnum):
    """上传件的状态。"""

    RECEIVED = "received"
    READING = "reading"
    PREVIEWED = "previewed"
    POSTING = "posting"
    POSTED = "posted"
    REPEATED = "repeated"
    REFUSED = "refused"
    DROPPED = "dropped"

    @property
    def trait(self) -> Trait:
        """这个状态的性质。"""
        return TRAITS[self]

    @property
    def word(self) -> str:
        """给人看的词。"""
        return TRAITS[self].word


TRAITS = {
    State.RECEIVED: Trait("已收到", "secondary", droppable=True, readable=True),
    State.READING: Trait("正在读", "primary", working=True),
    State.PREVIEWED: Trait("待接收", "warning", acceptable=True, droppable=True, readable=True),
    State.POSTING: Trait("正在入账", "primary", working=True),
    State.POSTED: Trait("已入账", "success", readable=True),
    State.REPEATED: Trait("早已收过", "info"),
    State.REFUSED: Trait("整份拒收", "danger"),
    State.DROPPED: Trait("已放弃", "secondary"),
}
"""已入账的，批次撤回之后可以用原文件重新预览、再接收。"""

BACK = {State.READING: State.RECEIVED, State.POSTING: State.PREVIEWED}
"""做事的进程没了、失败了、取消了，退回到哪个状态。"""
