"""对主体：把每一来源行对到一家企业，或说清为什么对不上、候选是谁。

先代码，后唯一全名，其余只提候选；代码与名称属于两家即冲突；分支机构不是总公司；只有登记来源可立新主体。
"""

from miaopu.ledger.resolve.decision_file import read_decisions
from miaopu.ledger.resolve.faulty import broken_codes
from miaopu.ledger.resolve.registry import REGISTRY_SCHEMA, Registry
from miaopu.ledger.resolve.review_book import review_rows, write_review
from miaopu.ledger.resolve.settle import resolve

__all__ = [
    "REGISTRY_SCHEMA",
    "Registry",
    "broken_codes",
    "read_decisions",
    "resolve",
    "review_rows",
    "write_review",
]
