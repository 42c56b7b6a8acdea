"""库里企业的条件：来自网址参数，只读文字，不查数据库。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from miaopu.access.text import clean

INSIDE, OPEN = "inside", "open"
"""状态条件里的两个合称：在库、还算数的。"""
NO_DUTY = "none"


@dataclass(frozen=True)
class Narrow:
    """条件：状态、层级、年度、县区代码、责任人（none 是还没有）、名称或代码；空串是不限。"""

    state: str = ""
    tier: str = ""
    year: str = ""
    county: str = ""
    duty: str = ""
    q: str = ""

    def query(self) -> str:
        """网址参数。"""
        return urlencode([(one.name, value) for one in fields(self) if (value := getattr(self, one.name))])


def parse(given: Mapping[str, str]) -> Narrow:
    """网址参数 → 条件；年度不是数字的当作没有写。"""
    told = {one.name: clean(given.get(one.name, ""), one.name) for one in fields(Narrow)}
    told["year"] = told["year"] if told["year"].isdecimal() and len(told["year"]) == 4 else ""
    return Narrow(**told)
