"""应当照管的企业：培育库里的，加上有专员的（分工或指派）；按行为人的范围收窄。跟进的计数都以它为底。"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from miaopu.access.actor import Actor
from miaopu.access.models import Charge
from miaopu.nurture.followup.policy.tiers import tier_title
from miaopu.nurture.specialists.models import Pairing
from miaopu.selection.library.models import Member
from miaopu.selection.library.states import flow
from miaopu.selection.screening.models import Firm


@dataclass(frozen=True)
class Cared:
    """一家应当照管的企业；specialists 是负责的人，tiers 是在库的层级。"""

    enterprise: str
    uscc: str | None
    name: str
    district: str | None
    county: str | None
    tiers: tuple[str, ...]
    specialists: tuple[str, ...]
    firm: Firm | None = None

    @property
    def tier_titles(self) -> list[str]:
        """在库层级的名称。"""
        return [tier_title(one) for one in self.tiers]


def cared(actor: Actor) -> list[Cared]:
    """范围之内（按看企业档案的范围）应当照管的企业，按县区、名称。"""
    reach = actor.reach("firm.view")
    inside: dict[str, list[str]] = {}
    for enterprise, tier in library_firms(actor):
        inside.setdefault(enterprise, []).append(tier)
    charged: dict[str, list[str]] = {}
    for enterprise, name in _charges():
        charged.setdefault(enterprise, []).append(name)
    found = reach.firms(Firm.objects.filter(enterprise__in=sorted({*inside, *charged, *reach.enterprises})))
    rows = [_cared(one, inside.get(one.enterprise, ()), charged.get(one.enterprise, ())) for one in found]
    return sorted(rows, key=lambda one: (one.district or "", one.name))


def library_firms(actor: Actor) -> list[tuple[str, str]]:
    """范围之内在培育库里的（企业号，层级）。"""
    found = actor.reach("firm.view").firms(Member.objects.filter(state__in=flow().inside)).order_by()
    return list(found.values_list("enterprise", "tier"))


def _charges() -> list[tuple[str, str]]:
    """（企业号，专员姓名）：现行的分工，与指派给服务专员账号的（专家的负责不算）。"""
    now = timezone.localdate()  # 指派管账号看得到什么，照真实的日子，与登录时一样
    held = Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gte=now))
    posted = Q(account__postings__role="specialist", account__postings__until__isnull=True)
    found = Charge.objects.filter(held, posted, account__is_active=True).distinct()
    paired = Pairing.objects.filter(until__isnull=True).values_list("enterprise", "person__name")
    return [*found.values_list("enterprise", "account__name"), *paired]


def _cared(one: Firm, tiers: list[str] | tuple[()], names: list[str] | tuple[()]) -> Cared:
    told = (one.enterprise, one.uscc, one.name, one.district, one.county)
    return Cared(*told, tuple(sorted(set(tiers))), tuple(sorted(set(names))), one)
