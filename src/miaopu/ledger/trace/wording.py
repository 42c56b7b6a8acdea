"""措辞：指标、条目字段的中文名与取值的写法；字段名与类别词取自来源声明，没有声明的用指标文件。"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from miaopu.terms.indicator import Indicator
from miaopu.terms.shown import shown

YEARS = {"0": "本年", "1": "上年", "2": "上上年", "3": "再前一年"}
SLOT = re.compile(r"(?P<key>[a-z0-9_]+?)_(?P<end>t(?P<slot>[0-3])|until|low|high)")
ENDS = {"until": "有效期至", "low": "（下限）", "high": "（上限）"}
FIELDS = {
    "date": "日期",
    "from": "起始日期",
    "until": "截止日期",
    "valid": "有效",
    "item": "编号",
    "related": "与主导产品相关",
    "high_value": "属高价值",
}
"""没有来源声明时条目字段的叫法。"""


@dataclass(frozen=True)
class Wording:
    """indicators 目录全部指标；sources 来源声明（也可是来源规则，那样只有名称没有字段叫法）。"""

    indicators: Mapping[str, Indicator]
    sources: Any = field(default_factory=dict)

    def title(self, column: str) -> str:
        """列名 → 中文名：revenue_t1 为“上年营业收入”，ip.granted 为“授权公告日”。"""
        if column in self.indicators:
            return self.indicators[column].title
        found = SLOT.fullmatch(column)
        if found and found["key"] in self.indicators:
            title = self.indicators[found["key"]].title
            return YEARS[found["slot"]] + title if found["slot"] else title + ENDS[found["end"]]
        if column in self._fields:
            return self._fields[column]
        return FIELDS.get(column.partition(".")[2], column)

    def shown(self, indicator: str, value: int | str | None) -> str:
        """内部值的写法；indicator 是指标键、列名或条目字段（ip.granted）。"""
        key, _, name = indicator.partition(".")
        one = self.indicators.get(key) or self.indicators.get(self._stem(key))
        if one is None:
            return shown(value, "text")
        if name:
            kind = one.fields.get(name, "text")
            words = self._own(one, name) or self._words.get(indicator, {}) if kind == "category" else {}
            return shown(value, kind, self._unit(kind), words)
        if key.endswith("_until") and key not in self.indicators:
            return shown(value, "date")
        if key == "industry" and value is not None:
            return self._industry(str(value))
        return shown(value, one.kind, one.unit, one.values)

    def source(self, code: str) -> str:
        """来源代码 → 名称。"""
        found = self.sources.get(code) if isinstance(self.sources, Mapping) else None
        return found.title if found is not None else code

    def _stem(self, column: str) -> str:
        found = SLOT.fullmatch(column)
        return found["key"] if found else column

    def _industry(self, code: str) -> str:
        """行业代码连同名称。"""
        name = getattr(self.sources, "industries", {}).get(code)
        return f"{name}（{code}）" if name else code

    def _own(self, one: Indicator, name: str) -> Mapping[str, tuple[str, ...]]:
        """指标文件的 values 是条目首个类别字段的取值。"""
        first = next((field for field, kind in one.fields.items() if kind == "category"), "")
        return one.values if name == first else {}

    @staticmethod
    def _unit(kind: str) -> str:
        return {"money": "万元", "percent": "%"}.get(kind, "")

    @cached_property
    def _columns(self) -> list[Any]:
        """条目字段的列；字段多的表在前，它的表头才是字段的本名。"""
        every: Iterable[Any] = self.sources.values() if isinstance(self.sources, Mapping) else ()
        tables = [table for source in every for table in getattr(source, "tables", ()) if hasattr(table, "columns")]
        told = [[column for column in table.columns if "." in column.indicator] for table in tables]
        return [column for columns in sorted(told, key=len, reverse=True) for column in columns]

    @cached_property
    def _fields(self) -> dict[str, str]:
        told: dict[str, str] = {}
        for column in self._columns:
            told.setdefault(column.indicator, column.aliases[0])
        return told

    @cached_property
    def _words(self) -> dict[str, dict[str, str]]:
        """条目字段 → 代码 → 来源声明里的第一个说法。"""
        told: dict[str, dict[str, str]] = {}
        for column in self._columns:
            for word, code in column.values.items():
                told.setdefault(column.indicator, {}).setdefault(str(code), str(word))
        return told
