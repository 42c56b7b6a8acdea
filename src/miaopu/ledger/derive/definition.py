"""派生条目指标的定义：读指标文件里 items、where、measure 等键；写错即报文件与行号。"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from miaopu.ledger.derive.condition import Condition, parse
from miaopu.terms.indicator import Indicator
from miaopu.terms.yaml_lines import CatalogError, line_of

MEASURES = frozenset({"count", "sum", "best", "exists"})
KEYS = frozenset({"items", "where", "measure", "field", "order", "by"})
NONE = "none"


@dataclass(frozen=True, eq=False)
class Derived:
    """一个派生指标。

    measure：count 件数、sum 求和（field）、best 最高档（order 由高到低）、exists 有无（可按 by 分列）。
    """

    key: str
    title: str
    kind: str
    unit: str
    items: str
    measure: str
    where: tuple[Condition, ...]
    field: str = ""
    order: tuple[tuple[str, tuple[Condition, ...]], ...] = ()
    definition: str = ""

    def columns(self) -> tuple[str, ...]:
        """它在快照里的列名。"""
        return (self.key,) if self.measure == "exists" else (f"{self.key}_low", f"{self.key}_high")


def derived_items(indicators: Mapping[str, Indicator]) -> list[Derived]:
    """全部派生条目指标（by 的已展开成每值一个）；条目不存在、条件写错抛 CatalogError。同一份目录只解析一次。"""
    return list(_parsed(_Same(indicators)))


@dataclass(frozen=True, eq=False)
class _Same:
    """同一份目录：以是不是同一个对象为准，作缓存的键。"""

    indicators: Mapping[str, Indicator]

    def __hash__(self) -> int:
        return id(self.indicators)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.indicators is other.indicators


@lru_cache(maxsize=4)
def _parsed(given: _Same) -> tuple[Derived, ...]:
    indicators = given.indicators
    found = [one for one in indicators.values() if "items" in one.extra]
    return tuple(derived for one in found for derived in _expand(_define(one, indicators), one, indicators))


def _define(one: Indicator, indicators: Mapping[str, Indicator]) -> Derived:
    base = indicators.get(str(one.extra["items"]))
    if base is None or base.kind != "item":
        raise CatalogError(one.path, one.line, f"“{one.key}”的 items“{one.extra['items']}”不是条目指标")
    for key in set(one.extra) - KEYS:
        raise CatalogError(one.path, one.line, f"“{one.key}”有不认得的键“{key}”")
    measure = str(one.extra.get("measure", "count"))
    if measure not in MEASURES:
        raise CatalogError(
            one.path, one.line, f"“{one.key}”的 measure“{measure}”不认得，应为 {'、'.join(sorted(MEASURES))} 之一"
        )
    where = _conditions(one, base, one.extra.get("where", []))
    field = str(one.extra.get("field", ""))
    if measure == "sum" and base.fields.get(field) not in ("money", "count"):
        raise CatalogError(one.path, one.line, f"“{one.key}”求和的字段“{field}”不是金额或件数")
    return Derived(
        one.key, one.title, one.kind, one.unit, base.key, measure, where, field, _order(one, base), one.definition
    )


def _conditions(one: Indicator, base: Indicator, told: Any) -> tuple[Condition, ...]:
    try:
        return tuple(parse(str(text), base.fields, base.values) for text in _flat(told))
    except ValueError as error:
        raise CatalogError(one.path, line_of(told) or one.line, f"“{one.key}”：{error}") from None


def _flat(told: Any) -> list[Any]:
    """列表里可引用另一串条件（YAML 别名），摊平。"""
    return [leaf for one in told for leaf in (_flat(one) if isinstance(one, list) else [one])]


def _order(one: Indicator, base: Indicator) -> tuple[tuple[str, tuple[Condition, ...]], ...]:
    steps = one.extra.get("order", [])
    if bool(steps) != (one.extra.get("measure") == "best"):
        raise CatalogError(one.path, one.line, f"“{one.key}”：measure: best 必须且只有它可以写 order")
    return tuple((code, _conditions(one, base, told)) for step in steps for code, told in step.items())


def _expand(derived: Derived, one: Indicator, indicators: Mapping[str, Indicator]) -> list[Derived]:
    by = one.extra.get("by")
    if by is None:
        return [derived]
    base = indicators[derived.items]
    if base.fields.get(str(by)) != "category" or derived.measure != "exists":
        raise CatalogError(one.path, one.line, f"“{one.key}”的 by 应是类别字段，且 measure 为 exists")
    return [_for_value(derived, base, str(by), code, words) for code, words in base.values.items()]


def _for_value(derived: Derived, base: Indicator, by: str, code: str, words: tuple[str, ...]) -> Derived:
    condition = parse(f"{by} == {code}", base.fields, base.values)
    title = f"{derived.title}：{words[0] if words else code}"
    return replace(derived, key=f"{derived.key}_{code}", title=title, where=(*derived.where, condition))
