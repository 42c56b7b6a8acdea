"""权限的查询：账号现在的任职 → 行为人；账号、会话、日志的清单，都先查权限。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from miaopu.access import log
from miaopu.access.act import Wrong, permit
from miaopu.access.actor import PERSON, Actor, Held
from miaopu.access.models import Account, LogEntry, Posting, Visit
from miaopu.access.roles import roles
from miaopu.access.signin import sessions
from miaopu.access.text import clean, masked
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.district import Districts


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


def accounts(actor: Actor, given: Mapping[str, str]) -> QuerySet[Account]:
    """账号清单；given：q 登录名、姓名、单位里的字，role 角色代码，state 为 on、off。"""
    permit(actor, "account.view")
    found = Account.objects.prefetch_related("postings").order_by("pk")
    text = clean(given.get("q", ""))
    if text:
        found = found.filter(Q(login__icontains=text) | Q(name__icontains=text) | Q(unit__icontains=text))
    if given.get("state") in ("on", "off"):
        found = found.filter(is_active=given["state"] == "on")
    if given.get("role"):
        held = Posting.objects.filter(_open(timezone.localdate()), role=clean(given["role"], "角色", 30))
        found = found.filter(pk__in=held.values("account"))
    return found


def account(actor: Actor, number: int) -> Account | None:
    """一个账号；没有为 None。"""
    permit(actor, "account.view")
    return Account.objects.prefetch_related("postings").filter(pk=number).first()


def visits(actor: Actor, everyone: bool = False) -> QuerySet[Visit]:
    """还登着的会话：自己的；everyone 时全部（要强制下线的权限）。"""
    if everyone:
        permit(actor, "visit.end")
    found = sessions.live(Visit.objects.select_related("account")).order_by("-seen", "-pk")
    return found if everyone else found.filter(account_id=actor.account)


def entries(actor: Actor, given: Mapping[str, str]) -> QuerySet[LogEntry]:
    """操作日志，新的在前；given：since、until 日期，person、target 里的字，title 操作，outcome 结果。"""
    permit(actor, "log.view")
    found = LogEntry.objects.order_by("-seq")
    since, until = (_date(given.get(name, ""), told) for name, told in (("since", "从"), ("until", "到")))
    if since:
        found = found.filter(at__gte=since.isoformat())
    if until:
        found = found.filter(at__lt=(until + timedelta(days=1)).isoformat())
    person, target = clean(given.get("person", ""), "谁"), clean(given.get("target", ""), "对象")
    if person:
        found = found.filter(Q(login__icontains=person) | Q(name__icontains=person))
    if target:
        found = found.filter(target__icontains=target)
    exact = {name: clean(given[name], "条件", 80) for name in ("title", "outcome") if given.get(name)}
    return found.filter(**exact)


def _date(text: str, what: str) -> date | None:
    try:
        return date.fromisoformat(clean(text, what, 10)) if text else None
    except ValueError as error:
        raise Wrong(f"“{what}”应是 2026-11-20 这样的日期，现在是“{text}”") from error


def entry(actor: Actor, seq: int) -> LogEntry | None:
    """日志的一行；没有为 None。"""
    permit(actor, "log.view")
    return LogEntry.objects.filter(seq=seq).first()


def log_titles(actor: Actor) -> list[str]:
    """日志里出现过的操作名称。"""
    permit(actor, "log.view")
    return sorted(LogEntry.objects.order_by().values_list("title", flat=True).distinct())


def refusals(actor: Actor) -> QuerySet[LogEntry]:
    """拒绝、失败与锁定，新的在前，给安全管理员看。"""
    permit(actor, "security.manage")
    return LogEntry.objects.filter(outcome__in=(log.REFUSED, log.FAILED)).order_by("-seq")


def last_login(actor: Actor, found: Iterable[Account]) -> dict[int, str]:
    """各账号最近一次登录的时间（日志里的）；没有登录过的不在里面。"""
    permit(actor, "account.view")
    numbers = [one.pk for one in found]
    seen = LogEntry.objects.filter(operation="session.login", outcome=log.DONE, account__in=numbers)
    return dict(seen.order_by().values_list("account").annotate(Max("at")))


def postings_of(one: Account) -> list[Posting]:
    """还有效的与还没开始的任职。"""
    today = timezone.localdate()
    return [posting for posting in one.postings.all() if posting.until is None or posting.until >= today]


def scope_of(posting: Posting) -> str:
    """任职的范围，给人看的；不分范围为空串。企业号遮住中间：管理员不看企业数据。"""
    if posting.district:
        return districts().get(posting.district, posting.district)
    if posting.department:
        return departments().get(posting.department, posting.department)
    return f"企业 {masked(posting.enterprise, 4, 4)}" if posting.enterprise else ""


def told_posting(posting: Posting) -> str:
    """一项任职的一句话：角色、范围、期限。"""
    title = roles().roles[posting.role].title if posting.role in roles().roles else posting.role
    scope, until = scope_of(posting), f"至{posting.until.isoformat()}" if posting.until else ""
    return title + (f"（{'，'.join(one for one in (scope, until) if one)}）" if scope or until else "")


@cache
def districts() -> dict[str, str]:
    """可授予的县区：代码 → 名称（带市名）；设了 MIAOPU_CITY 的只有本市。"""
    known = Districts.read(Catalog.default())
    rows = [one for one in known.rows if one.level == "county" and one.status != "retired"]
    cities = {one.code: one.name for one in known.rows if one.level == "city"}
    return {
        one.code: f"{cities.get(one.parent, '')}{one.name}"
        for one in rows
        if not settings.CITY or one.parent == settings.CITY
    }


@cache
def departments() -> dict[str, str]:
    """供数的部门：来源代码 → 名称。"""
    catalog = Catalog.default()
    found = [yaml_lines.read(path) for path in catalog.files("sources", "source.yaml")]
    return {one["code"]: one["title"] for one in found}
