"""一对的花费：县区、远近、行业、议题、延续，各是整数；另给全体的花费表与能不能配。不求解。"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from miaopu.allocation.assignment.shape import Client, Helper, Part, Terms

BARRED = np.int64(2**52)
"""不能配的记号；比任何花费之和都大，只作记号，不参加加减。"""

NEAREST = {
    "division": "同大类",
    "section": "同门类",
    "general": "没有写行业专长",
    "other": "别的行业",
    "unknown": "企业行业不详",
}


def steps(one: str, other: str, terms: Terms) -> int | None:
    """两个县区在小图上差几步（横竖格数之和，示意远近）；有不在图上的为 None。"""
    if one == other and one:
        return 0
    if one not in terms.places or other not in terms.places:
        return None
    (row, column), (down, right) = terms.places[one], terms.places[other]
    return abs(row - down) + abs(column - right)


def closeness(client: Client, helper: Helper) -> str:
    """行业相近的程度，键见 NEAREST。"""
    if not helper.sectors:
        return "general"
    if not client.section and not client.division:
        return "unknown"
    if client.division in helper.sectors:
        return "division"
    return "section" if client.section in helper.sectors else "other"


def parts(client: Client, helper: Helper, terms: Terms, change: bool = True) -> tuple[Part, ...]:
    """花费的各项，乘过权重；为 0 的也列出。change 为假时不算延续（换人另按家数算）。"""
    found = [*_county(client, helper, terms), _sector(client, helper, terms), _topic(client, helper, terms)]
    if change and client.current:
        kept = client.current == helper.code
        found.append(Part("延续" if kept else "换掉原来的专员", 0 if kept else terms.change))
    return tuple(Part(one.title, one.cost * client.weight) for one in found)


def _county(client: Client, helper: Helper, terms: Terms) -> list[Part]:
    if not client.county or not helper.county:
        return [Part("县区不详", terms.county_unknown)]
    if client.county == helper.county:
        return [Part("同县区", 0)]
    far = steps(client.county, helper.county, terms)
    travel = Part("远近不详", terms.step_unknown) if far is None else Part(f"相距{far}步", far * terms.step)
    return [Part("跨县区", terms.cross_cost), travel]


def _sector(client: Client, helper: Helper, terms: Terms) -> Part:
    near = closeness(client, helper)
    return Part(f"行业：{NEAREST[near]}", terms.sector[near])


def _topic(client: Client, helper: Helper, terms: Terms) -> Part:
    lacking = sorted(client.topics - helper.topics)
    return Part(f"缺议题：{'、'.join(lacking)}" if lacking else "议题都有", len(lacking) * terms.topic)


def barred(client: Client, helper: Helper, terms: Terms) -> str:
    """为什么不能配；能配为空串。"""
    if client.code in helper.barred:
        return "须回避"
    if helper.capacity <= 0:
        return "没有容量"
    if terms.cross_forbidden and (not client.county or client.county != helper.county):
        return "不许跨县区" if client.county else "企业县区不详，不许跨县区"
    return ""


def table(clients: Sequence[Client], helpers: Sequence[Helper], terms: Terms, change: bool) -> np.ndarray:
    """花费表：行是企业、列是专员，int64；不能配的为 BARRED。同样的条件只算一次。"""
    found = np.empty((len(clients), len(helpers)), dtype=np.int64)
    lines: dict[tuple[object, ...], np.ndarray] = {}
    for at, one in enumerate(clients):
        key = (one.county, one.section, one.division, one.topics, one.weight)
        if key not in lines:
            plain = Client("", "", one.county, one.section, one.division, one.topics, one.weight)
            lines[key] = np.array([_cell(plain, other, terms) for other in helpers], dtype=np.int64)
        found[at] = lines[key]
        for place, other in enumerate(helpers):
            if one.code in other.barred:
                found[at, place] = BARRED
            elif change and one.current and one.current != other.code and found[at, place] < BARRED:
                found[at, place] += terms.change * one.weight
    return found


def _cell(client: Client, helper: Helper, terms: Terms) -> int:
    if barred(client, helper, terms):
        return int(BARRED)
    return sum(one.cost for one in parts(client, helper, terms))
