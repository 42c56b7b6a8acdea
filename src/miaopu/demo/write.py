"""写部门文件：csv（GB18030、UTF-8-BOM）与 xlsx；日期属性固定，同样的表得同样的字节。"""

from datetime import datetime
from pathlib import Path

import polars as pl
import xlsxwriter

STAMP = datetime(2026, 11, 20, 9, 0, 0)
_CHUNK = 20_000


def csv(path: Path, frame: pl.DataFrame, encoding: str = "utf-8-sig") -> None:
    """写 csv（逗号）或 txt（制表符）；encoding 为 utf-8-sig、gb18030 或 utf-16。"""
    shape = {"separator": "\t" if path.suffix == ".txt" else ","}
    with path.open("w", encoding=encoding, newline="") as out:
        for start in range(0, max(frame.height, 1), _CHUNK):
            part = frame.slice(start, _CHUNK)
            out.write(part.write_csv(**shape, include_header=start == 0, line_terminator="\r\n", float_precision=2))


def workbook(path: Path, **options: bool) -> xlsxwriter.Workbook:
    """日期属性固定的工作簿。"""
    book = xlsxwriter.Workbook(path, options)
    book.set_properties({"created": STAMP, "author": "虚构", "comments": "演示数据，企业均为虚构"})
    return book


def xlsx(path: Path, frame: pl.DataFrame, sheet: str = "Sheet1") -> None:
    """写一张干净的表：首行表头，其下一行一家；日期写成真日期。"""
    with workbook(path, constant_memory=True) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.freeze_panes(1, 2)
        for place, title in enumerate(frame.columns):
            page.write_string(0, place, title)
        writers = [_writer(page, kind, day) for kind in frame.dtypes]
        for number, row in enumerate(frame.iter_rows(), start=1):
            for place, value in enumerate(row):
                if value is not None:
                    writers[place](number, place, value)


def _writer(page: xlsxwriter.worksheet.Worksheet, kind: pl.DataType, day: xlsxwriter.format.Format):
    if kind == pl.Date:
        return lambda row, column, value: page.write_datetime(row, column, value, day)
    return page.write_string if kind == pl.String else page.write_number
