"""影响：新旧两版在全市企业上各判一遍，哪些企业的结论变了、是哪几条变的、各县区多少；只读宽表，不写台账。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from pathlib import Path

import polars as pl

from miaopu.standards.engine.bind import Program, bind
from miaopu.standards.engine.column import Columns, evaluate
from miaopu.standards.load import Library
from miaopu.standards.tree.clause import Standard
from miaopu.standards.tree.difference import difference
from miaopu.standards.tree.state import Verdict

UNPLACED = "县区不详"
FAILED, MET, UNKNOWN, MANUAL = 0, 1, 2, 3
"""由掩码得出的条款状态。"""


@dataclass(frozen=True)
class Effect:
    """影响。

    firms 判了几家；counts：before after firms（结论代码，含没变的）；
    counties：county better worse firms（变好、变差、变了几家）；
    moved：clause title gained lost other（结论没变的也算：新满足、不再满足、只是待核与须人工变了几家）；
    changed：enterprise name uscc region county before after clauses（变了的企业与使它变的条款）。
    """

    firms: int
    counts: pl.DataFrame
    counties: pl.DataFrame
    moved: pl.DataFrame
    changed: pl.DataFrame


def effect(
    wide: Path,
    library: Library,
    base: Standard,
    proposed: Standard,
    on: date,
    kind: str,
    counties: Mapping[str, str],
    held: Sequence[str] = (),
) -> Effect:
    """wide：一轮的宽表；library：连同新版的标准库；counties：区划代码 → 县区名。

    held 是称号的列名：只判现在持有其一的企业（复核只对它们），空为全部。
    """
    programs = [bind(one, on, kind, library.notices_for(one.code, on, kind)) for one in (base, proposed)]
    names = [Columns(one.code) for one in (base, proposed)]
    firms = pl.scan_parquet(wide)
    if held:
        firms = firms.filter(pl.any_horizontal(pl.col(*held) == 1))
    judged = evaluate(firms, programs, keep=("enterprise", "name", "uscc", "region")).collect()
    both = judged.with_columns(before=pl.col(names[0].verdict), after=pl.col(names[1].verdict))
    counts = both.group_by("before", "after").agg(firms=pl.len()).sort("before", "after")
    moves = _moves(programs, library, set(judged.columns))
    told = [pl.when(one.moved).then(pl.lit(f"{one.id} {one.title}")) for one in moves]
    changed = both.filter(pl.col("before") != pl.col("after")).with_columns(
        clauses=pl.concat_list(told).list.drop_nulls().list.join("；") if told else pl.lit(""),
        county=pl.col("region").replace_strict(dict(counties), default=UNPLACED, return_dtype=pl.String),
    )
    kept = changed.select("enterprise", "name", "uscc", "region", "county", "before", "after", "clauses")
    kept = kept.sort("before", "after", "enterprise", descending=[True, False, False])
    by_county = _by_county(kept, tuple(dict.fromkeys(counties.values())))
    return Effect(both.height, counts, by_county, _moved(both, moves), kept)


def word(code: int) -> str:
    """结论代码 → 屏幕用字。"""
    return Verdict(code).word


@dataclass(frozen=True)
class _Move:
    """一条在两版里的状态；新增的原来视为满足，删去的后来视为满足。"""

    id: str
    title: str
    old: pl.Expr
    new: pl.Expr

    @property
    def moved(self) -> pl.Expr:
        return self.old != self.new


def _moves(programs: list[Program], library: Library, present: set[str]) -> list[_Move]:
    """两版里最下一层的条款。"""
    before, after = programs
    places = [{one.id: bit for bit, one in enumerate(program.clauses)} for program in programs]
    found: list[_Move] = []
    for change in difference(before.standard, after.standard, library.vocabulary).changes:
        line = change.line
        if line.kind != "clause" or _grouped(after if change.after else before, line.id):
            continue
        old = _state(before, places[0], change.before.id, present) if change.before else pl.lit(MET)
        new = _state(after, places[1], change.after.id, present) if change.after else pl.lit(MET)
        found.append(_Move(line.id, line.title, old, new))
    return found


def _moved(both: pl.DataFrame, moves: list[_Move]) -> pl.DataFrame:
    """每条几家变了；没有变的条不列。"""
    schema = {"clause": pl.String, "title": pl.String, "gained": pl.Int64, "lost": pl.Int64, "other": pl.Int64}
    sums = []
    for at, one in enumerate(moves):
        gained, lost = one.moved & (one.new == MET), one.moved & (one.old == MET)
        sums += [
            gained.sum().alias(f"{at}g"),
            lost.sum().alias(f"{at}l"),
            (one.moved & ~gained & ~lost).sum().alias(f"{at}o"),
        ]
    found = both.select(sums).row(0, named=True) if sums else {}
    rows = [(one.id, one.title, found[f"{at}g"], found[f"{at}l"], found[f"{at}o"]) for at, one in enumerate(moves)]
    return pl.DataFrame([row for row in rows if any(row[2:])], schema=schema, orient="row")


def _grouped(program: Program, name: str) -> bool:
    return any(one.id == name and one.children for one in program.standard.walk())


def _state(program: Program, places: Mapping[str, int], name: str, present: set[str]) -> pl.Expr:
    """一条在结果表里的状态。"""
    names, bit = Columns(program.standard.code), places[name]
    masks = ((MET, names.met), (UNKNOWN, names.unknown), (MANUAL, names.manual))
    parts = [((pl.col(column) // (1 << bit)) % 2) * code for code, column in masks if column in present]
    return reduce(lambda left, right: left + right, parts)


def _by_county(changed: pl.DataFrame, order: tuple[str, ...]) -> pl.DataFrame:
    found = changed.group_by("county").agg(
        better=(pl.col("after") > pl.col("before")).sum(),
        worse=(pl.col("after") < pl.col("before")).sum(),
        firms=pl.len(),
    )
    frame = pl.DataFrame({"county": [*order, UNPLACED]}).join(found, on="county", how="left", maintain_order="left")
    return frame.with_columns(pl.col("better", "worse", "firms").fill_null(0)).filter(
        (pl.col("county") != UNPLACED) | (pl.col("firms") > 0)
    )
