"""意见：读入时各种情形的措辞，集中在此；每条说清发现什么、应是什么、怎么办。"""

from collections.abc import Iterable, Iterator

import polars as pl

from miaopu.ledger.reading.desk import Desk
from miaopu.ledger.reading.table.fit import Matched
from miaopu.terms.complaint import Complaint

MANY = 200
"""同一列同一种提示超过此数就合成一条，列出行号。"""


def lines(numbers: Iterable[int], most: int = 12) -> str:
    """行号列表的文字：连续的写成“3-9”，太多则写头尾与总数。"""
    spans: list[list[int]] = []
    every = sorted(set(numbers))
    for number in every:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    shown = "、".join(str(a) if a == b else f"{a}-{b}" for a, b in spans[:most])
    return shown + (f"等，共 {len(every)} 行" if len(spans) > most else "")


def cell_complaints(desk: Desk, one: Matched, marked: pl.DataFrame) -> Iterator[Complaint]:
    """一列里认不出的格逐个拒收；入账但要提示的逐个提示，太多则合成一条。marked 有 row、raw、problem、note。"""
    expected, title = _expected(one), one.heading.shown
    for row, raw, problem in _where(marked, "problem"):
        found = f"“{title}”是“{raw}”，{problem}"
        yield desk.reject("cell", found, expected, "改正这一格后重报这一行", row, one.index)
    noted = list(_where(marked, "note"))
    if len(noted) > MANY:
        where = lines(row for row, _, _ in noted)
        found = f"“{title}”有 {len(noted)} 格入账时作了处理，如“{noted[0][1]}”{noted[0][2]}：第 {where} 行"
        yield desk.warn("note", found, expected, "核对；不对的改正后重报", noted[0][0], one.index)
        return
    for row, raw, note in noted:
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
