"""对标的查询：看得到的一家，各个数与称号持有企业的中位数、四分位数并排；不该看的来源的数不给，别家自己的数从不给。"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from miaopu.access.actor import Actor
from miaopu.desk.planning.answer import number
from miaopu.desk.signals.peers import benchmark_of
from miaopu.profile.holders import HolderRules, Mark
from miaopu.selection.city import city
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.opening import Opened, open_firm
from miaopu.selection.screening.queries import opened as run_of
from miaopu.terms.shown import UNKNOWN

HIDDEN = "本账号不显示"


@dataclass(frozen=True)
class Line:
    """一个数的一行：各格已写成字；columns 是取来历的列。"""

    title: str
    own: str
    low: str | None
    median: str | None
    high: str | None
    firms: int
    missing: int
    group: str | None
    place: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Beside:
    """一家的对标：哪一轮、跟谁比、逐行。"""

    enterprise: str
    name: str
    district: str | None
    round: Round
    told: str
    lines: tuple[Line, ...]


def benchmark(actor: Actor, enterprise: str) -> Beside | None:
    """一家；不存在、看不到、还没有评估为 None。没有查看权限抛 Denied。"""
    found = open_firm(actor, enterprise)
    if found is None:
        return None
    holders, marks = benchmark_of(run_of(found.round), found.dossier.row, city().catalog)
    lines = tuple(_line(found, one) for one in marks)
    return Beside(enterprise, found.firm.name, found.firm.district, found.round, _told(holders), lines)


def _told(holders: HolderRules) -> str:
    return (
        f"持有企业是有{holders.title}称号的，本企业不算；由细到粗取第一个知道此数的不少于 {holders.minimum} 家的范围，"
        "都不够就不给；四分位数按线性内插；只给位置，不作结论。"
    )


def _line(found: Opened, one: Mark) -> Line:
    yardstick = one.yardstick
    hidden = any(found.figures.hides(name) for name in yardstick.columns)
    title = f"{yardstick.title}（{yardstick.unit}）{'，越低越好' if yardstick.lower else ''}"
    own = HIDDEN if hidden else _shown(one.value) or UNKNOWN
    place = "" if hidden else one.place or one.why
    ends = (_shown(one.low), _shown(one.median), _shown(one.high))
    known = tuple(name for name in yardstick.columns if name in found.dossier.row and not hidden)
    return Line(title, own, *ends, one.firms, one.missing, one.group or None, place, known)


def _shown(value: Fraction | None) -> str | None:
    """精确数 → 至多两位小数，只在写出时舍入；没有为 None。"""
    return None if value is None else number(value)
