"""读交回的台账：认模板、认行、逐格与现在的比；给出改动与意见，不改数据库。"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from miaopu.access.act import Wrong
from miaopu.nurture.followup.ledgers.form import MARK, Change, Ledger, Line
from miaopu.papers.layout import SIGNED
from miaopu.papers.pen import LISTED, TEMPLATE

WRITTEN = re.compile(r"(visit|request|plan):[0-9]{1,12}:[0-9]{1,9}")
"""行标识的写法：类:号:版本。"""
UNPACKED = 200 * 1024 * 1024
HEAD_ROWS = 10
NOTE = "说明："


@dataclass(frozen=True)
class Complaint:
    """一条意见：哪一格、哪家、怎么了、怎么办。"""

    row: int
    column: int
    name: str
    told: str

    @property
    def cell(self) -> str:
        """格的写法，如 B5。"""
        return f"{get_column_letter(self.column)}{self.row}"

    def sentence(self) -> str:
        """一句话。"""
        return f"{self.cell} {self.name}：{self.told}"


@dataclass(frozen=True)
class Edit:
    """一行的改动。"""

    row: int
    line: Line
    change: Change


@dataclass(frozen=True)
class Returned:
    """读完的：几行、改动、意见；missing 是导出时有、文件里没有的各行：“类:号 企业名称”。"""

    rows: int
    edits: tuple[Edit, ...]
    complaints: tuple[Complaint, ...]
    missing: tuple[str, ...] = ()


def opened(content: bytes) -> Workbook:
    """打开；打不开、解开太大抛 Wrong。"""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(one.file_size for one in package.infolist()) > UNPACKED:
                raise Wrong("这份工作簿解开以后太大；请从“台账”页重新导出一份再改")
        return load_workbook(io.BytesIO(content))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Wrong("打不开这份文件；请交 xlsx 工作簿，从“台账”页导出的那份") from error


def read(book: Workbook, ledger: Ledger, known: Mapping[tuple[str, int], Line]) -> Returned:
    """逐行比对；known 是看得到的行。"""
    told = book[TEMPLATE]["B1"].value if TEMPLATE in book.sheetnames else None
    if told != ledger.template:
        raise Wrong(f"这不是{ledger.title}；请从“台账”页导出{ledger.title}，在那份上改")
    page = _page(book, ledger)
    top, places = _heads(page, ledger)
    edits, complaints, seen, rows, marks = [], [], set(), 0, set()
    for at in range(top + 1, page.max_row + 1):
        mark = _text(page.cell(at, places["mark"]).value)
        if mark is None:
            complaints += _stray(page, at)
            continue
        rows += 1
        marks.add(_key(mark))
        line, wrong = _find(mark, known, seen)
        if line is None:
            name = _text(page.cell(at, places["name"]).value) or ""
            complaints.append(Complaint(at, places["name"], name, wrong))
            continue
        change, bad = _compared(page, at, places, ledger, line)
        complaints += bad
        edits += [Edit(at, line, change)] if change and not bad else []
    return Returned(rows, tuple(edits), tuple(complaints), tuple(_missing(book, marks)))


def _key(mark: str) -> str:
    """行标识去掉版本：“类:号”。"""
    return mark.rpartition(":")[0]


def _missing(book: Workbook, marks: Container[str]) -> Iterator[str]:
    """导出时写在隐藏表里的各行，文件里已经没有的。"""
    for label, told in book[TEMPLATE].iter_rows(max_col=2, values_only=True):
        mark, _, name = str(told or "").partition(" ")
        if label == LISTED and not WRITTEN.fullmatch(mark):
            raise Wrong(f"藏着的“{LISTED}”里“{mark[:40] or '空'}”不认得，像是改过；请从“台账”页重新导出一份再改")
        if label == LISTED and _key(mark) not in marks:
            yield f"{_key(mark)} {name}"


def _page(book: Workbook, ledger: Ledger) -> Worksheet:
    """台账那张表；上次退回的工作簿前面多一张意见，也认。"""
    if ledger.title not in book.sheetnames:
        raise Wrong(f"找不到工作表“{ledger.title}”；请从“台账”页重新导出，表名不要改")
    return book[ledger.title]


def _heads(page: Worksheet, ledger: Ledger) -> tuple[int, dict[str, int]]:
    """表头在第几行，各列在哪；缺列抛 Wrong。"""
    wanted = {one.heading: one.column for one in ledger.whole}
    for at in range(1, HEAD_ROWS):
        found = {str(cell.value): cell.column for cell in page[at] if cell.value is not None}
        if MARK in found:
            lacking = [head for head in wanted if head not in found]
            if lacking:
                raise Wrong(f"缺了列：{'、'.join(lacking)}；请从“台账”页重新导出，列不要删")
            return at, {column: found[head] for head, column in wanted.items()}
    raise Wrong("找不到表头里藏着的“行标识”列；请从“台账”页重新导出，列不要删")


def _stray(page: Worksheet, at: int) -> Iterator[Complaint]:
    """没有行标识的行：空行与表下的说明、签署不管，其余是加的行。"""
    told = [(cell.column, text) for cell in page[at] if (text := _text(cell.value))]
    words = [(column, text) for column, text in told if not text.startswith((NOTE, SIGNED[:5]))]
    if words:
        yield Complaint(at, words[0][0], words[0][1][:30], "这一行没有行标识，像是加的；新的请在页面上登记，再导出")


def _find(mark: str, known: Mapping[tuple[str, int], Line], seen: set[str]) -> tuple[Line | None, str]:
    sort, _, rest = mark.partition(":")
    number, _, version = rest.partition(":")
    if not (number.isdecimal() and version.isdecimal()) or len(mark) > 40:
        return None, f"行标识“{mark[:40]}”不认得；请重新导出"
    line = known.get((sort, int(number)))
    if line is None:
        return None, "这一行不在您的范围里，或不合导出时的条件了；请重新导出"
    if mark in seen:
        return None, "这一行出现了两次；请删去重复的"
    seen.add(mark)
    if line.version != int(version):
        return None, f"导出以后{line.changed}；请重新导出，在新的上改"
    return line, ""


def _compared(
    page: Worksheet, at: int, places: Mapping[str, int], ledger: Ledger, line: Line
) -> tuple[Change, list[Complaint]]:
    change: dict[str, str | None] = {}
    bad = []
    for one in ledger.fields:
        new, old = _text(page.cell(at, places[one.column]).value), _text(line.cells.get(one.column))
        if new == old or one.column in ledger.passing:
            continue
        if one.column in ledger.editable:
            change[one.column] = new
        else:
            told = f"“{one.heading}”不能在表里改（现在是“{(old or '空')[:30]}”）；请改回，到页面上办"
            bad.append(Complaint(at, places[one.column], line.name, told))
    return change, bad


def _text(value: Any) -> str | None:
    """一格 → 文字：日期写成 ISO，换行统一，去首尾空白；空的为 None。"""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    return str(value).replace("\r\n", "\n").replace("_x000D_", "").strip() or None if value is not None else None
