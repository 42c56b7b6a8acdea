"""适用：按层级、事项、评估日、省份选标准版本；规则全在 catalog/applicability.yaml。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "applicability.yaml"
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
    """读规则；写错即报文件与行号。"""
    path = catalog.file(FILE)
    return tuple(_rule(item, path) for item in catalog.read(FILE)["rules"])


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
    """某类对象的层级，按出现次序。"""
    return tuple(dict.fromkeys(rule.tier for rule in rules if rule.subject == subject))
