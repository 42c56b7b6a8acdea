"""意见：读入时各种情形的措辞，集中在此；每条说清发现什么、应是什么、怎么办。"""

from collections.abc import Iterable
from dataclasses import dataclass

from miaopu.terms.complaint import Complaint, Severity


@dataclass(frozen=True)
class Desk:
    """某文件某工作表的意见台：只管填上文件名与表名。"""

    file: str
    sheet: str = ""

    def say(
        self, code: str, severity: Severity, found: str, expected: str, remedy: str, row: int = 0, column: int = 0
    ) -> Complaint:
        """一条意见。"""
        return Complaint(code, severity, self.file, found, expected, remedy, self.sheet, row, column)

    def reject(self, code: str, found: str, expected: str, remedy: str, row: int = 0, column: int = 0) -> Complaint:
        """该行或该格不入账。"""
        return self.say(code, Severity.REJECT, found, expected, remedy, row, column)

    def warn(self, code: str, found: str, expected: str, remedy: str, row: int = 0, column: int = 0) -> Complaint:
        """入账但提示。"""
        return self.say(code, Severity.WARN, found, expected, remedy, row, column)

    def info(self, code: str, found: str, expected: str, remedy: str, row: int = 0, column: int = 0) -> Complaint:
        """说明。"""
        return self.say(code, Severity.INFO, found, expected, remedy, row, column)


def lines(numbers: Iterable[int], most: int = 12) -> str:
    """行号列表的文字：连续的写成“3-9”，太多则写头尾与总数。"""
    spans: list[list[int]] = []
    every = sorted(set(numbers))
    for number in every:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = "、".join(str(a) if a == b else f"{a}-{b}" for a, b in spans[:most])
    return shown + (f"等，共 {len(every)} 行" if len(spans) > most else "")
