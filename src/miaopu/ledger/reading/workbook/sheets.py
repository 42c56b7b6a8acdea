"""取格：在子进程里把文件读成一列列文字，写成 marshal；本模块只用标准库与解析库，起动要快。

用法 python -m miaopu.ledger.reading.workbook.sheets 种类 输入 输出 内存上限。
"""

import codecs
import csv
import gc
import marshal
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

BLANK, TEXT, NUMBER, DATE, TRUTH = range(5)
TYPES = {str: TEXT, float: NUMBER, int: NUMBER, datetime: DATE, date: DATE, time: DATE, timedelta: DATE, bool: TRUTH}


class Unreadable(Exception):
    """读不成表：文字即原因。"""


def written(value: Any) -> str | None:
    """一格的文字：数按 15 位有效数字（与 Excel 所见一致），日期按 ISO。"""
    kind = type(value)
    if kind is str:
        return value or None
    if kind is float:
        return f"{value:.15g}"
    if kind is bool:
        return "TRUE" if value else "FALSE"
    if kind is datetime:
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return None if value is None else str(value)


def column(values: Iterable[Any]) -> tuple[list[str | None], bytes]:
    """一列的文字与类型码。"""
    cells = list(values)
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return [value or None for value in cells], b""
    if kinds <= {str, float}:  # 最常见的数列：表头与空格是文字，其余是数；不逐格走一般的判断，取格快两成
        texts = [f"{value:.15g}" if type(value) is float else value or None for value in cells]
        return texts, bytes([NUMBER if type(value) is float else TEXT if value else BLANK for value in cells])
    return [written(value) for value in cells], bytes(
        TYPES.get(type(value), TEXT) if value not in ("", None) else BLANK for value in cells
    )


def sheet(name: str, rows: Iterable[list[Any]], merges: Iterable[Any] = (), hidden: bool = False) -> dict[str, Any]:
    """一张表：columns 各列文字，types 各列类型码（全是文字则为空），merges 合并区（从 1 起，含首尾）。"""
    built = [column(values) for values in zip_longest(*rows)]
    return {
        "name": name,
        "hidden": hidden,
        "columns": [texts for texts, _ in built],
        "types": [kinds for _, kinds in built],
        "merges": list(merges),
    }


def workbook(path: Path) -> Iterator[dict[str, Any]]:
    """xlsx 与 xls。"""
    import python_calamine  # 只有子进程、且只有工作簿才用到它

    book = python_calamine.CalamineWorkbook.from_path(str(path))
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        one = book.get_sheet_by_index(index)
        merges = [(r0 + 1, c0 + 1, r1 + 1, c1 + 1) for (r0, c0), (r1, c1) in one.merged_cell_ranges or ()]
        hidden = meta.visible != python_calamine.SheetVisibleEnum.Visible
        yield sheet(meta.name, one.to_python(skip_empty_area=False), merges, hidden)


def decode(content: bytes) -> str:
    """UTF-8（有无 BOM）、UTF-16（有无 BOM）、GB18030；都不是则 Unreadable。"""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _decoded(content, name)
    if b"\x00" in content[:4096]:
        return _decoded(
            content, "utf-16-le" if content[1:4096:2].count(0) >= content[:4096:2].count(0) else "utf-16-be"
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(content, "gb18030")


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        raise Unreadable(f"文字编码读不出（按 {name} 在第 {error.start} 字节处出错）") from error


def separated(path: Path) -> Iterator[dict[str, Any]]:
    """csv 与 txt：分隔符取前二十行里最齐的一个。"""
    text = decode(path.read_bytes())
    csv.field_size_limit(1 << 24)
    separator = _separator(text)
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=False))
    except csv.Error as error:
        raise Unreadable(f"分隔文本读不出（{error}）") from error
    yield sheet("", rows)


def _separator(text: str) -> str:
    head = text[:65536].splitlines()[:20]
    return max(",\t;|", key=lambda mark: (sum(mark in line for line in head), sum(line.count(mark) for line in head)))


def page(path: Path) -> Iterator[dict[str, Any]]:
    """网页冒充的 xls：每个最外层 table 一张表；rowspan、colspan 成合并区。"""
    from lxml import html  # 只有子进程、且只有网页表才用到它

    try:
        root = html.document_fromstring(decode(path.read_bytes()).encode(), parser=html.HTMLParser(encoding="utf-8"))
    except (ValueError, html.etree.ParserError) as error:
        raise Unreadable("网页表格读不出") from error
    for number, table in enumerate(root.xpath("//table[not(ancestor::table)]"), 1):
        rows, merges = _page_rows(table)
        yield sheet(f"表{number}", rows, merges)


def _page_rows(table: Any) -> tuple[list[list[str]], list[tuple[int, int, int, int]]]:
    grid: dict[tuple[int, int], str] = {}
    merges = []
    for r, line in enumerate(table.iter("tr"), 1):
        c = 1
        for cell in line.iterchildren("td", "th"):
            while (r, c) in grid:
                c += 1
            down, right = _span(cell, "rowspan"), _span(cell, "colspan")
            grid.update({(r + i, c + j): "" for i in range(down) for j in range(right)})
            grid[r, c] = " ".join(cell.text_content().split())
            if down > 1 or right > 1:
                merges.append((r, c, r + down - 1, c + right - 1))
    if not grid:
        return [], []
    height, width = max(r for r, _ in grid), max(c for _, c in grid)
    return [[grid.get((r, c), "") for c in range(1, width + 1)] for r in range(1, height + 1)], merges


def _span(cell: Any, name: str) -> int:
    text = cell.get(name, "1")
    return min(max(int(text), 1), 1000) if text.isdigit() else 1


READERS = {"xlsx": workbook, "xls": workbook, "text": separated, "html": page}


def main(kind: str, source: str, target: str, memory: str) -> int:
    """子进程入口：成功写出表并返回 0，读不成写原因并返回 3。"""
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.disable()  # 一次性的进程，全是不成环的列表与文字
    path = Path(source)
    try:
        sheets = list(READERS[kind](path))
    except Unreadable as error:
        Path(target).write_bytes(marshal.dumps(str(error)))
        return 3
    Path(target).write_bytes(marshal.dumps(sheets))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
