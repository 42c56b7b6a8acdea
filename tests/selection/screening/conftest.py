"""筛选与培育库的测试：另跑一轮（按上一年的规则），与小城当前一轮比。"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

LAST_YEAR = date(2025, 11, 20)


@pytest.fixture
def held(db: None) -> Any:
    """当前一轮的存表。"""
    from miaopu.selection.screening.queries import current  # 设置装起之后
    from miaopu.selection.screening.rounds.kept import kept

    return kept(current())


@pytest.fixture
def older(own_ledger: Path, db: None) -> Any:
    """按上一年规则的一轮；当前一轮换回原来的，给出旧的那一轮。"""
    from miaopu.access.actor import system  # 设置装起之后
    from miaopu.selection.city import today
    from miaopu.selection.screening.actions import assess

    made = assess(system("测试"), today(), LAST_YEAR)
    assess(system("测试"), today(), today())
    made.refresh_from_db()
    return made
