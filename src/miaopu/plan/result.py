"""方案的形状：一步、一个方案、做不到的缘由；只有数据，没有计算。钱是分，日期是日，数用显示单位的精确分数。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from miaopu.standards.tree.state import State

SCORE, PERSON, UNKNOWN = "score", "person", "unknown"
"""方案不动的条款：平台得分、须人工、缺的是已结账年度的数。"""


@dataclass(frozen=True)
class Effect:
    """一步改了一个输入：改前、改后（显示单位；是否类为 0、1；改前不知道为 None），unit 是显示单位。"""

    name: str
    title: str
    before: Fraction | None
    after: Fraction
    unit: str


@dataclass(frozen=True)
class Step:
    """一步措施。amount 是做多少（显示单位，没有数量的为 None）；cost 是（低，高）分；counts_from 是最早计入的会计年度。"""

    measure: str
    title: str
    amount: Fraction | None
    unit: str
    cost: tuple[int, int]
    start: date
    ready: date
    counts_from: int
    effects: tuple[Effect, ...]
    clauses: tuple[str, ...]
    owner: str
    helper: str
    policy: str
    evidence: str
    remark: str = ""


@dataclass(frozen=True)
class Assumption:
    """一个预计数：哪个输入、预计多少（显示单位）、怎么来的一句话；只在方案里用，从不入账。"""

    name: str
    title: str
    value: Fraction
    unit: str
    how: str


@dataclass(frozen=True)
class Left:
    """方案不动的一条：why 是 SCORE、PERSON、UNKNOWN 之一；inputs 是要补的数，names 是它们的名称。"""

    clause: str
    title: str
    why: str
    inputs: tuple[str, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """一个方案：各步按开工日排；after 是办完以后各条款的状态；没有要做的 steps 为空；proven 为假是没有证明最省。"""

    enterprise: str
    standard: str
    known_on: date
    judged_on: date
    steps: tuple[Step, ...]
    before: Mapping[str, State]
    after: Mapping[str, State]
    left: tuple[Left, ...]
    assumptions: tuple[Assumption, ...]
    proven: bool = True

    @property
    def cost(self) -> tuple[int, int]:
        """（低，高）合计，分。"""
        return sum(one.cost[0] for one in self.steps), sum(one.cost[1] for one in self.steps)


@dataclass(frozen=True)
class Clash:
    """相抵的一条：条款、为何到那天还不能满足、最早哪天能；看到最后一个窗口都不能的 earliest 为 None，never 说为什么。"""

    clause: str
    title: str
    why: str
    earliest: date | None
    never: str = ""


@dataclass(frozen=True)
class Impossible:
    """到 judged_on 做不到：clashes 是最小的一组相抵的条款（这一组里少任何一条，其余就能同时办到）；

    earliest 是最早的申报日，then 是那时的方案；others 是单独也过不了的其他条款。
    往后都没有的 earliest、then 为 None：until 是看到的最后一个申报日（没有往后看为 None），last 是到那天仍办不到的一组。
    proven 为假是没有算完：不说做得到，也不说做不到。
    """

    enterprise: str
    standard: str
    known_on: date
    judged_on: date
    clashes: tuple[Clash, ...]
    earliest: date | None
    then: Plan | None
    others: tuple[Clash, ...] = ()
    until: date | None = None
    last: tuple[Clash, ...] = ()
    proven: bool = True

    @property
    def never(self) -> tuple[Clash, ...]:
        """说不出年份时，是哪几条：单独也一直过不了的；都单独能过的，是合在一起过不了的那一组。"""
        if self.earliest is not None:
            return ()
        return tuple(one for one in (*self.clashes, *self.others) if one.earliest is None) or self.last


@dataclass(frozen=True)
class Failed:
    """成批编方案时一家没有编成：why 一句中文，写明是哪家、出了什么、怎么办；别家不受影响。"""

    enterprise: str
    why: str


@dataclass(frozen=True)
class Planned:
    """一家对一份标准的结果：best 是最省的方案或做不到的缘由；others 是花费在一成以内的别的方案。"""

    best: Plan | Impossible
    others: tuple[Plan, ...] = ()

    @property
    def proven(self) -> bool:
        """算完了：方案证明最省；或证明做不到，往后的方案也证明最省。"""
        then = self.best.then if isinstance(self.best, Impossible) else None
        return self.best.proven and (then is None or then.proven)
