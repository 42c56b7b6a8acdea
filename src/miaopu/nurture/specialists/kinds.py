"""队伍种类、议题、行业、活动与联络员的口径：目录 service.yaml 与国标行业的名称；只读数据，不查数据库。"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from miaopu.access.act import Wrong
from miaopu.terms.catalog import Catalog

FILE, INDUSTRIES = "service.yaml", "industries/gbt4754_2017.csv"
MARK = "、"


@cache
def _service() -> Mapping[str, Any]:
    """目录里的队伍口径：随软件发布，一个进程读一回（一页上几百处要看它）。"""
    return Catalog.default().read(FILE)


@dataclass(frozen=True)
class Kind:
    """一种队伍：pairs 参加分工，team 是一支队，capacity 缺省最多几家，cite 出处。"""

    code: str
    title: str
    pairs: bool
    team: bool
    capacity: int
    cite: str


def kinds() -> dict[str, Kind]:
    """全部种类，照目录的次序。"""
    return {one["code"]: Kind(**one) for one in _service()["kinds"]}


@dataclass(frozen=True)
class Events:
    """企业活动的口径：种类（代码 → 名称），缺省提前几天回复，一次至多请几家。"""

    kinds: Mapping[str, str]
    reply_days: int
    most: int


def events() -> Events:
    """活动的口径。"""
    return Events(**_service()["events"])


@dataclass(frozen=True)
class Rank:
    """联络员的一级：reach 是谁能定，city 市局、county 县区。"""

    code: str
    title: str
    reach: str


def ranks() -> dict[str, Rank]:
    """联络员的各级，照目录的次序。"""
    return {one["code"]: Rank(**one) for one in _service()["contacts"]["levels"]}


def contact_kind() -> str:
    """名册里哪一种可以做联络员。"""
    return _service()["contacts"]["kind"]


def topics() -> tuple[str, ...]:
    """全部议题。"""
    return tuple(_service()["topics"])


@cache
def sectors() -> dict[str, str]:
    """门类（一个字母）与大类（两位数字）→ 名称。"""
    with Catalog.default().file(INDUSTRIES).open(encoding="utf-8", newline="") as file:
        return {one["code"]: one["name"] for one in csv.DictReader(file) if one["level"] in ("1", "2")}


def split(text: str | None) -> list[str]:
    """顿号、逗号、分号、空格隔开的几项。"""
    for mark in "，,；;　 /":
        text = (text or "").replace(mark, MARK)
    return [one for one in (text or "").split(MARK) if one]


def known_sectors(text: str) -> str | None:
    """行业专长：门类字母、两位大类（写 C34 也认），或名称；不认得的抛 Wrong。没有写为 None。"""
    found, names = [], {title: code for code, title in sectors().items()}
    for one in split(text):
        code = names.get(one, one.upper())
        code = code[1:] if len(code) == 3 and code[0].isalpha() else code
        if code not in sectors():
            raise Wrong(f"行业“{one}”不认得；请写国民经济行业的门类字母（如 C）、两位大类代码（如 34）或名称")
        found.append(code)
    return MARK.join(dict.fromkeys(found)) or None


def known_topics(text: str) -> str | None:
    """议题专长；不在目录里的抛 Wrong。没有写为 None。"""
    found = split(text)
    wrong = [one for one in found if one not in topics()]
    if wrong:
        raise Wrong(f"议题“{MARK.join(wrong)}”不在目录里；请从这些里选：{MARK.join(topics())}")
    return MARK.join(dict.fromkeys(found)) or None
