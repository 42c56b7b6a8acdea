"""意见：读入时各种情形的措辞，集中在此；每条说清发现什么、应是什么、怎么办。"""

from collections.abc import Iterable, Iterator

import polars as pl

from miaopu.ledger.reading.desk import Desk
from miaopu.ledger.reading.table.fit import Matched
from miaopu.terms.complaint import Complaint


def spans(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """行号 → 连续的各段（含首尾）。"""
    out: list[list[int]] = []
    for number in sorted(set(numbers)):
        if out and number == out[-1][1] + 1:
            out[-1][1] = number
        else:
            out.append([number, number])
    return tuple((first, last) for first, last in out)


def lines(numbers: Iterable[int], most: int = 12) -> str:
    """行号列表的文字：连续的写成“3-9”，太多则写头尾与总数。"""
    every = spans(numbers)
    shown = "、".join(str(a) if a == b else f"{a}-{b}" for a, b in every[:most])
    return shown + (f"等，共 {sum(b - a + 1 for a, b in every)} 行" if len(every) > most else "")


def cell_complaints(desk: Desk, one: Matched, marked: pl.DataFrame) -> Iterator[Complaint]:
    """一列里认不出的格逐个拒收，入账但要提示的逐个提示。marked 有 row、raw、problem、note。"""
    expected, title = _expected(one), one.heading.shown
    for row, raw, problem in _where(marked, "problem"):
        found = f"“{title}”是“{raw}”，{problem}"
        yield desk.reject("cell", found, expected, "改正这一格后重报这一行", row, one.index)
    for row, raw, note in _where(marked, "note"):
        found = f"“{title}”是“{raw}”，{note}"
        yield desk.warn("note", found, expected, "核对；不对的改正后重报这一行", row, one.index)


def _where(marked: pl.DataFrame, name: str) -> Iterator[tuple[int, str, str]]:
    yield from marked.filter(pl.col(name).is_not_null()).select("row", "raw", name).iter_rows()


def _expected(one: Matched) -> str:
    column = one.column
    if column.values and column.kind in ("flag", "category"):
        return "下列之一：" + "、".join(list(dict.fromkeys(column.values))[:8])
    kinds = {
        "money": f"金额（{one.unit}）",
        "count": "非负整数",
        "percent": "百分比",
        "decimal": "数",
        "flag": "是或否",
    }
    if column.key in ("industry", "region"):
        return {"industry": "GB/T 4754-2017 四位代码，并附行业名称", "region": "本市县区的名称或代码"}[column.key]
    return kinds.get(column.kind, "日期，如 2024-03-01" if column.kind == "date" else "文字")
