"""预检：在解析之前流式看一遍 xlsx 的压缩包与表 XML，只数不建表。

取路径与预算，给 Survey（范围、隐藏、无缓存公式、错误值、百分比格式、纪元）；超预算或有实体声明即拒收。
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from miaopu.ledger.reading.workbook.budget import Budget, Share, unheard
from miaopu.ledger.reading.workbook.sniff import refuse

CHUNK = 1 << 20
LONGEST_ROW = 32 << 20


class Patterns:
    """表 XML 里要找的样子；有的软件给标签加前缀（<x:row>），前缀先认定，正则才有快的字面开头。"""

    def __init__(self, prefix: bytes, percent: frozenset[int] = frozenset()) -> None:
        tag, end = b"<" + prefix, b"</" + prefix
        formula = tag + rb"f\b(?:[^>]*/>|[^>]*>[^<]*" + end + rb"f>)"
        self.row_end = end + b"row>"
        self.values = (tag + b"v>", tag + b"is>")
        self.formula_start = tag + b"f"
        self.row = re.compile(tag + rb'row r="(\d{1,9})"')
        self.any_row = re.compile(tag + rb'row\b[^>]*?\br="(\d{1,9})"')
        self.column = re.compile(tag + rb'c r="([A-Z]{1,3})')
        self.hidden_row = re.compile(tag + rb'row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="(\d{1,9})"')
        self.hidden_column = re.compile(tag + rb'col\b(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
        self.merge = re.compile(tag + rb'mergeCell ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
        self.formula = re.compile(tag + rb'c r="([A-Z]{1,3})(\d+)"([^>]*)>' + formula + rb"(" + tag + rb"v>[^<])?")
        self.error = re.compile(
            tag + rb'c r="([A-Z]{1,3})(\d+)"[^>]*\bt="e"[^>]*>(?:' + formula + rb")?" + tag + rb"v>([^<]*)"
        )
        ids = b"|".join(str(one).encode() for one in sorted(percent))
        styled = tag + rb'c r="([A-Z]{1,3})(\d+)"[^>]*?\bs="(?:' + ids + rb')"[^>/]*>'
        self.styled = re.compile(styled) if percent else None


ROOT = re.compile(rb"<(\w+:)?worksheet\b")
SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")


@dataclass
class Sheet:
    """一张表的预检结果；行列从 1 起。"""

    name: str
    part: str
    hidden: bool = False
    cells: int = 0
    rows: tuple[int, int] = (0, 0)
    columns: set[int] = field(default_factory=set)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    uncached: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int, str]] = field(default_factory=list)
    percents: list[tuple[int, int]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)

    @property
    def dense(self) -> int:
        """首行到末行、首列到末列的格数：解析库会按此分配内存。"""
        if not self.rows[1]:
            return 0
        return self.rows[1] * max(self.columns, default=1)


@dataclass(frozen=True)
class Survey:
    """一份工作簿的预检结果。"""

    sheets: tuple[Sheet, ...]
    epoch: int = 1900


def column_number(letters: bytes) -> int:
    """列字母的序号，A 为 1。"""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def survey(path: Path, budget: Budget, tell: Share = unheard) -> Survey:
    """预检一份 xlsx。压缩炸弹、实体声明、残缺、格数超限抛 Refusal。"""
    try:
        with zipfile.ZipFile(path) as archive:
            _sizes(path, archive, budget)
            return _workbook(path, archive, budget, tell)
    except (zipfile.BadZipFile, EOFError, zipfile.zlib.error, KeyError, RuntimeError) as error:
        raise refuse(
            path.name, "truncated", "xlsx 文件残缺或损坏，压缩内容读不出", "完整的 xlsx", "重新复制或导出后再报送"
        ) from error


def _sizes(path: Path, archive: zipfile.ZipFile, budget: Budget) -> None:
    entries = archive.infolist()
    unpacked = sum(one.file_size for one in entries)
    packed = max(sum(one.compress_size for one in entries), 1)
    if any(one.flag_bits & 1 for one in entries):
        raise refuse(path.name, "encrypted", "压缩包加了密码", "没有密码的表格", "取消密码后另存再报送")
    overlapping = packed > path.stat().st_size
    if (
        unpacked > budget.unpacked_bytes
        or overlapping
        or (unpacked > budget.ratio_from and unpacked / packed > budget.ratio)
    ):
        raise refuse(
            path.name,
            "bomb",
            f"文件 {path.stat().st_size >> 10} KB，展开后 {unpacked >> 20} MB，像压缩炸弹",
            f"展开后不超过 {budget.unpacked_bytes >> 20} MB、{budget.ratio} 倍以内",
            "删去大片空白格式后另存，或分成几份报送",
        )


def _workbook(path: Path, archive: zipfile.ZipFile, budget: Budget, tell: Share) -> Survey:
    book = b"".join(_chunks(path, archive, "xl/workbook.xml"))
    relations = dict(_relations(b"".join(_chunks(path, archive, "xl/_rels/workbook.xml.rels"))))
    names = set(archive.namelist())
    percent = _percent_styles(path, archive, names)
    sheets, used = [], 0
    for tag in SHEET.findall(book):
        part = relations.get(_attribute(tag, b"id"), "")
        if part not in names or "worksheets/" not in part:
            continue
        state = _attribute(tag, b"state")
        sheet = Sheet(_unescape(_attribute(tag, b"name")), part, state in {"hidden", "veryHidden"})
        _scan(path, archive, sheet, percent, budget.cells - used, tell)
        used += sheet.cells
        sheets.append(sheet)
    if "xl/sharedStrings.xml" in names:
        for _ in _chunks(path, archive, "xl/sharedStrings.xml"):
            pass
    return Survey(tuple(sheets), 1904 if re.search(rb'date1904="(?:1|true)"', book) else 1900)


def _attribute(tag: bytes, name: bytes) -> str:
    match = re.search(rb"[\s:]" + name + rb'="([^"]*)"', tag)
    return match[1].decode("utf-8", "replace") if match else ""


def _unescape(text: str) -> str:
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, letter)
    return text


def _relations(book: bytes) -> Iterator[tuple[str, str]]:
    for tag in RELATION.findall(book):
        target = _attribute(tag, b"Target").lstrip("/")
        yield _attribute(tag, b"Id"), target if target.startswith("xl/") else f"xl/{target}"


def _percent_styles(path: Path, archive: zipfile.ZipFile, names: set[str]) -> frozenset[int]:
    """带百分号数字格式的样式号：库只给 0.35，格里看到的是 35%。"""
    if "xl/styles.xml" not in names:
        return frozenset()
    styles = b"".join(_chunks(path, archive, "xl/styles.xml"))
    custom = {
        int(_attribute(tag, b"numFmtId") or 0)
        for tag in re.findall(rb"<(?:\w+:)?numFmt\b[^>]*>", styles)
        if "%" in _attribute(tag, b"formatCode")
    }
    block = re.search(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", styles, re.DOTALL)
    formats = re.findall(rb"<(?:\w+:)?xf\b[^>]*>", block[0]) if block else []
    wanted = custom | {9, 10}
    return frozenset(i for i, tag in enumerate(formats) if int(_attribute(tag, b"numFmtId") or 0) in wanted)


def _chunks(path: Path, archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            joined = tail + chunk
            if b"<!DOCTYPE" in joined or b"<!ENTITY" in joined or chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise refuse(
                    path.name, "entities", f"内部 XML（{part}）声明了实体或文档类型，可能用来攻击", "不含实体声明的表格"
                )
            tail = chunk[-16:]
            yield chunk


def _scan(path: Path, archive: zipfile.ZipFile, sheet: Sheet, percent: frozenset[int], left: int, tell: Share) -> None:
    patterns: Patterns | None = None
    rest, seen, whole_size = b"", 0, max(archive.getinfo(sheet.part).file_size, 1)
    for chunk in _chunks(path, archive, sheet.part):
        seen += len(chunk)
        tell(seen / whole_size)
        whole = rest + chunk
        if patterns is None:
            root = ROOT.search(whole)
            patterns = Patterns((root[1] or b"") if root else b"", percent)
        cut = max(whole.rfind(patterns.row_end), 0)
        _look(whole[:cut], sheet, patterns)
        rest = whole[cut:]
        if len(rest) > LONGEST_ROW or sheet.cells > left:
            raise refuse(
                path.name,
                "budget",
                f"工作表“{sheet.name}”的格数超过上限，或一行内容超长",
                "在单元格预算之内的表格",
                "分成几份报送",
            )
    if patterns:
        _look(rest, sheet, patterns)


def _look(piece: bytes, sheet: Sheet, patterns: Patterns) -> None:
    sheet.cells += sum(map(piece.count, patterns.values))
    _extent(piece, sheet, patterns)
    if b"hidden=" in piece:
        sheet.hidden_rows.extend(map(int, patterns.hidden_row.findall(piece)))
        for tag in patterns.hidden_column.findall(piece):
            sheet.hidden_columns.append((int(_attribute(tag, b"min") or 0), int(_attribute(tag, b"max") or 0)))
    if b"mergeCell " in piece:
        found = patterns.merge.findall(piece)
        sheet.merges.extend((int(r0), column_number(c0), int(r1), column_number(c1)) for c0, r0, c1, r1 in found)
    if patterns.formula_start in piece:
        for letters, row, attributes, cached in patterns.formula.findall(piece):
            if not cached and b't="str"' not in attributes:
                sheet.uncached.append((int(row), column_number(letters)))
    if b't="e"' in piece:
        for letters, row, what in patterns.error.findall(piece):
            sheet.errors.append((int(row), column_number(letters), what.decode("utf-8", "replace")))
    if patterns.styled:
        sheet.percents.extend((int(row), column_number(letters)) for letters, row in patterns.styled.findall(piece))


def _extent(piece: bytes, sheet: Sheet, patterns: Patterns) -> None:
    rows = patterns.row.findall(piece) or patterns.any_row.findall(piece)
    if rows:
        numbers = list(map(int, rows))
        low = min(numbers)
        sheet.rows = (min(sheet.rows[0] or low, low), max(sheet.rows[1], max(numbers)))
    sheet.columns.update(column_number(letters) for letters in set(patterns.column.findall(piece)))
