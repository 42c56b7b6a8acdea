"""距离：名单内的企业逐家用行式判一次，量出每条不满足的差多少（带符号、用条款自己的单位）。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

import polars as pl

from miaopu.screening.standing import Tier
from miaopu.standards.explain import explain, plain
from miaopu.standards.judge import Judge, Judgement
from miaopu.standards.tree.state import State

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


def distances(frame: pl.DataFrame, tier: Tier, judge: Judge, cap: int) -> pl.DataFrame:
    """frame：名单内企业的快照列。只列不满足的叶子条款；量不出的 distance 为空、shortfall 取 cap。"""
    rows = [row for values in frame.iter_rows(named=True) for row in _firm(values, tier, judge, cap)]
    return pl.DataFrame(rows, schema=DISTANCE_SCHEMA, orient="row")


def _firm(values: Mapping[str, Any], tier: Tier, judge: Judge, cap: int) -> Iterator[tuple[Any, ...]]:
    program = tier.program
    found = judge.judge(program.standard, values, program.assessed_on, program.kind)
    failing = failing_leaves(found)
    for reason in (one for top in explain(found) for _, one in top.walk()):
        if reason.id not in failing:
            continue
        measured = found.distances.get(reason.id)
        known = measured is not None and measured.distance is not None
        yield (
            values["enterprise"],
            tier.code,
            reason.id,
            reason.title,
            reason.requirement,
            reason.actual,
            plain(measured.distance) if known else None,
            measured.unit if measured is not None else "",
            reason.gap or "不满足",
            _shortfall(measured, cap) if known else cap,
            reason.cite,
            reason.mark,
        )


def failing_leaves(found: Judgement) -> frozenset[str]:
    """使企业不满足的叶子条款：只看不满足的要求之下的（已满足的“任一”里没选上的不算）。"""

    def leaves(clause: Any) -> list[str]:
        if found.states[clause.id] is not State.fail_:
            return []
        if clause.body is not None:
            return [clause.id]
        return [name for child in clause.children for name in leaves(child)]

    extra = [clause for notice in found.program.notices for clause in notice.clauses]
    return frozenset(name for clause in (*found.standard.clauses, *extra) for name in leaves(clause))


def _shortfall(measured: Any, cap: int) -> int:
    if measured.limit == 0:
        return cap
    return min(cap, ceil(abs(measured.distance / measured.limit) * 100))


def shortfalls(table: pl.DataFrame, tier: Tier) -> pl.DataFrame:
    """每家的最大相对缺口：一项要求下有几条可选的取最近的，再取各要求里最大的；没有不满足的为 0。"""
    owner = {clause.id: one.id for one in tier.requirements for clause in one.bound.clause.walk()}
    combine = {one.id: one.bound.clause.combine for one in tier.requirements}
    marked = table.with_columns(
        requirement_id=pl.col("clause").replace_strict(owner, default=None, return_dtype=pl.String)
    ).with_columns(any=pl.col("requirement_id").replace_strict(combine, default="", return_dtype=pl.String) == "any")
    each = marked.group_by("enterprise", "requirement_id").agg(
        shortfall=pl.when(pl.col("any").first()).then(pl.col("shortfall").min()).otherwise(pl.col("shortfall").max())
    )
    return each.group_by("enterprise").agg(pl.col("shortfall").max())


def said(table: pl.DataFrame) -> pl.DataFrame:
    """每家一句：各条不满足的差距，按条款次序连起来。"""
    text = pl.col("clause") + " " + pl.col("title") + "：" + pl.col("gap")
    return table.group_by("enterprise", maintain_order=True).agg(distance=text.str.join("；"))
