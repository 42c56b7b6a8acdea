"""安全管理员的动作：授予、收回角色与范围；业务主管的动作：指派负责的企业。都不能给自己。"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from miaopu.access.act import Denied, Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.models import Account, Charge, Posting
from miaopu.access.queries import departments, districts, scope_of
from miaopu.access.roles import Role, roles
from miaopu.access.text import clean

SCOPES = {"district": "县区", "department": "部门", "enterprise": "企业号"}


def grant(
    actor: Actor, number: int, role: str, scope: str, since: date | None = None, until: date | None = None
) -> Posting:
    """授予一个角色；scope 是它要的范围（县区代码、来源代码、企业号），不要的为空串；until 为空是长期。"""
    with act(actor, "grant.manage", f"账号编号 {number}") as doing:
        account, chosen = _target(doing, actor, number), _role(role)
        start = since or timezone.localdate()
        if until is not None and until < max(start, timezone.localdate()):
            raise Wrong(f"止期 {until} 早于起期或今天；长期的把止期空着")
        fields = _scoped(chosen, scope)
        _no_clash(account, chosen, start, until)
        if _held(account, start, until).filter(role=role, **_exact(fields)).exists():
            raise Wrong(f"{account.name}在这段时间里已经有“{chosen.title}”；不用再授予")
        made = Posting.objects.create(
            account=account, role=role, since=start, until=until, granted_by=actor.name[:60], **fields
        )
        doing.after = _told(made)
        return made


def withdraw(actor: Actor, posting: int, reason: str) -> None:
    """收回一项任职：到昨天为止（当天授予的直接删去，日志里留着）。"""
    with act(actor, "grant.manage", f"任职编号 {posting}", reason=clean(reason, "理由") or None) as doing:
        found = Posting.objects.select_for_update().filter(pk=posting).first()
        if found is None or (found.until is not None and found.until < timezone.localdate()):
            raise Wrong("这项任职已经收回；请刷新页面")
        _target(doing, actor, found.account_id)
        if not doing.reason:
            raise Wrong("理由没有填；收回角色要写明理由")
        doing.before = _told(found)
        yesterday = timezone.localdate() - timedelta(days=1)
        if found.since > yesterday:
            found.delete()
        else:
            Posting.objects.filter(pk=posting).update(until=yesterday)


def charge(actor: Actor, number: int, enterprise: str, *, district: str | None, since: date | None = None) -> Charge:
    """让一个专员或专家负责一家企业；企业须在指派人的范围里（district 是企业所在县区）。"""
    with act(actor, "charge.assign", f"账号编号 {number} 负责企业 {enterprise}") as doing:
        doing.within(district=district, enterprise=enterprise)
        account = _found(number)
        if not any(roles().roles[one.role].reach == "charge" for one in _held(account) if one.role in roles().roles):
            raise Wrong(f"{account.name}不是服务专员或专家，不能负责企业；请先由安全管理员授予角色")
        if account.charges.filter(enterprise=enterprise, until__isnull=True).exists():
            raise Wrong(f"{account.name}已经负责这家企业")
        made = Charge.objects.create(account=account, enterprise=enterprise, since=since or timezone.localdate())
        doing.after = {"账号": account.login, "企业号": enterprise, "起": made.since}
        return made


def release(actor: Actor, number: int, enterprise: str, *, district: str | None) -> None:
    """不再负责一家企业：到昨天为止（当天指派的直接删去）。"""
    with act(actor, "charge.assign", f"账号编号 {number} 不再负责企业 {enterprise}") as doing:
        doing.within(district=district, enterprise=enterprise)
        account, yesterday = _found(number), timezone.localdate() - timedelta(days=1)
        current = account.charges.filter(enterprise=enterprise, until__isnull=True)
        if not current.exists():
            raise Wrong(f"{account.name}现在不负责这家企业；请刷新页面")
        doing.before = {"账号": account.login, "企业号": enterprise}
        current.filter(since__gt=yesterday).delete()
        current.update(until=yesterday)


def _target(doing: Doing, actor: Actor, number: int) -> Account:
    account = _found(number)
    doing.target = f"账号 {account.login}（{account.name}）"
    if actor.account == number:
        raise Denied("不能给自己授予或收回角色；请另一位安全管理员来办")
    return account


def _found(number: int) -> Account:
    account = Account.objects.select_for_update().filter(pk=number).first()
    if account is None:
        raise Wrong("没有这个账号；请从账号清单里重新进入")
    return account


def _role(code: str) -> Role:
    found = roles().roles.get(code)
    if found is None or found.kind == "public":
        raise Wrong("没有这个角色；请从下拉里选")
    return found


def _scoped(role: Role, scope: str) -> dict[str, str]:
    """范围写进哪一列；该写的没写、不该写的写了、写的不存在都报 Wrong。"""
    text = clean(scope, "范围", 30)
    if not role.scope:
        if text:
            raise Wrong(f"“{role.title}”不分范围；请把范围空着")
        return {}
    known: Mapping[str, str] | None = {"district": districts, "department": departments}.get(role.scope, dict)() or None
    if not text or (known is not None and text not in known):
        raise Wrong(f"“{role.title}”要写明{SCOPES[role.scope]}，现在是“{text or '空的'}”；请从下拉里选")
    if role.scope == "enterprise" and not (text.isalnum() and text.isascii()):
        raise Wrong("企业号应是字母和数字；请从企业档案的网址里抄")
    return {role.scope: text}


def _exact(fields: Mapping[str, str]) -> dict[str, str | None]:
    return {name: fields.get(name) for name in SCOPES}


def _held(account: Account, since: date | None = None, until: date | None = None) -> QuerySet[Posting]:
    """与这段时间相交的任职；缺省今天。"""
    start = since or timezone.localdate()
    found = account.postings.filter(Q(until__isnull=True) | Q(until__gte=start))
    end = until if since else start
    return found if end is None else found.filter(since__lte=end)


def _no_clash(account: Account, role: Role, since: date, until: date | None) -> None:
    others = {one.role for one in _held(account, since, until) if one.role in roles().roles}
    clash = roles().clash({*others, role.code})
    if clash:
        raise Wrong(f"不能授予：{clash}")


def _told(posting: Posting) -> dict[str, str]:
    return {
        "角色": roles().roles[posting.role].title if posting.role in roles().roles else posting.role,
        "范围": scope_of(posting) or "不分范围",
        "起": posting.since.isoformat(),
        "止": posting.until.isoformat() if posting.until else "长期",
    }
