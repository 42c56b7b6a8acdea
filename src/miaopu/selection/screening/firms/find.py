"""查找：行为人的范围 × 文字 × 分面 → 排好的企业与各分面的家数；只读花名册，不查也不改别的表。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from miaopu.access.act import permit
from miaopu.access.actor import Actor, Reach
from miaopu.selection.screening.firms.facets import FACETS
from miaopu.selection.screening.firms.filters import DEFAULT, Filters
from miaopu.selection.screening.firms.match import NONE, ranks
from miaopu.selection.screening.firms.roll import Mask, Numbers, Roll
from miaopu.selection.screening.models import Firm


@dataclass(frozen=True)
class Found:
    """找到的：places 是花名册里的位置（已排好）；reach 是查的范围；scope 是范围里的家数。"""

    roll: Roll
    filters: Filters
    reach: Reach
    places: Numbers
    scope: int
    counts: Mapping[str, Numbers]

    @property
    def total(self) -> int:
        """家数。"""
        return len(self.places)

    def firms(self, places: Sequence[int] | Numbers) -> list[Firm]:
        """花名册的这些位置 → 读表的行，次序不变；再按范围收窄一次。"""
        wanted = self.roll.table["enterprise"].gather(places).to_list()
        rows = self.reach.firms(Firm.objects.filter(pk__in=wanted)).in_bulk()
        return [rows[one] for one in wanted if one in rows]


def find(actor: Actor, held: Roll, filters: Filters, operation: str = "firm.view", counting: bool = True) -> Found:
    """按条件找；范围是做 operation 时看得到的企业；不要分面家数的 counting 为假。没有权限抛 Denied。"""
    reach = permit(actor, operation)
    scope = within(held, reach)
    level = ranks(held, filters.text) if filters.text else None
    matched = scope if level is None else scope & (level != NONE)
    picked = {name: _picked(held, name, codes) for name, codes in filters.chosen.items()}
    whole = matched
    for one in picked.values():
        whole = whole & one
    places = _ordered(held, whole, level, filters.sort)
    counts = _counts(held, matched, picked, whole) if counting else {}
    return Found(held, filters, reach, places, int(scope.sum()), counts)


def within(held: Roll, reach: Reach) -> Mask:
    """看得到的企业；与 reach.firms 同义（有测试对照）。"""
    if reach.everywhere:
        return np.ones(held.size, bool)
    seen = _picked(held, "county", sorted(reach.districts))
    if reach.enterprises:
        seen = seen | held.table["enterprise"].is_in(sorted(reach.enterprises)).to_numpy()
    return seen


def _picked(held: Roll, name: str, codes: Sequence[str]) -> Mask:
    """分面取值是其中之一的企业。"""
    chosen = [one.code in codes for one in held.values[name]]
    return np.array(chosen, bool)[held.codes[name]]


def _counts(held: Roll, matched: Mask, picked: Mapping[str, Mask], whole: Mask) -> dict[str, Numbers]:
    """每个分面各取值的家数：算上别的分面的条件，不算自己的，所以看得出多选一个会多几家。"""
    out = {}
    for facet in FACETS:
        seen = whole
        if facet.name in picked:
            seen = matched
            for name, one in picked.items():
                seen = seen if name == facet.name else seen & one
        out[facet.name] = np.bincount(held.codes[facet.name][seen], minlength=len(held.values[facet.name]))
    return out


def _ordered(held: Roll, whole: Mask, level: Numbers | None, sort: str) -> Numbers:
    """有查找内容又没有指定排法的，对得好的在前，名称短的在前；否则按指定的排法。"""
    if level is None or sort:
        order = held.order(sort or DEFAULT)
        return order[whole[order]]
    places = np.flatnonzero(whole)
    return places[np.argsort((level[places].astype(np.int64) << 48) + held.brief[places])]
