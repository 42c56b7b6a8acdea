"""一问：各项的价与上限、要成立的条件、连带与互斥；只有数据。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from miaopu.plan.solver.constraint import Goal

Levels = tuple[int, ...]
"""各项办几级。"""


@dataclass(frozen=True)
class Price:
    """一项的价：each 每级、once 只要办就有；都是合成的整数（花费在高位，步数在低位）。"""

    each: int
    once: int


@dataclass(frozen=True)
class Question:
    """要求解的：most 各项至多几级；goals 都要成立；follow 是办了某项就另要成立的；apart 是不能同办的两项。"""

    prices: tuple[Price, ...]
    most: tuple[int, ...]
    goals: tuple[Goal, ...]
    follow: Mapping[int, Goal] = field(default_factory=dict)
    apart: tuple[tuple[int, int], ...] = ()

    @cached_property
    def rivals(self) -> dict[int, tuple[int, ...]]:
        """各项与哪些不能同办。"""
        out: dict[int, tuple[int, ...]] = {}
        for a, b in self.apart:
            out[a], out[b] = (*out.get(a, ()), b), (*out.get(b, ()), a)
        return out
