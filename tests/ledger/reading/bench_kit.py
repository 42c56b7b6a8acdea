"""读入测试的小工具：写真文件、从真门读入、看结果。"""

from pathlib import Path

import openpyxl

from miaopu.ledger.reading.read import read
from miaopu.ledger.record import Reading
from miaopu.ledger.source import Sources

NAME, CODE = "企业名称", "统一社会信用代码"


class Desk:
    """写一份真文件，再从真门读入。"""

    def __init__(self, folder: Path, sources: Sources) -> None:
        self.folder, self.sources = folder, sources

    def book(self, rows, name="测试.xlsx", *, merges=(), sheet="Sheet1", change=None) -> Path:
        """xlsx；change 拿到工作簿再改。"""
        book = openpyxl.Workbook()
        page = book.active
        page.title = sheet
        for row in rows:
            page.append(row)
        for span in merges:
            page.merge_cells(span)
        if change:
            change(book)
        path = self.folder / name
        book.save(path)
        return path

    def text(self, content: str, name="测试.csv", encoding="utf-8") -> Path:
        """分隔文本。"""
        path = self.folder / name
        path.write_bytes(content.encode(encoding))
        return path

    def read(self, path: Path, source: str | None = None, **rest) -> Reading:
        """从门读入。"""
        return read(path, self.sources, source=source, **rest)


def firm(number: int) -> list[str]:
    """第几号虚构企业的代码与名称。"""
    return [f"91371500MA3CTEST{number:02d}", f"聊城虚构{number}号轴承有限公司"]


def values(reading: Reading, indicator: str) -> dict[tuple[int, str], int | str | None]:
    """（源行号、期间）→ 值。"""
    facts = reading.facts.filter(reading.facts["indicator"] == indicator)
    return {
        (row, period): text if value is None else value
        for row, period, value, text in facts.select("row", "period", "value", "text").iter_rows()
    }


def told(reading: Reading, code: str) -> list[str]:
    """某种意见的句子。"""
    return [one.sentence() for one in reading.complaints if one.code == code]
