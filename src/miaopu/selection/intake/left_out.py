"""名单外：这一份若是新的完整名单，上一份名单上有而这一份没有的企业；入账后它们就是“没有”，接收前先给人看。"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from miaopu.desk.workspace import Workspace
from miaopu.ledger.decision import aliases, decisions
from miaopu.ledger.journal import Active
from miaopu.ledger.snapshot import registry
from miaopu.ledger.snapshot.lists import SHRUNK, CompleteList, current_lists
from miaopu.ledger.snapshot.precedence import source_rules
from miaopu.selection.city import today

SHOWN = 20


def left_out(space: Workspace, source: str, owned: pl.DataFrame, now: Active) -> list[dict[str, Any]]:
    """owned 是要入账的事实（enterprise、indicator）；每个指标一项：上一份几家、这一份几家、少了几家、前几家的名称。

    shrunk 为真的家数骤减，按补报处理，少的不当作“没有”。当天已收过同一名单的不比（两份合为一份）。
    """
    merged = aliases(decisions(now))
    named = owned.select(pl.col("enterprise").replace(merged), key=_key())
    found = []
    for held in _replaced(space, source, named, now):
        here, before = set(named.filter(key=held.indicator)["enterprise"]), _listed(now, held, merged)
        if gone := sorted(before - here):
            told = {"indicator": held.indicator, "was": len(before), "now": len(here), "gone": len(gone)}
            found.append({**told, "shrunk": len(here) * SHRUNK < held.firms, "names": _names(space, gone)})
    return found


def _key() -> pl.Expr:
    return pl.col("indicator").str.split(".").list.first()


def _replaced(space: Workspace, source: str, named: pl.DataFrame, now: Active) -> Iterator[CompleteList]:
    """这一份会取代的完整名单。"""
    rules, days = source_rules(space.sources, space.indicators), {one.id: one.day for one in now.batches}
    lists = current_lists(now, rules)
    for key in named["key"].unique(maintain_order=True):
        held = lists.get((source, key))
        if held is not None and rules[source].is_complete(key) and max(days[one] for one in held.batches) < today():
            yield held


def _listed(now: Active, held: CompleteList, merged: dict[str, str]) -> set[str]:
    """名单上的企业，合并过的记在现在的号上。"""
    wanted = pl.col("batch").is_in(sorted(held.batches)) & (_key() == held.indicator)
    found = pl.scan_parquet(now.files("facts.parquet")).filter(wanted).select(pl.col("enterprise").replace(merged))
    return set(found.collect()["enterprise"])


def _names(space: Workspace, firms: list[str]) -> list[str]:
    known = dict(registry(space.ledger, today()).select("enterprise", "name").iter_rows())
    return [known.get(one) or one for one in firms[:SHOWN]]
