"""意见台：某文件某工作表，只管给每条意见填上文件名与表名。"""

from dataclasses import dataclass

from miaopu.terms.complaint import Complaint, Severity


@dataclass(frozen=True)
class Desk:
    """file 文件名，sheet 工作表名。"""

    file: str
    sheet: str = ""

    def _say(self, severity: Severity, code: str, *words: str, row: int, column: int) -> Complaint:
        found, expected, remedy = words
        return Complaint(code, severity, self.file, found, expected, remedy, self.sheet, row, column)

    def reject(self, code: str, found: str, expected: str, remedy: str, row: int = 0, column: int = 0) -> Complaint:
        """该行或该格不入账。"""
        return self._say(Severity.REJECT, code, found, expected, remedy, row=row, column=column)

    def warn(self, code: str, found: str, expected: str, remedy: str, row: int = 0, column: int = 0) -> Complaint:
        """入账但提示。"""
        return self._say(Severity.WARN, code, found, expected, remedy, row=row, column=column)

    def info(self, code: str, found: str, expected: str, remedy: str, row: int = 0, column: int = 0) -> Complaint:
        """说明。"""
        return self._say(Severity.INFO, code, found, expected, remedy, row=row, column=column)
