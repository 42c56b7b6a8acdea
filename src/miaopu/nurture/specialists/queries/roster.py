"""队伍与分工的查询：名册、征集、培训、要服务的企业、现行配对、草案；都先收窄到行为人的范围。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.jobs.todo import YELLOW, Todo
from miaopu.nurture.specialists.models import Call, Draft, Pairing, Person, Training
from miaopu.nurture.specialists.states import DraftState, State
from miaopu.selection.city import today
from miaopu.selection.library.models import Member
from miaopu.selection.library.states import flow
from miaopu.selection.screening.models import Firm


@dataclass(frozen=True)
class Served:
    """一家要服务的企业。tier 是层级代码（没有入库为空串），tier_title 是它的名称。"""

    enterprise: str
    name: str
    district: str | None
    county: str | None
    section: str | None
    industry: str | None
    tier: str
    tier_title: str | None


def firms_to_serve(actor: Actor, codes: Sequence[str] | None = None) -> list[Served]:
    """要有专员的企业：库里的（多个层级的取先入库的一行）；给了 codes 就是这些。看不到的不在内。"""
    reach = permit(actor, "pair.view")
    listed = reach.firms(Member.objects.filter(state__in=flow().inside)).order_by("-pk")
    held = {one.enterprise: one for one in listed}
    wanted = sorted(held) if codes is None else sorted(set(codes))
    firms = reach.firms(Firm.objects.all()).in_bulk(wanted)
    return [_served(firms[one], held.get(one)) for one in wanted if one in firms]


def _served(firm: Firm, held: Member | None) -> Served:
    told = (firm.enterprise, firm.name, firm.district, firm.county, firm.section, firm.industry)
    return Served(*told, held.tier if held else "", held.tier_title if held else None)


def people(actor: Actor, given: Mapping[str, str] | None = None) -> QuerySet[Person]:
    """名册：全市范围的看全部；县区的看本县区的、市级的（没有县区），与服务本县区企业的。"""
    reach, given = permit(actor, "roster.view"), given or {}
    found = Person.objects.select_related("account", "call")
    if not reach.everywhere:
        serving = reach.firms(Pairing.objects.filter(until__isnull=True)).values("person")
        found = found.filter(Q(district__in=reach.districts) | Q(district__isnull=True) | Q(pk__in=serving))
    for name in ("kind", "state", "district"):
        if given.get(name):
            found = found.filter(**{name: clean(given[name], name, 20)})
    text = clean(given.get("q", ""))
    return found.filter(Q(name__icontains=text) | Q(unit__icontains=text)) if text else found


def person(actor: Actor, number: int) -> Person | None:
    """名册的一行；看不到的为 None。"""
    return people(actor).filter(pk=number).first()


def calls(actor: Actor) -> QuerySet[Call]:
    """全部征集。"""
    permit(actor, "roster.view")
    return Call.objects.all()


def open_calls() -> QuerySet[Call]:
    """今天开着的征集，公众可见。"""
    return Call.objects.filter(opens__lte=today(), closes__gte=today())


def trainings(actor: Actor) -> QuerySet[Training]:
    """全部培训。"""
    permit(actor, "roster.view")
    return Training.objects.order_by("-on", "-pk")


def pairings(actor: Actor) -> QuerySet[Pairing]:
    """现行的配对，只看得到范围里的企业的。"""
    found = permit(actor, "pair.view").firms(Pairing.objects.filter(until__isnull=True))
    return found.select_related("person").order_by("district", "enterprise")


def pairing(actor: Actor, number: int) -> Pairing | None:
    """一对（现行或历史）；看不到的为 None。"""
    return permit(actor, "pair.view").firms(Pairing.objects.filter(pk=number)).select_related("person").first()


def history(actor: Actor, enterprise: str) -> QuerySet[Pairing]:
    """一家企业先后的专员。"""
    found = permit(actor, "pair.view").firms(Pairing.objects.filter(enterprise=enterprise))
    return found.select_related("person").order_by("-since", "-pk")


def drafts(actor: Actor) -> QuerySet[Draft]:
    """分工草案；只有能统筹的看得到。"""
    permit(actor, "pair.assign")
    return Draft.objects.all()


def unserved(actor: Actor) -> list[Served]:
    """库里还没有专员的企业。"""
    held = set(pairings(actor).values_list("enterprise", flat=True))
    return [one for one in firms_to_serve(actor) if one.enterprise not in held]


def todo(actor: Actor) -> Iterator[Todo]:
    """等着审的报名、没有专员的库内企业、待采用的草案。"""
    if actor.may("roster.manage"):
        waiting = people(actor).filter(state=State.APPLIED.value).count()
        yield Todo("报名等着审", waiting, reverse("specialists:roster") + f"?state={State.APPLIED.value}", YELLOW)
    if actor.may("pair.assign"):
        yield Todo("库内企业还没有专员", len(unserved(actor)), reverse("specialists:pairs"), YELLOW)
        ready = drafts(actor).filter(state=DraftState.READY.value).count()
        yield Todo("分工草案待采用", ready, reverse("specialists:drafts"), YELLOW)
