"""取数：把有效批次里的事实扫一遍，编成“候选值”（键、先后、来源、口径、出处），供裁定。"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import polars as pl

from miaopu.ledger.journal import Active
from miaopu.ledger.record import FACT_SCHEMA
from miaopu.ledger.snapshot import columns
from miaopu.ledger.snapshot.columns import Column
from miaopu.ledger.snapshot.lists import CompleteList, current_lists, superseded
from miaopu.ledger.snapshot.precedence import BASES, SourceRule

PLACE = ("batch", "source", "sheet", "row", "column", "received", "period")
ORDER_BITS = 1 << 24
WIDTH = 1 << 16
FEW = 16
"""不多于这么多个主体号时，读出的事实留在进程里：网上看一家，接着就问它的一个个数。"""
KEPT = 64


@dataclass(frozen=True)
class Scope:
    """快照的范围：有效批次、来源规则、主体号到行号、人的取舍、事实（全市的是惰性的，只取几家的已在内存）；与评估日无关。"""

    now: Active
    rules: dict[str, SourceRule]
    owners: pl.DataFrame
    choices: pl.DataFrame
    facts: pl.LazyFrame

    @cached_property
    def lists(self) -> dict[tuple[str, str], CompleteList]:
        """（来源, 指标）→ 最近一份完整名单。"""
        return current_lists(self.now, self.rules)


def facts_of(now: Active, enterprises: Collection[str] | None = None) -> pl.LazyFrame:
    """有效批次与决定放行的事实（FACT_SCHEMA）；给了主体号（并入的主体另算一号）就只读它们，读一遍放在内存。"""
    files = now.sealed("facts.parquet")
    if enterprises is None or not files:
        return pl.scan_parquet([path for path, _ in files]) if files else pl.LazyFrame(schema=FACT_SCHEMA)
    read = _few if len(enterprises) <= FEW else _read
    return read(files, frozenset(enterprises)).lazy()


def _read(files: tuple[tuple[Path, str], ...], enterprises: frozenset[str]) -> pl.DataFrame:
    """每批按主体号排好：行组的最小最大值使无关的行组不必解开。"""
    scanned = pl.scan_parquet([path for path, _ in files], schema=FACT_SCHEMA, glob=False)
    return scanned.filter(pl.col("enterprise").is_in(sorted(enterprises))).collect()


_few = lru_cache(maxsize=KEPT)(_read)


def told(scope: Scope, plan: list[Column], *, taken: bool = True) -> pl.LazyFrame:
    """年度与时点指标的事实，连同先后；taken 为假时给的是不得作依据的来源所说、不取的。"""
    return _facts(scope, columns.table(plan, "year", "day"), taken)


def scalars(facts: pl.LazyFrame, plan: list[Column], assessed_on: date) -> pl.DataFrame:
    """评估日的候选值（facts 见 told）：ent、col、key、src、basis、rank、when、value、text 与出处。"""
    years, days = columns.table(plan, "year"), columns.table(plan, "day")
    yearly = facts.with_columns(slot=_slot(assessed_on)).join(_lazy(years), on=["indicator", "slot"], how="inner")
    daily = facts.join(_lazy(days.drop("slot")), on="indicator", how="inner").filter(_by(assessed_on))
    when = {"year": pl.col("order"), "day": _effective() * ORDER_BITS + pl.col("order")}
    frame = pl.concat(
        [_finish(yearly, when["year"], pl.col("basis_no")), _finish(daily, when["day"], pl.lit(0, pl.UInt8))]
    ).collect()
    return keyed(frame)


def keyed(frame: pl.DataFrame) -> pl.DataFrame:
    """加上 key（主体×列）与 series（主体×指标）。"""
    firm = pl.col("ent").cast(pl.UInt64) * WIDTH
    return frame.with_columns(key=firm + pl.col("col"), series=firm + pl.col("series_no"))


def validities(scope: Scope, plan: list[Column]) -> pl.DataFrame:
    """有效期指标的事实：另有 from、until（文本日期，没有为空）。"""
    wanted = columns.table(plan, "validity")
    facts = _facts(scope, wanted).join(_lazy(wanted.drop("slot")), on="indicator", how="inner")
    ends = pl.col("period").str.split_exact("/", 1)
    return (
        _finish(facts, pl.col("order"), pl.lit(0, pl.UInt8))
        .with_columns(start=_text(ends.struct.field("field_0")), until=_text(ends.struct.field("field_1")))
        .collect()
    )


def items(scope: Scope, fields: list[Column], bases: list[str]) -> pl.DataFrame:
    """条目的候选值：多出 item；条目本身（没有字段的事实）col 为 null。"""
    wanted = columns.table(fields)
    bare = pl.DataFrame({"indicator": bases}, schema={"indicator": pl.String})
    known = pl.concat([wanted, bare], how="diagonal").drop("slot")
    facts = _facts(scope, known).join(_lazy(known), on="indicator", how="inner")
    keyed_items = facts.filter(pl.col("item") != "")
    return _finish(keyed_items, pl.col("order"), pl.lit(0, pl.UInt8), "item", "indicator").collect()


def _facts(scope: Scope, wanted: pl.DataFrame, taken: bool = True) -> pl.LazyFrame:
    facts = scope.facts.filter(pl.col("indicator").is_in(wanted["indicator"].unique().implode()))
    return (
        facts.join(_superseded(scope), on=["batch", "indicator"], how="anti")
        .join(_batches(scope), on="batch", how="inner")
        .join(scope.owners.lazy(), on="enterprise", how="inner")
        .join(_ranks(scope, wanted, taken), on=["indicator", "source"], how="inner")
        .with_columns(
            basis_no=pl.col("basis").replace_strict(
                dict(zip(BASES, range(3), strict=True)), default=2, return_dtype=pl.UInt8
            )
        )
    )


def _superseded(scope: Scope) -> pl.LazyFrame:
    gone = superseded(scope.now, scope.lists)
    return pl.LazyFrame(gone, schema={"batch": pl.String, "indicator": pl.String}, orient="row")


def _batches(scope: Scope) -> pl.LazyFrame:
    order = scope.now.order()
    return pl.LazyFrame(
        {"batch": list(order), "order": list(order.values())}, schema={"batch": pl.String, "order": pl.Int64}
    )


def _ranks(scope: Scope, wanted: pl.DataFrame, taken: bool) -> pl.LazyFrame:
    """（指标, 来源）的先后；taken 为真时只列取值的，为假时只列不得作依据而不取的。"""
    sources = sorted({entry.body["source"] for entry in scope.now.batches})
    rules = [scope.rules.get(source, SourceRule(source)) for source in sources]
    names = wanted["indicator"].unique().to_list()
    pairs = [(name, rule) for name in names for rule in rules if rule.may_give(name) == taken]
    return pl.LazyFrame(
        {
            "indicator": [name for name, _ in pairs],
            "source": [rule.code for _, rule in pairs],
            "rank": [rule.rank_of(name) for name, rule in pairs],
        },
        schema={"indicator": pl.String, "source": pl.String, "rank": pl.Int32},
    )


def _lazy(wanted: pl.DataFrame) -> pl.LazyFrame:
    return wanted.lazy().drop("mode", strict=False)


def _slot(assessed_on: date) -> pl.Expr:
    year = pl.col("period").str.head(4).cast(pl.Int32, strict=False)
    return (assessed_on.year - year).cast(pl.Int8, strict=False)


def _effective() -> pl.Expr:
    """时点的日期（整数）；只写年、月的当年末、月末；不分期的以收到日期为准。"""
    told = pl.col("period").str.replace_all("-", "").str.pad_end(8, "9")
    got = pl.col("received").dt.strftime("%Y%m%d")
    return pl.when(pl.col("period") == "").then(got).otherwise(told).cast(pl.Int64, strict=False)


def _by(assessed_on: date) -> pl.Expr:
    return (pl.col("period") == "") | (_effective() <= int(f"{assessed_on:%Y%m%d}"))


def _text(part: pl.Expr) -> pl.Expr:
    return pl.when(part.str.len_chars() > 0).then(part)


def _finish(facts: pl.LazyFrame, when: pl.Expr, basis: pl.Expr, *more: str) -> pl.LazyFrame:
    value = pl.when(pl.col("numeric")).then("value")
    text = pl.when(~pl.col("numeric")).then("text")
    return facts.select(
        "ent",
        "col",
        "series_no",
        "rank",
        *more,
        *PLACE,
        basis.alias("basis_no"),
        "basis",
        "money",
        when.cast(pl.Int64).alias("when"),
        value.alias("value"),
        text.alias("text"),
    )
