"""关于一家的决定与说到它的批次；只读。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from miaopu.ledger.decision import RULINGS, decisions
from miaopu.ledger.trace.cell import View

KINDS = {"identity": "对主体", "choice": "取数", "judgement": "核定"}


@dataclass(frozen=True)
class Ruling:
    """一条决定：kind 对主体、取数、核定；what 一句话；by、day、reason、evidence 谁何时为何据何。"""

    decision: str
    kind: str
    what: str
    by: str
    day: date
    reason: str
    evidence: str


@dataclass(frozen=True)
class Mention:
    """一个说到这家的批次：facts 说了几条。"""

    batch: str
    source: str
    department: str
    file: str
    received: date
    posted_by: str
    facts: int


def rulings(view: View) -> Iterator[Ruling]:
    """关于这家（及并入它的主体）的决定，先后有序。"""
    names = view.said
    about = pl.col("enterprise").is_in(names) | pl.col("other").is_in(names)
    batches = {cell.batch for cell in view.every_cell}
    for one in decisions(view.now).filter(about.fill_null(False)).iter_rows(named=True):
        if one["kind"] != "identity" or one["batch"] is None or one["batch"] in batches:
            what = _what(view, one)
            yield Ruling(
                one["decision"], KINDS[one["kind"]], what, one["by"], one["day"], one["reason"], one["evidence"]
            )


def _what(view: View, one: Mapping[str, Any]) -> str:
    ruling = RULINGS[one["kind"]][one["ruling"]]
    if one["kind"] == "identity":
        place = f"批次 {one['batch']} 的来源行" if one["batch"] else (one["other"] or one["name"] or "")
        return f"{place}：{ruling}"
    title = view.wording.title(one["indicator"])
    if one["kind"] == "choice":
        said = "、".join(part for part in (view.wording.source(one["source"] or ""), one["basis"]) if part)
        return f"{title}{one['period'] or ''}取{said}"
    value = one["text"] if one["value"] is None else one["value"]
    return f"{title}核定为{view.wording.shown(one['indicator'], value)}"


def mentions(view: View) -> Iterator[Mention]:
    """说到这家的批次，照收到先后；只报名称而没有事实的登记批次也在内。"""
    counted = Counter(cell.batch for cell in view.every_cell)
    named = set(view.named["batch"])
    for id, entry in view.entries.items():
        if id in counted or id in named:
            source = entry.body["source"]
            place = (view.wording.source(source), entry.body["file"], entry.day, entry.by)
            yield Mention(id, source, *place, counted[id])
