"""并排的表：同一张工作表上左右隔着空列的几张表，各遮成一份格子（列号不变）；只隔空列而名称列不重复的仍是一张。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from miaopu.ledger.reading.workbook.grid import Grid

Span = tuple[int, int]
NARROWEST = 2
"""至少这么多列才算一张表：名称（或代码）之外总要有一列数。"""


def parted(grid: Grid, rows: Span, roles: Mapping[int, str]) -> list[Grid]:
    """rows（首行、末行）里并排的几张表；roles 是名称列、代码列的列号与身份。只有一张时就是原格子。"""
    blocks = list(_blocks(grid, rows))
    groups: list[tuple[Span, set[str]]] = []
    for low, high in blocks:
        own = {role for column, role in roles.items() if low <= column <= high}
        again = groups and own & groups[-1][1] and high - low + 1 >= NARROWEST
        if groups and not again:
            (first, _), before = groups.pop()
            groups.append(((first, high), before | own))
        else:
            groups.append(((low, high), own))
    return [_masked(grid, span) for span, _ in groups] if len(groups) > 1 else [grid]


def _blocks(grid: Grid, rows: Span) -> Iterator[Span]:
    """不空的列连成的各段。"""
    first, last = rows
    empty = grid.frame.slice(first - 1, last - first + 1).select(pl.all().is_null().all()).row(0)
    low = 0
    for column, blank in enumerate([*empty, True], 1):
        if not blank and not low:
            low = column
        elif blank and low:
            yield low, column - 1
            low = 0


def _masked(grid: Grid, span: Span) -> Grid:
    """只留这几列的字；横跨过来的合并格（如两张表共用的题目）算在各表头上。"""
    low, high = span
    inside = {str(column) for column in range(low, high + 1)}
    names = grid.frame.columns
    frame = grid.frame.with_columns(pl.lit(None, pl.String).alias(name) for name in names if name not in inside)
    merges = [(r0, max(c0, low), r1, min(c1, high)) for r0, c0, r1, c1 in grid.merges if c0 <= high and c1 >= low]
    shared = {r0: grid.text(r0, c0) for r0, c0, _, c1 in grid.merges if c0 < low <= c1 and grid.text(r0, c0)}
    if shared:
        told = pl.int_range(1, pl.len() + 1).replace_strict(shared, default=None, return_dtype=pl.String)
        frame = frame.with_columns(pl.coalesce(str(low), told).alias(str(low)))
    return replace(grid, frame=frame, merges=tuple(merges))
