"""一家企业的事实：按 catalog/facts.yaml 的键表，把人写的键与数读成标准的输入。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from miaopu.standards.engine.inequality import AMOUNT_LIMIT
from miaopu.standards.given.items import FactsError, ItemCounter
from miaopu.standards.given.scalar import as_date, as_exact, as_flag, awarded_on
from miaopu.standards.tree.expression import ExpressionError
from miaopu.standards.tree.node import Derived, Input
from miaopu.standards.tree.vocabulary import PER, Vocabulary
from miaopu.terms.catalog import Catalog

FILE = "facts.yaml"
MONEY_UNIT = 1_000_000
"""事实文件金额以万元为单位：一万元等于一百万分。"""


@dataclass
class Facts:
    """一家企业的事实。

    values：输入名 → 内部数、代码；unknown：写明为 null 的名字；given：直接给出的派生值与得分；
    items：条目指标 → 条目；assumed：按未主张或门槛默认处理的名字；unrecognised：不认识的键。
    """

    values: dict[str, Any] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    items: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)
    unrecognised: list[str] = field(default_factory=list)


class FactsReader:
    """读事实；同一个读者可读多条记录。"""

    def __init__(self, catalog: Catalog, vocabulary: Vocabulary) -> None:
        self.keys: Any = catalog.read(FILE)
        self.vocabulary = vocabulary
        self.counter = ItemCounter(vocabulary.indicators)

    def read(self, record: Mapping[str, Any], on: date, gates_default: Mapping[str, Any] | None) -> Facts:
        """一条记录 → Facts。on 评估日；gates_default 为 None 即没有门槛默认，门槛没写的就是未知。"""
        facts = Facts()
        own = {**record, **(record.get("gates") or {})}
        for key, value in (gates_default or {}).items():
            if key not in own:
                self._entry(facts, key, value, on)
                facts.assumed.append(key)
        for key, value in record.items():
            self._entry(facts, str(key), value, on)
        counted = self.counter.count(facts.items, on)
        facts.values = {**{name: value for name, value in counted.items() if value is not None}, **facts.values}
        self._equity_terms(facts, record, on)
        self._claims(facts, gates_default is not None)
        return facts

    def presume(self, facts: Facts, names: Iterable[str]) -> None:
        """某标准的前提：没有写明的按是处理，并列入 assumed。"""
        for name in names:
            if name not in facts.values and name not in facts.unknown:
                facts.values[name] = 1
                facts.assumed.append(name)

    def _claims(self, facts: Facts, gated: bool) -> None:
        """没有写的主张事项按无处理；写明 null 的仍是未知。"""
        for name in [*self.keys["claims"], *(self.keys["clear_with_gates"] if gated else ())]:
            if {name, f"{name}_low"} & (facts.values.keys() | facts.unknown):
                continue
            self._put(facts, name, self.vocabulary.lookup(name), name in self.keys["presumed_true"])
            facts.assumed.append(name)

    def _equity_terms(self, facts: Facts, record: Mapping[str, Any], on: date) -> None:
        """equity_3y_total 与其性质合成一条，按股权融资口径算计入额。"""
        if record.get("equity_3y_total") is None:
            return
        terms = {name: record[key] for key, name in self.keys["equity_terms"].items() if key in record}
        item = {**self.keys["item_claims"]["equity"], **terms, "date": on, "amount": record["equity_3y_total"]}
        exact = {key: as_exact(item[key], key) for key in ("amount", "dilution") if item[key] is not None}
        counted = self.counter.count({"equity": [{**item, **exact}]}, on)
        facts.values.update({name: counted[name] for name in ("equity_3y_low", "equity_3y_high")})

    def _entry(self, facts: Facts, key: str, value: Any, on: date) -> None:
        keys = self.keys
        if key in keys["groups"] and isinstance(value, Mapping):
            for inner, content in value.items():
                self._entry(facts, keys["groups"][key] + str(inner), content, on)
        elif key in keys["until"]:
            facts.values[keys["until"][key]] = None if value is None else int(as_date(value, key) >= on)
        elif key in keys["counted"]:
            for name in keys["counted"][key]:
                self._named(facts, name, value)
        elif key in keys["lists"]:
            self._list(facts, keys["lists"][key], key, value)
        elif key in ITEM_KEYS:
            ITEM_KEYS[key](self, facts, value, on)
        elif key not in keys["ignored"] and key not in keys["equity_terms"]:
            self._named(facts, keys["aliases"].get(key, key), value)

    def _list(self, facts: Facts, names: Mapping[str, list[str]], key: str, value: Any) -> None:
        if value is None:
            facts.unknown |= {one for several in names.values() for one in several}
            return
        if not isinstance(value, list | tuple):
            raise FactsError(f"{key} 应是清单，如 [{'、'.join(names)}]，发现“{value}”")
        for item in value:
            if str(item) not in names:
                raise FactsError(f"{key} 里的“{item}”不认识；可用：{'、'.join(names)}")
        facts.values |= {one: 0 for several in names.values() for one in several}
        facts.values |= {one: 1 for item in value for one in names[str(item)]}

    def _named(self, facts: Facts, name: str, value: Any) -> None:
        found = self._node(name)
        if found is None:
            facts.unrecognised.append(name)
            return
        name, node = found
        if value is None:
            facts.unknown.add(name)
            facts.values.pop(name, None)
            return
        self._put(facts, name, node, value)

    def _node(self, name: str) -> tuple[str, Any] | None:
        """名字或补上 _t1 的年度名字。"""
        for candidate in (name, f"{name}_t1"):
            try:
                return candidate, self.vocabulary.lookup(candidate)
            except ExpressionError:
                continue
        return None

    def _put(self, facts: Facts, name: str, node: Any, value: Any) -> None:
        target = node.given if isinstance(node, Derived) else node
        if isinstance(node, Derived) or name in self.keys["given_points"]:
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
            return [as_exact(item, name) for item in value]
        if target.kind == "flag":
            return as_flag(value, name)
        if target.kind in ("category", "text", "date"):
            return self._code(name, value)
        scale = {"money": MONEY_UNIT, "percent": target.per // 100}.get(target.kind, PER.get(target.kind, 1))
        scaled = as_exact(int(value) if isinstance(value, bool) else value, name) * scale
        if abs(scaled) > AMOUNT_LIMIT:
            raise FactsError(f"“{name}”的数“{value}”超出上限（金额 10 万亿元），请核对单位")
        return int(scaled) if scaled.denominator == 1 else scaled

    def _code(self, name: str, value: Any) -> str:
        indicator = self.vocabulary.indicator(name)
        text = "none" if value is False else str(value)
        if indicator is None or not indicator.values:
            return text
        code = indicator.code_of(text)
        if code is None and not indicator.open:
            raise FactsError(f"“{name}”的取值“{value}”不认识；可用：{'、'.join(indicator.values)}")
        return code or text

    def ip(self, facts: Facts, value: Any, on: date, key: str = "class1_ip") -> None:
        """class1_ip：Ⅰ类知识产权清单。"""
        if value is None:
            return self._no_idea(facts, "ip")
        facts.items["ip"] = [{**self.keys["item_claims"]["ip"], **self._plain(item)} for item in self._rows(key, value)]
        return None

    def _no_idea(self, facts: Facts, kind: str) -> None:
        """清单写明为 null：由它数出来的都不知道，不按未主张处理。"""
        for name in self.counter.names(kind):
            facts.unknown |= {name, name.removesuffix("_low").removesuffix("_high")}

    def _rows(self, key: str, value: Any) -> list[Mapping[str, Any]]:
        """一条或几条映射。"""
        rows = [value] if isinstance(value, Mapping) else value
        if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
            raise FactsError(f"{key} 应是映射的清单，如 [{{…}}, {{…}}]；没有的写 []；发现“{value}”")
        return rows

    def _plain(self, item: Mapping[str, Any]) -> dict[str, Any]:
        synonyms = self.keys["synonyms"]
        plain = {key: synonyms.get(key, {}).get(value, value) for key, value in item.items()}
        for key, allowed in self.keys["item_values"].items():
            if plain.get(key) is not None and plain[key] not in allowed:
                raise FactsError(f"class1_ip 的 {key}“{plain[key]}”不认识；可用：{'、'.join(allowed)}")
        return plain

    def ranked(self, facts: Facts, value: Any, on: date, kind: str, level: str) -> None:
        """奖励或创客中国：level、rank，year 或 years_ago（评估年度减落款年度）。"""
        if value is None:
            return self._no_idea(facts, kind)
        rows = facts.items.setdefault(kind, [])
        for item in self._rows(kind, value or []):
            rows.append({"level": item.get("level", level), "rank": item.get("rank"), "date": awarded_on(item, on)})
        return None

    def institution(self, facts: Facts, value: Any, on: date, level: str = "") -> None:
        """rd_institution：级别或形式；false、none 即没有。"""
        if value is None:
            return self._no_idea(facts, "institution")
        rows = facts.items.setdefault("institution", [])
        text = str(value)
        if text.lower() in ("none", "无", "false", "否"):
            return None
        text = level or text
        known = self.vocabulary.indicators["institution"].code_of(text)
        rows.append({"level": known, "form": None if known else text, "from": on, "until": on})
        return None

    def incidents(self, facts: Facts, value: Any, on: date) -> None:
        """incident_3y：none，或事故类型（一个或一串）。"""
        if value is None:
            return self._no_idea(facts, "incident")
        kinds = [] if value in ("none", "无", False) else [value] if isinstance(value, str) else list(value)
        known = self.vocabulary.indicators["incident"].values
        for kind in kinds:
            if kind not in known:
                raise FactsError(f"incident_3y 的“{kind}”不认识；可用：none、{'、'.join(known)}")
        facts.items["incident"] = [{"type": kind, "date": on} for kind in kinds]
        return None

    def local_feature(self, facts: Facts, value: Any, on: date) -> None:
        """local_feature：山东特色化四项；SD10 写符合的字母清单。"""
        for key, content in (value or {}).items():
            if key != "SD10":
                self._named(facts, str(key).lower(), content)
                continue
            chosen = {str(item).lower() for item in content or ()}
            facts.values |= {f"sd10_{letter}": int(letter in chosen) for letter in "abcdef"}


def _ranked(kind: str, level: str) -> Any:
    return lambda reader, facts, value, on: reader.ranked(facts, value, on, kind, level)


def _institution(level: str) -> Any:
    return lambda reader, facts, value, on: reader.institution(facts, value, on, level)


ITEM_KEYS: dict[str, Any] = {
    "class1_ip": FactsReader.ip,
    "award": _ranked("award", "national"),
    "awards": _ranked("award", "national"),
    "national_award": _ranked("award", "national"),
    "provincial_award": _ranked("award", "provincial"),
    "maker_china": _ranked("maker", "national"),
    "local_feature": FactsReader.local_feature,
    "rd_institution": _institution(""),
    "national_rd_institution": _institution("national"),
    "provincial_rd_institution": _institution("provincial"),
    "municipal_rd_institution": _institution("municipal"),
    "incident_3y": FactsReader.incidents,
}
