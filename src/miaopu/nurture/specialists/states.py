"""名册、分工方案与邀请的状态，和名册的变动；变动的理由一律必填。"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """名册里一人（或一队）的状态。"""

    APPLIED = "applied"
    APPOINTED = "appointed"
    DECLINED = "declined"
    LEFT = "left"

    @property
    def word(self) -> str:
        """给人看的词。"""
        return {"applied": "报名待审", "appointed": "在册", "declined": "未聘", "left": "离册"}[self.value]

    @property
    def colour(self) -> str:
        """标签的颜色。"""
        return {"applied": "info", "appointed": "success", "declined": "warning", "left": "secondary"}[self.value]


@dataclass(frozen=True)
class Step:
    """一种变动：从、到、名称。"""

    before: State
    after: State
    title: str


STEPS = (
    Step(State.APPLIED, State.APPOINTED, "聘任"),
    Step(State.APPLIED, State.DECLINED, "不聘"),
    Step(State.APPOINTED, State.LEFT, "离册"),
    Step(State.LEFT, State.APPOINTED, "重新聘任"),
)


def step(before: str, after: str) -> Step | None:
    """从一个状态到另一个状态的变动；不许的为 None。"""
    return next((one for one in STEPS if (one.before.value, one.after.value) == (before, after)), None)


class DraftState(StrEnum):
    """分工草案的状态。"""

    WORKING = "working"
    READY = "ready"
    FAILED = "failed"
    ADOPTED = "adopted"

    @property
    def word(self) -> str:
        """给人看的词。"""
        return {"working": "正在统筹", "ready": "待采用", "failed": "排不开", "adopted": "已采用"}[self.value]

    @property
    def colour(self) -> str:
        """标签的颜色。"""
        return {"working": "info", "ready": "warning", "failed": "danger", "adopted": "success"}[self.value]


def came(present: bool | None) -> str:
    """到场的写法；空是没有记。"""
    return {None: "没有记", True: "到场", False: "没有到场"}[present]


class Reply(StrEnum):
    """企业对邀请的回复。"""

    WAITING = "waiting"
    COMING = "coming"
    DECLINED = "declined"

    @property
    def word(self) -> str:
        """给人看的词。"""
        return {"waiting": "还没有回复", "coming": "参加", "declined": "不参加"}[self.value]

    @property
    def colour(self) -> str:
        """标签的颜色。"""
        return {"waiting": "warning", "coming": "success", "declined": "secondary"}[self.value]
