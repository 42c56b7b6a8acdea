"""走势：三年的数 → 一条小折线（内嵌 SVG 的坐标）与读屏的一句话；缺的年份断开，不当作零。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

WIDE, HIGH, EDGE = 72, 22, 3


@dataclass(frozen=True)
class Spark:
    """一条走势：lines 各段折线的坐标，dots 各点，told 读屏的话。"""

    lines: tuple[str, ...]
    dots: tuple[tuple[str, str], ...]
    told: str

    @property
    def box(self) -> str:
        """视窗。"""
        return f"0 0 {WIDE} {HIGH}"


def spark(title: str, years: Sequence[int], values: Sequence[int | None], words: Sequence[str]) -> Spark:
    """由远及近的各年；words 是各年的写法。"""
    told = "，".join(f"{year}年{word}" for year, word in zip(years, words, strict=True))
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0, 0)
    step = (WIDE - 2 * EDGE) / max(len(values) - 1, 1)
    places = [
        None if value is None else (EDGE + at * step, _height(value, low, high)) for at, value in enumerate(values)
    ]
    dots = tuple((f"{x:.1f}", f"{y:.1f}") for x, y in filter(None, places))
    return Spark(tuple(_lines(places)), dots, f"{title}：{told}")


def _height(value: int, low: int, high: int) -> float:
    room = HIGH - 2 * EDGE
    return HIGH - EDGE - (room * (value - low) / (high - low) if high > low else room / 2)


def _lines(places: Sequence[tuple[float, float] | None]) -> list[str]:
    """相邻两年都有的才连。"""
    return [f"{a[0]:.1f},{a[1]:.1f} {b[0]:.1f},{b[1]:.1f}" for a, b in pairwise(places) if a and b]
