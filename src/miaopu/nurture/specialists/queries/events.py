"""企业活动的查询：看得到的活动、邀请、各家来过几次；都先收窄到行为人的范围。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.jobs.todo import YELLOW, Todo
from miaopu.nurture.specialists.models import Event, Invitation
from miaopu.nurture.specialists.states import Reply
from miaopu.selection.city import today
from miaopu.selection.library.models import Member
from miaopu.selection.library.states import flow

COUNTED = {
    "invited": Count("pk"),
    "coming": Count("pk", filter=Q(reply=Reply.COMING.value)),
    "declined": Count("pk", filter=Q(reply=Reply.DECLINED.value)),
    "came": Count("pk", filter=Q(present=True)),
}


def events(actor: Actor) -> QuerySet[Event]:
    """看得到的活动：市局看全部；县区看市里的、本县区的；企业与专员看请了自己这边的。"""
    reach = permit(actor, "event.view")
    found = Event.objects.all()
    if reach.everywhere:
        return found
    mine = Q(pk__in=reach.firms(Invitation.objects.all()).values("event"))
    own = Q(district__isnull=True) | Q(district__in=sorted(reach.districts)) if reach.districts else Q(pk__in=())
    return found.filter(mine | own)


def event(actor: Actor, number: int) -> Event | None:
    """一场；看不到的为 None。"""
    return events(actor).filter(pk=number).first()


def invitations(actor: Actor, given: Mapping[str, str] | None = None) -> QuerySet[Invitation]:
    """看得到的邀请，合条件的。given：reply county came（yes、no、unknown）q。"""
    found = permit(actor, "event.view").firms(Invitation.objects.select_related("event"))
    wanted = {name: clean((given or {}).get(name, ""), "条件", 60) for name in ("reply", "county", "came", "q")}
    exact = {"reply": "reply", "county": "district"}
    found = found.filter(**{column: wanted[name] for name, column in exact.items() if wanted[name]})
    if wanted["came"]:
        found = found.filter(present={"yes": True, "no": False}.get(wanted["came"]))
    return found.filter(name__contains=wanted["q"]) if wanted["q"] else found


def tallied(actor: Actor) -> QuerySet[Event]:
    """看得到的活动，各请了几家、几家参加、几家没有回复、几家到场、几家说来而没有记到场；只数看得到的企业。"""
    mine = permit(actor, "event.view").clause("invitations__enterprise", "invitations__district")
    rule = {"coming": Q(invitations__reply=Reply.COMING.value), "came": Q(invitations__present=True), "invited": Q()}
    coming = Q(invitations__reply=Reply.COMING.value)
    rule |= {"waiting": Q(invitations__reply=Reply.WAITING.value), "unmarked": coming & Q(invitations__present=None)}
    counts = {name: Count("invitations", filter=mine & one, distinct=True) for name, one in rule.items()}
    return events(actor).annotate(**counts)


@dataclass(frozen=True)
class Attended:
    """一家：请过、说来、说不来、到场各几次。"""

    enterprise: str
    name: str
    county: str | None
    invited: int
    coming: int
    declined: int
    came: int


def attended(actor: Actor, given: Mapping[str, str] | None = None) -> list[Attended]:
    """在库的企业各来过几次（一次也没来过的在前），与请过而不在库的。given：county came（no 一次也没来过）q。"""
    reach, wanted = permit(actor, "event.view"), given or {}
    inside = reach.firms(Member.objects.filter(state__in=flow().inside)).values_list(
        "enterprise", "name", "county", "district"
    )
    asked = reach.firms(Invitation.objects.filter(event__cancelled_why=None))
    firms = {firm: told for firm, *told in [*asked.values_list("enterprise", "name", "county", "district"), *inside]}
    counted = {firm: told for firm, *told in asked.order_by().values_list("enterprise").annotate(**COUNTED)}
    county, text = (clean(wanted.get(name, ""), "条件", 60) for name in ("county", "q"))
    rows = [
        Attended(firm, name, place, *counted.get(firm, (0, 0, 0, 0)))
        for firm, (name, place, district) in firms.items()
        if county in ("", district) and text in name
    ]
    rows = [one for one in rows if not one.came] if wanted.get("came") == "no" else rows
    return sorted(rows, key=lambda one: (one.came, one.county or "", one.name))


def of_firm(actor: Actor, enterprise: str) -> list[Invitation]:
    """一家最近的邀请；没有权限的给空。"""
    if not actor.may("event.view"):
        return []
    return list(invitations(actor).filter(enterprise=enterprise, event__cancelled_why=None).order_by("-event__on")[:5])


def todo(actor: Actor) -> Iterator[Todo]:
    """等着回复的邀请（企业、专员），过了日子还没有记到场的活动（办活动的）。"""
    if actor.may("event.reply") and not actor.may("event.manage"):
        waiting = invitations(actor, {"reply": Reply.WAITING.value}).filter(
            event__on__gte=today(), event__cancelled_why=None
        )
        yield Todo("活动邀请等着回复", waiting.count(), reverse("specialists:events"), YELLOW)
    if actor.may("event.manage"):
        held = tallied(actor).filter(on__lt=today(), cancelled_why=None, unmarked__gt=0)
        own = held if actor.reach("event.manage").everywhere else held.filter(district__isnull=False)
        yield Todo("办过的活动还没有记到场", own.count(), reverse("specialists:events"), YELLOW)
