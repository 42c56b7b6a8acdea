
from miaopu.ledger.trace.cell import Cell
from miaopu.ledger.trace.walk import Counted, Trace, trace
from miaopu.ledger.trace.wording import Wording

