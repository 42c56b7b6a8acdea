"""潜力信号的口径与学习用的表：读 catalog/potential.yaml；从一轮的宽表取认定前一年的数。不学、不下结论。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from miaopu.terms.catalog import Catalog
from miaopu.terms.quantity import display
from miaopu.terms.yaml_lines import CatalogError

FILE = "potential.yaml"
YEAR = {"t1": 1, "t2": 2, "t3": 3}


@dataclass(frozen=True)
class Feature:
    """一个特征：log 一列取对数，ratio 两列之比，age 由成立日期到那一年末的年数；rises 为真即越大机会只升不降。"""

    code: str
    title: str
    form: str
    columns: tuple[str, ...]
    rises: bool

    def shown(self, value: float) -> str:
        """给人看的值。"""
        if self.form == "log":
            return display(round(np.exp(value)), "money", "万元", 0) + "万元"
        return f"{value:.0f}年" if self.form == "age" else f"{value:.1%}"


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
    rounds: int
    rate: float
    folds: int
    seed: int
    bins: int
    limits: tuple[str, ...]


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
        rounds=int(data["boosting"]["rounds"]),
        rate=float(data["boosting"]["rate"]),
        clip=(float(data["clip"][0]), float(data["clip"][1])),
        folds=int(data["folds"]),
        seed=int(data["seed"]),
        bins=int(data["bins"]),
        limits=tuple(data["limits"]),
    )


def _feature(item: Mapping[str, Any]) -> Feature:
    form = next(one for one in ("log", "ratio", "age") if one in item)
    columns = tuple(item[form]) if form == "ratio" else (item[form],)
    return Feature(item["code"], item["title"], form, columns, bool(item["rises"]))


def needed(rules: PotentialRules) -> frozenset[str]:
    """用得着的宽表列。"""
    yearly = {name for one in rules.features if one.form != "age" for name in one.columns}
    plain = {one.columns[0] for one in rules.features if one.form == "age"}
    told = {"enterprise", "name", rules.column, f"{rules.column}_until"}
    return frozenset(told | plain | {f"{name}_{year}" for name in yearly for year in rules.years})


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
    columns = ["enterprise", "held", *codes(rules)]
    parts = [
        valued(part.filter(pl.col("back") == at), rules, year, assessed_on.year - at).select(columns)
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


def valued(part: pl.DataFrame, rules: PotentialRules, year: str, ended: int) -> pl.DataFrame:
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


def codes(rules: PotentialRules) -> list[str]:
    """各特征的代码。"""
    return [one.code for one in rules.features]
