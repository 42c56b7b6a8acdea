"""花名册：企业读表的列式一份，供查找与分面；随读表在同一个事务里换新，进程里按戳记留一份。

取读表的行，给逐列的数组；不含金额，不管谁看得到哪些（见 find）。
"""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from miaopu.access.act import Wrong
from miaopu.selection.screening.firms.facets import FACETS, Value, coded
from miaopu.selection.screening.models import FirmColumns
from miaopu.terms.names import fold, fold_column
from miaopu.terms.pinyin import initials_column

NULL_LAST = np.int64(1) << 40
"""没有数的排在最后，不论升降。"""

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Roll:
    """一轮的花名册；各列同长，按企业号排。folded 归一名，core 去掉开头的地区词，letters 首字母。"""

    stamp: str
    table: pl.DataFrame
    values: Mapping[str, tuple[Value, ...]]
    front: str
    invented: bool
    sorted: dict[str, Numbers] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """家数。"""
        return self.table.height

    @cached_property
    def codes(self) -> dict[str, Numbers]:
        """分面 → 各家取值的序号。"""
        return {one.name: self.table[f"facet.{one.name}"].to_numpy() for one in FACETS}

    @cached_property
    def name_order(self) -> Numbers:
        """按拼音、名称的次序。"""
        return self.table["name_order"].to_numpy()

    @cached_property
    def brief(self) -> Numbers:
        """短的名称在前、同长按拼音：一个整数，低 32 位是拼音次序。"""
        length = self.table["folded"].str.len_chars().to_numpy().astype(np.int64)
        return (length << 32) + self.name_order

    def order(self, key: str) -> Numbers:
        """一种排法下各家的先后；key 前加“-”是倒序，空的总在最后。"""
        if key not in self.sorted:
            self.sorted[key] = np.lexsort((self.name_order, self._key(key.lstrip("-"), key.startswith("-"))))
        return self.sorted[key]

    def _key(self, name: str, down: bool) -> Numbers:
        if name == "name":
            return -self.name_order.astype(np.int64) if down else self.name_order
        raw = self.table["facet.county"].cast(pl.Int64) if name == "county" else self.table[name].cast(pl.Int64)
        if name == "county":  # 未知的县区是末位
            raw = raw.set(raw == len(self.values["county"]) - 1, None)
        signed = -raw if down else raw
        return signed.fill_null(int(NULL_LAST)).to_numpy()

    def bare(self, text: str) -> str:
        """去掉开头的地区词；去后不足两字的照原样。"""
        found = re.sub(self.front, "", text)
        return found if len(found) >= 2 else text


def front_of(words: Sequence[str]) -> str:
    """开头地区词的正则；长的先去，连去几个。"""
    either = "|".join(re.escape(fold(one)) for one in sorted(set(words), key=lambda one: (-len(one), one)) if one)
    return rf"^(?:\(?(?:{either})\)?)+" if either else r"^\b\B"


def packed(
    firms: pl.DataFrame, values: Mapping[str, Sequence[Value]], front: str, letters: Mapping[str, str], invented: bool
) -> dict[str, Any]:
    """读表的行（按企业号排，有 former、initials）→ 一行 FirmColumns 的各栏。"""
    folded = fold_column(firms["name"]).fill_null("").alias("folded")
    bare = folded.str.replace(front, "")
    core = folded.zip_with(bare.str.len_chars() < 2, bare).alias("core")
    table = firms.select("enterprise", "uscc", "initials", "short", "score").with_columns(
        folded,
        core,
        fold_column(firms["former"]).alias("former"),
        initials_column(core, letters).alias("core_initials"),
        pl.struct(firms["initials"], firms["name"]).rank("ordinal").cast(pl.UInt32).alias("name_order"),
        *coded(firms, values),
    )
    stream = io.BytesIO()
    table.write_ipc(stream, compression="zstd")
    told = {"values": {name: [asdict(one) for one in found] for name, found in values.items()}}
    return {"data": stream.getvalue(), "about": json.dumps({**told, "front": front, "invented": invented})}


_lock = threading.Lock()
_kept: dict[str, Roll] = {}


def roll() -> Roll:
    """当前的花名册；读表还没有装过时 Wrong。"""
    stamp = FirmColumns.objects.values_list("stamp", flat=True).first()
    if stamp is None:
        raise Wrong("还没有评估过，企业总库是空的；请系统管理员先入账并运行筛选")
    kept = _kept.get(stamp)
    if kept is not None:
        return kept
    with _lock:  # 几个线程同时来，只读一次
        return _kept.get(stamp) or _read()


def _read() -> Roll:
    row = FirmColumns.objects.get()
    about = json.loads(row.about)
    table = pl.read_ipc(io.BytesIO(bytes(row.data)))
    values = {name: tuple(Value(**one) for one in found) for name, found in about["values"].items()}
    made = Roll(row.stamp, table, values, about["front"], about["invented"])
    _kept.clear()
    _kept[row.stamp] = made
    return made
