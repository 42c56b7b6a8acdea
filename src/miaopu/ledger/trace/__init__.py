"""溯源：一个数走回它的单元格（trace），一家企业在台账里的全部（firm_file）；只读，不改台账。"""

from miaopu.ledger.trace.cell import Cell
from miaopu.ledger.trace.firm_file import FirmFile, firm_file
from miaopu.ledger.trace.hide import HIDDEN, hidden_sources, hide_file, hide_trace
from miaopu.ledger.trace.walk import Counted, Trace, trace, traced, view_of
from miaopu.ledger.trace.wording import Wording

__all__ = [
    "HIDDEN",
    "Cell",
    "Counted",
    "FirmFile",
    "Trace",
    "Wording",
    "firm_file",
    "hidden_sources",
    "hide_file",
    "hide_trace",
    "trace",
    "traced",
    "view_of",
]
