"""人工决定：一条决定的全部栏目（谁、何时、为什么、凭什么），以及身份决定如何约束对主体。"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """决定的类型。"""

    IDENTITY = "identity"
    CONFLICT = "conflict"
    JUDGEMENT = "judgement"


class Verdict(StrEnum):
    """身份决定：是同一家、不是这一家、是新主体。"""

    SAME = "same"
    NOT_SAME = "not_same"
    NEW = "new"


@dataclass(frozen=True)
class DecisionEntry:
    """一条人工决定。

    identity：name、uscc 是来源行的原样写法，enterprise 是所指企业，choice 是 Verdict。
    conflict：enterprise、indicator、item、period、basis 指明是哪个值，choice 是采用的来源或值。
    judgement：enterprise、indicator，choice 是结论，standard 是据以判断的标准版本，valid_until 是有效期。
    """

    kind: Kind
    choice: str
    reason: str
    decided_by: str
    decided_on: date
    evidence: str = ""
    enterprise: str = ""
    batch: str = ""
    sheet: str = ""
    row: int = 0
    name: str = ""
    uscc: str = ""
    indicator: str = ""
    item: str = ""
    period: str = ""
    basis: str = ""
    standard: str = ""
    valid_until: date | None = None
