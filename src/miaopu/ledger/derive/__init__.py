"""派生：按目录写明的口径，在评估日从条目数出件数、金额、最高档次与有无；不知道的只进上限。"""

from miaopu.ledger.derive.definition import Derived, derived_items
from miaopu.ledger.derive.measure import derive

__all__ = ["Derived", "derive", "derived_items"]
