"""日志：台账文件夹唯一的只增账页；一行一事，逐行相扣；行在事在，行不在即未发生。"""

from miaopu.ledger.journal.active import Active, active
from miaopu.ledger.journal.chain import Entry
from miaopu.ledger.journal.store import Ledger, open_ledger
from miaopu.ledger.journal.verify import verify

__all__ = ["Active", "Entry", "Ledger", "active", "open_ledger", "verify"]
