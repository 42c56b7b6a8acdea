"""状态：诉求、走访、方案、方案的一步、诊断的问题；谁能动写在各自的动作里，这里只有词、颜色与去向。"""

from __future__ import annotations

from enum import StrEnum


class Asked(StrEnum):
    """诉求的状态。"""

    RAISED = "raised"
    ROUTED = "routed"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"

    @property
    def word(self) -> str:
        """给人看的词。"""
        return _ASKED[self.value][0]

    @property
    def colour(self) -> str:
        """标签的颜色。"""
        return _ASKED[self.value][1]

    @property
    def ended(self) -> bool:
        """不再动了。"""
        return self in (Asked.CLOSED, Asked.WITHDRAWN)


_ASKED = {
    "raised": ("待转办", "warning"),
    "routed": ("办理中", "info"),
    "answered": ("已答复，待评价", "primary"),
    "closed": ("已办结", "success"),
    "withdrawn": ("已撤回", "secondary"),
}


class Seen(StrEnum):
    """走访的状态。"""

    PLANNED = "planned"
    RECORDED = "recorded"
    SIGNED = "signed"
    CANCELLED = "cancelled"

    @property
    def word(self) -> str:
        """给人看的词。"""
        return _SEEN[self.value][0]

    @property
    def colour(self) -> str:
        """标签的颜色。"""
        return _SEEN[self.value][1]


_SEEN = {
    "planned": ("已登记", "info"),
    "recorded": ("已记录，待企业签认", "warning"),
    "signed": ("已签认", "success"),
    "cancelled": ("已取消", "secondary"),
}


class Paper(StrEnum):
    """方案的状态。"""

    DRAFT = "draft"
    AGREED = "agreed"
    FORCE = "force"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"

    @property
    def word(self) -> str:
        """给人看的词。"""
        return _PAPER[self.value][0]

    @property
    def colour(self) -> str:
        """标签的颜色。"""
        return _PAPER[self.value][1]

    @property
    def open(self) -> bool:
        """还没有定下来。"""
        return self in (Paper.DRAFT, Paper.AGREED)


_PAPER = {
    "draft": ("起草", "warning"),
    "agreed": ("企业已同意", "info"),
    "force": ("执行中", "success"),
    "revised": ("已被新版取代", "secondary"),
    "withdrawn": ("已撤回", "secondary"),
}


class Pace(StrEnum):
    """方案一步的状态；待核是说完成了、佐证的数还没有入账的，不能由人选。"""

    UNSTARTED = "unstarted"
    DOING = "doing"
    CHECKING = "checking"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def word(self) -> str:
        """给人看的词。"""
        return _PACE[self.value]

    @property
    def ended(self) -> bool:
        """不再动了。"""
        return self in (Pace.DONE, Pace.DROPPED)


_PACE = {"unstarted": "未开始", "doing": "在办", "checking": "待核", "done": "完成", "dropped": "不再办"}
PACES = tuple(one for one in Pace if one is not Pace.CHECKING)
"""记进展时能选的。"""


class Mend(StrEnum):
    """诊断问题的状态。"""

    OPEN = "open"
    MENDED = "mended"
    CLOSED = "closed"
    DROPPED = "dropped"

    @property
    def word(self) -> str:
        """给人看的词。"""
        return _MEND[self.value][0]

    @property
    def colour(self) -> str:
        """标签的颜色。"""
        return _MEND[self.value][1]

    @property
    def ended(self) -> bool:
        """不再动了。"""
        return self in (Mend.CLOSED, Mend.DROPPED)


_MEND = {
    "open": ("待整改", "warning"),
    "mended": ("已报整改，待销号", "info"),
    "closed": ("已销号", "success"),
    "dropped": ("不再跟", "secondary"),
}
