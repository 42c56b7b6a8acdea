"""先补哪个数：一家的先后表，与一个县区（或全市）按“要哪个数、向哪个部门、定得了几家”归成的一张单子；不改台账。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import polars as pl

from miaopu.desk.dossier import Reading
from miaopu.plan.chance import Pool
from miaopu.plan.collect import Ways
from miaopu.plan.next_datum import Datum, Leaf, leaves, ranked
from miaopu.plan.replay import columns
from miaopu.standards.engine.row import RowForm
from miaopu.standards.run import VERDICTS, WIDE, Run, Selected
from miaopu.standards.tree.node import Input, inputs
from miaopu.standards.tree.state import Verdict
from miaopu.terms.complaint import Complaint, Refusal, Severity


@dataclass(frozen=True)
class Wanted:
    """县区单子的一行：向 source 要 name（要补的是 collect），firms 家等着它。

    expected 是补了以后有结论的期望家数，blind 是机会不知道的家数；minutes 是一次要齐的花费；
    waiting 是各家（企业号、名称、单补它就有结论的机会），机会大的在前。
    """

    name: str
    collect: tuple[str, ...]
    source: str
    firms: int
    expected: Fraction
    blind: int
    minutes: int
    waiting: tuple[tuple[str, str, Fraction | None], ...]

    @property
    def worth(self) -> Fraction:
        """每小时人工期望定得了几家。"""
        return self.expected * 60 / self.minutes


@dataclass(frozen=True)
class Asking:
    """一张单子：pending 是待核的家数，looked 其中看了几家（缺得最少的）；rows 值得先要的在前。"""

    pending: int
    looked: int
    rows: tuple[Wanted, ...]


@dataclass(frozen=True, eq=False)
class Asker:
    """一轮里对一份标准问数：行式、可比的一池、口径，用到才读，读一回。"""

    reading: Reading
    selected: Selected

    @cached_property
    def form(self) -> RowForm:
        """行式。"""
        program = self.selected.program
        return self.reading.judge.form(program.standard, program.assessed_on, program.kind)

    @cached_property
    def leaves(self) -> tuple[Leaf, ...]:
        """叶子条款与用到的输入。"""
        return leaves(self.form.program)

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """判这份标准用到的输入。"""
        return tuple(dict.fromkeys(one for leaf in self.leaves for one in leaf.inputs))

    @cached_property
    def _judged(self) -> tuple[str, ...]:
        """判定读到的其余列：须人工的判断、上级条款适用的条件；少了会把已有结论的看成待核。"""
        found = {one for bound in self.form.program.clauses for one in inputs(bound.truth)}
        return tuple(name for one in found for name in columns(one))

    @cached_property
    def ways(self) -> Ways:
        """怎样补。"""
        space = self.reading.space
        return Ways.load(space.catalog, space.library.vocabulary)

    @cached_property
    def frame(self) -> pl.DataFrame:
        """全市企业，只有用得着的列。"""
        scan = pl.scan_parquet(self.reading.run.folder / WIDE)
        names = {"enterprise", "name", "region", *(name for one in self.inputs for name in columns(one))}
        names |= set(self._judged)
        names |= {name for level in self.ways.costs.levels for name in level.columns}
        names |= set(self.ways.costs.relative.values()) | {root for one in self.ways.stems.values() for root in one}
        return scan.select(name for name in scan.collect_schema().names() if name in names).collect()

    @cached_property
    def pool(self) -> Pool:
        """可比的一池：全市这一轮。"""
        return Pool(self.frame, self.ways.costs)

    def firm(self, values: Mapping[str, Any]) -> tuple[Datum, ...]:
        """一家要补的数，先补的在前；已有结论的为空。values 是宽表行。"""
        return ranked(self.form, values, self.pool, self.ways, self.leaves)

    def county(self, region: str | None = None) -> Asking:
        """一个县区（区划代码；None 为全市）的单子。"""
        pending = self._pending(region)
        looked = pending.head(self.ways.costs.county_at_most)
        found: dict[tuple[str, tuple[str, ...], str], list[tuple[str, str, Fraction | None]]] = {}
        for row in looked.iter_rows(named=True):
            for one in self.firm(row):
                entry = (row["enterprise"], row["name"], one.chance)
                found.setdefault((one.name, one.collect, one.source), []).append(entry)
        rows = sorted((self._wanted(*key, firms) for key, firms in found.items()), key=_first)
        return Asking(pending.height, looked.height, tuple(rows))

    def _pending(self, region: str | None) -> pl.DataFrame:
        """待核的企业，缺得少的在前。"""
        code = self.form.program.standard.code
        verdicts = pl.scan_parquet(self.reading.run.folder / VERDICTS)
        waiting = verdicts.filter(pl.col(f"{code}.verdict") == int(Verdict.insufficient_data)).select("enterprise")
        found = self.frame.join(waiting.collect(), on="enterprise", how="semi", maintain_order="left")
        found = found if region is None else found.filter(pl.col("region") == region)
        absent = [pl.col(columns(one)[0]).is_null() for one in self.inputs if columns(one)[0] in found.columns]
        return found.sort(pl.sum_horizontal(absent), "enterprise")

    def _wanted(self, name: str, collect: tuple[str, ...], source: str, firms: Iterable[Any]) -> Wanted:
        told = sorted(firms, key=lambda one: (one[2] is None, -(one[2] or 0), one[0]))
        known = [one[2] for one in told if one[2] is not None]
        minutes = self.ways.together(collect, len(told))
        return Wanted(
            name, collect, source, len(told), sum(known, Fraction(0)), len(told) - len(known), minutes, tuple(told)
        )


def _first(one: Wanted) -> tuple[Any, ...]:
    return -one.worth, -one.firms, one.name, one.collect


def selected_of(run: Run, name: str) -> Selected:
    """标准代码、名字@版本或层级 → 这一轮里的那份；没有抛 Refusal。"""
    for item in run.selected:
        standard = item.program.standard
        if name in (standard.code, f"{standard.name}@{standard.version}", item.tier):
            return item
    codes = "、".join(item.program.standard.code for item in run.selected)
    raise Refusal(
        Complaint("standard-unknown", Severity.REFUSE, name, f"这一轮没有评“{name}”", f"{codes} 之一", "核对标准代码")
    )


def next_tier(reading: Reading, values: Mapping[str, Any]) -> str:
    """这家的下一级的层级代码：主梯上已持有的最高一级再往上；已在最高一级的为最高一级。"""
    ladder = [rung for rung in reading.settings.ladder if any(tier in reading.tiers for tier in rung.tiers)]
    above = [at for at, rung in enumerate(ladder) if any(values.get(name) == 1 for name in rung.held)]
    rung = ladder[min(max(above, default=-1) + 1, len(ladder) - 1)]
    return next(tier for tier in rung.tiers if tier in reading.tiers)
