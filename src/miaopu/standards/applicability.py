"""适用：按层级、事项、评估日、省份选标准版本；规则在 catalog/applicability.yaml，本地的在本地目录 applicability/ 下。

本地只添不换：先看本地的（后定的在前），没有命中的仍按随软件发布的；停用也是另添一条，从某日起不再选。
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "applicability.yaml"
FOLDER = "applicability"
"""本地目录里放适用规则的文件夹；一次批准一个文件，文件名以批准日期开头，只添不改。"""
FIRM = "firm"
"""对象缺省是企业；platform 是服务平台。"""


@dataclass(frozen=True)
class Choice:
    """选中的标准代码、歧义标记、依据与可信程度。"""

    standard: str
    flags: tuple[str, ...]
    basis: str
    source: str


@dataclass(frozen=True)
class Rule:
    """一条规则；kind、province 为空串即不限，start、end 为 None 即不限（含当日）。"""

    tier: str
    kind: str
    province: str
    start: date | None
    end: date | None
    choice: Choice
    dated_flags: tuple[tuple[str, date], ...]
    subject: str = FIRM
    local: bool = False

    def matches(self, tier: str, kind: str, on: date, province: str) -> bool:
        """是否命中。"""
        return (
            self.tier == tier
            and self.kind in ("", kind)
            and self.province in ("", province)
            and (self.start is None or self.start <= on)
            and (self.end is None or on <= self.end)
        )


def load_rules(catalog: Catalog) -> tuple[Rule, ...]:
    """读规则，本地的在前；写错即报文件与行号。"""
    path = catalog.file(FILE)
    return (*_local(catalog), *(_rule(item, path) for item in catalog.read(FILE)["rules"]))


def _local(catalog: Catalog) -> tuple[Rule, ...]:
    """本地的规则，后定的在前；停用的到停用日前一天为止。"""
    found: list[Rule] = []
    for path in sorted(catalog.files(FOLDER)):
        data = yaml_lines.read(path)
        if not isinstance(data, dict) or not {"rules", "retired"} & set(data):
            raise CatalogError(path, line_of(data), "应写 rules（从某日起用哪一版）或 retired（从某日起停用哪一版）")
        for item in data.get("retired", ()):
            code, start = _retired(item, found, path)
            found = [_ended(rule, code, start) for rule in found]
        found = [*_starting(data.get("rules", ()), path), *found]
    return tuple(found)


def _starting(items: Any, path: Path) -> Iterator[Rule]:
    for item in items:
        if not isinstance(item.get("from"), date):
            raise CatalogError(path, line_of(item, "from"), "本地的适用规则要写 from（从哪天起），如 2026-12-01")
        yield replace(_rule(item, path), local=True)


def _retired(item: Any, found: Sequence[Rule], path: Path) -> tuple[str, date]:
    """停用的标准代码与日期；只能停用本地定的。"""
    code, start = str(item.get("standard", "")), item.get("from")
    if code not in {rule.choice.standard for rule in found}:
        raise CatalogError(path, line_of(item), f"停用的“{code}”不在本地的适用规则里；随软件发布的规则不能停用")
    if not isinstance(start, date):
        raise CatalogError(path, line_of(item), "停用要写 from（从哪天起不用），如 2026-12-01")
    return code, start


def _ended(rule: Rule, code: str, start: date) -> Rule:
    last = start - timedelta(days=1)
    if rule.choice.standard != code:
        return rule
    return replace(rule, end=last if rule.end is None else min(rule.end, last))


def _rule(item: Any, path: Any) -> Rule:
    for key in ("tier", "standard", "basis", "source"):
        if key not in item:
            raise CatalogError(path, line_of(item), f"缺少“{key}”")
    flags = item.get("flags", ())
    plain = tuple(flag for flag in flags if isinstance(flag, str))
    dated = tuple((flag["code"], flag["from"]) for flag in flags if not isinstance(flag, str))
    choice = Choice(item["standard"], plain, item["basis"], item["source"])
    return Rule(
        tier=item["tier"],
        kind=item.get("kind", ""),
        province=item.get("province", ""),
        start=item.get("from"),
        end=item.get("until"),
        choice=choice,
        dated_flags=dated,
        subject=item.get("subject", FIRM),
    )


def choose(rules: Sequence[Rule], tier: str, on: date, kind: str = "new", province: str = "山东") -> Choice | None:
    """适用的标准；没有命中为 None。"""
    for rule in rules:
        if rule.matches(tier, kind, on, province):
            late = tuple(code for code, start in rule.dated_flags if on >= start)
            return Choice(rule.choice.standard, rule.choice.flags + late, rule.choice.basis, rule.choice.source)
    return None


def tiers(rules: Sequence[Rule], subject: str = FIRM) -> tuple[str, ...]:
    """某类对象的层级，按出现次序；本地新添的层级在后。"""
    ordered = sorted(rules, key=lambda rule: rule.local)
    return tuple(dict.fromkeys(rule.tier for rule in ordered if rule.subject == subject))
