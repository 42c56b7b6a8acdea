"""提名清单的条件：来自网址参数，只读文字，不查数据库。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from miaopu.access.text import clean


@dataclass(frozen=True)
class Narrow:
    """条件：状态、层级、县区代码、名称或代码；空串是不限。"""

    state: str = ""
    tier: str = ""
    county: str = ""
    q: str = ""


def parse(given: Mapping[str, str]) -> Narrow:
    """网址参数 → 条件。"""
    return Narrow(*(clean(given.get(one, ""), one) for one in ("state", "tier", "county", "q")))
