"""一家的登记：照进度试算到最近的申报日、与台账里的编号对账；不存，不改方案。"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from miaopu.access.actor import Actor
from miaopu.desk.planning.trial import trial_of
from miaopu.desk.planning.underway import Ahead, Booked, Pending, ahead
from miaopu.nurture.registers.models import Entry
from miaopu.nurture.registers.shapes import VOID, Realised
from miaopu.plan.rules import load_planning
from miaopu.selection.city import city, today
from miaopu.selection.library.models import Member
from miaopu.selection.screening.opening import open_firm, reading_of
from miaopu.selection.screening.queries import current, firm
from miaopu.terms.item_key import FORMS

YEARS = 2
"""往后看几年的申报日。"""


@dataclass(frozen=True)
class Coming:
    """试算：层级、申报日、结果；told 不为空是没有算成的缘由。"""

    tier: str
    on: date | None
    found: Ahead | None
    told: str = ""


def coming(enterprise: str, tier: str, rows: Sequence[Entry]) -> Coming:
    """到这一级最近的申报日。"""
    now, window = current(), load_planning(city().catalog).window(tier)
    days = window.between(today(), today() + timedelta(days=366 * YEARS))
    if now is None or not days:
        return Coming(tier, None, None, "还没有评估结果，或这一级往后没有申报日，不能试算")
    try:
        trial = trial_of(reading_of(now), enterprise, tier, days[0])
    except LookupError:
        return Coming(tier, days[0], None, f"{days[0].isoformat()} 没有适用的标准，不能试算")
    return Coming(tier, days[0], ahead(trial, pending(rows), booked(rows)))


def pending(rows: Sequence[Entry]) -> list[Pending]:
    """对得上措施的各件；不算的不在内。"""
    out = []
    for one in rows:
        values = one.values
        for each in one.book.realises if one.kind != VOID else ():
            if fits(values, each.where):
                out.append(_pending(one, each, values))
    return out


def fits(values: Mapping[str, Any], where: Mapping[str, Collection[Any]]) -> bool:
    """这些列都是所列的之一。"""
    return all(values.get(name) in allowed for name, allowed in where.items())


def _pending(one: Entry, each: Realised, values: dict[str, Any]) -> Pending:
    told = f"{one.code} {one.title}（{one.at.title}）"
    return Pending(
        each.measure, told, values.get(each.on) if one.done else None, values.get(each.estimate), values.get(each.since)
    )


def booked(rows: Sequence[Entry]) -> list[Booked]:
    """按年度归集的合计。"""
    sums: dict[tuple[str, int], int] = defaultdict(int)
    for one in rows:
        books, values = one.book.books, one.values
        if books and one.kind != VOID:
            sums[books["input"], values[books["year"]]] += values[books["sum"]]
    return [Booked(name, year, total) for (name, year), total in sorted(sums.items())]


def checked(actor: Actor, enterprise: str, rows: Sequence[Entry]) -> dict[int, str]:
    """办成的、登记了编号而台账里该有的各件，在台账里有没有：登记 → 一句话。"""
    kept = [one for one in rows if one.done and one.book.numbers]
    wanted = {
        one.pk: one.values.get(one.book.numbers["field"])
        for one in kept
        if fits(one.values, one.book.numbers.get("where", {}))
    }
    opened = open_firm(actor, enterprise) if any(wanted.values()) else None
    if opened is None:
        return {}
    kinds = {one.pk: one.book.numbers["item"] for one in rows if one.pk in wanted}
    pieces = [one for one in opened.figures.file.items if one.indicator in kinds.values()]
    known = {(one.indicator, key_of(one.indicator, one.item)) for one in pieces}
    return {number: "台账里已有" if (kinds[number], key_of(kinds[number], text)) in known else "台账里还没有，请部门核对"
            for number, text in wanted.items() if text}  # fmt: skip


def key_of(item: str, text: str) -> str:
    """登记的编号照台账归一条目键的写法（专利的 ZL、点与核对无误的校验码都不计）。"""
    return FORMS[city().library.vocabulary.indicator(item).key_form](text)


def tiers_of(actor: Actor, enterprise: str) -> tuple[str, ...]:
    """这家看哪几级：在库的层级；没有在库的看它的下一级；看不到的没有。"""
    row = firm(actor, enterprise)
    if row is None:
        return ()
    inside = Member.objects.filter(enterprise=enterprise).exclude(open_key=None).values_list("tier", flat=True)
    return tuple(sorted(set(inside))) or ((row.next_tier,) if row.next_tier else ())
