"""层级的名称：照筛选口径的梯次与旁支；没有的原样写代码。"""

from __future__ import annotations

from functools import lru_cache

from miaopu.desk.workspace import Workspace
from miaopu.screening.settings import load_settings
from miaopu.selection.city import city


def tier_titles() -> dict[str, str]:
    """层级 → 名称，按梯次。"""
    return dict(_titles(city()))


def tier_title(tier: str) -> str:
    """一级的名称。"""
    return tier_titles().get(tier, tier)


@lru_cache(maxsize=2)
def _titles(space: Workspace) -> tuple[tuple[str, str], ...]:
    told = load_settings(space.catalog)
    return tuple((tier, rung.title) for rung in (*told.ladder, *told.side) for tier in rung.tiers)
