"""措施的形状：改什么、至多做多少、花多少、多久办成、谁来办；只有数据，没有读法。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

ADD, SET = "add", "set"
YEAR, DAY = "year", "day"
"""计入哪里：某个会计年度的数，或申报日的情形。"""


@dataclass(frozen=True)
class Change:
    """办一级（一个 step）改什么：input 是指标，mode 为 add 或 set，value 是内部值（类别为代码）。

    stays 为真的是存量，改了以后各年都在（负债、资产）；否则只在当年。
    """

    input: str
    mode: str
    value: Any
    stays: bool = False


@dataclass(frozen=True)
class Most:
    """至多做多少：count 是级数，again 为真时每过一个办理期可以再做这么多；

    share 是占当年某指标的比例，prorated 为真时按当年剩下的天数折算。"""

    count: int | None = None
    share: Fraction | None = None
    of: str = ""
    prorated: bool = False
    again: bool = False


@dataclass(frozen=True)
class Measure:
    """一项措施。

    step、unit：一级是多少（显示单位；没有数量的 step 为 None）；cost、fixed：每一级与不论多少都要的（低，高），分；
    title_of：办成即得某层级称号，须那个标准的数值条款到它自己的窗口时都成立；supplies：只补依据，不改任何数。
    """

    code: str
    title: str
    about: str
    changes: tuple[Change, ...]
    step: Fraction | None
    unit: str
    most: Most
    cost: tuple[int, int]
    fixed: tuple[int, int]
    lead_days: int
    counts: str
    requires: tuple[str, ...]
    excludes: tuple[str, ...]
    title_of: str
    supplies: tuple[str, ...]
    whenever_assumed: bool
    owner: str
    helper: str
    policy: str
    evidence: str
    cite: str
    basis: str
    remark: str
    path: str = ""
    line: int = 0

    @cached_property
    def inputs(self) -> frozenset[str]:
        """改哪些指标。"""
        return frozenset(one.input for one in self.changes)

    @property
    def evidence_only(self) -> bool:
        """只补依据的措施：不进求解，由方案末尾按缺什么补上。"""
        return bool(self.supplies) or self.whenever_assumed


Measures = Mapping[str, Measure]
