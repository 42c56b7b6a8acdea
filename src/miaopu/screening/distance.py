"""距离：名单内的企业，每条不满足的叶子条款差多少（带符号、用条款自己的单位、精确数）；只量不判。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil
from typing import Any

import polars as pl

from miaopu.screening.standing import Tier
from miaopu.standards.engine.bind import BoundClause
from miaopu.standards.engine.measure import Distance, distance
from miaopu.standards.explain import plain
from miaopu.standards.tree.clause import SOURCES, Clause
from miaopu.standards.tree.vocabulary import Vocabulary

DISTANCE_SCHEMA = {
    "enterprise": pl.String,
    "tier": pl.String,
    "clause": pl.String,
    "title": pl.String,
    "requirement": pl.String,
    "actual": pl.String,
    "distance": pl.String,
    "unit": pl.String,
    "gap": pl.String,
    "shortfall": pl.Int64,
    "cite": pl.String,
    "mark": pl.String,
}
"""distance 是带符号的精确小数文字（负为差），gap 是给人看的话，shortfall 是相对缺口的整百分数（向上取整）。"""


def distances(frame: pl.DataFrame, tier: Tier, vocabulary: Vocabulary, cap: int) -> pl.DataFrame:
    """frame：若干家的快照列加判定结果列。只列不满足的叶子条款（上级也都不满足的），按条款次序。

    量不出的（是否类、类别类）distance 为空，shortfall 取 cap。
    """
    chains = _chains(tier)
    parts = [
        row
        for place, (bound, mask) in enumerate(chains)
        for row in _clause(frame.filter(tier.masks.failed & mask == mask), bound, tier, vocabulary, cap, place)
    ]
    table = pl.DataFrame(parts, schema={**DISTANCE_SCHEMA, "place": pl.Int64}, orient="row")
    return table.sort("enterprise", "place").drop("place")


def _chains(tier: Tier) -> list[tuple[BoundClause, int]]:
    """叶子条款与“从它到最上级”的位合成的整数。"""
    places = {bound.id: bit for bit, bound in enumerate(tier.program.clauses)}
    top = (*tier.program.standard.clauses, *(one for notice in tier.program.notices for one in notice.clauses))
    out = []

    def down(clause: Any, above: int) -> None:
        here = above | 1 << places[clause.id]
        if clause.body is not None:
            out.append((tier.program.clauses[places[clause.id]], here))
        for child in clause.children:
            down(child, here)

    for clause in top:
        down(clause, 0)
    return out


def _clause(
    firms: pl.DataFrame, bound: BoundClause, tier: Tier, vocabulary: Vocabulary, cap: int, place: int
) -> Iterator[tuple[Any, ...]]:
    clause = bound.clause
    for values in firms.iter_rows(named=True):
        found = distance(clause.body, values, _scores(values, tier), vocabulary)
        known = found is not None and found.distance is not None
        yield (
            values["enterprise"],
            tier.code,
            clause.id,
            clause.title or clause.text,
            clause.text,
            _actual(found) if found is not None else "",
            plain(found.distance) if known else None,
            found.unit if found is not None else "",
            gap_words(found) if known else "不满足",
            _shortfall(found, cap) if known else cap,
            clause.cite,
            SOURCES[clause.source],
            place,
        )


def _scores(values: Mapping[str, Any], tier: Tier) -> dict[str, tuple[Fraction, Fraction]]:
    columns = tier.masks.columns
    ends = {name: [values[columns.score(name, end)] for end in ("low", "high")] for name in tier.program.points}
    return {name: (Fraction(low), Fraction(high)) for name, (low, high) in ends.items() if None not in (low, high)}


def _actual(found: Distance) -> str:
    if found.actual is None:
        return "未知"
    low, high = (plain(end) for end in found.actual)
    return f"{low}{found.unit}" if low == high else f"{low}至{high}{found.unit}"


def gap_words(found: Distance) -> str:
    """差多少的话：低于下限的“还差”，高于上限的“超出”；百分数写百分点。"""
    unit = "个百分点" if found.unit == "%" else found.unit
    size = plain(abs(found.distance))
    if found.distance == 0:
        return "正好在线上，要求超过"
    return f"还差{size}{unit}" if found.op in (">=", ">") else f"超出{size}{unit}"


def _shortfall(found: Distance, cap: int) -> int:
    """差距占界线的百分数，向上取整，封顶 cap；界线为零的按 cap。"""
    if found.limit == 0:
        return cap
    return min(cap, ceil(abs(found.distance / found.limit) * 100))


def shortfalls(table: pl.DataFrame, tier: Tier) -> pl.DataFrame:
    """每家的最大相对缺口：任选其一的取最近的一条，都要满足的取最远的一条。"""
    firms = table.group_by("enterprise", maintain_order=True).agg("clause", "shortfall")
    rows = [
        (firm, max(_farthest(one.bound.clause, dict(zip(clauses, sizes, strict=True))) for one in tier.requirements))
        for firm, clauses, sizes in firms.iter_rows()
    ]
    return pl.DataFrame(rows, schema={"enterprise": pl.String, "shortfall": pl.Int64}, orient="row")


def _farthest(clause: Clause, sizes: Mapping[str, int]) -> int:
    """一项要求的相对缺口；没有不满足的为 0。"""
    if not clause.children:
        return sizes.get(clause.id, 0)
    below = sorted(size for child in clause.children if (size := _farthest(child, sizes)))
    if not below:
        return 0
    if clause.combine == "all":
        return below[-1]
    spare = len(clause.children) - len(below)
    need = 1 if clause.combine == "any" else max(int(clause.combine) - spare, 1)
    return below[min(need, len(below)) - 1]


def said(table: pl.DataFrame) -> pl.DataFrame:
    """每家一句：各条不满足的差距，按条款次序连起来。"""
    text = pl.col("clause") + " " + pl.col("title") + "：" + pl.col("gap")
    return table.group_by("enterprise", maintain_order=True).agg(distance=text.str.join("；"))
