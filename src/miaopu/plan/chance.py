"""机会：一个还不知道的数可能是多少——看可比企业里这个数的分布，按它对判定的作用归成几格；只数不判，判由行式。"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import polars as pl

from miaopu.plan.collect import Costs
from miaopu.standards.tree.node import Input

PROBES = 33
"""在排好序的分布上先看这么多个点，作用不同的两点之间再对半找分界。"""
PARTS = 4
"""与别的未知数一起才定得了的一格，再等分成几份。"""
ORDERED = frozenset({"count", "money", "percent", "decimal"})


@dataclass(frozen=True)
class Spread:
    """可比企业里一个输入的取值（已换算到这一家，排好序）：group 是哪一层可比，firms 是背后的家数。"""

    values: tuple[Any, ...]
    ordered: bool
    group: str
    firms: int


@dataclass(frozen=True)
class Cell:
    """分布里作用相同的一格：value 代表值，firms 家数。"""

    value: Any
    firms: int


NONE = Spread((), False, "没有够数的可比企业", 0)


@dataclass
class Pool:
    """可比企业的一池：frame 一家一行，要有各层的列与各输入的列；同一个分布只取一次。"""

    frame: pl.DataFrame
    costs: Costs
    _kept: dict[Any, dict[tuple[Any, ...], tuple[list[Any], list[Any]]]] = field(default_factory=dict, repr=False)

    def spread(self, one: Input, values: Mapping[str, Any]) -> Spread:
        """这家（values）的输入 one 可能的取值；各层都不够数的给 NONE。"""
        base = self.costs.relative.get(one.name)
        own = values.get(base) if base else None
        base = base if own and own > 0 else None
        for at, level in enumerate(self.costs.levels):
            key = tuple(values.get(name) for name in level.columns)
            if None in key or not set(level.columns) <= set(self.frame.columns):
                continue
            found, beside = self._group(one, base, at).get(key, ((), ()))
            if base:
                found = [value * own // over for value, over in zip(found, beside, strict=True)]
            found = _within(found, one, values)
            if len(found) >= self.costs.minimum:
                return Spread(tuple(found), one.kind in ORDERED, level.title, len(found))
        return NONE

    def _group(self, one: Input, base: str | None, at: int) -> dict[tuple[Any, ...], tuple[list[Any], list[Any]]]:
        key = (one.name, base, at)
        if key not in self._kept:
            self._kept[key] = self._gathered(one, base, self.costs.levels[at].columns)
        return self._kept[key]

    def _gathered(
        self, one: Input, base: str | None, columns: tuple[str, ...]
    ) -> dict[tuple[Any, ...], tuple[list[Any], list[Any]]]:
        """一层各组 →（取值，所比的数），按取值或按比排序。"""
        value = known(one, self.frame.columns)
        if value is None or (base and base not in self.frame.columns):
            return {}
        over = pl.col(base) if base else pl.lit(1)
        rows = self.frame.select(*(pl.col(name).alias(f"#{name}") for name in columns), value=value, over=over)
        rows = rows.drop_nulls().filter(pl.col("over") > 0)
        rows = rows.sort(pl.col("value") / pl.col("over") if base else "value", "value")
        if not columns:
            return {(): (rows["value"].to_list(), rows["over"].to_list())}
        grouped = rows.group_by([f"#{name}" for name in columns], maintain_order=True).agg("value", "over")
        return {tuple(row[: len(columns)]): (row[-2], row[-1]) for row in grouped.iter_rows()}


def known(one: Input, columns: Sequence[str]) -> pl.Expr | None:
    """一个输入确知的值（区间的两端相同才算确知）；没有这一列为 None。"""
    if not one.interval:
        return pl.col(one.name) if one.name in columns else None
    low, high = f"{one.name}_low", f"{one.name}_high"
    if low not in columns or high not in columns:
        return None
    return pl.when(pl.col(low) == pl.col(high)).then(pl.col(low))


def _within(found: Sequence[Any], one: Input, values: Mapping[str, Any]) -> Sequence[Any]:
    """计数已知在一个区间里的，只看区间里的可比值。"""
    if not one.interval or one.kind not in ORDERED:
        return found
    low, high = values.get(f"{one.name}_low"), values.get(f"{one.name}_high")
    return [value for value in found if (low is None or value >= low) and (high is None or value <= high)]


def cells(spread: Spread, sign: Callable[[Any], Any], split: bool) -> tuple[Cell, ...]:
    """分布 → 几格：sign 是取某值时判定的样子，样子相同的相邻值归一格；split 为真再等分。

    有次序的数在探点之间对半找分界，各格家数是准的（两个探点之间样子变了又变回来的除外）。
    """
    if not spread.values:
        return ()
    if not spread.ordered:
        return _counted(spread.values)
    runs = _runs(spread.values, sign)
    parts = [part for start, end in runs for part in (_parts(start, end) if split else [(start, end)])]
    return tuple(Cell(spread.values[(start + end) // 2], end - start) for start, end in parts)


def _counted(values: Sequence[Any]) -> tuple[Cell, ...]:
    counts: dict[Any, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return tuple(Cell(value, counts[value]) for value in sorted(counts, key=str))


def _parts(start: int, end: int) -> list[tuple[int, int]]:
    count = min(PARTS, end - start)
    edges = [start + (end - start) * step // count for step in range(count + 1)]
    return list(pairwise(edges))


def _runs(values: Sequence[Any], sign: Callable[[Any], Any]) -> list[tuple[int, int]]:
    """样子相同的各段 [起, 止)。"""
    seen: dict[Any, Any] = {}

    def at(index: int) -> Any:
        value = values[index]
        if value not in seen:
            seen[value] = sign(value)
        return seen[value]

    last = len(values) - 1
    probes = sorted({last * step // (PROBES - 1) for step in range(PROBES)})
    edges = [0]
    for left, right in pairwise(probes):
        while at(left) != at(right):
            left = _change(left, right, at)
            edges.append(left)
    return list(pairwise([*edges, len(values)]))


def _change(left: int, right: int, at: Callable[[int], Any]) -> int:
    """left 之后样子头一次不同的地方（对半找）。"""
    low, high = left, right
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if at(middle) == at(left) else (low, middle)
    return high
