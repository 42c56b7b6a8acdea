"""条目事实：知识产权、奖励、研发机构等清单，用台账同一套口径数出件数与有无。"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from miaopu.ledger.derive import derive, derived_items
from miaopu.terms.indicator import Indicator

FIELD_TYPES = {"category": pl.String, "text": pl.String, "date": pl.String, "flag": pl.Int64, "count": pl.Int64}
SCALES = {"money": 1_000_000, "percent": 10_000, "decimal": 10_000}


class FactsError(ValueError):
    """事实写错了：说明哪个键、发现什么、应是什么。"""


class ItemCounter:
    """持有派生条目指标的定义；count 把一家企业的条目数成快照列。"""

    def __init__(self, indicators: Mapping[str, Indicator]) -> None:
        self.bases = {key: one for key, one in indicators.items() if one.kind == "item"}
        self.derived = derived_items(indicators)
        self._counted: dict[Any, dict[str, Any]] = {}

    def count(self, items: Mapping[str, list[dict[str, Any]]], on: date) -> dict[str, Any]:
        """items：条目指标 → 条目（字段为自然写法）；清单视为完整，给出的列只含这些条目指标派生的。"""
        return {name: value for key, rows in items.items() for name, value in self._one(key, rows, on).items()}

    def names(self, key: str) -> tuple[str, ...]:
        """一个条目指标派生的全部列名。"""
        return tuple(name for one in self.derived if one.items == key for name in one.columns())

    def _one(self, key: str, rows: list[dict[str, Any]], on: date) -> dict[str, Any]:
        """同样的清单只数一次：门槛默认里的空清单，每条记录都一样。"""
        known = (key, on, repr(rows))
        if known not in self._counted:
            for row in rows:
                _check(self.bases[key], row)
            wanted = [one for one in self.derived if one.items == key]
            columns = derive(wanted, {key: self._table(self.bases[key], rows, on)}, 1, frozenset({key}), on)
            self._counted[known] = {series.name: series[0] for series in columns}
        return self._counted[known]

    def _table(self, base: Indicator, rows: list[dict[str, Any]], on: date) -> pl.DataFrame:
        schema = {"ent": pl.UInt32, "item": pl.String, "first_known": pl.Date, "listed": pl.Boolean}
        schema |= {name: FIELD_TYPES.get(kind, pl.Int64) for name, kind in base.fields.items()}
        data = [
            {"ent": 0, "item": str(number), "first_known": on, "listed": True}
            | {name: _inner(base, name, row.get(name)) for name in base.fields}
            for number, row in enumerate(rows)
        ]
        return pl.DataFrame(data, schema=schema)


def _check(base: Indicator, row: Mapping[str, Any]) -> None:
    """字段名与首个类别字段的取值要认得。"""
    first = next((name for name, kind in base.fields.items() if kind == "category"), "")
    for name, value in row.items():
        if name not in base.fields:
            raise FactsError(f"{base.title}没有“{name}”这一栏；可用：{'、'.join(base.fields)}")
        if name == first and value is not None and base.values and str(value) not in base.codes:
            raise FactsError(f"{base.title}的 {name}“{value}”不认识；可用：{'、'.join(base.values)}")


def _inner(base: Indicator, name: str, value: Any) -> Any:
    """自然写法 → 内部表示；金额万元，比例百分数值。"""
    kind = base.fields[name]
    if value is None:
        return None
    if kind == "date":
        return value.isoformat() if isinstance(value, date) else str(value)
    if kind == "flag":
        return int(bool(value))
    if kind in SCALES:
        return int(value * SCALES[kind])
    return int(value) if kind == "count" else base.codes.get(str(value), str(value))
