"""名册：台账里有哪些主体、现用名、曾用名、县区、住所、类型；供对主体与快照用。"""

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from pathlib import Path

import polars as pl

from miaopu.ledger.decision import aliases, decisions
from miaopu.ledger.journal import Active, Ledger, active
from miaopu.ledger.post import ENTERPRISE_SCHEMA
from miaopu.ledger.record import FACT_SCHEMA

ATTRIBUTES = ("region", "address", "entity_type")
FORMER = "former_name.name"
CODE_LENGTH = 18
FEW = 16
"""不多于这么多个主体号时，读出的名称留在进程里。"""


def registry(ledger: Ledger, known_on: date) -> pl.DataFrame:
    """known_on 那天的名册，列同 resolve.REGISTRY_SCHEMA；uscc 没有为 null，former_names 是列表。"""
    now = active(ledger, known_on)
    names, facts = names_of(now), _attributes(now)
    current = _current(names).select("enterprise", "name")
    frame = current.join(_former(names, facts), on="enterprise", how="left", maintain_order="left")
    for attribute in ATTRIBUTES:
        latest = _latest(facts.filter(pl.col("indicator") == attribute), "enterprise").select("enterprise", "text")
        frame = frame.join(latest.rename({"text": attribute}), on="enterprise", how="left", maintain_order="left")
    return frame.with_columns(pl.col("former_names").fill_null([]), uscc_of("enterprise")).select(
        "enterprise", "uscc", "name", "former_names", *ATTRIBUTES
    )


def uscc_of(column: str) -> pl.Expr:
    """主体号里的统一社会信用代码；没有代码的主体为 null。"""
    return pl.when(pl.col(column).str.len_chars() == CODE_LENGTH).then(pl.col(column)).alias("uscc")


def names_of(now: Active, said: Collection[str] | None = None) -> pl.DataFrame:
    """登记来源报过的全部名称：主体号已并户，另有 order（批次先后）、own（不是并户而来）；said 只要这些主体号报的。"""
    files = now.sealed("enterprises.parquet")
    few = said is not None and len(said) <= FEW
    every = (_few_named if few else _named)(files, None if said is None else frozenset(said))
    return _ordered(now, _merged(now, every.with_columns(said="enterprise"))).with_columns(
        own=pl.col("said") == pl.col("enterprise")
    )


def _named(files: tuple[tuple[Path, str], ...], said: frozenset[str] | None) -> pl.DataFrame:
    wanted = pl.lit(True) if said is None else pl.col("enterprise").is_in(sorted(said))
    tables = [pl.scan_parquet(path).filter(wanted) for path, _ in files]
    return pl.concat([pl.LazyFrame(schema=ENTERPRISE_SCHEMA), *tables]).collect()


_few_named = lru_cache(maxsize=16)(_named)
"""一页要问几回同一家的名称；全市的不留。"""


def current_names(now: Active, said: Collection[str] | None = None) -> pl.DataFrame:
    """每个主体最近一次报的名称及其出处，按主体号排好；said 只要这些主体号报的。"""
    return _current(names_of(now, said))


def every_name(now: Active, enterprises: Collection[str]) -> frozenset[str]:
    """这些主体在事实里用过的全部主体号：自己的，加上并入它的；已并入别家的不算一家，不在内。"""
    merged = aliases(decisions(now))
    kept = {one for one in enterprises if merged.get(one, one) == one}
    return frozenset(kept.union(old for old, into in merged.items() if into in kept))


def owners(now: Active, enterprises: pl.Series) -> pl.DataFrame:
    """事实里的主体号 → 快照的行号 ent（并户的指向保留的主体）。"""
    place = pl.DataFrame({"enterprise": enterprises}).with_row_index("ent")
    merged = aliases(decisions(now))
    if not merged:
        return place
    extra = pl.DataFrame({"enterprise": list(merged), "kept": list(merged.values())})
    pointed = extra.join(place.rename({"enterprise": "kept"}), on="kept", how="inner")
    return pl.concat([place, pointed.select("ent", "enterprise")])


def _current(names: pl.DataFrame) -> pl.DataFrame:
    """自己报过的名称在先，被并入的名称在后；都有时取最近的。"""
    told = names.filter(pl.col("name").is_not_null()).sort("own", "order", "row", maintain_order=True)
    return told.unique("enterprise", keep="last", maintain_order=True).sort("enterprise")


def _merged(now: Active, frame: pl.DataFrame) -> pl.DataFrame:
    merged = aliases(decisions(now))
    return frame.with_columns(pl.col("enterprise").replace(merged)) if merged else frame


def _ordered(now: Active, frame: pl.DataFrame) -> pl.DataFrame:
    order = now.order()
    places = pl.DataFrame(
        {"batch": list(order), "order": list(order.values())}, schema={"batch": pl.String, "order": pl.Int64}
    )
    return frame.join(places, on="batch", how="inner", maintain_order="left")


def _attributes(now: Active) -> pl.DataFrame:
    paths = now.files("facts.parquet")
    if not paths:
        return pl.DataFrame(schema={**FACT_SCHEMA, "order": pl.Int64})
    wanted = pl.col("indicator").is_in([*ATTRIBUTES, FORMER])
    found = pl.scan_parquet(paths).filter(wanted).select("enterprise", "indicator", "text", "batch", "row").collect()
    return _ordered(now, _merged(now, found))


def _latest(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    return frame.sort("order", "row", maintain_order=True).unique(key, keep="last", maintain_order=True)


def _former(names: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    told = facts.filter(pl.col("indicator") == FORMER).select("enterprise", name="text")
    used = pl.concat([names.select("enterprise", "name"), told]).drop_nulls().unique(maintain_order=True)
    past = used.join(_current(names).select("enterprise", "name"), on=["enterprise", "name"], how="anti")
    return past.sort("enterprise", "name").group_by("enterprise", maintain_order=True).agg(former_names=pl.col("name"))
