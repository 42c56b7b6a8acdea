"""决定文件（xlsx、csv、yaml，中文表头）：取一个文件，给决定条目与意见；有错的行不成条目，从不猜。

复核清单填好“决定”栏后就是决定文件；没有填决定或写“暂不处理”的行跳过。
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from miaopu.ledger.resolve.headings import HEADINGS, KINDS, POSTPONED, RULINGS
from miaopu.ledger.ruling import Decision, Kind, Ruling
from miaopu.terms import yaml_lines
from miaopu.terms.complaint import Complaint, Refusal, Severity
from miaopu.terms.yaml_lines import CatalogError

FLAGS = {"是": 1, "否": 0, "满足": 1, "不满足": 0, "通过": 1, "不通过": 0}
BLANK_LIMIT = 5_000
"""连着这么多空行就不再往下读：只有一个远处单元格的文件不值得读一百万行。"""
SIZE_LIMIT = 50 * 2**20
"""压缩包展开后最多这么多字节；决定文件到不了这么大。"""

_NOTE = re.compile(r"[\s*＊]+|[(（].*?[)）]")


@dataclass(frozen=True)
class Row:
    """决定文件里的一行：栏目 → 文字，和它的位置。"""

    values: dict[str, str]
    file: str
    sheet: str
    number: int

    def complaint(self, found: str, expected: str, remedy: str) -> Complaint:
        """这一行的一条意见。"""
        place = {"sheet": self.sheet, "row": self.number}
        return Complaint("decision-row", Severity.REJECT, self.file, found, expected, remedy, **place)


class _Wrong(Exception):
    """一行写错了：发现什么、应是什么、怎么办。"""


def read_decisions(
    path: Path, sources: Mapping[str, str] | None = None
) -> tuple[tuple[Decision, ...], tuple[Complaint, ...]]:
    """读决定文件；sources 是来源名称到来源代码的对应（如 税务 → tax）。

    打不开、没有认得的表头时抛 Refusal；行内写错的给意见，由调用者决定是否整份不收。
    """
    entries, complaints = [], []
    for row in _rows(path):
        try:
            entry = _entry(row, sources or {})
        except _Wrong as wrong:
            complaints.append(row.complaint(*wrong.args))
            continue
        if entry is not None:
            entries.append(entry)
    return tuple(entries), tuple(complaints)


def _rows(path: Path) -> Iterator[Row]:
    readers = {".xlsx": _workbook, ".xlsm": _workbook, ".csv": _text_table, ".yaml": _yaml, ".yml": _yaml}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise _refusal(path, f"是 {path.suffix or '没有扩展名的'} 文件", "xlsx、csv 或 yaml", "另存为其中一种")
    if not path.is_file():
        raise _refusal(path, "找不到这个文件", "一个存在的决定文件", "核对文件名")
    yield from reader(path)


def _refusal(path: Path, found: str, expected: str, remedy: str) -> Refusal:
    return Refusal(Complaint("decision-file", Severity.REFUSE, path.name, found, expected, remedy))


def _workbook(path: Path) -> Iterator[Row]:
    book = None
    try:
        _weigh(path)
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        tables = [(sheet.title, list(_filled(sheet.iter_rows(values_only=True)))) for sheet in book.worksheets]
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        found = f"不能当作 xlsx 打开（{type(error).__name__}），可能加密、残缺或是改了扩展名的其他格式"
        raise _refusal(path, found, "没有加密的 xlsx", "用 WPS 或 Excel 另存为 xlsx 后再交") from error
    finally:
        if book is not None:
            book.close()
    found = [row for title, table in tables for row in _table(path, title, table)]
    if not found and not any(_header(cells) for _, table in tables for _, cells in table):
        raise _refusal(path, "没有认得的表头", "“类型、决定、理由、决定人”等表头", "用复核清单或决定模板填写")
    yield from found


def _weigh(path: Path) -> None:
    with zipfile.ZipFile(path) as parts:
        if sum(part.file_size for part in parts.infolist()) > SIZE_LIMIT:
            raise _refusal(path, "展开后超过 50 MB", "只有决定的小文件", "只留填了决定的行")


def _filled(rows: Iterator[tuple]) -> Iterator[tuple[int, list[str]]]:
    blank = 0
    for number, cells in enumerate(rows, 1):
        text = [_text(cell) for cell in cells]
        blank = 0 if any(text) else blank + 1
        if blank > BLANK_LIMIT:
            return
        if any(text):
            yield number, text


def _text(cell: Any) -> str:
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "" if cell is None else str(cell).strip()
    return text.removeprefix("'")


def _text_table(path: Path) -> Iterator[Row]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise _refusal(path, "既不是 UTF-8 也不是 GB18030 文字", "这两种编码之一", "另存为 UTF-8 的 csv")
    table = list(_filled(csv.reader(io.StringIO(text, newline=""))))
    if not any(_header(cells) for _, cells in table):
        raise _refusal(path, "没有认得的表头", "“类型、决定、理由、决定人”等表头", "用复核清单或决定模板填写")
    yield from _table(path, "", table)


def _yaml(path: Path) -> Iterator[Row]:
    try:
        data = yaml_lines.read(path)
    except (CatalogError, UnicodeDecodeError) as error:
        raise _refusal(path, str(error), "一列决定，每条是“栏目: 内容”", "改正写法") from error
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        raise _refusal(path, "不是一列决定", "以“- 类型: …”开头的列表", "改正写法")
    for one in data:
        values = {_field(str(key)): _text(value) for key, value in one.items()}
        yield Row({key: value for key, value in values.items() if key}, path.name, "", yaml_lines.line_of(one))


def _table(path: Path, sheet: str, table: list[tuple[int, list[str]]]) -> Iterator[Row]:
    """表头之前的标题行不看；表头在每页重复时跳过。"""
    fields: list[str | None] | None = None
    for number, cells in table:
        if header := _header(cells):
            fields = header
        elif fields is not None:
            named = {name: cell for name, cell in zip(fields, cells, strict=False) if name and cell}
            yield Row(named, path.name, sheet, number)


def _header(cells: list[str]) -> list[str | None] | None:
    fields = [_field(cell) for cell in cells]
    return fields if "ruling" in fields and len([one for one in fields if one]) >= 3 else None


def _field(heading: str) -> str | None:
    return HEADINGS.get(_NOTE.sub("", unicodedata.normalize("NFKC", heading)))


def _entry(row: Row, sources: Mapping[str, str]) -> Decision | None:
    """一行成一条；没有决定的跳过，写错的抛 _Wrong。"""
    said = row.values.get("ruling", "")
    if said in POSTPONED:
        return None
    kind = _kind(row)
    for field, title in (("reason", "理由"), ("by", "决定人")):
        if not row.values.get(field):
            raise _Wrong(f"没有填写{title}", title, f"补上{title}")
    ruled = {Kind.IDENTITY: _identity, Kind.CHOICE: _choice, Kind.JUDGEMENT: _judgement}[kind](row, said, sources)
    texts = ("batch", "other", "indicator", "item", "period", "basis", "version")
    given = {field: row.values.get(field) or None for field in texts} | {"enterprise": row.values.get("enterprise")}
    dates = {field: _date(row, field) for field in ("on", "until")}
    said_as = {field: row.values.get(field, "") for field in ("evidence", "name", "uscc")}
    place = "".join((f"工作表“{row.sheet}”" if row.sheet else "", f"第{row.number}行"))
    kept = given | dates | said_as | {"row_id": _row_id(row), "place": place} | ruled
    return Decision(kind=str(kind), reason=row.values["reason"], by=row.values["by"], **kept)


def _kind(row: Row) -> Kind:
    said = row.values.get("kind", "")
    if said not in KINDS:
        raise _Wrong(f"类型“{said}”不认得", "主体、取数或核定", "改为其中之一")
    return KINDS[said]


def _row_id(row: Row) -> int | None:
    text = row.values.get("row_id", "")
    if text and not text.isdecimal():
        raise _Wrong(f"行编号“{text}”不是数字", "复核清单里的行编号", "照清单填写")
    return int(text) if text else None


def _date(row: Row, field: str) -> date | None:
    text = row.values.get(field, "")
    parts = re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", text) or re.fullmatch(
        r"(\d{4})(\d\d)(\d\d)", text
    )
    if not text:
        return None
    try:
        return date(*(int(part) for part in parts.groups()))
    except (AttributeError, ValueError):
        raise _Wrong(f"日期“{text}”看不懂", "如 2026-12-31 的日期", "改为年-月-日") from None


def _identity(row: Row, said: str, _: Mapping[str, str]) -> dict[str, Any]:
    chosen = re.fullmatch(r"候选([1-5])", said)
    if chosen:
        enterprise = row.values.get(f"candidate_{chosen[1]}")
        if not enterprise:
            raise _Wrong(f"选了{said}，但这一行没有这个候选", "有企业号的候选", "改选别的候选或写指定企业号")
        return {"ruling": str(Ruling.SAME), "enterprise": enterprise}
    ruling = RULINGS.get(said)
    if ruling is None:
        raise _Wrong(
            f"决定“{said}”不认得", "候选1—候选5、指定企业、同一家、不是同一家、新主体或暂不处理", "改为其中之一"
        )
    if ruling is not Ruling.NEW and not row.values.get("enterprise"):
        raise _Wrong(f"决定“{said}”没有写明是哪家企业", "企业号", "在“指定企业号”或“企业”栏写企业号")
    return {"ruling": str(ruling)}


def _choice(row: Row, said: str, sources: Mapping[str, str]) -> dict[str, Any]:
    _need(row, "enterprise", "indicator")
    source = row.values.get("source") or said
    return {"source": sources.get(source, source)}


def _judgement(row: Row, said: str, _: Mapping[str, str]) -> dict[str, Any]:
    _need(row, "enterprise", "indicator", "version")
    return {"value": FLAGS[said]} if said in FLAGS else {"text": said}


def _need(row: Row, *fields: str) -> None:
    titles = {"enterprise": "企业", "indicator": "指标", "version": "标准版本"}
    for field in fields:
        if not row.values.get(field):
            raise _Wrong(f"没有填写{titles[field]}", titles[field], f"补上{titles[field]}")
