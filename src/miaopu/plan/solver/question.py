"""一问：条件（各项级数的整系数多项式 ≥ 0 的与或）、各项的价与上限、连带与互斥；只有数据与它们的取值。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from miaopu.plan.solver.polynomial import Monomial


@dataclass(frozen=True)
class Constraint:
    """terms 之和 ≥ 0；linear 是一次项（下标 → 系数），constant 是常数；curved 为真时另有高次项。"""

    terms: tuple[tuple[Monomial, int], ...]

    def bound(self, low: Sequence[int], high: Sequence[int], upper: bool) -> int:
        """盒子里的上界或下界（级数都不小于零，逐项取端）。"""
        total = 0
        for monomial, coefficient in self.terms:
            ends = high if (coefficient > 0) == upper else low
            for at in monomial:
                coefficient *= ends[at]
            total += coefficient
        return total

    @cached_property
    def linear(self) -> bool:
        """没有两项相乘的。"""
        return all(len(monomial) <= 1 for monomial, _ in self.terms)


@dataclass(frozen=True)
class AllOf:
    """都要。"""

    items: tuple[Goal, ...]


@dataclass(frozen=True)
class OneOf:
    """有一个就行。"""

    items: tuple[Goal, ...]


Goal = bool | Constraint | AllOf | OneOf


def all_of(items: list[Goal]) -> Goal:
    """化掉常真常假的与。"""
    kept = [one for one in items if one is not True]
    if any(one is False for one in kept):
        return False
    return True if not kept else kept[0] if len(kept) == 1 else AllOf(tuple(dict.fromkeys(kept)))


def one_of(items: list[Goal]) -> Goal:
    """化掉常真常假的或。"""
    kept = [one for one in items if one is not False]
    if any(one is True for one in kept):
        return True
    return False if not kept else kept[0] if len(kept) == 1 else OneOf(tuple(dict.fromkeys(kept)))


def constraints_in(goals: Iterable[Goal]) -> Iterator[Constraint]:
    """条件里的各条约束。"""
    for one in goals:
        if isinstance(one, Constraint):
            yield one
        elif not isinstance(one, bool):
            yield from constraints_in(one.items)


def met_at(goal: Goal, levels: Sequence[int]) -> bool:
    """各项取这些级数时成立。"""
    match goal:
        case bool():
            return goal
        case AllOf(items):
            return all(met_at(one, levels) for one in items)
        case OneOf(items):
            return any(met_at(one, levels) for one in items)
    return goal.bound(levels, levels, False) >= 0


@dataclass(frozen=True, eq=False)
class Titles(Mapping[int, Goal]):
    """称号类各项的下标 → 办它另要成立的条件：made 看到哪一项才化哪一项，多数题用不到全部。"""

    made: Callable[[int], Goal]
    places: tuple[int, ...]

    def __getitem__(self, at: int) -> Goal:
        if at not in self.places:
            raise KeyError(at)
        return self.made(at)

    def __contains__(self, at: object) -> bool:
        return at in self.places

    def __iter__(self) -> Iterator[int]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)


Levels = tuple[int, ...]
"""各项办几级。"""


@dataclass(frozen=True)
class Price:
    """一项的价：each 每级、once 只要办就有；都是整数。"""

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
