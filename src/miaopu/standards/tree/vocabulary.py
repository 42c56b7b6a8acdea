"""词汇表：标准里写的名字 → 输入或派生指标；名字来自指标目录与标准自带的声明。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from miaopu.standards.tree.expression import ExpressionError, parse_number
from miaopu.standards.tree.node import Derived, Input, Num
from miaopu.terms.indicator import Indicator

YEARS = ("t0", "t1", "t2", "t3")
"""本年、上年、上上年、再前一年。"""

YEAR_WORDS = dict(zip(YEARS, ("本年", "上年", "上上年", "再前一年"), strict=True))

PER = {"percent": 1_000_000, "decimal": 10_000}
"""内部整数与自然单位之比；其余类别为 1。"""

_SUFFIX = re.compile(r"(?P<key>.+)_(?P<year>t[0-3])$")


@dataclass(frozen=True)
class Vocabulary:
    """由指标目录造成；lookup 给出节点，未知名字报错。ungrounded 是没有可作依据的来源的指标，标准不得引用。"""

    indicators: Mapping[str, Indicator]
    ungrounded: frozenset[str] = frozenset()
    _cache: dict[str, Num] = field(default_factory=dict, compare=False, repr=False)

    def lookup(self, name: str) -> Num:
        """名字 → 节点。年度指标须带 _t0 至 _t3。"""
        if name not in self._cache:
            self._cache[name] = self._find(name)
        return self._cache[name]

    def indicator(self, name: str) -> Indicator | None:
        """输入名字所属的指标。"""
        match = _SUFFIX.match(name)
        if match and match["key"] in self.indicators:
            return self.indicators[match["key"]]
        return self.indicators.get(name) or self._by_value(name)

    def ground(self, name: str) -> Num:
        """标准里写的名字 → 节点；只有不得作依据的来源提供的指标报错。"""
        found, indicator = self.lookup(name), self.indicator(name)
        base = str(indicator.extra.get("items", "")) if indicator else ""
        if indicator and not self.ungrounded.isdisjoint({indicator.key, base}):
            given = "、".join(indicator.suppliers) or "所依据的指标"
            raise ExpressionError(
                f"“{name}”（{indicator.title}）只由不得作为依据的来源（{given}）提供，标准不得引用；请改用有其他来源的指标"
            )
        return found

    def title(self, name: str) -> str:
        """输入名 → 中文名，如 revenue_t1 → 上年营业收入。"""
        match = _SUFFIX.match(name)
        indicator = self.indicator(name)
        if indicator is None:
            return name
        return (YEAR_WORDS[match["year"]] if match and match["key"] == indicator.key else "") + indicator.title

    def _by_value(self, name: str) -> Indicator | None:
        """条目指标按取值分列的名字，如 incident_3y_data_fraud。"""
        for indicator in self.indicators.values():
            if "by" in indicator.extra and name.startswith(f"{indicator.key}_"):
                base = self.indicators[str(indicator.extra["items"])]
                code = name[len(indicator.key) + 1 :]
                if code in base.values:
                    word = next(iter(base.values[code]), code)
                    return replace(indicator, key=name, title=f"{indicator.title}（{word}）")
        return None

    def _find(self, name: str) -> Num:
        match = _SUFFIX.match(name)
        indicator = self.indicator(name)
        if indicator is None:
            raise ExpressionError(f"没有“{name}”这个指标；请在 catalog/indicators 里找正确的名字")
        yearly = indicator.period == "year"
        if yearly != bool(match and match["key"] == indicator.key):
            wanted = f"{indicator.key}_t1" if yearly else indicator.key
            raise ExpressionError(f"“{name}”写法不对，应写“{wanted}”")
        return self._node(name, indicator, match["year"] if yearly and match else "")

    def _node(self, name: str, indicator: Indicator, year: str) -> Num:
        interval = "items" in indicator.extra and indicator.extra.get("measure") != "exists"
        order = tuple(indicator.values) if interval and indicator.kind == "category" else ()
        given = Input(name, indicator.kind, PER.get(indicator.kind, 1), interval, order)
        if not indicator.formula:
            return given
        return Derived(given, parse_number(_dated(indicator.formula, self.indicators, year), self.lookup))


def _dated(formula: str, indicators: Mapping[str, Indicator], year: str) -> str:
    """年度派生公式：给年度指标补上年份后缀，prev(x) 指再往前一年。"""
    if not year:
        return formula

    def suffixed(key: str, back: int) -> str:
        known = indicators.get(key)
        return f"{key}_t{int(year[1]) + back}" if known and known.period == "year" else key

    shifted = re.sub(r"prev\((\w+)\)", lambda m: suffixed(m[1], 1), formula)
    return re.sub(r"\b[a-z_]+\b(?!\()", lambda m: suffixed(m[0], 0), shifted)
