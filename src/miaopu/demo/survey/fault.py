"""放进文件的毛病：哪种、哪个文件哪个格、哪家企业、写成什么、正确是什么。"""

from dataclasses import dataclass, field

import polars as pl

SCHEMA = {
    "kind": pl.String,
    "source": pl.String,
    "file": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,
    "column": pl.UInt16,
    "cell": pl.String,
    "firm": pl.UInt32,
    "uscc": pl.String,
    "indicator": pl.String,
    "period": pl.String,
    "found": pl.String,
    "right": pl.String,
}
"""row、column 从 1 起；整份或整行的毛病 column 为 0；right 是内部单位的值，缺失为 null。"""


@dataclass(frozen=True)
class Fault:
    """一处毛病。"""

    kind: str
    source: str
    file: str
    sheet: str = ""
    row: int = 0
    column: int = 0
    firm: int | None = None
    uscc: str | None = None
    indicator: str = ""
    period: str = ""
    found: str = ""
    right: str | None = None

    @property
    def cell(self) -> str:
        """A1 写法；没有列时为空串。"""
        letters, rest = "", self.column
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(65 + digit) + letters
        return f"{letters}{self.row}" if letters else ""


@dataclass
class Ledger:
    """边写边记：毛病与每一行是哪家企业。"""

    faults: list[Fault] = field(default_factory=list)
    rows: list[tuple[str, str, str, int, int | None]] = field(default_factory=list)

    def fault_table(self) -> pl.DataFrame:
        """全部毛病，按文件、表、行、列排好。"""
        plain = [{key: getattr(one, key) for key in SCHEMA} for one in self.faults]
        return pl.DataFrame(plain, schema=SCHEMA).sort("source", "file", "sheet", "row", "column", "kind")

    def row_table(self) -> pl.DataFrame:
        """哪个文件哪一行是哪家企业；不在登记库里的 firm 为 null。"""
        schema = {"source": pl.String, "file": pl.String, "sheet": pl.String, "row": pl.UInt32, "firm": pl.UInt32}
        return pl.DataFrame(self.rows, schema=schema, orient="row").sort("source", "file", "sheet", "row")
