"""培育库的测试：一个层级的名单、提名与入库的几家、立好的名额。小城里瞪羚的名单最长。"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

TIER = "GAZELLE"


@pytest.fixture
def firms(db: None) -> list[Any]:
    """瞪羚名单的各行，按名次。"""
    from miaopu.selection.screening.models import Listing  # 设置装起之后

    return list(Listing.objects.filter(tier=TIER).order_by("rank", "enterprise"))


@pytest.fixture
def held(db: None) -> Any:
    """当前一轮的存表。"""
    from miaopu.selection.screening.queries import current  # 设置装起之后
    from miaopu.selection.screening.rounds.kept import kept

    return kept(current())


@pytest.fixture
def proposed(actor: Callable[[str], Any], firms: list[Any]) -> tuple[Any, ...]:
    """经办提名的前三家。"""
    from miaopu.selection.library.actions.members import propose  # 设置装起之后

    return propose(actor("jingban"), "", TIER, [one.enterprise for one in firms[:3]], "差一项，重点帮扶").made


@pytest.fixture
def quota(actor: Callable[[str], Any], firms: list[Any]) -> Any:
    """总数 8 家，名单上最多的两个县区各至少 1 家。"""
    from miaopu.allocation.quota import Line  # 设置装起之后
    from miaopu.selection.city import today
    from miaopu.selection.library.actions.quotas import set_quota

    counties = {}
    for one in firms:
        counties[one.district] = counties.get(one.district, 0) + 1
    most = sorted((code for code in counties if code), key=lambda code: (-counties[code], code))[:2]
    lines = [Line("county", code, code, 1, None) for code in most]
    return set_quota(actor("gly"), TIER, today().year, 0, 8, lines, "试", "年度名额")


@pytest.fixture
def adopted(actor: Callable[[str], Any], quota: Any) -> list[Any]:
    """选配并采用入库的 8 家。"""
    from miaopu.selection.library.actions.picks import Asked, adopt, draft  # 设置装起之后

    made = draft(actor("gly"), Asked(TIER))
    return adopt(actor("gly"), made.pk, "enrol", "局长办公会同意")[0]
