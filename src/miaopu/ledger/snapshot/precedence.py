"""来源规则：各来源对各指标的先后、哪些指标是完整名单；由来源声明得出，快照只认这张表。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from miaopu.ledger.source import ungrounded
from miaopu.terms.indicator import Indicator

DEFAULT_RANK = 50
FIRST = -1_000_000
BASES = ("合并", "单体", "未说明")


@dataclass(frozen=True)
class SourceRule:
    """一个来源：ranks 指标→先后（小者优先，未列的用 rank）；complete 是完整名单的指标（没有即为无）。

    tables：声明为完整的表 → 它可载的指标；总名单（见 lists）里一家也没有的指标也算“无”。
    may_ground 为假的来源，只有 reference 里的指标（别无来源，标准也不得引用）取它的值，其余只供对照。
    """

    code: str
    title: str = ""
    rank: int = DEFAULT_RANK
    ranks: Mapping[str, int] = field(default_factory=dict)
    complete: frozenset[str] = frozenset()
    tables: Mapping[str, frozenset[str]] = field(default_factory=dict)
    may_ground: bool = True
    reference: frozenset[str] = frozenset()

    def may_give(self, indicator: str) -> bool:
        """快照可否取该来源的这个指标（或条目字段）。"""
        return self.may_ground or indicator.partition(".")[0] in self.reference

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
    barred = {code for code, rule in rules.items() if not rule.may_ground}
    reference = ungrounded(indicators or {}, barred)
    ranked = {code: replace(rule, ranks={**rule.ranks, **_own_ranks(code, ordered)}) for code, rule in rules.items()}
    return {code: rule if rule.may_ground else _for_reference(rule, reference) for code, rule in ranked.items()}


def _for_reference(rule: SourceRule, reference: frozenset[str]) -> SourceRule:
    """不得作依据的来源：它的名单也只对只供参考的指标算数。"""
    tables = {code: keys & reference for code, keys in rule.tables.items()}
    return replace(rule, reference=reference, complete=rule.complete & reference, tables=tables)


def _own_ranks(code: str, ordered: Mapping[str, list[str]]) -> dict[str, int]:
    return {key: FIRST + order.index(code) for key, order in ordered.items() if code in order}


def _declared(source: Any) -> SourceRule:
    tables = {table.code: _carried(table) for table in source.tables if table.coverage == "complete"}
    complete = frozenset(key for keys in tables.values() for key in keys)
    return SourceRule(source.code, source.title, -source.precedence, {}, complete, tables, source.may_ground)


def _carried(table: Any) -> frozenset[str]:
    """一张表可载的指标：各列的指标（条目取其键），称号列的各个称号。"""
    told = {column.indicator.partition(".")[0] for column in table.columns if column.indicator}
    titles = {code for column in table.columns if column.role == "title" for code in column.values.values()}
    return frozenset(told | titles)
