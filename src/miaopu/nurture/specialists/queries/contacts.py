"""联络员的查询：名录（在库的企业每一级一格）、还缺几家、一家的联络员；都先收窄到行为人的范围。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.jobs.todo import YELLOW, Todo
from miaopu.nurture.specialists.kinds import Rank, contact_kind, ranks
from miaopu.nurture.specialists.models import Contact, Person
from miaopu.nurture.specialists.states import State
from miaopu.selection.city import today
from miaopu.selection.library.models import Member
from miaopu.selection.library.states import flow


@dataclass(frozen=True)
class Slot:
    """名录的一格：一家企业在一级上；contact 为 None 是没有定过，定过而离册、聘期满了的也算还没有。"""

    enterprise: str
    name: str
    district: str | None
    county: str | None
    rank: Rank
    contact: Contact | None

    @property
    def lacking(self) -> bool:
        """还没有联络员：没有定，或定的人已不在册。"""
        return self.contact is None or not self.contact.person.engaged_on(today())

    @property
    def key(self) -> str:
        """“企业号:级”。"""
        return f"{self.enterprise}:{self.rank.code}"


def contacts(actor: Actor) -> QuerySet[Contact]:
    """现行的联络员，只有看得到的企业的。"""
    found = permit(actor, "contact.view").firms(Contact.objects.filter(until__isnull=True))
    return found.select_related("person")


def directory(actor: Actor, given: Mapping[str, str] | None = None) -> list[Slot]:
    """名录：在库的企业 × 各级，合条件的。given：level county lack（yes 还没有）q（企业、联络员）。"""
    reach, wanted = (
        permit(actor, "contact.view"),
        {name: clean(text, "条件", 60) for name, text in (given or {}).items()},
    )
    found = reach.firms(Member.objects.filter(state__in=flow().inside))
    found = found.filter(district=wanted["county"]) if wanted.get("county") else found
    firms = {firm: told for firm, *told in found.values_list("enterprise", "name", "district", "county")}
    held = {(one.enterprise, one.level): one for one in contacts(actor)}
    slots = [
        Slot(firm, *told, rank, held.get((firm, rank.code)))
        for firm, told in sorted(firms.items(), key=lambda one: (one[1][1] or "", one[1][0]))
        for rank in ranks().values()
        if wanted.get("level", "") in ("", rank.code)
    ]
    slots = [one for one in slots if one.lacking] if wanted.get("lack") == "yes" else slots
    text = wanted.get("q", "")
    return [one for one in slots if text in one.name or (one.contact and text in one.contact.person.name)]


def gaps(actor: Actor) -> list[tuple[Rank, int, int]]:
    """各级：（哪一级，在库几家，还没有联络员的几家）。"""
    slots = directory(actor)
    return [
        (rank, sum(one.rank == rank for one in slots), sum(one.rank == rank and one.lacking for one in slots))
        for rank in ranks().values()
    ]


def of_firm(actor: Actor, enterprise: str) -> list[tuple[Rank, Contact | None]]:
    """一家各级的联络员；没有权限的给空。"""
    if not actor.may("contact.view"):
        return []
    held = {one.level: one for one in contacts(actor).filter(enterprise=enterprise)}
    return [(rank, held.get(rank.code)) for rank in ranks().values()]


def of_firms(actor: Actor) -> dict[str, list[tuple[Rank, Contact]]]:
    """看得到的企业 → 各级的联络员；没有权限的给空。"""
    out: dict[str, list[tuple[Rank, Contact]]] = {}
    for one in contacts(actor) if actor.may("contact.view") else ():
        out.setdefault(one.enterprise, []).append((ranks()[one.level], one))
    order = list(ranks())
    return {firm: sorted(rows, key=lambda row: order.index(row[0].code)) for firm, rows in out.items()}


def history(actor: Actor, enterprise: str) -> QuerySet[Contact]:
    """一家先后的联络员。"""
    found = permit(actor, "contact.view").firms(Contact.objects.filter(enterprise=enterprise))
    return found.select_related("person").order_by("level", "-since", "-pk")


def eligible(actor: Actor) -> QuerySet[Person]:
    """能定作联络员的人：名册里在册的联络员；县区的只有本县区的与市级的。"""
    reach = permit(actor, "contact.name")
    found = Person.objects.filter(kind=contact_kind(), state=State.APPOINTED.value).order_by("district", "name")
    return found if reach.everywhere else found.filter(Q(district__in=reach.districts) | Q(district__isnull=True))


def mine(actor: Actor) -> list[Rank]:
    """行为人能定的级：市级只有市局，县级市局与县区都能。"""
    if not actor.may("contact.name"):
        return []
    whole = actor.reach("contact.name").everywhere
    return [one for one in ranks().values() if whole or one.reach == "county"]


def todo(actor: Actor) -> Iterator[Todo]:
    """还没有联络员的企业，各级一条；市局只提醒市级的。"""
    if not actor.may("contact.name"):
        return
    whole = actor.reach("contact.name").everywhere
    for rank, _, lacking in gaps(actor):
        if (rank.reach == "city") is whole:
            page = f"{reverse('specialists:contacts')}?level={rank.code}&lack=yes"
            yield Todo(f"库内企业还没有{rank.title}联络员", lacking, page, YELLOW)
