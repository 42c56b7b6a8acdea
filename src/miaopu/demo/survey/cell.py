"""一格怎样写：按列的种类与县区的单位写干净的值，再按比例写成各种脏样；正确值随毛病记下。"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from miaopu.demo.survey.column import FEN, Column, unit_of
from miaopu.demo.survey.grid import Formula, Value

_WIDE = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
_WORDS = {"flag": {True: "是", False: "否"}, "field": {"A": "产业链关键环节", "B": "六基", "C": "其他"}}
_SCALE = {"tenth": 10, "percent": 100, "count": 1}


@dataclass
class CellWriter:
    """style 是县区写法；rng 决定哪些格弄脏、怎样脏。"""

    style: dict[str, Any]
    missing: list[str]
    rng: np.random.Generator
    seen: int = 0

    def write(self, column: Column, value: Any) -> tuple[Value | None, str, str | None]:
        """写出的值、毛病（没有为空串）、正确的内部值。"""
        if value is None:
            return self._blank(column), "", None
        if column.kind not in ("money", "count", "percent"):
            return self.plain(column, value), "", None
        kind = self._kind(column)
        if kind == "missing_mark":
            return self._mark(), kind, None
        shown, right = self._dirty(kind, column, value) if kind else (self.plain(column, value), None)
        return shown, kind, right

    def _kind(self, column: Column) -> str:
        """这一格的毛病；小城市里也让每种至少出现一次（开头每隔七个金额格放一种）。"""
        at, self.seen = self.rng.random(), self.seen + (column.kind == "money")
        owed, early = divmod(self.seen, 7)
        if column.kind == "money" and early == 0 and 0 < owed <= len(self.style["dirt"]):
            return list(self.style["dirt"])[owed - 1]
        for kind, rate in self.style["dirt"].items():
            if column.kind != "money" and kind != "missing_mark":
                continue
            if at < float(rate):
                return kind
            at -= float(rate)
        return ""

    def _mark(self) -> str:
        return self.missing[int(self.rng.integers(0, len(self.missing)))]

    def _blank(self, column: Column) -> str | None:
        """不知道的：一半空着，一半画记号；文字列一律空着。"""
        if column.kind in ("text", "date", "serial") or self.rng.random() < 0.5:
            return None
        return self._mark()

    def amount(self, column: Column, value: int) -> Decimal:
        """内部值 → 表里的数。"""
        if column.kind != "money":
            return Decimal(value) / _SCALE[column.kind]
        unit = self.style.get("wrong_unit") or unit_of(self.style, column.field)
        return Decimal(value) / FEN[unit]

    def plain(self, column: Column, value: Any) -> Value:
        """干净的写法。"""
        if column.kind in _WORDS:
            return _WORDS[column.kind][value]
        if column.kind not in ("money", "count", "percent", "tenth"):
            return value
        shown = self.amount(column, value)
        if column.kind == "percent" and self.style.get("percent") == "text":
            return f"{shown.normalize():f}%"
        if column.kind == "money" and self.style.get("numbers") == "text":
            return f"{shown:.2f}"
        return int(shown) if shown == shown.to_integral_value() else float(shown)

    def _dirty(self, kind: str, column: Column, value: int) -> tuple[Value, str]:
        shown = self.amount(column, value)
        if kind == "approx":
            whole = int(shown.to_integral_value())
            return f"约{whole}", str(whole * FEN[unit_of(self.style, column.field)])
        if kind == "wan_suffix":
            wan = (Decimal(value) / FEN["万元"]).quantize(Decimal("0.1"))
            return f"{wan:,}万", str(int(wan * FEN["万元"]))
        if kind == "formula":
            whole, part = divmod(shown, 1)
            return Formula(f"={whole}+{part.normalize():f}", float(shown)), str(value)
        text = {"thousands": f"{shown:,.2f}", "number_text": f"{shown.normalize():f}"}.get(kind, f"{shown:.2f}")
        return text.translate(_WIDE) if kind == "full_width" else text, str(value)
