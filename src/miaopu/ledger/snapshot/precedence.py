"""来源规则：各来源对各指标的先后、哪些指标是完整名单；由来源声明得出，快照只认这张表。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from miaopu.ledger.journal import Active

DEFAULT_RANK = 50
BASES = ("合并", "单体", "未说明")


@dataclass(frozen=True)
class SourceRule:
    """一个来源：ranks 指标→先后（小者优先，未列的用 rank）；complete 是完整名单的指标（没有即为无）。"""

    code: str
    title: str = ""
    rank: int = DEFAULT_RANK
    ranks: Mapping[str, int] = field(default_factory=dict)
    complete: frozenset[str] = frozenset()

    def rank_of(self, indicator: str) -> int:
        """该来源对一个指标的先后；条目字段（ip.granted）随其条目。"""
        return self.ranks.get(indicator, self.ranks.get(indicator.partition(".")[0], self.rank))

    def is_complete(self, indicator: str) -> bool:
        """该来源对这个指标（或条目）给的是不是完整名单。"""
        return indicator.partition(".")[0] in self.complete or indicator in self.complete


def source_rules(sources: Mapping[str, Any] | Iterable[SourceRule]) -> dict[str, SourceRule]:
    """来源声明 → 来源规则；已经是规则的照用。"""
    every = sources.values() if isinstance(sources, Mapping) else sources
    return {one.code: one for one in every}


def current_lists(now: Active, rules: Mapping[str, SourceRule]) -> dict[tuple[str, str], frozenset[str]]:
    """（来源, 指标）→ 构成最近一份完整名单的批次：最近收到日期的完整名单，加此后的补报。"""
    found: dict[tuple[str, str], list[Any]] = {}
    for entry in now.batches:
        rule = rules.get(entry.body["source"])
        for key in {name.partition(".")[0] for name in entry.body["spread"]}:
            if rule is not None and rule.is_complete(key):
                found.setdefault((rule.code, key), []).append(entry)
    return {key: batches for key, entries in found.items() if (batches := _current(entries))}


def _current(entries: list[Any]) -> frozenset[str]:
    whole = [entry.day for entry in entries if not entry.body["partial"]]
    if not whole:
        return frozenset()
    last = max(whole)
    return frozenset(one.id for one in entries if one.day == last or (one.body["partial"] and one.day > last))


def superseded(now: Active, rules: Mapping[str, SourceRule]) -> list[tuple[str, str]]:
    """（批次, 指标）：已被更新的完整名单取代、不再算数的。"""
    lists = current_lists(now, rules)
    return [
        (entry.id, name)
        for entry in now.batches
        for name in entry.body["spread"]
        if (kept := lists.get((entry.body["source"], name.partition(".")[0]))) is not None and entry.id not in kept
    ]
