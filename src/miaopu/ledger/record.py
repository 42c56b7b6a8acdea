"""台账各步之间传递的记录：读入结果、对主体结果及其列的形状；不读写文件。"""

from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from miaopu.terms.complaint import Complaint, Severity

ROW_SCHEMA = {
    "row_id": pl.UInt32,
    "sheet": pl.String,
    "row": pl.UInt32,
    "uscc_raw": pl.String,
    "name_raw": pl.String,
    "region_raw": pl.String,
    "address_raw": pl.String,
    "former_raw": pl.String,
}
"""一行一家来源行；缺的列为 null。row 是源文件行号（从 1 起），竖式表为表头行。"""

READ_FACT_SCHEMA = {
    "row_id": pl.UInt32,
    "indicator": pl.String,
    "item": pl.String,
    "period": pl.String,
    "basis": pl.String,
    "value": pl.Int64,
    "text": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,
    "column": pl.UInt16,
}
"""读入的事实（长表），尚未对上主体；单位已换成 docs/developers/data.md 第 1 节的内部单位。"""

FACT_SCHEMA = {
    "enterprise": pl.String,
    "indicator": pl.String,
    "item": pl.String,
    "period": pl.String,
    "basis": pl.String,
    "value": pl.Int64,
    "text": pl.String,
    "source": pl.String,
    "batch": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,
    "column": pl.UInt16,
    "received": pl.Date,
}
"""已入账的事实（每批一个 Parquet）。"""


class Outcome(StrEnum):
    """一行的去向。"""

    MATCHED = "matched"
    NEW = "new"
    CONFLICT = "conflict"
    REVIEW = "review"


RESOLUTION_SCHEMA = {
    "row_id": pl.UInt32,
    "outcome": pl.String,
    "enterprise": pl.String,
    "reason": pl.String,
    "candidates": pl.List(
        pl.Struct({"enterprise": pl.String, "name": pl.String, "score": pl.Float64, "reason": pl.String})
    ),
}
"""对主体结果：一行来源行一行；conflict 与 review 的 enterprise 为 null，另列候选与理由。"""


@dataclass(frozen=True)
class Reading:
    """一份文件读完的结果：行、事实、意见；digest 是文件字节的 sha256。"""

    file: str
    digest: str
    source: str
    rows: pl.DataFrame
    facts: pl.DataFrame
    complaints: tuple[Complaint, ...] = ()
    tables: tuple[str, ...] = field(default=())

    @property
    def refused(self) -> bool:
        """整份拒收时为真，此时 rows 与 facts 为空。"""
        return any(one.severity is Severity.REFUSE for one in self.complaints)
