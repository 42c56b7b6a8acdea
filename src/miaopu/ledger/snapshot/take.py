"""取快照：名册为行、指标为列；事实经裁定成值，值记得出处，冲突、核定、名单的“无”一并写明。"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import polars as pl

from miaopu.ledger.decision import decisions
from miaopu.ledger.derive import Derived, derive, derived_items
from miaopu.ledger.journal import Active, Ledger, active
from miaopu.ledger.snapshot import columns, gather, items, judgement, notes, validity
from miaopu.ledger.snapshot.columns import Column
from miaopu.ledger.snapshot.conflict import Settled, settle, withheld
from miaopu.ledger.snapshot.gather import Scope
from miaopu.ledger.snapshot.precedence import SourceRule, source_rules
from miaopu.ledger.snapshot.roster import current_names, every_name, owners, uscc_of
from miaopu.ledger.snapshot.wide import spread, widen
from miaopu.terms.indicator import Indicator


@dataclass(frozen=True)
class Snapshot:
    """一次快照。

    frame 一家一行；origin 每个值来自哪条事实（ORIGIN 各列，cell 是源文件列号，从 1 起）；
    conflicts 有分歧的值（enterprise、column、item、kind、chosen、rule、values）；
    items 条目指标 → 一件一行的宽表；judgements 有效与过期的人工核定；messages 要告诉人的话；fingerprint 见取法。
    """

    frame: pl.DataFrame
    origin: pl.DataFrame
    conflicts: pl.DataFrame
    items: Mapping[str, pl.DataFrame]
    judgements: pl.DataFrame
    messages: tuple[str, ...]
    fingerprint: str
    known_on: date
    assessed_on: date

    def origin_of(self, enterprise: str, column: str) -> pl.DataFrame:
        """一个值的出处（条目列可有多行）；由名单的“无”、派生得来的没有行。"""
        return self.origin.filter(pl.col("enterprise") == enterprise, pl.col("column") == column)


@dataclass(frozen=True, eq=False)
class Knowledge:
    """known_on 那天所知、与评估日无关的：名册、事实、条目；几个评估日的快照共用一份，取法见 knowledge。

    told 是取值的事实，aside 是不得作依据而不取的（没有这样的来源为 None）；whole 为真是全市的。
    """

    known_on: date
    scope: Scope
    names: pl.DataFrame
    plan: list[Column]
    told: pl.LazyFrame
    aside: pl.LazyFrame | None
    validities: pl.DataFrame
    pieces: items.Items
    tables: Mapping[str, pl.DataFrame]
    derived: list[Derived]
    made: pl.DataFrame
    whole: bool


def knowledge(
    ledger: Ledger,
    *,
    known_on: date,
    indicators: Mapping[str, Indicator],
    sources: Mapping[str, Any] | Iterable[SourceRule],
    enterprises: Collection[str] | None = None,
) -> Knowledge:
    """known_on 所知；indicators 是目录全部指标，sources 是来源规则。

    enterprises：只要这几家的行，每一行与全市快照里的相同，只读它们的事实；名册里没有的、已并入别家的没有行。
    """
    now, rules = active(ledger, known_on), source_rules(sources, indicators)
    said = None if enterprises is None else every_name(now, enterprises)
    names, made = current_names(now, said), decisions(now)
    places = owners(now, names["enterprise"])
    scope = Scope(now, rules, places, _choices(made), gather.facts_of(now, said))
    plan = columns.plan(indicators.values())
    grounded = all(rule.may_ground for rule in rules.values())
    told, aside = gather.told(scope, plan), None if grounded else gather.told(scope, plan, taken=False)
    if said is not None:  # 只几家的：连好先后就留在内存，各评估日不必再连；全市的太大，用时才读
        told, aside = told.collect().lazy(), None if aside is None else aside.collect().lazy()
    pieces = items.collect(scope, indicators.values())
    tables = pieces.tables(names["enterprise"])
    held = gather.validities(scope, plan)
    derived = derived_items(indicators)
    return Knowledge(known_on, scope, names, plan, told, aside, held, pieces, tables, derived, made, said is None)


def snapshot(
    ledger: Ledger,
    *,
    known_on: date,
    assessed_on: date,
    indicators: Mapping[str, Indicator],
    sources: Mapping[str, Any] | Iterable[SourceRule],
    enterprises: Collection[str] | None = None,
) -> Snapshot:
    """取 known_on 所知、assessed_on 所判的快照；其余见 knowledge。"""
    given = {"indicators": indicators, "sources": sources, "enterprises": enterprises}
    return judged(knowledge(ledger, known_on=known_on, **given), assessed_on)


@dataclass(frozen=True, eq=False)
class Framed:
    """某评估日的一家一行与分歧（形状见 Snapshot），还没有写出处；values 是一般指标的裁定。"""

    frame: pl.DataFrame
    conflicts: pl.DataFrame
    judgements: pl.DataFrame
    values: Settled


def framed(known: Knowledge, assessed_on: date) -> Framed:
    """同一份所知在 assessed_on 的行：有效期、条目的年限、年度列的年序照这一天；只要数、不要出处的用它。"""
    scope, plan, firms, pieces = known.scope, known.plan, known.names["enterprise"], known.pieces
    values, periods = scalars(known, assessed_on)
    counted = derive(known.derived, known.tables, firms.len(), items.closed(scope), assessed_on)
    rulings = judgement.judgements(known.made, assessed_on)
    frame = judgement.apply(_frame(known, values, periods).with_columns(counted), rulings)
    if not known.whole:  # 核定先照全市的写进宽表：有没有那一列、取数还是取文字，不因只看一家而变
        rulings = rulings.filter(pl.col("enterprise").is_in(firms.implode()))
    conflicts = notes.conflicts(firms, plan, _told(known, values, assessed_on), pieces, rulings)
    return Framed(frame, conflicts, rulings, values)


def judged(known: Knowledge, assessed_on: date) -> Snapshot:
    """同一份所知在 assessed_on 的快照。"""
    scope, made = known.scope, framed(known, assessed_on)
    return Snapshot(
        frame=made.frame,
        origin=notes.origins(known.names["enterprise"], known.plan, made.values.chosen, known.pieces),
        conflicts=made.conflicts,
        items=known.tables,
        judgements=made.judgements,
        messages=tuple(one.note for one in scope.lists.values() if one.note),
        fingerprint=fingerprint_of(scope.now, known.known_on, assessed_on),
        known_on=known.known_on,
        assessed_on=assessed_on,
    )


def fingerprint_of(now: Active, known_on: date, assessed_on: date) -> str:
    """快照的指纹：有效批次与决定（编号与摘要）加两个日期，与写入时刻无关；不取快照也能算，看台账比某次快照有没有变。"""
    parts = [known_on.isoformat(), assessed_on.isoformat(), *now.seals()]
    return sha256("\n".join(parts).encode()).hexdigest()


def scalars(known: Knowledge, assessed_on: date) -> tuple[Settled, pl.DataFrame]:
    """一般指标与有效期指标的裁定结果；另给有效期的截止日（ent、col、until）。"""
    scope, plan = known.scope, known.plan
    plain = gather.scalars(known.told, plan, assessed_on)
    held = gather.keyed(validity.standing(known.validities, assessed_on))
    told = pl.concat([plain, held.select(plain.columns)])
    every = pl.concat([told, validity.absences(scope, plan, told)])
    settled = settle(every, _keyed_choices(scope, plan, assessed_on))
    return settled, held.select("ent", "col", "source", "until")


def _told(known: Knowledge, values: Settled, assessed_on: date) -> pl.DataFrame:
    """一般指标的分歧，连同不得作依据的来源另有的说法。"""
    if known.aside is None:
        return values.conflicts
    aside = gather.scalars(known.aside, known.plan, assessed_on)
    return pl.concat([values.conflicts, withheld(aside, values.chosen)])


def _choices(made: pl.DataFrame) -> pl.DataFrame:
    return made.filter(pl.col("kind") == "choice")


def _keyed_choices(scope: Scope, plan: list[Column], assessed_on: date) -> pl.DataFrame:
    year = (assessed_on.year - pl.col("period").str.head(4).cast(pl.Int32, strict=False)).cast(pl.Int8)
    wanted = scope.choices.filter(pl.col("item").is_null()).with_columns(year=year)
    found = wanted.join(scope.owners, on="enterprise").join(columns.table(plan), on="indicator")
    fits = found.filter(pl.col("year").is_null() | (pl.col("mode") != "year") | (pl.col("slot") == pl.col("year")))
    return gather.keyed(fits).select("key", "source", "basis").unique("key", keep="last", maintain_order=True)


def _frame(known: Knowledge, values: Settled, held: pl.DataFrame) -> pl.DataFrame:
    names, plan, height = known.names, known.plan, known.names.height
    found = widen(values.chosen, plan, height)
    undecided = values.conflicts.filter(pl.col("chosen").is_null())["key"]
    for col, _, _ in validity.listed(known.scope, plan):
        found[plan[col].name] = _fill(found[plan[col].name], undecided, col)
    until = _untils(values.chosen, held, plan, height)
    return names.select("enterprise", "name", uscc_of("enterprise")).with_columns(*_interleaved(plan, found, until))


def _fill(values: pl.Series, undecided: pl.Series, col: int) -> pl.Series:
    """完整名单里没有的填 0；有分歧而未决（undecided 是它们的键）的仍为 null。"""
    filled = values.fill_null(0)
    if undecided.is_empty():
        return filled
    open_rows = (undecided.filter(undecided % gather.WIDTH == col) // gather.WIDTH).cast(pl.Int64)
    return filled.scatter(open_rows, None) if len(open_rows) else filled


def _untils(chosen: pl.DataFrame, held: pl.DataFrame, plan: list[Column], height: int) -> dict[str, pl.Series]:
    titles = {col: one.name for col, one in enumerate(plan) if one.mode == "validity"}
    taken = chosen.filter(pl.col("col").is_in(list(titles))).select("ent", "col", "source")
    agreed = held.join(taken, on=["ent", "col", "source"], how="semi")
    untold = held.join(taken, on=["ent", "col"], how="anti")
    last = pl.concat([agreed, untold]).drop_nulls("until").sort("until").unique(["ent", "col"], keep="last")
    parts = last.partition_by("col", as_dict=True)
    empty = last.clear()
    return {
        name: spread((part := parts.get((col,), empty))["until"], part["ent"], height).alias(f"{name}_until")
        for col, name in titles.items()
    }


def _interleaved(plan: list[Column], found: dict[str, pl.Series], until: dict[str, pl.Series]) -> list[pl.Series]:
    return [series for one in plan for series in (found[one.name], until.get(one.name)) if series is not None]
