"""导出一本台账：所见即所导，藏着行标识与版本，改过可以交回；导出记日志。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from miaopu.access.act import Wrong, act, permit
from miaopu.access.actor import Actor
from miaopu.access.text import file_name
from miaopu.nurture.followup.ledgers.books import ledger, rows_of
from miaopu.nurture.followup.ledgers.form import Ledger, Line
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import day, registered
from miaopu.papers.sheet import write_book
from miaopu.selection.city import today
from miaopu.selection.screening.rounds.books import unit_of


def export(actor: Actor, code: str, given: Mapping[str, str], folder: Path) -> Path:
    """写一本；一行也没有抛 Wrong。取行、写工作簿都不在事务里。"""
    book = ledger(code)
    permit(actor, "service.export")
    lines = list(rows_of(actor, book, given))
    with act(actor, "service.export", book.title) as doing:
        if not lines:
            raise Wrong("按现在的条件一行也没有，没有东西可导出；请放宽条件")
        unit = unit_of(doing.reach)
        doing.after = {"行数": len(lines), "条件": {name: value for name, value in given.items() if value}}
    return write(book, lines, placed(folder, book.title, len(lines), "行"), unit)


def placed(folder: Path, title: str, count: int, unit: str) -> Path:
    """工作簿的名字：名称、日期、多少。"""
    folder.mkdir(parents=True, exist_ok=True)
    return folder / file_name(f"{title}_{today():%Y%m%d}_{count}{unit}.xlsx")


def write(book: Ledger, lines: list[Line], path: Path, by: str) -> Path:
    """写一本台账：藏着行标识；by 是填报单位。"""
    told = f"可以在表里改的列：{book.said}；改完在“台账”页交回并写明理由。别的列改了、加了行，都会退回，一处也不办；去掉一行不等于删除。"
    rows = [{**one.cells, "mark": one.mark} for one in lines]
    listed = [f"{one.mark} {one.name}" for one in lines]
    return write_lines(path, book.title, book.whole, rows, (told,), by, book.template, listed)


def write_lines(
    path: Path, title: str, fields: Sequence[Field], rows: Sequence[Mapping[str, str | None]], told: Sequence[str],
    by: str, template: str, listed: Sequence[str] = (),
) -> Path:  # fmt: skip
    """若干行写成工作簿；told 是表下另要说的，listed 是要交回的各行。"""
    frame = pl.DataFrame(list(rows), schema={one.column: pl.String for one in fields})
    notes = (f"共 {len(rows)} 行，截至{day(today())}。", *told)
    sheet = Sheet(title, title, tuple(fields), frame, "项", notes, signed=True)
    return write_book(path, [sheet], registered(by, today()), template, listed=listed)
