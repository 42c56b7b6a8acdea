"""同行位置：一家在同行业、同梯次里排在哪——精确百分位，写明背后有几家知道、几家不知道；不够数的不给，从不作结论。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "peers.yaml"
KEYS = ("minimum", "levels", "tiers", "none", "indicators")
SCALES = {"万元": 1_000_000, "%": 10_000, "年": 10_000, "分": 10_000}
"""显示单位 → 一个单位的内部数；其余为 1。"""
FORMS = ("column", "ratio", "change", "per")
TIER = "tier"


@dataclass(frozen=True)
class Level:
    """跟谁比的一层：这些列都相同。"""

    columns: tuple[str, ...]
    title: str


@dataclass(frozen=True)
class Yardstick:
    """比的一个数：columns 一列，或比的分子、分母；form 见 FORMS；lower 为真即越低越好。"""

    code: str
    title: str
    form: str
    columns: tuple[str, ...]
    unit: str
    lower: bool


@dataclass(frozen=True)
class PeerRules:
    """同行口径；tiers 是（称号列, 名称），由高到低。"""

    minimum: int
    levels: tuple[Level, ...]
    tiers: tuple[tuple[str, str], ...]
    none: str
    indicators: tuple[Yardstick, ...]


@dataclass(frozen=True)
class Standing:
    """一个数的位置。

    value 本企业的数（显示单位，不知道为 None）；percentile 是不如本企业的同行占比（并列的算一半；不给时为 None）；
    firms 是知道此数的同行家数，missing 是不知道的家数，group 是跟谁比；why 是不给百分位的缘由（给的为空串）。
    """

    code: str
    title: str
    unit: str
    value: Fraction | None
    percentile: Fraction | None
    firms: int
    missing: int
    group: str
    lower: bool
    why: str


def load_rules(catalog: Catalog) -> PeerRules:
    """读同行口径；写错即报文件与行号。"""
    path, data = catalog.file(FILE), catalog.read(FILE)
    for key in KEYS:
        if key not in data:
            raise CatalogError(path, 1, f"缺少“{key}”")
    return PeerRules(
        minimum=int(data["minimum"]),
        levels=tuple(Level(tuple(one["columns"]), one["title"]) for one in data["levels"]),
        tiers=tuple((one["column"], one["title"]) for one in data["tiers"]),
        none=data["none"],
        indicators=tuple(_yardstick(one, path) for one in data["indicators"]),
    )


def _yardstick(item: Any, path: Any) -> Yardstick:
    form = next((one for one in FORMS if one in item), None)
    if form is None or item.get("better") not in ("higher", "lower"):
        raise CatalogError(path, line_of(item), f"要写 {'、'.join(FORMS)} 之一，better 写 higher 或 lower")
    columns = (item[form],) if form == "column" else tuple(item[form])
    return Yardstick(item["code"], item["title"], form, columns, item["unit"], item["better"] == "lower")


def needed(rules: PeerRules) -> frozenset[str]:
    """用得着的宽表列（没有的列当作都不知道）。"""
    own = {name for one in rules.indicators for name in one.columns}
    levels = {name for one in rules.levels for name in one.columns} - {TIER}
    return frozenset({"enterprise", *own, *levels, *(name for name, _ in rules.tiers)})


def standings(frame: pl.DataFrame, values: Mapping[str, Any], rules: PeerRules) -> tuple[Standing, ...]:
    """一家（values 是它的宽表行）在 frame（一家一行，含不含它自己都行）里的位置，一个数一条，次序同目录。"""
    held = tier_of(values, rules)
    others = frame.filter(pl.col("enterprise") != values["enterprise"]).with_columns(_tier(frame.columns, rules))
    groups = [(level.title, _peers(others, {**values, TIER: held}, level)) for level in rules.levels]
    return tuple(_standing(groups, values, one, rules.minimum) for one in rules.indicators)


def tier_of(values: Mapping[str, Any], rules: PeerRules) -> str:
    """这家的梯次名称。"""
    return next((title for column, title in rules.tiers if values.get(column) == 1), rules.none)


def _tier(columns: list[str], rules: PeerRules) -> pl.Expr:
    held = pl.lit(rules.none)
    for column, title in reversed(rules.tiers):
        if column in columns:
            held = pl.when(pl.col(column) == 1).then(pl.lit(title)).otherwise(held)
    return held.alias(TIER)


def _peers(others: pl.DataFrame, values: Mapping[str, Any], level: Level) -> pl.DataFrame | None:
    """这一层的同行；本企业自己不知道在哪一组的没有。"""
    if any(values.get(name) is None or name not in others.columns for name in level.columns):
        return None
    return others.filter(*(pl.col(name) == values[name] for name in level.columns))


def _standing(
    groups: list[tuple[str, pl.DataFrame | None]], values: Mapping[str, Any], one: Yardstick, minimum: int
) -> Standing:
    own = pair_of(values, one)
    shown = None if own is None else value_of(own, one)
    last = Standing(one.code, one.title, one.unit, shown, None, 0, 0, "", one.lower, "不知道本企业属于哪个行业")
    for title, peers in groups:
        if peers is None:
            continue
        known = known_pairs(peers, one)
        last = Standing(
            one.code, one.title, one.unit, shown, None, known.height, peers.height - known.height, title, one.lower, ""
        )
        if known.height >= minimum:
            return _placed(last, known, own)
    return _without(last, f"知道此数的同行只有 {last.firms} 家，不足 {minimum} 家" if last.group else last.why)


def _placed(found: Standing, known: pl.DataFrame, own: tuple[int, int] | None) -> Standing:
    if own is None:
        return _without(found, "本企业的这个数还不知道")
    top, below = own
    theirs, mine = pl.col("top") * pl.lit(below, pl.Int128), pl.lit(top, pl.Int128) * pl.col("below")
    worse, tied = known.select((theirs > mine if found.lower else theirs < mine).sum(), tie=(theirs == mine).sum()).row(
        0
    )
    share = (Fraction(worse) + Fraction(tied, 2)) / known.height
    return Standing(**{**vars(found), "percentile": share})


def _without(found: Standing, why: str) -> Standing:
    return Standing(**{**vars(found), "why": why})


def known_pairs(peers: pl.DataFrame, one: Yardstick) -> pl.DataFrame:
    """知道此数的同行：top、below 两列（128 位整数，乘起来不溢出）。"""
    if not set(one.columns) <= set(peers.columns):
        return pl.DataFrame(schema={"top": pl.Int128, "below": pl.Int128})
    top, below = pl.col(one.columns[0]), pl.col(one.columns[1]) if len(one.columns) > 1 else pl.lit(1)
    found = peers.select(top=top.cast(pl.Int128), below=below.cast(pl.Int128)).drop_nulls()
    return found.filter(pl.col("below") > 0)


def pair_of(values: Mapping[str, Any], one: Yardstick) -> tuple[int, int] | None:
    """一家这个数的（分子, 分母）；不知道、分母不为正为 None。"""
    top = values.get(one.columns[0])
    below = values.get(one.columns[1]) if len(one.columns) > 1 else 1
    return None if top is None or below is None or below <= 0 else (int(top), int(below))


def value_of(pair: tuple[int, int], one: Yardstick) -> Fraction:
    """显示单位的精确数：比与增长率写百分数值。"""
    quotient = Fraction(*pair)
    if one.form == "ratio":
        return quotient * 100
    if one.form == "change":
        return (quotient - 1) * 100
    return quotient / SCALES.get(one.unit, 1)
