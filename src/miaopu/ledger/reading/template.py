"""模板：认出本系统发的填报模板（藏着的标识表），去掉标识表与字典表，不当作别人的隐藏表来提示；只看格子，不读值。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from miaopu.ledger.reading.workbook.grid import Grid
from miaopu.ledger.source import Table

MARK, DICTIONARY = "_模板", "字典"
"""藏着的两张表：标识、下拉字典。"""

EXAMPLE = "示例"
"""写在最左一列的这两个字，标明这一行是示例，读入时略过。"""

FAMILY = "收数"


@dataclass(frozen=True)
class Stamp:
    """模板上的标识：哪个来源、哪张表、哪一版。"""

    source: str
    table: str
    version: str

    @property
    def identity(self) -> str:
        """写进标识表的一串。"""
        return f"{FAMILY}/{self.source}/{self.table}"


def stamp_of(source: str, table: Table) -> Stamp:
    """一张声明的表现在的标识；列、单位、取值变了，版本就变。"""
    told = repr([(one.role, one.aliases, one.indicator, one.unit, sorted(one.values.items())) for one in table.columns])
    return Stamp(source, table.code, sha256(told.encode()).hexdigest()[:8])


def stamped(grids: Sequence[Grid]) -> Stamp | None:
    """工作簿里的模板标识；不是本系统的填报模板为 None。"""
    sheet = next((one for one in grids if one.sheet == MARK and one.hidden and one.height > 1 and one.width > 1), None)
    parts = sheet.text(1, 2).split("/") if sheet is not None else []
    if sheet is None or len(parts) != 3 or parts[0] != FAMILY:
        return None
    return Stamp(parts[1], parts[2], sheet.text(2, 2))


def without_own(grids: Sequence[Grid]) -> tuple[Grid, ...]:
    """去掉本系统藏的标识表与字典表。"""
    return tuple(one for one in grids if not (one.hidden and one.sheet in (MARK, DICTIONARY)))
