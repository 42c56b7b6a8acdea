"""我的企业与县区一览：每家的灯与缘由、差在哪、方案的下一步、最近走访、没办的诉求；没有方案、走访、专员的企业。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db.models import Count, Max, QuerySet

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.nurture.followup.models import Paper, Request, Stage, Visit
from miaopu.nurture.followup.policy.lights import WAITING, in_light, of_stage, patient
from miaopu.nurture.followup.policy.rules import GREEN, GREY, RED, YELLOW, Light, rules
from miaopu.nurture.followup.queries.cared import Cared, cared
from miaopu.nurture.followup.queries.plans import LIVE, plans
from miaopu.nurture.followup.queries.requests import requests
from miaopu.nurture.followup.queries.visits import visits
from miaopu.nurture.followup.states import Pace, Seen
from miaopu.nurture.followup.states import Paper as At
from miaopu.selection.city import today
from miaopu.selection.screening.queries import current
from miaopu.selection.screening.rounds.kept import LIST, kept

URGENCY = (RED, YELLOW, GREEN, GREY)
ENDED = tuple(one.value for one in Pace if one.ended)
WENT = (Seen.RECORDED.value, Seen.SIGNED.value)


@dataclass(frozen=True)
class Card:
    """一家：gap 是离下一级最近的差距，step 是方案的下一步与它的灯，late、soon 是过了期限、快到期限的诉求。"""

    firm: Cared
    gap: str | None
    paper: Paper | None
    step: Stage | None
    pace: Light | None
    last: date | None
    planned: Visit | None
    open: int
    late: int
    soon: int
    signing: int

    @property
    def light(self) -> Light:
        """一家的灯：诉求与方案下一步里最急的。"""
        lights = rules().lights
        held = [lights[code] for code, count in ((RED, self.late), (YELLOW, self.soon), (GREEN, self.open)) if count]
        held += [self.pace] if self.pace else []
        return min(held, key=lambda one: URGENCY.index(one.code)) if held else lights[GREY]

    @property
    def why(self) -> str:
        """灯的缘由。"""
        told = [f"诉求过了期限 {self.late} 件"] if self.late else []
        told += [f"诉求快到期限 {self.soon} 件"] if self.soon else []
        if self.step is not None and patient(self.step, today()):
            told.append("方案的步骤等数入账")
        elif self.pace is not None and self.pace.code in (RED, YELLOW):
            told.append(f"方案的步骤{'过了' if self.pace.code == RED else '快到'}完成日")
        plain = "都在期限之内" if self.open or self.pace else "没有执行中的步骤，也没有没办的诉求"
        return "；".join(told) or plain


def mine(actor: Actor) -> list[Card]:
    """我负责的（或本企业）；县区、市局是范围里应当照管的。"""
    permit(actor, "plan.view")
    own = actor.reach("firm.view").enterprises
    return cards(actor, [one for one in cared(actor) if not own or one.enterprise in own])


def cards(actor: Actor, chosen: Iterable[Cared]) -> list[Card]:
    """这些企业的卡片：有误了期限的在前，再看方案的下一步早晚。"""
    firms = list(chosen)
    codes = [one.enterprise for one in firms]
    gaps, papers, steps = _gaps(firms), _papers(actor, codes), _steps(actor, codes)
    lasts, coming, signing = _visited(actor, codes), _coming(actor, codes), _signing(actor, codes)
    asked, late, soon = (_asked(actor, codes, light) for light in ("", RED, YELLOW))
    found = [
        Card(
            one, gaps.get(one.enterprise), papers.get(one.enterprise), step := steps.get(one.enterprise),
            of_stage(step, today()) if step else None, lasts.get(one.enterprise), coming.get(one.enterprise),
            asked.get(one.enterprise, 0), late.get(one.enterprise, 0),
            soon.get(one.enterprise, 0), signing.get(one.enterprise, 0),
        )
        for one in firms
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.late, one.step.due if one.step else date.max, one.firm.name))


def _gaps(firms: Iterable[Cared]) -> dict[str, str | None]:
    """各家下一级名单里的差距（筛选的存表）。"""
    wanted = {one.enterprise: one.firm.next_tier for one in firms if one.firm and one.firm.next_tier}
    now = current()
    if now is None or not wanted:
        return {}
    listed = kept(now).scan(LIST).filter(pl.col("enterprise").is_in(list(wanted)))
    rows = listed.select("enterprise", "tier", "distance").collect().to_dicts()
    mine = [one for one in rows if wanted[one["enterprise"]] == one["tier"]]
    return {one["enterprise"]: one["distance"] or None for one in mine}


def _papers(actor: Actor, codes: list[str]) -> Mapping[str, Paper]:
    """各家要看的方案：起草、等批准的先于执行中的。"""
    found = plans(actor).filter(enterprise__in=codes, state__in=LIVE).order_by("pk")
    order = {At.FORCE.value: 0, At.AGREED.value: 1, At.DRAFT.value: 2}
    return {one.enterprise: one for one in sorted(found, key=lambda one: order[one.state])}


def _steps(actor: Actor, codes: list[str]) -> Mapping[str, Stage]:
    papers = plans(actor).filter(enterprise__in=codes, state=At.FORCE.value)
    found = Stage.objects.filter(paper__in=papers).exclude(state__in=ENDED).select_related("paper")
    rows = sorted(found.order_by("-due", "-place_order"), key=lambda one: not patient(one, today()))
    return {one.paper.enterprise: one for one in rows}


def _seen(actor: Actor) -> QuerySet[Visit]:
    """看得到的走访；没有这项权限的当作没有。"""
    return visits(actor) if actor.may("visit.view") else Visit.objects.none()


def _raised(actor: Actor) -> QuerySet[Request]:
    """看得到的诉求；没有这项权限的（专家）当作没有。"""
    return requests(actor) if actor.may("request.view") else Request.objects.none()


def _visited(actor: Actor, codes: list[str]) -> dict[str, date]:
    found = _seen(actor).filter(enterprise__in=codes, state__in=WENT).order_by()
    return dict(found.values_list("enterprise").annotate(Max("on")))


def _coming(actor: Actor, codes: list[str]) -> dict[str, Visit]:
    found = _seen(actor).filter(enterprise__in=codes, state=Seen.PLANNED.value, on__gte=today()).order_by("-on")
    return {one.enterprise: one for one in found}


def _signing(actor: Actor, codes: list[str]) -> dict[str, int]:
    found = _seen(actor).filter(enterprise__in=codes, state=Seen.RECORDED.value).order_by()
    return dict(found.values_list("enterprise").annotate(Count("pk")))


def _asked(actor: Actor, codes: list[str], light: str) -> dict[str, int]:
    found = _raised(actor).filter(enterprise__in=codes, state__in=WAITING).order_by()
    found = found.filter(in_light(light, today())) if light else found
    return dict(found.values_list("enterprise").annotate(Count("pk")))


@dataclass(frozen=True)
class Lack:
    """应当照管而缺一样的企业。"""

    code: str
    title: str
    firms: tuple[Cared, ...]


def board(actor: Actor) -> tuple[int, list[Lack]]:
    """（应当照管的家数，各缺什么）：没有方案、今年没有走访、没有服务专员、今年没有办成一件；看不到的一样不列。"""
    permit(actor, "plan.view")
    firms, year = cared(actor), today().year
    codes = [one.enterprise for one in firms]
    planned = set(plans(actor).filter(enterprise__in=codes, state__in=LIVE).values_list("enterprise", flat=True))
    seen = _seen(actor).filter(enterprise__in=codes, state__in=WENT, on__year=year)
    visited = set(seen.values_list("enterprise", flat=True))
    helped = _raised(actor).filter(enterprise__in=codes, solved=True, closed_on__year=year)
    solved = set(helped.values_list("enterprise", flat=True))
    told = (
        ("plan.view", "plan", "在库而没有方案", lambda one: one.tiers and one.enterprise not in planned),
        ("visit.view", "visit", "今年没有走访过", lambda one: one.enterprise not in visited),
        ("plan.view", "specialist", "没有服务专员", lambda one: not one.specialists),
        ("request.view", "request", "今年没有办成一件", lambda one: one.enterprise not in solved),
    )
    allowed = [row for operation, *row in told if actor.may(operation)]
    return len(firms), [Lack(code, title, tuple(one for one in firms if test(one))) for code, title, test in allowed]


def last_requests(actor: Actor, enterprise: str) -> list[Request]:
    """一家最近的诉求。"""
    return list(requests(actor).filter(enterprise=enterprise)[:5])


def last_visits(actor: Actor, enterprise: str) -> list[Visit]:
    """一家最近的走访。"""
    return list(visits(actor).filter(enterprise=enterprise)[:5])


def live_plans(actor: Actor, enterprise: str) -> list[Paper]:
    """一家没有被取代、撤回的方案。"""
    return list(plans(actor).filter(enterprise=enterprise, state__in=LIVE))
