"""导出一本台账：所见即所导，藏着行标识与版本，改过可以交回；导出记日志。"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.text import file_name
from miaopu.nurture.followup.ledgers.books import ledger, rows_of
from miaopu.nurture.followup.ledgers.form import Ledger, Line
from miaopu.papers.layout import Sheet
from miaopu.papers.marks import Marks, day
from miaopu.papers.sheet import write_book
from miaopu.selection.city import today
from miaopu.selection.screening.rounds.books import unit_of


def export(actor: Actor, code: str, given: Mapping[str, str], folder: Path) -> Path:
    """写一本；一行也没有抛 Wrong。"""
    book = ledger(code)
    with act(actor, "service.export", f"{book.title}") as doing:
        lines = list(rows_of(actor, book, given))
        if not lines:
            raise Wrong("按现在的条件一行也没有，没有东西可导出；请放宽条件")
        unit = unit_of(doing.reach)
        doing.after = {"行数": len(lines), "条件": {name: value for name, value in given.items() if value}}
    folder.mkdir(parents=True, exist_ok=True)
    return write(book, lines, folder / file_name(f"{book.title}_{today():%Y%m%d}_{len(lines)}行.xlsx"), unit)


def write(book: Ledger, lines: list[Line], path: Path, by: str) -> Path:
    """写成工作簿；by 是填报单位。"""
    schema = {one.column: pl.String for one in book.whole}
    frame = pl.DataFrame([{**one.cells, "mark": one.mark} for one in lines], schema=schema)
    notes = (
        f"共 {len(lines)} 行，截至{day(today())}。",
        f"可以在表里改的列：{book.said}；改完在“台账”页交回并写明理由。别的列改了、加了行，都会退回，一处也不办。",
    )
    sheet = Sheet(book.title, book.title, book.whole, frame, "项", notes, signed=True)
    return write_book(path, [sheet], Marks(by, today(), today(), today(), ""), book.template)
