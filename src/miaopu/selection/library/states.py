"""入库提名的状态与变动：提名 → 确认、退回、撤回；确认后可撤出。谁能动写在这里，动的理由一律必填。"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """提名的状态。"""

    PROPOSED = "proposed"
    ADMITTED = "admitted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"

    @property
    def word(self) -> str:
        """给人看的词。"""
        return {"proposed": "提名", "admitted": "已入库", "returned": "退回", "withdrawn": "撤回"}[self.value]

    @property
    def open(self) -> bool:
        """还算数的：同一企业同一层级至多一件。"""
        return self in (State.PROPOSED, State.ADMITTED)

    @property
    def colour(self) -> str:
        """标签的颜色。"""
        return {"proposed": "info", "admitted": "success", "returned": "warning", "withdrawn": "secondary"}[self.value]


@dataclass(frozen=True)
class Step:
    """一种变动：从、到、动作的名称、要的操作权限。"""

    before: State
    after: State
    title: str
    operation: str


STEPS = (
    Step(State.PROPOSED, State.ADMITTED, "确认入库", "library.admit"),
    Step(State.PROPOSED, State.RETURNED, "退回", "library.admit"),
    Step(State.PROPOSED, State.WITHDRAWN, "撤回提名", "library.propose"),
    Step(State.ADMITTED, State.WITHDRAWN, "撤销入库", "library.admit"),
)


def step(before: str, after: str) -> Step | None:
    """从一个状态到另一个状态的变动；不许的为 None。"""
    return next((one for one in STEPS if (one.before.value, one.after.value) == (before, after)), None)
