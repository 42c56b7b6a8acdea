"""分工的形状：企业、专员、口径、人工指定；配对、结果、排不开的说明。只是数据，不求解。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Client:
    """一家要帮扶的企业。county 县区代码（不详为空串）；section、division 是行业门类与大类代码（不详为空串）。

    topics 是要的议题；weight ≥ 1，乘在它的花费上；current 是现在的专员代码（没有为空串）。
    """

    code: str
    name: str
    county: str = ""
    section: str = ""
    division: str = ""
    topics: frozenset[str] = frozenset()
    weight: int = 1
    current: str = ""


@dataclass(frozen=True)
class Helper:
    """一名专员。capacity 是最多几家；sectors 是擅长的门类（一个字母）或大类（两位数字）；barred 是须回避的企业代码。"""

    code: str
    name: str
    county: str
    capacity: int
    sectors: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Terms:
    """口径：各项花费（整数）与规矩，见 catalog/service.yaml。places 是县区代码 →（行，列）的示意格。

    most_counties 为 0 是不限；even 为真先求均衡；seconds 是附加规矩求解的时限。
    """

    cross_forbidden: bool
    cross_cost: int
    county_unknown: int
    most_counties: int
    step: int
    step_unknown: int
    sector: Mapping[str, int]
    topic: int
    change: int
    even: bool
    seconds: float
    weights: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """花费的一项：说法与数（已乘权重）。"""

    title: str
    cost: int


@dataclass(frozen=True)
class Pair:
    """一对：企业与专员的代码、花费各项、为什么、次选是谁（没有为空串）与为什么不是。

    pinned 是人工指定；changed 是换掉了原来的专员。
    """

    client: str
    helper: str
    cost: int
    parts: tuple[Part, ...]
    reason: str
    second: str
    why_not: str
    pinned: bool
    changed: bool


@dataclass(frozen=True)
class Load:
    """一名专员的负荷：几家、容量、按容量摊到的份额（下、上取整）、跨几个县区。"""

    helper: str
    firms: int
    capacity: int
    low: int
    high: int
    counties: int


@dataclass(frozen=True)
class Result:
    """分工的结果。bound 是证明了的花费下界：等于 cost 即证明最优；changes 是换人的家数，least_changes 是它的下界。

    beyond 是负荷超出摊到份额的最大家数（0 即都在上下取整之内；不求均衡时为 None）。
    """

    pairs: tuple[Pair, ...]
    loads: tuple[Load, ...]
    cost: int
    bound: int
    changes: int
    least_changes: int
    beyond: int | None
    settled: bool
    seconds: float
    proof: str

    @property
    def proven(self) -> bool:
        """均衡、换人家数与花费都已证明最小。"""
        return self.settled and self.cost == self.bound and self.changes == self.least_changes

    @property
    def gap(self) -> int:
        """花费与下界之差。"""
        return self.cost - self.bound


class Clash(Exception):
    """排不开：clients、helpers 是相冲突的企业与专员代码，room 是这些专员的容量合计；异常文字即中文句子。"""

    def __init__(self, sentence: str, clients: tuple[str, ...] = (), helpers: tuple[str, ...] = (), room: int = 0):
        super().__init__(sentence)
        self.clients, self.helpers, self.room = clients, helpers, room
