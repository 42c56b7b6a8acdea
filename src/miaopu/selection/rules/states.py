"""提案的状态与走法：起草 → 待核对 → 待批准 → 已批准（→ 已停用）；每一步谁能走、要不要写意见，都是数据。"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """提案的状态。"""

    DRAFT = "draft"
    CHECKING = "checking"
    CHECKED = "checked"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    RETIRED = "retired"

    @property
    def word(self) -> str:
        """给人看的词。"""
        return WORDS[self.value][0]

    @property
    def colour(self) -> str:
        """标签的颜色。"""
        return WORDS[self.value][1]

    @property
    def sign(self) -> str:
        """标签的图标。"""
        return WORDS[self.value][2]

    @property
    def open(self) -> bool:
        """还可以改内容。"""
        return self in (State.DRAFT, State.RETURNED)

    @property
    def live(self) -> bool:
        """还没有了结：批准、撤回、停用以前。"""
        return self.value in LIVE


LIVE = ("draft", "checking", "checked", "returned")

WORDS = {
    "draft": ("起草", "secondary", "pencil"),
    "checking": ("待核对", "warning", "hourglass"),
    "checked": ("待批准", "info", "hourglass"),
    "approved": ("已批准", "success", "circle-check"),
    "returned": ("退回修改", "danger", "arrow-back-up"),
    "withdrawn": ("已撤回", "secondary", "ban"),
    "retired": ("已停用", "secondary", "ban"),
}

AUTHOR, SECOND = "author", "second"
"""谁能走这一步：起草或改过的人；没有起草也没有改过的第二个人。空串为有权的都行。"""


@dataclass(frozen=True)
class Move:
    """一步：从哪些状态到哪个状态，要什么操作权限，谁能走，要不要写意见。"""

    code: str
    title: str
    sources: tuple[State, ...]
    target: State
    operation: str
    who: str = ""
    opinion: bool = False


MOVES = {
    one.code: one
    for one in (
        Move("submit", "提交核对", (State.DRAFT, State.RETURNED), State.CHECKING, "rule.propose", AUTHOR),
        Move("check", "核对通过", (State.CHECKING,), State.CHECKED, "rule.check", SECOND, True),
        Move("reject", "退回修改（核对）", (State.CHECKING,), State.RETURNED, "rule.check", SECOND, True),
        Move("approve", "批准发布", (State.CHECKED,), State.APPROVED, "rule.approve", SECOND, True),
        Move("refuse", "退回修改（批准）", (State.CHECKED,), State.RETURNED, "rule.approve", SECOND, True),
        Move(
            "withdraw",
            "撤回提案",
            (State.DRAFT, State.CHECKING, State.CHECKED, State.RETURNED),
            State.WITHDRAWN,
            "rule.propose",
            AUTHOR,
            True,
        ),
        Move("retire", "停用这一版", (State.APPROVED,), State.RETIRED, "rule.approve", SECOND, True),
    )
}
