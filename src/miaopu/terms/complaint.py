"""意见：向人说清哪个文件、哪张表、哪个格、发现什么、应是什么、怎么办。"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """refuse 整份拒收；reject 该行或该格不入账；warn 入账并提示；info 说明。"""

    REFUSE = "refuse"
    REJECT = "reject"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True)
class Complaint:
    """一条意见。row、column 从 1 起，没有具体单元格时为 0。

    spans 非空时是同一列许多格合成的一条：各段行号（含首尾），row 是其中第一行。
    """

    code: str
    severity: Severity
    file: str
    found: str
    expected: str
    remedy: str
    sheet: str = ""
    row: int = 0
    column: int = 0
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def count(self) -> int:
        """说的是多少处。"""
        return sum(last - first + 1 for first, last in self.spans) or 1

    def rows(self) -> Iterator[int]:
        """说的是哪些行。"""
        for first, last in self.spans or ((self.row, self.row),):
            yield from range(first, last + 1)

    @property
    def cell(self) -> str:
        """A1 写法的单元格；只有行号时写“第 n 行”，都没有时为空串。"""
        if not self.row:
            return ""
        if not self.column:
            return f"第{self.row}行"
        letters, rest = "", self.column
        while rest:
            rest, digit = divmod(rest - 1, 26)
            letters = chr(65 + digit) + letters
        return f"{letters}{self.row}"

    def sentence(self) -> str:
        """一句完整的中文。"""
        place = "".join(part for part in (f"《{self.file}》", f"工作表“{self.sheet}”" if self.sheet else "", self.cell))
        return f"{place}：{self.found}；应为{self.expected}；请{self.remedy}。"


class Refusal(Exception):
    """整件事办不成：带一条意见，句子即异常文字。"""

    def __init__(self, complaint: Complaint) -> None:
        super().__init__(complaint.sentence())
        self.complaint = complaint
