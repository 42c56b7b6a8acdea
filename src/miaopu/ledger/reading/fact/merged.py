"""竖向合并的格：县区、名称、日期、类别等往下铺；数合并在几家（或几年、几件）上分不清是谁的，逐行退回，从不只给第一家。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from miaopu.ledger.reading.desk import Desk
from miaopu.ledger.reading.table.fit import MEASURED, Fit, Matched
from miaopu.ledger.reading.workbook.grid import Grid
from miaopu.terms.complaint import Complaint, Severity

Span = tuple[int, int]


def filled(fit: Fit) -> Fit:
    """同一张表，文字类各列竖向合并的格都写上首格的字；整行别无内容的不铺。"""
    grid, low = fit.region.grid, fit.region.rows[0]
    given = {}
    for one in fit.matched:
        spans = _spans(grid, one.index, low) if one.column.kind not in MEASURED else []
        known = {row: grid.text(first, one.index) for first, last in spans for row in range(first + 1, last + 1)}
        if known := {row: text for row, text in known.items() if text}:
            line = pl.int_range(1, pl.len() + 1)
            told = pl.when(~pl.all_horizontal(pl.all().is_null())).then(
                line.replace_strict(known, default=None, return_dtype=pl.String)
            )
            given[str(one.index)] = pl.coalesce(str(one.index), told)
    if not given:
        return fit
    return replace(fit, region=replace(fit.region, grid=replace(grid, frame=grid.frame.with_columns(**given))))


def unshared(fit: Fit, one: Matched, data: pl.DataFrame, desk: Desk) -> tuple[pl.DataFrame, list[Complaint]]:
    """数值列里跨着几家合并的数都去掉，涉及的各行各一条意见。data 已有 line、row、year、item。"""
    out: list[Complaint] = []
    if one.column.kind not in MEASURED:
        return data, out
    for first, last in _spans(fit.region.grid, one.index, fit.region.rows[0]):
        rows = data.filter(pl.col("line").is_between(first, last))
        if rows.select(_owner(fit, one)).n_unique() > 1:
            out.extend(_shared(fit, one, rows["row"].to_list(), (first, last), desk))
            inside = pl.col("line").is_between(first, last)
            data = data.with_columns(pl.when(~inside).then(str(one.index)).alias(str(one.index)))
    return data, out


def _spans(grid: Grid, column: int, low: int) -> list[Span]:
    """一列里竖向合并的各段（格子行号）。"""
    return [
        (first, last)
        for first, left, last, right in grid.merges
        if left <= column <= right and last > first >= low and grid.text(first, column)
    ]


def _owner(fit: Fit, one: Matched) -> list[pl.Expr]:
    """一个数归谁：哪一家，按年度列的还看哪一年，条目字段还看哪一件。"""
    names = [pl.col(str(key)).str.replace_all(r"\s", "") for key in fit.keys]
    year = [pl.col("year")] if one.period == "column" else []
    return [*names, *year, *([pl.col("item")] if one.column.is_item_field else [])]


def _shared(fit: Fit, one: Matched, rows: list[int], span: Span, desk: Desk) -> Iterator[Complaint]:
    grid = fit.region.grid
    ends = [Complaint("", Severity.INFO, "", "", "", "", row=grid.line(row), column=one.index).cell for row in span]
    text = grid.text(span[0], one.index)
    found = (
        f"“{one.heading.shown}”的“{text}”合并在 {ends[0]}:{ends[1]}，跨着 {len(rows)} 行，分不清是哪一家（年、件）的"
    )
    for row in rows:
        yield desk.reject("merged", found, "一行一个数", "取消合并、逐行填写后重报这几行", row, one.index)
