"""库里企业的查询：先收窄到行为人的范围。"""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.selection.library.models import Alert, Member, Move, Proof
from miaopu.selection.library.narrow import INSIDE, NO_DUTY, OPEN, Narrow
from miaopu.selection.library.states import flow


def members(actor: Actor, wanted: Narrow | None = None) -> QuerySet[Member]:
    """看得到的、合条件的，按层级、县区、名次。"""
    found, wanted = permit(actor, "library.view").firms(Member.objects.all()), wanted or Narrow()
    exact = {"tier": wanted.tier, "year": wanted.year, "district": wanted.county}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if wanted.state == INSIDE:
        found = found.filter(state__in=flow().inside)
    elif wanted.state == OPEN:
        found = found.exclude(open_key=None)
    elif wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.duty:
        found = found.filter(person=None) if wanted.duty == NO_DUTY else found.filter(person=wanted.duty)
    if wanted.q:
        found = found.filter(Q(name__contains=wanted.q) | Q(uscc__contains=wanted.q.upper()))
    return found


def member(actor: Actor, number: int) -> Member | None:
    """一件；不存在或看不到都为 None。"""
    return members(actor).filter(pk=number).first()


def of_firm(actor: Actor, enterprise: str) -> list[Member]:
    """一家企业在各层级的库里的情形，算数的在前；没有权限或看不到的给空。"""
    if not actor.may("library.view"):
        return []
    return sorted(members(actor).filter(enterprise=enterprise), key=lambda one: (not one.open_key, -one.pk))


def counts(actor: Actor, wanted: Narrow) -> dict[str, int]:
    """各状态几家（不看状态条件）。"""
    found = members(
        actor, Narrow(tier=wanted.tier, year=wanted.year, county=wanted.county, duty=wanted.duty, q=wanted.q)
    )
    return dict(found.order_by().values_list("state").annotate(Count("pk")))


def moves(actor: Actor, one: Member) -> QuerySet[Move]:
    """一件的历次变动；one 已经查过范围。"""
    permit(actor, "library.view")
    return one.moves.select_related("undone").prefetch_related("files")


def proof(actor: Actor, number: int) -> Proof | None:
    """一份依据文件；看不到的为 None。"""
    return Proof.objects.filter(pk=number, move__member__in=members(actor)).first()


def alerts(actor: Actor, waiting: bool = True) -> QuerySet[Alert]:
    """看得到的预警；waiting 为真只给没有处置的。"""
    reach = permit(actor, "library.view")
    found = reach.firms(Alert.objects.select_related("member"), "member__enterprise", "member__district")
    return found.filter(acked_on=None) if waiting else found
