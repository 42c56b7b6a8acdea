"""潜力信号：由称号持有企业认定前一年的数，学“拿到称号的机会”（标准化后的逻辑回归，折外校准）；人太少就说不给。

收一轮的宽表与口径，给系数、可靠程度、各家的机会与缘由；只排先后，从不定结论，判定、名单、方案一律不用它。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

FILE = "potential.yaml"
YEAR = {"t1": 1, "t2": 2, "t3": 3}


@dataclass(frozen=True)
class Feature:
    """一个特征：log 一列取对数，ratio 两列之比，age 由成立日期到那一年末的年数。"""

    code: str
    title: str
    form: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class PotentialRules:
    """潜力口径；column 是称号列，valid_years 是有效期。"""

    tier: str
    column: str
    title: str
    valid_years: int
    minimum: int
    years: tuple[str, ...]
    features: tuple[Feature, ...]
    clip: tuple[float, float]
    folds: int
    seed: int
    bins: int
    limits: tuple[str, ...]


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
class Weight:
    """一个特征的系数（标准化以后）与平均、标准差。"""

    code: str
    title: str
    weight: float
    mean: float
    spread: float


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
    weights: tuple[Weight, ...]
    intercept: float
    bins: tuple[Bin, ...]
    chances: tuple[Chance, ...]

    @cached_property
    def skill(self) -> float:
        """比人人说平均占比好几成。"""
        return 1 - self.brier / self.base_brier


@dataclass(frozen=True)
class NoSignal:
    """不给信号：持有企业太少。"""

    rules: PotentialRules
    holders: int
    why: str


def load_rules(catalog: Catalog, tier: str) -> PotentialRules:
    """读潜力口径；没有这个层级的抛 CatalogError。"""
    path, data = catalog.file(FILE), catalog.read(FILE)
    title = next((one for one in data["titles"] if one["tier"] == tier), None)
    if title is None:
        raise CatalogError(path, 1, f"没有层级“{tier}”；有 {'、'.join(one['tier'] for one in data['titles'])}")
    return PotentialRules(
        tier=tier,
        column=title["column"],
        title=title["title"],
        valid_years=int(title["valid_years"]),
        minimum=int(data["minimum_holders"]),
        years=tuple(data["years"]),
        features=tuple(_feature(one) for one in data["features"]),
        clip=(float(data["clip"][0]), float(data["clip"][1])),
        folds=int(data["folds"]),
        seed=int(data["seed"]),
        bins=int(data["bins"]),
        limits=tuple(data["limits"]),
    )


def _feature(item: Mapping[str, Any]) -> Feature:
    form = next(one for one in ("log", "ratio", "age") if one in item)
    columns = tuple(item[form]) if form == "ratio" else (item[form],)
    return Feature(item["code"], item["title"], form, columns)


def needed(rules: PotentialRules) -> frozenset[str]:
    """用得着的宽表列。"""
    yearly = {name for one in rules.features if one.form != "age" for name in one.columns}
    plain = {one.columns[0] for one in rules.features if one.form == "age"}
    told = {"enterprise", "name", rules.column, f"{rules.column}_until"}
    return frozenset(told | plain | {f"{name}_{year}" for name in yearly for year in rules.years})


def learn(wide: pl.DataFrame, rules: PotentialRules, assessed_on: date) -> Signal | NoSignal:
    """学一次；同样的输入给同样的结果，与行的次序无关。"""
    firms = wide.sort("enterprise")
    table = examples(firms, rules, assessed_on)
    holders = int(table["held"].sum())
    others = table.height - holders
    if holders < rules.minimum or others < rules.minimum:
        short = f"事前的数齐全的{rules.title}只有 {holders} 家（没有称号的 {others} 家），不足 {rules.minimum} 家"
        return NoSignal(rules, holders, short)
    grid, held = table.select(_codes(rules)).to_numpy(), table["held"].to_numpy()
    outside = cross_val_predict(_model(rules), grid, held, cv=_folds(rules), method="predict_proba")[:, 1]
    fitted = _model(rules).fit(grid, held)
    base = held.mean()
    weights, intercept = _weights(fitted, rules)
    return Signal(
        rules=rules,
        holders=holders,
        others=others,
        brier=float(np.mean((outside - held) ** 2)),
        base_brier=float(base * (1 - base)),
        weights=weights,
        intercept=intercept,
        bins=reliability(outside, held, rules.bins),
        chances=_chances(firms, fitted, weights, rules, assessed_on),
    )


def examples(firms: pl.DataFrame, rules: PotentialRules, assessed_on: date) -> pl.DataFrame:
    """学习用的表：enterprise、held（1 有称号）、各特征；有称号的取认定前一年，没有的按比例派一年；数不全的不用。"""
    issued = pl.col(f"{rules.column}_until").cast(pl.String).str.head(4).cast(pl.Int32, strict=False)
    back = assessed_on.year - (issued - rules.valid_years - 1)
    told = firms.with_columns(held=pl.col(rules.column), back=back)
    years = {YEAR[year]: year for year in rules.years}
    holders = told.filter(pl.col("held") == 1, pl.col("back").is_in(list(years)))
    others = told.filter(pl.col("held") == 0)
    counts = dict(holders["back"].value_counts().sort("back").iter_rows())
    others = others.with_columns(back=_assigned(others["enterprise"], counts))
    columns = ["enterprise", "held", *_codes(rules)]
    parts = [
        _valued(part.filter(pl.col("back") == at), rules, year, assessed_on.year - at).select(columns)
        for at, year in sorted(years.items())
        for part in (holders, others)
    ]
    return pl.concat(parts).drop_nulls().sort("enterprise")


def _assigned(names: pl.Series, counts: Mapping[int, int]) -> pl.Series:
    """没有称号的企业派到哪一年：按企业号的次序轮着派，各年的比例同持有企业。"""
    turn = [back for back, count in counts.items() for _ in range(count)]
    if not turn:
        return pl.Series("back", [None] * len(names), dtype=pl.Int32)
    step = next(one for one in (7919, 104729) if len(turn) % one)
    return pl.Series("back", [turn[at * step % len(turn)] for at in range(len(names))], dtype=pl.Int32)


def _valued(part: pl.DataFrame, rules: PotentialRules, year: str, ended: int) -> pl.DataFrame:
    """各特征在 year 那一年的值；缺数、分母不为正的为空。"""
    return part.with_columns(_value(one, rules, year, ended).alias(one.code) for one in rules.features)


def _value(one: Feature, rules: PotentialRules, year: str, ended: int) -> pl.Expr:
    if one.form == "age":
        founded = pl.col(one.columns[0]).cast(pl.String).str.head(4).cast(pl.Int32, strict=False)
        return (ended - founded).cast(pl.Float64)
    top = pl.col(f"{one.columns[0]}_{year}").cast(pl.Float64)
    if one.form == "log":
        return pl.when(top > 0).then(top.log())
    below = pl.col(f"{one.columns[1]}_{year}").cast(pl.Float64)
    return pl.when(below > 0).then((top / below).clip(*rules.clip))


def _codes(rules: PotentialRules) -> list[str]:
    return [one.code for one in rules.features]


def _model(rules: PotentialRules) -> CalibratedClassifierCV:
    plain = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return CalibratedClassifierCV(plain, method="sigmoid", cv=_folds(rules), ensemble=False)


def _folds(rules: PotentialRules) -> StratifiedKFold:
    return StratifiedKFold(rules.folds, shuffle=True, random_state=rules.seed)


def _weights(fitted: CalibratedClassifierCV, rules: PotentialRules) -> tuple[tuple[Weight, ...], float]:
    pipeline = fitted.calibrated_classifiers_[0].estimator
    scaler, model = pipeline[0], pipeline[1]
    found = zip(rules.features, model.coef_[0], scaler.mean_, scaler.scale_, strict=True)
    weights = tuple(Weight(one.code, one.title, float(w), float(m), float(s)) for one, w, m, s in found)
    return weights, float(model.intercept_[0])


def reliability(chances: np.ndarray, held: np.ndarray, bins: int) -> tuple[Bin, ...]:
    """按预计机会等宽分档；没有企业的档不列。"""
    place = np.minimum((chances * bins).astype(int), bins - 1)
    return tuple(
        Bin(at / bins, (at + 1) / bins, int(own.sum()), float(chances[own].mean()), int(held[own].sum()))
        for at in range(bins)
        if (own := place == at).any()
    )


def _chances(
    firms: pl.DataFrame, fitted: CalibratedClassifierCV, weights: tuple[Weight, ...], rules: PotentialRules, on: date
) -> tuple[Chance, ...]:
    """还没有称号、上年的数齐全的各家，机会大的在前。"""
    latest = rules.years[0]
    others = _valued(firms.filter(pl.col(rules.column) == 0), rules, latest, on.year - YEAR[latest])
    table = others.select("enterprise", "name", *_codes(rules)).drop_nulls()
    if table.is_empty():
        return ()
    grid = table.select(_codes(rules)).to_numpy()
    scored = fitted.predict_proba(grid)[:, 1]
    parts = [(grid[:, at] - one.mean) / one.spread * one.weight for at, one in enumerate(weights)]
    rows = zip(table["enterprise"], table["name"], scored, np.array(parts).T, strict=True)
    told = (Chance(code, name, float(chance), _parts(weights, each)) for code, name, chance, each in rows)
    return tuple(sorted(told, key=lambda one: (-one.chance, one.enterprise)))


def _parts(weights: tuple[Weight, ...], given: np.ndarray) -> tuple[tuple[str, float], ...]:
    pairs = [(one.title, float(value)) for one, value in zip(weights, given, strict=True)]
    return tuple(sorted(pairs, key=lambda one: -abs(one[1])))


def words(one: Chance, most: int = 3) -> str:
    """缘由的话：哪几个数把机会往上、往下带；大小是对对数几率的贡献。"""
    return "、".join(f"{title}{'抬高' if value >= 0 else '压低'}{abs(value):.2f}" for title, value in one.parts[:most])


def percent(chance: float) -> str:
    """机会写成整百分数，四舍五入；不写零，也不写满。"""
    return f"{min(max(round(chance * 100), 1), 99)}%"
