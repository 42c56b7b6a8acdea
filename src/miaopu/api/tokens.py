"""令牌：发放、停用、验明、计数；令牌能做的不多于发放它的人现在能做的。"""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from miaopu.access.act import Denied, Wrong, act, permit
from miaopu.access.actor import TOKEN, Actor
from miaopu.access.models import Account
from miaopu.access.queries import actor_of
from miaopu.access.roles import roles
from miaopu.access.signin.backends import welcome
from miaopu.access.text import clean
from miaopu.api.models import Token, Use
from miaopu.ledger.journal.chain import digest

LONGEST = 366
MOST, HELD = 100_000, 20
"""有效期至多几天，每日至多几次，一个人至多几个在用的。"""

GIVEN = frozenset(
    {"firm.view", "screening.view", "library.view", "rule.view", "intake.view", "intake.upload", "job.view"}
)
"""可以交给令牌的操作：看与送数；决定、批准、管理的事只能由人在页面上做。"""


def issue(actor: Actor, name: str, scopes: list[str], quota: int, days: int) -> tuple[Token, str]:
    """发放：给（令牌，原文）；原文只此一次。"""
    name = clean(name, "用途", 80)
    wrong = [one for one in scopes if one not in GIVEN or not actor.may(one)]
    if not name or not scopes or wrong:
        told = (
            f"不能交给令牌的：{'、'.join(roles().operations.get(one, one) for one in wrong)}"
            if wrong
            else "用途与范围都要写"
        )
        raise Wrong(f"{told}；可以选的只有您自己能做的查看与送数")
    if not (0 < quota <= MOST and 0 < days <= LONGEST):
        raise Wrong(f"每日次数应在 1 至 {MOST}，有效期应在 1 至 {LONGEST} 天")
    scopes = sorted(set(scopes))
    secret = "mp_" + secrets.token_urlsafe(32)
    with act(actor, "token.manage", f"接口令牌“{name}”") as doing:
        live = Token.objects.filter(account_id=actor.account, revoked__isnull=True, until__gte=timezone.localdate())
        if live.count() >= HELD:
            raise Wrong(f"您已有 {HELD} 个在用的令牌；请先停用不再用的")
        token = Token.objects.create(
            account_id=actor.account,
            name=name,
            digest=digest(secret.encode()),
            hint=secret[:8],
            scopes=" ".join(scopes),
            quota=quota,
            until=timezone.localdate() + timedelta(days=days),
        )
        doing.after = {"范围": token.scopes, "每日次数": quota, "有效至": token.until.isoformat()}
    return token, secret


def revoke(actor: Actor, number: int) -> None:
    """停用自己发放的令牌。"""
    with act(actor, "token.manage", f"接口令牌 {number}") as doing:
        token = own(actor).filter(pk=number).first()
        if token is None:
            raise Denied("没有这个令牌，或不是您发的")
        if token.revoked is not None:
            raise Wrong(f"令牌“{token.name}”已经停用，不用再停；请刷新页面")
        doing.before = {"用途": token.name, "停用": None}
        token.revoked = timezone.now()
        token.save(update_fields=["revoked"])
        doing.after = {"用途": token.name, "停用": token.revoked.isoformat()}


def lapse(account: Account) -> int:
    """账号停用、密码由管理员重置：他的令牌全部停用；给出几个。"""
    return Token.objects.filter(account=account, revoked__isnull=True).update(revoked=timezone.now())


def own(actor: Actor) -> QuerySet[Token]:
    """自己发放的令牌。"""
    permit(actor, "token.manage")
    return Token.objects.filter(account_id=actor.account)


def bearer(secret: str, place: str) -> tuple[Token, Actor] | None:
    """原文 → （令牌，行为人）；不对、过期、停用、发放人停用都是 None。"""
    if not secret.startswith("mp_") or len(secret) > 80:
        return None
    found = Token.objects.select_related("account").filter(digest=digest(secret.encode()), revoked__isnull=True).first()
    if found is None or found.until < timezone.localdate() or not welcome(found.account):
        return None
    return found, actor_of(found.account, place, TOKEN, frozenset(found.scopes.split()))


def spend(token: Token, day: date) -> bool:
    """记一次用量；当天用完为假。"""
    Use.objects.get_or_create(token=token, day=day)
    return bool(Use.objects.filter(token=token, day=day, count__lt=token.quota).update(count=F("count") + 1))
