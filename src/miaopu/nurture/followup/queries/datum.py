"""先补哪个数：一批企业各对自己要走的那一级，哪个还不知道的数最可能（按花费摊）定下结论；不猜数、不改数。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.desk.dossier import Reading
from miaopu.desk.planning import NextData, next_data_for
from miaopu.nurture.followup.models import Paper
from miaopu.nurture.followup.queries.cared import Cared
from miaopu.selection.screening.opening import reading_of
from miaopu.selection.screening.queries import current
from miaopu.standards.explain import plain
from miaopu.terms.complaint import Refusal


@dataclass(frozen=True)
class Lacking:
    """先补的一个数。name 是列名；roots 是真正要补的（与 name 相同的不另写）；没有可比企业的机会为 None。

    failing 是已经不满足、由方案去办的条款数；name 为空串即没有要补的。
    """

    tier: str
    name: str = ""
    title: str = ""
    roots: tuple[str, ...] = ()
    department: str = ""
    minutes: str = ""
    chance: str | None = None
    firms: int = 0
    group: str = ""
    partners: tuple[str, ...] = ()
    together: str | None = None
    clauses: tuple[str, ...] = ()
    failing: int = 0


def first_data(actor: Actor, chosen: Iterable[tuple[Cared, Paper | None]]) -> dict[str, Lacking]:
    """企业号 → 先补的数（chosen 是已收窄的企业与它的方案）；有方案看方案那一级，没有的看下一级；没有评那一级的、这一轮里没有的不在里面。"""
    permit(actor, "firm.view")
    tiers: dict[str, list[str]] = {}
    for one, paper in chosen:
        if one.firm is None:  # 这一轮里没有这家了：别家照算
            continue
        if tier := paper.tier if paper else one.firm.next_tier:
            tiers.setdefault(tier, []).append(one.enterprise)
    now = current()
    if now is None:
        return {}
    reading, found = reading_of(now), {}
    for tier, enterprises in tiers.items():
        for enterprise, told in _asked(reading, enterprises, tier).items():
            found[enterprise] = _first(reading, tier, told)
    return found


def _asked(reading: Reading, enterprises: list[str], tier: str) -> Mapping[str, NextData]:
    try:
        return next_data_for(reading, enterprises, tier)
    except Refusal:
        return {}


def _first(reading: Reading, tier: str, told: NextData) -> Lacking:
    one, title = told.first, reading.suppliers.title
    if one is None:
        return Lacking(tier, failing=len(told.failing))
    return Lacking(
        tier, one.name, title(one.name), () if one.collect == (one.name,) else tuple(map(title, one.collect)),
        reading.suppliers.departments.get(one.source, one.source), plain(one.minutes), _share(one.chance), one.firms,
        one.group, tuple(map(title, one.partners)), _share(one.together) if one.partners else None, one.clauses,
        len(told.failing),
    )  # fmt: skip


def _share(chance: Fraction | None) -> str | None:
    """百分数，去尾取整；大于零而不足百分之一的写明。"""
    if chance is None:
        return None
    whole = chance.numerator * 100 // chance.denominator
    return "不足 1%" if chance and not whole else f"{whole}%"
