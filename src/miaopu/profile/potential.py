"""潜力信号：由称号持有企业认定前一年的数，学“拿到称号的机会”（一层的单调梯度提升，折外校准）；人太少就说不给。

收一轮的宽表与口径，给各数的曲线、可靠程度、各家的机会与缘由，旁边是逻辑回归；只排先后，从不定结论，判定、名单、方案一律不用它。
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl
from sklearn.calibration import CalibratedClassifierCV

from miaopu.profile.potential_model import Curves, Setup, turned
from miaopu.profile.potential_rules import YEAR, Feature, PotentialRules, codes, examples, valued

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""曲线写哪几处：学习用的企业由小到大排到这里的值。"""


@dataclass(frozen=True)
class Bin:
    """可靠程度的一档：预计机会在 low 至 high 的 firms 家，平均预计 expected，其中 held 家真有称号。"""

    low: float
    high: float
    firms: int
    expected: float
    held: int

    @property
    def observed(self) -> float:
        """真有的占比。"""
        return self.held / self.firms


@dataclass(frozen=True)
class Point:
    """曲线上一处：share 排到第几成，value 那里的值（给人看的），part 贡献（对数几率，离开平均多少）。"""

    share: float
    value: str
    part: float


@dataclass(frozen=True)
class Curve:
    """一个特征的曲线：只往一个方向走。"""

    code: str
    title: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Weight:
    """逻辑回归里一个特征的系数（标准化以后）。"""

    code: str
    title: str
    weight: float


@dataclass(frozen=True)
class Compared:
    """对照的逻辑回归：折外的布里尔分与可靠程度、系数。"""

    brier: float
    bins: tuple[Bin, ...]
    weights: tuple[Weight, ...]


@dataclass(frozen=True)
class Chance:
    """一家的机会（0 至 1）与缘由：各特征对对数几率的贡献，大的在前。"""

    enterprise: str
    name: str
    chance: float
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Signal:
    """学到的信号。brier 越小越好，base_brier 是人人都说平均占比时的；bins、brier 都是折外的。"""

    rules: PotentialRules
    holders: int
    others: int
    brier: float
    base_brier: float
    curves: tuple[Curve, ...]
    bins: tuple[Bin, ...]
    chances: tuple[Chance, ...]
    compared: Compared

    @cached_property
    def skill(self) -> float:
        """比人人说平均占比好几成。"""
        return 1 - self.brier / self.base_brier


@dataclass(frozen=True)
class NoSignal:
    """不给信号：持有企业太少，或照口径写的方向学不出来。"""

    rules: PotentialRules
    holders: int
    why: str


def learn(wide: pl.DataFrame, rules: PotentialRules, assessed_on: date) -> Signal | NoSignal:
    """学一次；同样的输入给同样的结果，与行的次序无关。"""
    firms = wide.sort("enterprise")
    table = examples(firms, rules, assessed_on)
    holders = int(table["held"].sum())
    others = table.height - holders
    if holders < rules.minimum or others < rules.minimum:
        short = f"事前的数齐全的{rules.title}只有 {holders} 家（没有称号的 {others} 家），不足 {rules.minimum} 家"
        return NoSignal(rules, holders, short)
    grid, held = table.select(codes(rules)).to_numpy(), table["held"].to_numpy()
    how = setup(rules)
    outside, fitted = how.outside(how.boosted(), grid, held), how.fit(how.boosted(), grid, held)
    if turned(fitted):
        why = "照口径写的方向（rises）学不出规律，校准以后大小反了；核对目录 potential.yaml 里各数的方向，或先不用这个信号"
        return NoSignal(rules, holders, why)
    base, curves = held.mean(), Curves(fitted, grid)
    return Signal(
        rules=rules,
        holders=holders,
        others=others,
        brier=_brier(outside, held),
        base_brier=float(base * (1 - base)),
        curves=_curves(curves, rules),
        bins=reliability(outside, held, rules.bins),
        chances=_chances(firms, fitted, curves, rules, assessed_on),
        compared=_compared(how, grid, held, rules),
    )


def setup(rules: PotentialRules) -> Setup:
    """怎样学。"""
    signs = tuple(1 if one.rises else -1 for one in rules.features)
    return Setup(signs, rules.rounds, rules.rate, rules.folds, rules.seed)


def _curves(found: Curves, rules: PotentialRules) -> tuple[Curve, ...]:
    points = found.at(SHARES)
    return tuple(Curve(one.code, one.title, _points(one, own)) for one, own in zip(rules.features, points, strict=True))


def _points(one: Feature, own: list[tuple[float, float]]) -> tuple[Point, ...]:
    return tuple(Point(share, one.shown(value), part) for share, (value, part) in zip(SHARES, own, strict=True))


def _compared(how: Setup, grid: np.ndarray, held: np.ndarray, rules: PotentialRules) -> Compared:
    """逻辑回归学一次，作对照。"""
    outside = how.outside(how.plain(), grid, held)
    pipeline = how.fit(how.plain(), grid, held).calibrated_classifiers_[0].estimator
    found = zip(rules.features, pipeline[1].coef_[0], strict=True)
    weights = tuple(Weight(one.code, one.title, float(weight)) for one, weight in found)
    return Compared(_brier(outside, held), reliability(outside, held, rules.bins), weights)


def _brier(chances: np.ndarray, held: np.ndarray) -> float:
    return float(np.mean((chances - held) ** 2))


def reliability(chances: np.ndarray, held: np.ndarray, bins: int) -> tuple[Bin, ...]:
    """按预计机会等宽分档；没有企业的档不列。"""
    place = np.minimum((chances * bins).astype(int), bins - 1)
    return tuple(
        Bin(at / bins, (at + 1) / bins, int(own.sum()), float(chances[own].mean()), int(held[own].sum()))
        for at in range(bins)
        if (own := place == at).any()
    )


def _chances(
    firms: pl.DataFrame, fitted: CalibratedClassifierCV, curves: Curves, rules: PotentialRules, on: date
) -> tuple[Chance, ...]:
    """还没有称号、上年的数齐全的各家，机会大的在前。"""
    latest = rules.years[0]
    others = valued(firms.filter(pl.col(rules.column) == 0), rules, latest, on.year - YEAR[latest])
    table = others.select("enterprise", "name", *codes(rules)).drop_nulls()
    if table.is_empty():
        return ()
    grid = table.select(codes(rules)).to_numpy()
    scored = fitted.predict_proba(grid)[:, 1]
    rows = zip(table["enterprise"], table["name"], scored, curves.parts(grid), strict=True)
    told = (Chance(code, name, float(chance), _parts(rules, each)) for code, name, chance, each in rows)
    return tuple(sorted(told, key=lambda one: (-one.chance, one.enterprise)))


def _parts(rules: PotentialRules, given: np.ndarray) -> tuple[tuple[str, float], ...]:
    pairs = [(one.title, float(value)) for one, value in zip(rules.features, given, strict=True)]
    return tuple(sorted(pairs, key=lambda one: -abs(one[1])))


def words(one: Chance, most: int = 3) -> str:
    """缘由的话：哪几个数把机会往上、往下带；大小是对对数几率的贡献。"""
    return "、".join(f"{title}{'抬高' if value >= 0 else '压低'}{abs(value):.2f}" for title, value in one.parts[:most])


def percent(chance: float) -> str:
    """机会写成整百分数，四舍五入；不写零，也不写满。"""
    return f"{min(max(round(chance * 100), 1), 99)}%"
