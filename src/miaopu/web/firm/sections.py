"""各段：档案 → 页面各段要的行（身份、梯次、三年、称号与条目、分歧）；数都做成带来历的链接，不重新判定。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from miaopu.desk.dossier import Held
from miaopu.desk.figure import masked
from miaopu.screening.settings import Rung
from miaopu.selection.screening.opening import Opened
from miaopu.terms.uscc import SENTENCES, check
from miaopu.terms.uscc import Reason as Reasons
from miaopu.web.firm.link import Links, Pair, pairs
from miaopu.web.firm.spark import Spark, spark
from miaopu.web.firm.verdicts import anchor as anchor_of

IDENTITY = ("status", "entity_type", "established", "registered_capital", "region", "address", "industry", "chain")
SIZE = ("size_group", "employees_t1", "revenue_t1", "assets_t1")
YEARS = (3, 2, 1)
HELD, NOT_HELD, UNSURE, UNSEEN = "已持有", "没有", "不知道", "本账号不显示"


def identity(opened: Opened, links: Links) -> dict[str, Any]:
    """身份：代码对不对、登记的各项、划型与所用的数。"""
    found = opened.figures.file
    checked = check(found.uscc)
    return {
        "uscc": links.number("uscc") if found.uscc else "",
        "uscc_valid": checked.valid,
        "uscc_told": SENTENCES[Reasons(checked.reason)] if checked.reason else "",
        "pairs": pairs(links, IDENTITY),
        "size": _size(links),
        "size_inputs": pairs(links, SIZE),
        "names": found.names,
        "merged": found.merged,
    }


def _size(links: Links) -> list[SafeString]:
    """划型：已定的一个数，未定的上下两个。"""
    low, high = (links.figures.dossier.row.get(name) for name in ("size_low", "size_high"))
    return [links.number("size_low")] if low == high else [links.number("size_low"), links.number("size_high")]


@dataclass(frozen=True)
class Step:
    """梯上一级：state 已持有、没有、不知道、本账号不显示；titles 各称号（名称、有无、有效期至）；next 为真即下一级；verdict 结论代码。"""

    title: str
    state: str
    titles: tuple[tuple[str, SafeString, str, SafeString | str], ...]
    next: bool
    verdict: int | None
    anchor: str


def ladder(opened: Opened, links: Links) -> tuple[list[Step], list[Step]]:
    """（主梯由低到高，侧梯）。"""
    settings = opened.dossier.reading.settings
    told = [[_step(opened, links, rung) for rung in rungs] for rungs in (settings.ladder, settings.side)]
    return told[0], told[1]


def _step(opened: Opened, links: Links, rung: Rung) -> Step:
    row = opened.dossier.row
    values = [row.get(name) for name in rung.held]
    state = HELD if 1 in values else UNSURE if not values or None in values else NOT_HELD
    state = UNSEEN if any(opened.figures.hides(name) for name in rung.held) else state
    tier = opened.firm.next_tier if opened.firm.next_tier in rung.tiers else next(iter(rung.tiers), None)
    found = opened.dossier.of_tier(tier)
    titles = tuple(_held(links, row, name) for name in rung.held)
    verdict = int(found.judgement.verdict) if found else None
    anchor = anchor_of(found) if found else ""
    return Step(rung.title, state, titles, opened.firm.next_tier in rung.tiers, verdict, anchor)


def _held(links: Links, row: Mapping[str, Any], name: str) -> tuple[str, SafeString, str, SafeString | str]:
    """一项称号：名称、有无、截止日前的字、截止日。"""
    until = f"{name}_until"
    word = "有效期至" if row.get(name) else "上一次到期"
    return links.figures.title(name), links.number(name), word, links.number(until) if row.get(until) else ""


@dataclass(frozen=True)
class Tagged:
    """一个标签：proof 依据的数（有效期至也在里面），anchor 依据判定的对照段。"""

    title: str
    definition: str
    proof: tuple[Pair, ...]
    anchor: str


def tags(opened: Opened, links: Links) -> list[Tagged]:
    """确有的标签；依据的数带来历，依据判定结果的指到对照标准那一段。依据不给看的数的，不列。"""
    shown = [one for one in opened.dossier.tags if not any(map(opened.figures.hides, one.tag.evidence))]
    return [_tagged(opened, links, one) for one in shown]


def _tagged(opened: Opened, links: Links, one: Held) -> Tagged:
    wanted = [name for name in one.tag.evidence if opened.dossier.row.get(name) is not None]
    tiers = [name.partition(".")[0] for name in one.tag.evidence if "." in name]
    found = opened.dossier.of_tier(tiers[0]) if tiers else None
    anchor = anchor_of(found) if found else ""
    return Tagged(one.tag.title, one.tag.definition, tuple(pairs(links, wanted)), anchor)


@dataclass(frozen=True)
class Series:
    """三年面板的一行。"""

    title: str
    unit: str
    numbers: tuple[SafeString, ...]
    spark: Spark
    disputed: tuple[str, ...]


def years(opened: Opened) -> list[int]:
    """三年，由远及近。"""
    return [opened.dossier.panel.last_year + 1 - back for back in YEARS]


def series(opened: Opened, links: Links) -> list[Series]:
    """三年面板，每指标一行。"""
    return [_series(opened, links, key) for key in opened.dossier.panel.rules.complete]


def _series(opened: Opened, links: Links, key: str) -> Series:
    one = opened.dossier.panel.indicators[key]
    columns = [f"{key}_t{back}" for back in YEARS]
    values = [opened.dossier.row.get(name) for name in columns]
    words = [links.figures.shown(name) for name in columns]
    told = {conflict.column: conflict.resolved for conflict in opened.figures.file.conflicts}
    marks = tuple(
        f"{year}年{'有分歧，已取定' if told[name] else '有分歧，待裁定'}"
        for year, name in zip(years(opened), columns, strict=True)
        if name in told
    )
    return Series(
        one.title,
        one.unit,
        tuple(links.number(name) for name in columns),
        spark(one.title, years(opened), values, words),
        marks,
    )


def counts(opened: Opened, links: Links) -> list[Pair]:
    """由条目数出来的件数、金额、档次与有无。"""
    found = [
        one.key
        for one in opened.dossier.reading.space.indicators.values()
        if "items" in one.extra and "by" not in one.extra
    ]
    return pairs(links, found)


def others(opened: Opened, links: Links) -> list[tuple[Any, SafeString | str, str]]:
    """来源报过的各数：（台账所载、数、取自何处）。"""
    return [
        (
            one,
            links.number(one.column) if one.column else one.shown,
            "、".join(dict.fromkeys(cell.department for cell in (one.taken or one.others))),
        )
        for one in opened.figures.file.facts
    ]


def items(opened: Opened, links: Links) -> list[tuple[str, list[tuple[str, SafeString, Any]]]]:
    """条目，按种类：（种类，每件的（编号、带来历的链接、台账所载））。"""
    groups: dict[str, list[tuple[str, SafeString, Any]]] = {}
    for one in opened.figures.file.items:
        groups.setdefault(one.title, []).append(
            (one.item, links.number(one.indicator, masked(one.item), one.item), one)
        )
    return list(groups.items())


def expiry(opened: Opened, links: Links) -> list[dict[str, Any]]:
    """人工核定：核定为何、到何时、现在是否有效；number 是带来历的链接。"""
    title = opened.dossier.reading.wording.title
    rows = opened.dossier.snapshot.judgements.to_dicts()
    return [{**row, "title": title(row["indicator"]), "number": links.number(row["indicator"])} for row in rows]
