"""权限的查询：账号现在的任职 → 行为人。"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from miaopu.access.actor import PERSON, Actor, Held
from miaopu.access.models import Account
from miaopu.access.roles import roles


def actor_of(account: Account, place: str = "", kind: str = PERSON, only: frozenset[str] | None = None) -> Actor:
    """账号今天的任职与负责企业。停用的账号什么也不能做。"""
    today = timezone.localdate()
    known = roles().roles
    held = tuple(
        Held(known[one.role], one.district, one.department, one.enterprise)
        for one in account.postings.filter(_open(today))
        if account.is_active and one.role in known
    )
    charges: frozenset[str] = frozenset()
    if any(one.role.reach == "charge" for one in held):
        charges = frozenset(account.charges.filter(_open(today)).values_list("enterprise", flat=True))
    return Actor(account.login, account.name, kind, account.pk, held, charges, place, only)


def _open(today: date) -> Q:
    return Q(since__lte=today) & (Q(until__isnull=True) | Q(until__gte=today))


def demo_accounts() -> list[Account]:
    """登录页上列出的演示账号；正式部署没有。"""
    if not settings.DEMO or settings.PRODUCTION:
        return []
    return list(Account.objects.filter(is_demo=True, is_active=True).prefetch_related("postings").order_by("pk"))
