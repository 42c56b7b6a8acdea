"""主导产品占有率核算：市场界定与几个规模来源 → 三种算法各自的区间、合起来的区间、最敏感的假设、对条款的说法。

收读好的核算表，给精确分数的结果；只是证据：不作结论，不自成事实，币种与年度不同的不混算。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from miaopu.profile.share_case import Basis, Case, Demand, Range, exact
from miaopu.standards.engine.bind import Program
from miaopu.standards.tree.node import Compare, Input

METHODS = ("top_down", "bottom_up", "shipments")
CHOICE = "只用这一个来源"


@dataclass(frozen=True)
class Estimate:
    """一种算法的结果：占有率的区间与各数取中点时的数（1 为 100%）。"""

    method: str
    share: Range
    point: Fraction


@dataclass(frozen=True)
class Swing:
    """一个假设单独由低移到高，合起来的中点数由 low 变到 high。"""

    title: str
    given: str
    low: Fraction
    high: Fraction

    @property
    def width(self) -> Fraction:
        """变动的幅度。"""
        return abs(self.high - self.low)


@dataclass(frozen=True)
class Against:
    """对一条条款的说法：line 是条款自己的界线（自然单位），said 是核算说得出的话；不是结论。"""

    clause: str
    text: str
    cite: str
    line: Fraction
    said: str


@dataclass(frozen=True)
class Shared:
    """核算的结果。overall 是各算法区间的并，common 是各算法都说得通的区间（没有为 None）；swings 幅度大的在前。"""

    case: Case
    estimates: tuple[Estimate, ...]
    overall: Range
    common: Range | None
    point: Fraction
    swings: tuple[Swing, ...]
    doubts: tuple[str, ...]
    against: tuple[Against, ...]


class NotEnough(ValueError):
    """三种算法一种也算不出：缺什么写在话里。"""


def reckon(case: Case, rules: Mapping[str, Any], program: Program | None = None) -> Shared:
    """核算。program 是要对照的标准（可无）；一种算法的数也不全的抛 NotEnough。"""
    estimates = tuple(found for method in METHODS if (found := _estimate(case, method)) is not None)
    if not estimates:
        raise NotEnough("三种算法都算不出：要有本企业销售额与一个规模来源或下游，或本企业销量与行业总销量")
    overall = Range(min(one.share.low for one in estimates), max(one.share.high for one in estimates))
    low, high = max(one.share.low for one in estimates), min(one.share.high for one in estimates)
    return Shared(
        case=case,
        estimates=estimates,
        overall=overall,
        common=Range(low, high) if low <= high else None,
        point=point(case),
        swings=tuple(sorted(_swings(case), key=lambda one: (-one.width, one.title))),
        doubts=tuple(doubts(case, rules)),
        against=tuple(_against(case, overall, program, rules)) if program is not None else (),
    )


def _estimate(case: Case, method: str) -> Estimate | None:
    own = case.volume if method == "shipments" else case.sales
    markets = _markets(case, method)
    if own is None or not markets:
        return None
    share = Range(own.low / max(one.high for one in markets), own.high / min(one.low for one in markets))
    centre = _markets(_centred(case), method)
    return Estimate(method, share, own.middle / (sum((one.middle for one in centre), Fraction(0)) / len(centre)))


def _markets(case: Case, method: str) -> list[Range]:
    """一种算法的市场大小：几个来源各一个；下游推算是各路之和。"""
    if method == "top_down":
        return [one.amount for one in case.sizes]
    if method == "shipments":
        return [one.amount for one in case.shipments]
    return [total(case.demands)] if case.demands else []


def total(demands: tuple[Demand, ...]) -> Range:
    """各路下游之和，万元。"""
    low = sum((one.installed.low * one.each.low * one.price.low for one in demands), Fraction(0))
    high = sum((one.installed.high * one.each.high * one.price.high for one in demands), Fraction(0))
    return Range(low / 10_000, high / 10_000)


def point(case: Case) -> Fraction:
    """各数取中点、各算法等权的占有率。"""
    found = [one.point for method in METHODS if (one := _estimate(case, method)) is not None]
    return sum(found, Fraction(0)) / len(found)


def _swings(case: Case) -> Iterator[Swing]:
    """逐个假设单独移动，别的都取中点；几个来源的再看只用其中一个。"""
    for title, given, low, high in _moves(case):
        if low != high:
            yield Swing(title, given, point(low), point(high))
    for kind in ("sizes", "shipments"):
        every = getattr(case, kind)
        if len(every) > 1:
            alone = [(point(replace(case, **{kind: (one,)})), one.basis.name) for one in every]
            low, high = min(alone), max(alone)
            yield Swing(f"规模来源取舍：{CHOICE}", f"{low[1]}／{high[1]}", low[0], high[0])


def _moves(case: Case) -> Iterator[tuple[str, str, Case, Case]]:
    """（假设, 给的范围, 取低端的核算表, 取高端的核算表）。"""
    for kind, title in (("sales", "本企业销售额"), ("volume", "本企业销量")):
        value = getattr(case, kind)
        if value is not None:
            unit = "万元" if kind == "sales" else case.volume_unit
            yield title, _span(value, unit), *(replace(case, **{kind: end}) for end in _ends(value))
    for kind, title in (("sizes", "市场规模"), ("shipments", "行业总销量")):
        for at, one in enumerate(getattr(case, kind)):
            ends = (_swapped(case, kind, at, amount=end) for end in _ends(one.amount))
            unit = "万元" if kind == "sizes" else case.volume_unit
            yield f"{title}：{one.basis.name}", _span(one.amount, unit), *ends
    for at, one in enumerate(case.demands):
        used = f"{case.volume_unit}/{one.unit}" if case.volume_unit and one.unit else ""
        for part, title, unit in (("installed", "装机量", one.unit), ("each", "单耗", used), ("price", "单价", "元")):
            value = getattr(one, part)
            ends = (_swapped(case, "demands", at, **{part: end}) for end in _ends(value))
            yield f"{title}：{one.basis.name}", _span(value, unit), *ends


def _ends(value: Range) -> tuple[Range, Range]:
    return Range(value.low, value.low), Range(value.high, value.high)


def _span(value: Range, unit: str) -> str:
    """给的范围，带单位；表里没有写单位的不带。"""
    return f"{exact(value.low)} 至 {exact(value.high)}{unit}"


def _swapped(case: Case, kind: str, at: int, **parts: Range) -> Case:
    every = getattr(case, kind)
    return replace(case, **{kind: (*every[:at], replace(every[at], **parts), *every[at + 1 :])})


def _centred(case: Case) -> Case:
    """下游各因子取中点：乘积的中点不等于中点的乘积，核算按后者。"""
    parts = ("installed", "each", "price")
    middle = [
        replace(one, **{part: Range(getattr(one, part).middle, getattr(one, part).middle) for part in parts})
        for one in case.demands
    ]
    return replace(case, demands=tuple(middle))


def doubts(case: Case, rules: Mapping[str, Any]) -> Iterator[str]:
    """提请核对的话：没有引用、太早、可信程度低、折算过。"""
    oldest, lowest = int(rules["oldest_years"]), rules["confidence"][-1]
    for one in bases(case):
        if not one.citation:
            yield f"“{one.name}”没有写引用，不能作说明的依据"
        if case.year - one.year >= oldest:
            yield f"“{one.name}”是 {one.year} 年的数，比核算年度早 {case.year - one.year} 年，请找新的来源"
        if one.confidence == lowest:
            yield f"“{one.name}”可信程度低，请另找来源印证"
        if one.bridge:
            yield f"“{one.name}”经过折算：{one.bridge}"
    for one in filter(None, (_estimate(case, method) for method in METHODS)):
        if one.share.high > 1:
            yield f"{rules['methods'][one.method]['title']}算出的上限超过全部市场，请核对单位与范围"


def bases(case: Case) -> tuple[Basis, ...]:
    """全部数的来历，本企业的在前。"""
    rest = (*case.sizes, *case.demands, *case.shipments, *case.ranks)
    return (case.own, *(one.basis for one in rest))


def _against(case: Case, overall: Range, program: Program, rules: Mapping[str, Any]) -> Iterator[Against]:
    """条款里直接拿占有率、名次与一个数比的各条；界线只从条款来。"""
    named = rules["clause"]
    for bound in program.clauses:
        body = bound.clause.body
        if not isinstance(body, Compare) or not isinstance(body.left, Input):
            continue
        line, clause = body.right.value, bound.clause
        if body.left.name == named["share"]:
            yield Against(clause.id, clause.text, clause.cite, line, _share_said(overall, body.op, line))
        elif body.left.name == named["rank"]:
            yield Against(clause.id, clause.text, clause.cite, line, _rank_said(case, body.op, line))


def _share_said(overall: Range, op: str, line: Fraction) -> str:
    low, high = meets(overall.low, op, line), meets(overall.high, op, line)
    if low and high:
        return "核算区间两端都够得着这一条的界线"
    if not low and not high:
        return "核算区间两端都够不着这一条的界线"
    return "核算区间跨着这一条的界线，现有来源说不准，请先补最敏感的那个假设"


def _rank_said(case: Case, op: str, line: Fraction) -> str:
    if not case.ranks:
        return "没有填名次"
    found = [meets(Fraction(one.place), op, line) for one in case.ranks]
    if all(found):
        return "所填名次都在这一条的界线以内"
    return "所填名次都在这一条的界线以外" if not any(found) else "几个来源的名次说法不一"


def meets(value: Fraction, op: str, line: Fraction) -> bool:
    """按条款自己的比较号比。"""
    return {">=": value >= line, ">": value > line, "<=": value <= line, "<": value < line}.get(op, False)
