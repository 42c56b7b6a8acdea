"""快照：某日所知、某日所判的一家一行宽表；每个值记得来自哪条事实，冲突保留。"""

from miaopu.ledger.snapshot.precedence import SourceRule, source_rules
from miaopu.ledger.snapshot.roster import registry
from miaopu.ledger.snapshot.take import Knowledge, Snapshot, framed, judged, knowledge, snapshot

__all__ = [
    "Knowledge",
    "Snapshot",
    "SourceRule",
    "framed",
    "judged",
    "knowledge",
    "registry",
    "snapshot",
    "source_rules",
]
