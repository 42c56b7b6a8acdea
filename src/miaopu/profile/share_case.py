"""占有率核算表的形状：市场界定、本企业、规模来源、下游、行业销量、名次，各数带来历与范围；只有数据，没有计算。"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Range:
    """一个数的可能范围，含两端；确知的两端相同。"""

    low: Fraction
    high: Fraction

    @property
    def middle(self) -> Fraction:
        """中点。"""
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Basis:
    """一个数的来历：引用、年度、依据、可信程度；bridge 是年度或币种折算的说明（没有为空串）。"""

    name: str
    citation: str
    year: int
    basis: str
    confidence: str
    bridge: str = ""


@dataclass(frozen=True)
class Size:
    """市场规模的一个来源，金额万元。"""

    basis: Basis
    amount: Range


@dataclass(frozen=True)
class Demand:
    """一路下游：装机量 × 单耗 × 单价（元）；unit 是装机量的单位（台、辆），没有写为空串。"""

    basis: Basis
    installed: Range
    each: Range
    price: Range
    unit: str = ""


@dataclass(frozen=True)
class Rank:
    """名次与依据。"""

    basis: Basis
    place: int


@dataclass(frozen=True)
class Case:
    """一份读好的核算表。sales 万元，volume 与 shipments 同一单位；没有的为 None。"""

    firm: str
    uscc: str
    product: str
    scope: str
    region: str
    year: int
    currency: str
    volume_unit: str
    own: Basis
    sales: Range | None
    volume: Range | None
    sizes: tuple[Size, ...] = ()
    demands: tuple[Demand, ...] = ()
    shipments: tuple[Size, ...] = ()
    ranks: tuple[Rank, ...] = ()


def exact(value: Fraction) -> str:
    """精确的十进制写法；除不尽的写成分数。"""
    for places in range(9):
        scaled = value * 10**places
        if scaled.denominator == 1:
            text = f"{abs(scaled.numerator):0{places + 1}d}"
            sign = "-" if value < 0 else ""
            return sign + (f"{text[:-places]}.{text[-places:]}" if places else text)
    return f"{value.numerator}/{value.denominator}"
