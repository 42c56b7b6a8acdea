"""完整名单：哪些批次合成最近一份；名单外即为“无”。人数骤减的新名单先按补报处理，并说明。"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from miaopu.ledger.journal import Active, Entry
from miaopu.ledger.snapshot.precedence import SourceRule

SHRUNK = 2
"""新名单的家数不到上一份的 1/SHRUNK，又没有注明“确是完整名单”的，按补报处理：不把缺的当作“无”。"""
SEVERAL = 2
"""一张称号表里出现这么多种称号，才算各种称号的总名单；只有一种的，只是那一种的名单。"""


@dataclass(frozen=True)
class CompleteList:
    """source 对 indicator 最近一份完整名单：批次、家数、说明（没有为空）。"""

    source: str
    indicator: str
    batches: frozenset[str]
    firms: int
    note: str = ""


def current_lists(now: Active, rules: Mapping[str, SourceRule]) -> dict[tuple[str, str], CompleteList]:
    """（来源, 指标）→ 最近一份完整名单：同日收到的合为一份，其后的补报并入。"""
    found: dict[tuple[str, str], CompleteList] = {}
    for _, entries in groupby(now.batches, key=lambda entry: entry.day):
        for entry, rule in [(one, rules[one.body["source"]]) for one in entries if one.body["source"] in rules]:
            for key in _covered(entry, rule):
                found[rule.code, key] = _after(found.get((rule.code, key)), entry, rule.code, key, now)
            for key in _added(entry, rule):
                if (before := found.get((rule.code, key))) is not None:
                    found[rule.code, key] = replace(before, batches=before.batches | {entry.id})
    return found


def superseded(now: Active, lists: Mapping[tuple[str, str], CompleteList]) -> list[tuple[str, str]]:
    """（批次, 指标）：已被更新的完整名单取代、不再算数的。"""
    return [
        (entry.id, name)
        for entry in now.batches
        for name in entry.body["spread"]
        if (kept := lists.get((entry.body["source"], _base(name)))) is not None and entry.id not in kept.batches
    ]


def _after(before: CompleteList | None, entry: Entry, source: str, key: str, now: Active) -> CompleteList:
    firms = max((count for name, count in entry.body["spread"].items() if _base(name) == key), default=0)
    fresh = CompleteList(source, key, frozenset({entry.id}), firms)
    if before is None:
        return fresh
    days = {one.id: one.day for one in now.batches}
    if days[max(before.batches, key=lambda id: days[id])] == entry.day:
        return replace(before, batches=before.batches | {entry.id}, firms=before.firms + firms)
    if entry.body["extent"] == "whole" or firms * SHRUNK >= before.firms:
        return fresh
    note = (
        f"批次 {entry.id} 的“{key}”只涉及 {firms} 家，上一份名单有 {before.firms} 家：按补报处理；"
        "若确是完整名单，请撤回后注明完整名单重新入账"
    )
    return replace(before, batches=before.batches | {entry.id}, note=note)


def _base(name: str) -> str:
    return name.partition(".")[0]


def _covered(entry: Entry, rule: SourceRule) -> list[str]:
    """这一批是哪些指标的完整名单。"""
    if entry.body["extent"] == "partial":
        return []
    told = {_base(name) for name in entry.body["spread"]}
    whole = [rule.tables.get(table.rpartition(".")[2], frozenset()) for table in entry.body["tables"]]
    sure = [keys for keys in whole if entry.body["extent"] == "whole" or len(keys & told) >= SEVERAL]
    return sorted({key for key in told if rule.is_complete(key)}.union(*sure))


def _added(entry: Entry, rule: SourceRule) -> list[str]:
    if entry.body["extent"] != "partial":
        return []
    return sorted({_base(name) for name in entry.body["spread"] if rule.is_complete(name)})
