"""事实文件：把人写的一家企业的事实（YAML、JSON、CSV）读成标准用的值；不查台账。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from miaopu.standards.tree.expression import ExpressionError
from miaopu.standards.tree.node import Derived, Input
from miaopu.standards.tree.vocabulary import PER, Vocabulary
from miaopu.terms.catalog import Catalog

FILE = "facts.yaml"
MONEY_UNIT = 1_000_000
"""事实文件金额以万元为单位：一万元等于一百万分。"""


class FactsError(ValueError):
    """事实文件写错了：说明哪个键、发现什么、应是什么。"""


@dataclass
class Facts:
    """一家企业的事实。

    values：输入名 → 内部数、代码；unknown：写明为 null 的名字；given：直接给出的派生值；
    items：条目指标 → 条目列表；assumed：按未主张或门槛默认处理的名字；unrecognised：不认识的键。
    """

    values: dict[str, Any] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    items: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    unrecognised: list[str] = field(default_factory=list)


class FactsReader:
    """按 catalog/facts.yaml 的键表读事实。"""

    def __init__(self, catalog: Catalog, vocabulary: Vocabulary) -> None:
        self.keys: Any = catalog.read(FILE)
        self.vocabulary = vocabulary

    def read(self, record: Mapping[str, Any], assessed_on: date, gates_default: Mapping[str, Any] | None) -> Facts:
        """一条记录 → Facts。gates_default 为 None 即没有门槛默认。"""
        facts = Facts()
        for key, value in (gates_default or {}).items():
            self._entry(facts, key, value, assessed_on)
        facts.assumed = [name for name in (gates_default or {}) if name not in record.get("gates", {})]
        for key, value in record.items():
            self._entry(facts, str(key), value, assessed_on)
        self._default(facts, gates_default is not None)
        return facts

    def _default(self, facts: Facts, gated: bool) -> None:
        names = list(self.keys["claims"]) + (list(self.keys["clear_with_gates"]) if gated else [])
        for name in names:
            node = self.vocabulary.lookup(name)
            known = {name, f"{name}_low"} & (facts.values.keys() | facts.unknown)
            if known or self._from_items(name, facts) or not isinstance(node, Input):
                continue
            positive = name == "resident_enterprise"
            self._put(facts, name, node, positive)
            facts.assumed.append(name)

    def _from_items(self, name: str, facts: Facts) -> bool:
        indicator = self.vocabulary.indicator(name)
        return bool(indicator and indicator.extra.get("items") in facts.items)

    def _entry(self, facts: Facts, key: str, value: Any, on: date) -> None:
        keys = self.keys
        if key in keys["groups"] and isinstance(value, Mapping):
            for inner, content in value.items():
                self._entry(facts, keys["groups"][key] + str(inner), content, on)
        elif key in keys["until"]:
            self._until(facts, keys["until"][key], value, on)
        elif key in keys["counted"]:
            for name in keys["counted"][key]:
                self._named(facts, name, value)
        elif key in keys["lists"]:
            self._list(facts, keys["lists"][key], value)
        elif key == keys["incident"]:
            self._incidents(facts, value, on)
        elif key in _ITEMS:
            _ITEMS[key](self, facts, value, on)
        elif key in keys["ignored"]:
            return
        else:
            self._named(facts, keys["aliases"].get(key, key), value)

    def _until(self, facts: Facts, name: str, value: Any, on: date) -> None:
        facts.values[name] = None if value is None else int(_date(value, name) >= on)

    def _list(self, facts: Facts, names: Mapping[str, str], value: Any) -> None:
        for name in set(names.values()):
            facts.values[name] = 0
        for item in value or ():
            if str(item) not in names:
                raise FactsError(f"quality_items 里的“{item}”不认识；可用：{'、'.join(names)}")
            facts.values[names[str(item)]] = 1

    def _incidents(self, facts: Facts, value: Any, on: date) -> None:
        kinds = [] if value in (None, "none", "无", False) else [value] if isinstance(value, str) else list(value)
        facts.items["incident"] = [{"type": str(kind), "date": on - timedelta(days=1)} for kind in kinds]
        if value is None:
            facts.items.pop("incident")

    def _named(self, facts: Facts, name: str, value: Any) -> None:
        try:
            node = self.vocabulary.lookup(name)
        except ExpressionError:
            try:
                name, node = f"{name}_t1", self.vocabulary.lookup(f"{name}_t1")
            except ExpressionError:
                facts.unrecognised.append(name)
                return
        if value is None:
            facts.unknown.add(name)
            facts.values.pop(name, None)
            return
        self._put(facts, name, node, value)

    def _put(self, facts: Facts, name: str, node: Any, value: Any) -> None:
        target = node.given if isinstance(node, Derived) else node
        if isinstance(node, Derived):
            facts.given.add(name)
        if name.endswith("_given") or name in ("score_total", "staff_score"):
            facts.given.add(name)
        if not target.interval:
            facts.values[name] = self._value(name, target, value)
            return
        low, high = value if isinstance(value, list) else (value, value)
        facts.values[f"{name}_low"] = self._value(name, target, low)
        facts.values[f"{name}_high"] = self._value(name, target, high)

    def _value(self, name: str, target: Input, value: Any) -> Any:
        indicator = self.vocabulary.indicator(name)
        if indicator is not None and indicator.extra.get("list"):
            return [_exact(item, name) for item in value]
        if target.kind == "flag":
            return _flag(value, name)
        if target.kind in ("category", "text", "date"):
            return self._code(name, value)
        if isinstance(value, bool) and target.kind == "count":
            return int(value)
        number = _exact(value, name)
        scale = MONEY_UNIT if target.kind == "money" else PER.get(target.kind, 1)
        if target.kind == "percent":
            scale = target.per // 100
        scaled = number * scale
        return int(scaled) if scaled.denominator == 1 else scaled

    def _code(self, name: str, value: Any) -> str:
        indicator = self.vocabulary.indicator(name)
        text = "none" if value is False else "self_built" if value is True else str(value)
        if indicator is None or not indicator.values:
            return text
        code = indicator.code_of(text)
        if code is None:
            raise FactsError(f"“{name}”的取值“{value}”不认识；可用：{'、'.join(indicator.values)}")
        return code

    def ip(self, facts: Facts, value: Any, on: date) -> None:
        """class1_ip：Ⅰ类知识产权清单。"""
        claims = self.keys["item_claims"]["ip"]
        facts.items["ip"] = [{**claims, **_plain(item)} for item in value or ()]
        if value is None:
            facts.items.pop("ip")

    def awards(self, facts: Facts, value: Any, on: date) -> None:
        """award / national_award：科技奖励。years_ago 为落款年度距评估年度的年数。"""
        items = facts.items.setdefault("award", [])
        for item in value if isinstance(value, list) else [value] if value else []:
            year = item.get("year", on.year - int(item.get("years_ago", 0)))
            items.append(
                {"level": item.get("level", "national"), "rank": item.get("rank"), "date": date(int(year), 1, 1)}
            )

    def makers(self, facts: Facts, value: Any, on: date) -> None:
        """maker_china：“创客中国”名次。"""
        items = facts.items.setdefault("maker", [])
        for item in value if isinstance(value, list) else [value] if value else []:
            year = item.get("year", on.year - int(item.get("years_ago", 0)))
            items.append(
                {"level": item.get("level", "national"), "rank": item.get("rank"), "date": date(int(year), 1, 1)}
            )

    def local_feature(self, facts: Facts, value: Any, on: date) -> None:
        """local_feature：山东特色化四项；SD10 写符合的字母清单。"""
        for key, content in (value or {}).items():
            if key == "SD10":
                chosen = {str(item).lower() for item in content or ()}
                for letter in "abcdef":
                    facts.values[f"sd10_{letter}"] = int(letter in chosen)
            else:
                self._named(facts, str(key).lower(), content)

    def equity_terms(self, facts: Facts, value: Any, on: date) -> None:
        """equity_*：近三年股权融资的性质，与 equity_3y_total 合成一条。"""
        facts.items.setdefault("equity_terms", [{}])[0].update(value)


def _terms(field_name: str) -> Any:
    def reader(self: FactsReader, facts: Facts, value: Any, on: date) -> None:
        self.equity_terms(facts, {field_name: value}, on)

    return reader


_ITEMS: dict[str, Any] = {
    "class1_ip": FactsReader.ip,
    "award": FactsReader.awards,
    "awards": FactsReader.awards,
    "national_award": FactsReader.awards,
    "provincial_award": FactsReader.awards,
    "maker_china": FactsReader.makers,
    "maker": FactsReader.makers,
    "local_feature": FactsReader.local_feature,
    "equity_investor_qualified": _terms("qualified"),
    "equity_paid_in": _terms("paid_in"),
    "equity_dilution_pct": _terms("dilution"),
}


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _date(value, key) if key.endswith("_date") or key == "granted" else value for key, value in item.items()
    }


def _exact(value: Any, name: str) -> Fraction:
    try:
        return Fraction(Decimal(str(value).replace(",", "")))
    except (InvalidOperation, ValueError) as error:
        raise FactsError(f"“{name}”应是数字，发现“{value}”") from error


def _flag(value: Any, name: str) -> int:
    words = {"true": 1, "false": 0, "是": 1, "否": 0, "1": 1, "0": 0, "有": 1, "无": 0}
    code = words.get(str(value).strip().lower())
    if code is None:
        raise FactsError(f"“{name}”应是 true 或 false（是、否），发现“{value}”")
    return code


def _date(value: Any, name: str) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise FactsError(f"“{name}”应是 ISO 日期（如 2026-05-10），发现“{value}”") from error
