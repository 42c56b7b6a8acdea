"""预检 xls：顺着 BIFF8 记录看一遍，只数不建表；加密、残缺、超预算即拒收。"""

import struct
from collections.abc import Iterator
from pathlib import Path

import olefile

from miaopu.ledger.reading.workbook.budget import Budget
from miaopu.ledger.reading.workbook.guard import Sheet, Survey
from miaopu.ledger.reading.workbook.sniff import refuse

FILEPASS, DATEMODE, BOUNDSHEET, EOF, XF, FORMAT = 0x2F, 0x22, 0x85, 0x0A, 0xE0, 0x41E
ROW, COLINFO, FORMULA, BOOLERR, LABELSST, LABEL, NUMBER, RK, MULRK = (
    0x208,
    0x7D,
    0x06,
    0x205,
    0xFD,
    0x204,
    0x203,
    0x27E,
    0xBD,
)
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
Record = tuple[int, bytes]


def survey(path: Path, budget: Budget) -> Survey:
    """预检一份 xls。加密、残缺、格数超限抛 Refusal。"""
    try:
        with olefile.OleFileIO(str(path)) as compound:
            name = "Workbook" if compound.exists("Workbook") else "Book"
            stream = compound.openstream(name).read()
        return _survey(path, stream, budget)
    except (OSError, struct.error, IndexError, ValueError) as error:
        raise refuse(
            path.name, "truncated", "xls 文件残缺或损坏，记录读不出", "完整的 xls", "重新导出后再报送"
        ) from error


def _records(stream: bytes, start: int = 0) -> Iterator[Record]:
    place = start
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        if place + 4 + size > len(stream):
            raise ValueError("记录超出流末")
        yield kind, stream[place + 4 : place + 4 + size]
        if kind == EOF:
            return
        place += 4 + size
    raise ValueError("没有结束记录")


def _survey(path: Path, stream: bytes, budget: Budget) -> Survey:
    epoch, formats, styles, found = 1900, {9, 10}, [], []
    for kind, data in _records(stream):
        if kind == FILEPASS:
            raise refuse(
                path.name, "encrypted", "文件加了打开密码", "没有密码的表格", "用密码打开后取消加密，另存再报送"
            )
        if kind == DATEMODE and data[:2] == b"\x01\x00":
            epoch = 1904
        elif kind == FORMAT and b"%" in data[2:]:
            formats.add(struct.unpack_from("<H", data)[0])
        elif kind == XF:
            styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == BOUNDSHEET and data[5] == 0:
            found.append((struct.unpack_from("<I", data)[0], Sheet(_name(data[6:]), "", data[4] & 3 != 0)))
    percent = frozenset(index for index, one in enumerate(styles) if one in formats)
    for offset, sheet in found:
        for kind, data in _records(stream, offset):
            _see(kind, data, sheet, percent)
        if sheet.cells > budget.cells:
            raise refuse(path.name, "budget", f"工作表“{sheet.name}”的格数超过上限", "预算之内的表格", "分成几份报送")
    return Survey(tuple(sheet for _, sheet in found), epoch)


def _name(data: bytes) -> str:
    length, wide = data[0], data[1] & 1
    return data[2 : 2 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1")


def _see(kind: int, data: bytes, sheet: Sheet, percent: frozenset[int]) -> None:
    if kind in (NUMBER, RK, LABELSST, LABEL, FORMULA, BOOLERR):
        row, column, style = struct.unpack_from("<HHH", data)
        _cell(sheet, row + 1, column + 1)
        if style in percent and kind in (NUMBER, RK, FORMULA):
            sheet.percents.append((row + 1, column + 1))
        _error(kind, data, sheet, row + 1, column + 1)
    elif kind == MULRK:
        row, first = struct.unpack_from("<HH", data)
        for index in range((len(data) - 6) // 6):
            _cell(sheet, row + 1, first + index + 1)
            if struct.unpack_from("<H", data, 4 + 6 * index)[0] in percent:
                sheet.percents.append((row + 1, first + index + 1))
    elif kind == ROW and struct.unpack_from("<I", data, 12)[0] & 0x20:
        sheet.hidden_rows.append(struct.unpack_from("<H", data)[0] + 1)
    elif kind == COLINFO and struct.unpack_from("<H", data, 8)[0] & 1:
        first, last = struct.unpack_from("<HH", data)
        sheet.hidden_columns.append((first + 1, last + 1))


def _cell(sheet: Sheet, row: int, column: int) -> None:
    sheet.cells += 1
    sheet.rows = (min(sheet.rows[0] or row, row), max(sheet.rows[1], row))
    sheet.columns.add(column)


def _error(kind: int, data: bytes, sheet: Sheet, row: int, column: int) -> None:
    code = None
    if kind == BOOLERR and data[7]:
        code = data[6]
    elif kind == FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2:
        code = data[8]
    if code is not None:
        sheet.errors.append((row, column, ERRORS.get(code, "错误值")))
