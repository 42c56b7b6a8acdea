"""年度评价的查询：范围里入过库的企业逐家评价，加上那一年的变动、办成的诉求与走访；按县区合计。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q, QuerySet

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.nurture.followup.models import Request, Visit
from miaopu.nurture.followup.states import Seen
from miaopu.selection.city import today
from miaopu.selection.library.models import Member, Move
from miaopu.selection.library.states import UNDO, flow
from miaopu.selection.library.watch.gauge import Gauge, gauges
from miaopu.selection.library.watch.yearly import WAYS, Evaluation, Number, evaluate, round_for, summed, year_of
from miaopu.selection.screening.models import Round

OPERATION = "library.evaluate"
EXACT = {"tier": "tier", "county": "district"}
WENT = (Seen.RECORDED.value, Seen.SIGNED.value)


@dataclass(frozen=True)
class Row:
    """一家一年：评价、这一年的变动（话）、办成几件诉求、走访几次。"""

    told: Evaluation
    moves: tuple[str, ...]
    solved: int
    visits: int


@dataclass(frozen=True)
class Total:
    """一个数的合计：比得成的几家、没有比的几家、两头的合计（内部整数）、增长。"""

    gauge: Gauge
    firms: int
    missing: int
    before: int
    after: int
    growth: Fraction | None


@dataclass(frozen=True)
class County:
    """一个县区的合计；firms、passed、better、worse、known、lost 是家数，moves、solved、visits 是次数。

    一家在两个层级的、出了库又进来的只算一家；它的数取最早入库而两头比得成的一份。
    """

    title: str
    firms: int
    passed: int
    better: int
    worse: int
    known: int
    lost: int
    moves: int
    solved: int
    visits: int
    unserved: int
    totals: tuple[Total, ...]


def years(actor: Actor) -> list[int]:
    """可以评的年：从最早入库那年到今年。"""
    reach = permit(actor, OPERATION)
    first = reach.firms(Member.objects.exclude(entered=None)).order_by("entered").values_list("entered", flat=True)
    return list(range(today().year, (first[0].year if first else today().year) - 1, -1))


def entered(actor: Actor, given: Mapping[str, str]) -> QuerySet[Member]:
    """范围里到那一年年底为止入过库的（出了库的也在），合条件的。given：year tier county state q。"""
    found = permit(actor, OPERATION).firms(Member.objects.exclude(entered=None))
    found = found.filter(entered__lte=date(year_of(given.get("year", "")), 12, 31))
    exact = {column: clean(given.get(name, ""), "条件", 20) for name, column in EXACT.items()}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    state, text = clean(given.get("state", ""), "状态", 20), clean(given.get("q", ""), "名称或代码", 60)
    if state == "inside":
        found = found.filter(state__in=flow().inside)
    elif state:
        found = found.filter(state=state)
    found = found.filter(Q(name__contains=text) | Q(uscc__contains=text.upper())) if text else found
    return found.order_by("district", "tier", "name", "pk")


def evaluations(actor: Actor, given: Mapping[str, str]) -> tuple[Round | None, list[Row]]:
    """（评价用的那一轮，逐家的评价），次序按县区、层级、名称。"""
    year, members = year_of(given.get("year", "")), list(entered(actor, given))
    found, codes = round_for(year), {one.enterprise for one in members}
    span = (date(year, 1, 1), date(year, 12, 31))
    moves = _moves(members, span)
    solved = _counted(Request.objects.filter(solved=True, closed_on__range=span), codes)
    visits = _counted(Visit.objects.filter(state__in=WENT, on__range=span), codes)
    rows = [
        Row(one, moves.get(one.member.pk, ()), solved.get(firm, 0), visits.get(firm, 0))
        for one in evaluate(members, found)
        for firm in (one.member.enterprise,)
    ]
    return found, rows


def _moves(members: Sequence[Member], span: tuple[date, date]) -> dict[int, tuple[str, ...]]:
    """各家这一年的状态变动；撤销的与被撤销的不算。"""
    found = Move.objects.filter(member__in=[one.pk for one in members], on__range=span, undone=None)
    out: dict[int, tuple[str, ...]] = {}
    for one in found.exclude(code=UNDO).order_by("pk"):
        out[one.member_id] = (*out.get(one.member_id, ()), f"{one.on.isoformat()} {one.words}")
    return out


def _counted(found: QuerySet[Request] | QuerySet[Visit], codes: set[str]) -> dict[str, int]:
    """企业 → 几件；企业已经收窄到范围里的。"""
    rows = found.order_by().values_list("enterprise").annotate(Count("pk"))
    return {firm: count for firm, count in rows if firm in codes}


def by_county(actor: Actor, rows: Sequence[Row]) -> list[County]:
    """各县区的合计，末一行是全部；rows 已经收窄。"""
    permit(actor, OPERATION)
    held: dict[str, list[Row]] = {}
    for one in rows:
        held.setdefault(one.told.member.county or "县区不详", []).append(one)
    found = [_county(title, mine) for title, mine in held.items()]
    return [*found, _county("合计", rows)] if len(found) > 1 else found


def _county(title: str, rows: Sequence[Row]) -> County:
    firms: dict[str, list[Row]] = {}
    for one in sorted(rows, key=lambda one: (one.told.member.entered, one.told.member.pk)):
        firms.setdefault(one.told.member.enterprise, []).append(one)
    held = list(firms.values())
    totals = tuple(Total(one, *summed(_one([row.told.numbers[at] for row in mine]) for mine in held))
                   for at, one in enumerate(gauges()))  # fmt: skip
    return County(
        title, len(held), sum(any(one.told.outcome.passed for one in mine) for mine in held),
        *(sum(any(getattr(one.told.turned, way) for one in mine) for mine in held) for way in WAYS),
        sum(len(one.moves) for one in rows), sum(mine[0].solved for mine in held), sum(mine[0].visits for mine in held),
        sum(not (mine[0].solved or mine[0].visits) for mine in held), totals,
    )  # fmt: skip


def _one(numbers: Sequence[Number]) -> Number:
    """一家的几份里取一份：最早的一份比得成的，都比不成的取最早的。"""
    return next((one for one in numbers if one.both), numbers[0])
