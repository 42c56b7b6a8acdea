"""作业的状态：等候 → 在做 → 做完、失败、已取消。"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """作业的状态。"""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def word(self) -> str:
        """给人看的词。"""
        return {"waiting": "等候", "running": "在做", "done": "做完", "failed": "失败", "cancelled": "已取消"}[
            self.value
        ]

    @property
    def ended(self) -> bool:
        """已经结束。"""
        return self in (State.DONE, State.FAILED, State.CANCELLED)


OPEN = [State.WAITING.value, State.RUNNING.value]
"""还没有结束的。"""
