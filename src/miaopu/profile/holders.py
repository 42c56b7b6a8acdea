"""对标：一家与称号持有企业比，各个数给持有企业的中位数、四分位数与自己在哪里；不够数的不给，从不给别家自己的数，不作结论。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from miaopu.profile.peers import FILE, Level, PeerRules, Yardstick, known_pairs, pair_of, value_of
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

BEST, GOOD, POOR, WORST = "在前四分之一", "好于中位数", "不如中位数", "在后四分之一"


@dataclass(frozen=True)
class HolderRules:
    """跟谁比：held 是（称号列, 名称），任一为真即持有企业；levels 由细到粗；minimum 是至少几家知道才给。"""

    minimum: int
    held: tuple[tuple[str, str], ...]
    levels: tuple[Level, ...]

    @property
    def title(self) -> str:
        """持有企业的叫法。"""
        return "、".join(title for _, title in self.held)


@dataclass(frozen=True)
class Mark:
    """一个数的对标。

    value 本企业（显示单位，不知道为 None）；low、median、high 是持有企业的下四分位、中位、上四分位（不给时为 None）；
    firms 是知道此数的持有企业家数，missing 是不知道的；place 是在哪里（说不出为空串），why 是不给的缘由。
    """

    yardstick: Yardstick
    value: Fraction | None
    low: Fraction | None
    median: Fraction | None
    high: Fraction | None
    firms: int
    missing: int
    group: str
    place: str
    why: str


def load_holders(catalog: Catalog) -> HolderRules:
    """读对标口径；写错即报文件与行号。"""
    path, data = catalog.file(FILE), catalog.read(FILE)["holders"]
    if not (isinstance(data.get("minimum"), int) and data["minimum"] > 1 and data.get("held") and data.get("levels")):
        raise CatalogError(path, line_of(data), "holders 要写 minimum（大于 1 的整数）、held、levels")
    held = tuple((one["column"], one["title"]) for one in data["held"])
    return HolderRules(
        data["minimum"], held, tuple(Level(tuple(one["columns"]), one["title"]) for one in data["levels"])
    )


def wanted(holders: HolderRules, rules: PeerRules) -> frozenset[str]:
    """用得着的宽表列。"""
    columns = {name for one in rules.indicators for name in one.columns}
    columns |= {name for one in holders.levels for name in one.columns}
    return frozenset({"enterprise", *columns, *(name for name, _ in holders.held)})


def marks(frame: pl.DataFrame, values: Mapping[str, Any], rules: PeerRules, holders: HolderRules) -> tuple[Mark, ...]:
    """一家（values 是它的宽表行）对 frame 里的持有企业（它自己不算），一个数一条，次序同目录。"""
    names = [name for name, _ in holders.held if name in frame.columns]
    held = frame.filter(pl.any_horizontal(pl.col(name) == 1 for name in names)) if names else frame.clear()
    held = held.filter(pl.col("enterprise") != values["enterprise"])
    groups = [
        (level.title, held.filter(*(pl.col(name) == values[name] for name in level.columns)))
        for level in holders.levels
        if all(values.get(name) is not None and name in held.columns for name in level.columns)
    ]
    return tuple(_mark(groups, values, one, holders.minimum) for one in rules.indicators)


def _mark(groups: Sequence[tuple[str, pl.DataFrame]], values: Mapping[str, Any], one: Yardstick, minimum: int) -> Mark:
    pair = pair_of(values, one)
    own, firms, missing, group = None if pair is None else value_of(pair, one), 0, 0, ""
    for group, peers in groups:
        known = sorted(value_of((top, below), one) for top, below in known_pairs(peers, one).iter_rows())
        firms, missing = len(known), peers.height - len(known)
        if firms >= minimum:
            low, median, high = (quantile(known, Fraction(at, 4)) for at in (1, 2, 3))
            place = "" if own is None else placed(own, low, median, high, one.lower)
            return Mark(
                one,
                own,
                low,
                median,
                high,
                firms,
                missing,
                group,
                place,
                "" if own is not None else "本企业的这个数还不知道",
            )
    why = f"知道此数的持有企业不足 {minimum} 家"
    return Mark(one, own, None, None, None, firms, missing, group, "", why)


def quantile(known: Sequence[Fraction], at: Fraction) -> Fraction:
    """排好序的一列的分位数：位置 (n-1)×at，两个数之间按线性内插，精确。"""
    whole, rest = divmod((len(known) - 1) * at, 1)
    first = known[int(whole)]
    return first if not rest else first + (known[int(whole) + 1] - first) * rest


def placed(own: Fraction, low: Fraction, median: Fraction, high: Fraction, lower: bool) -> str:
    """在哪里：越低越好的反过来看；正在线上的算好的一边。"""
    if lower:
        own, low, median, high = -own, -high, -median, -low
    return BEST if own >= high else GOOD if own >= median else POOR if own >= low else WORST
