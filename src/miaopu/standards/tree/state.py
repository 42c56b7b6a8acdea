"""结论与条款状态：代码、英文键、屏幕用字三者的对照。"""

from enum import IntEnum


class Verdict(IntEnum):
    """结论。先后即优先级：不满足 > 待核 > 须人工 > 满足。"""

    not_eligible = 0
    insufficient_data = 1
    manual_review = 2
    eligible = 3

    @property
    def word(self) -> str:
        """屏幕用字。"""
        return ("不满足", "待核", "须人工", "满足")[self]


class State(IntEnum):
    """条款状态。manual 是只差人工核定；unknown 是缺数、冲突或过期。"""

    fail_ = 0
    pass_ = 1
    unknown = 2
    manual = 3
    exempt = 4
    not_applicable = 5
    not_evaluated = 6

    @property
    def key(self) -> str:
        """对外的英文键。"""
        return self.name.rstrip("_")

    @property
    def word(self) -> str:
        """屏幕用字。"""
        return ("不满足", "满足", "待核", "须人工", "免考", "不适用", "未评")[self]

    @property
    def met(self) -> bool:
        """算作满足：满足、免考、不适用。"""
        return self in (State.pass_, State.exempt, State.not_applicable)
