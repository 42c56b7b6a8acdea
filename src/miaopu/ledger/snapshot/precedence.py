"""来源规则：各来源对各指标的先后、哪些指标是完整名单；由来源声明得出，快照只认这张表。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from miaopu.ledger.journal import Active
from miaopu.terms.indicator import Indicator

DEFAULT_RANK = 50
FIRST = -1_000_000
BASES = ("合并", "单体", "未说明")


@dataclass(frozen=True)
class SourceRule:
    """一个来源：ranks 指标→先后（小者优先，未列的用 rank）；complete 是完整名单的指标（没有即为无）。

    tables：声明为完整的表 → 它可载的指标；入账时注明“确是完整名单”的批次，连一家也没有的指标也算“无”。
    """

    code: str
    title: str = ""
    rank: int = DEFAULT_RANK
    ranks: Mapping[str, int] = field(default_factory=dict)
    complete: frozenset[str] = frozenset()
    tables: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def rank_of(self, indicator: str) -> int:
        """该来源对一个指标的先后；条目字段（ip.granted）随其条目。"""
        return self.ranks.get(indicator, self.ranks.get(indicator.partition(".")[0], self.rank))

    def is_complete(self, indicator: str) -> bool:
        """该来源对这个指标（或条目）给的是不是完整名单。"""
        return indicator.partition(".")[0] in self.complete or indicator in self.complete


def source_rules(
    sources: Mapping[str, Any] | Iterable[SourceRule], indicators: Mapping[str, Indicator] | None = None
) -> dict[str, SourceRule]:
    """来源声明（miaopu.ledger.source.Source）或规则 → 规则。

    声明的 precedence 大者优先；指标文件里写了 precedence: [来源…] 的，那个指标以它为准，列出的都先于未列的。
    """
    every = sources.values() if isinstance(sources, Mapping) else sources
    rules = {one.code: one if isinstance(one, SourceRule) else _declared(one) for one in every}
    ordered = {one.key: one.extra["precedence"] for one in (indicators or {}).values() if "precedence" in one.extra}
    return {code: replace(rule, ranks={**rule.ranks, **_own_ranks(code, ordered)}) for code, rule in rules.items()}


def _own_ranks(code: str, ordered: Mapping[str, list[str]]) -> dict[str, int]:
    return {key: FIRST + order.index(code) for key, order in ordered.items() if code in order}


def _declared(source: Any) -> SourceRule:
    tables = {table.code: _carried(table) for table in source.tables if table.coverage == "complete"}
    complete = frozenset(key for keys in tables.values() for key in keys)
    return SourceRule(source.code, source.title, -source.precedence, {}, complete, tables)


def _carried(table: Any) -> frozenset[str]:
    """一张表可载的指标：各列的指标（条目取其键），称号列的各个称号。"""
    told = {column.indicator.partition(".")[0] for column in table.columns if column.indicator}
    titles = {code for column in table.columns if column.role == "title" for code in column.values.values()}
    return frozenset(told | titles)


def current_lists(now: Active, rules: Mapping[str, SourceRule]) -> dict[tuple[str, str], frozenset[str]]:
    """（来源, 指标）→ 构成最近一份完整名单的批次：最近收到日期的完整名单，加此后的补报。"""
    found: dict[tuple[str, str], list[Any]] = {}
    for entry in now.batches:
        rule = rules.get(entry.body["source"])
        for key in _listed_by(entry, rule) if rule is not None else ():
            found.setdefault((rule.code, key), []).append(entry)
    return {key: batches for key, entries in found.items() if (batches := _current(entries))}


def _listed_by(entry: Any, rule: SourceRule) -> set[str]:
    told = {name.partition(".")[0] for name in entry.body["spread"]}
    whole = {key for table in entry.body["tables"] for key in rule.tables.get(table.rpartition(".")[2], ())}
    return {key for key in told if rule.is_complete(key)} | (whole if entry.body["whole"] else set())


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
