"""常用筛选：把一组条件起个名存下来；自己的可改可删可撤销，公开的全体业务人员看得到，家数按看的人的范围现数。"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.timezone import localtime

from miaopu.access.act import Denied, Wrong, act, permit
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.selection.screening.firms.filters import Filters, exact, words
from miaopu.selection.screening.firms.find import find
from miaopu.selection.screening.firms.roll import Roll
from miaopu.selection.screening.models import Cohort

OPERATION = "firm.cohort"
STAFF = "screening.view"
"""有这项权限的是业务人员，看得到公开的常用筛选；专员、专家、企业看不到。"""

NONE = "没有这个常用筛选，或不是您存的；只有存的人可以改、删"
LONGEST, MOST = 40, 50
"""名称最多几个字；一人最多存几个。"""


@dataclass(frozen=True)
class Shown:
    """清单的一行：条件的一句话、按看的人的范围现数的家数、是不是自己的。"""

    cohort: Cohort
    told: str
    total: int
    mine: bool


def cohorts(actor: Actor) -> QuerySet[Cohort]:
    """看得到的：自己的，和公开的（业务人员）。"""
    permit(actor, "firm.view")
    seen = Q(owner_id=actor.account) | (Q(shared=True) if actor.may(STAFF) else Q(pk__in=[]))
    return Cohort.objects.filter(seen, dropped__isnull=True).select_related("owner")


def shown(actor: Actor, held: Roll, rows: list[Cohort]) -> list[Shown]:
    """逐个现数家数。"""
    out = []
    for one in rows:
        try:
            filters = exact(held, QueryDict(one.query))
        except Wrong as error:
            out.append(Shown(one, str(error), 0, one.owner_id == actor.account))
            continue
        total = find(actor, held, filters, counting=False).total
        out.append(Shown(one, words(held, filters), total, one.owner_id == actor.account))
    return out


def keep(actor: Actor, filters: Filters, name: str, shared: bool) -> Cohort:
    """存下一组条件。"""
    with act(actor, OPERATION, "常用筛选") as doing:
        if not filters:
            raise Wrong("还没有选任何条件；请先查找或选几项，再存为常用筛选")
        if _own(actor).count() >= MOST:
            raise Wrong(f"您已存了 {MOST} 个常用筛选；请先删去不用的")
        made = Cohort.objects.create(
            owner_id=actor.account, name=_name(actor, name), query=filters.query(), shared=shared
        )
        doing.target, doing.after = f"常用筛选 {made.pk}", _told(made)
    return made


def rename(actor: Actor, number: int, name: str, shared: bool, version: int) -> Cohort:
    """改名、改谁看得到；version 是打开时的版本，被人先改过就抛 Wrong。"""
    with act(actor, OPERATION, f"常用筛选 {number}") as doing:
        found = _mine(actor, number)
        if found.version != version:
            when = f"{localtime(found.updated):%Y-%m-%d %H:%M}"
            raise Wrong(f"“{found.name}”在 {when} 已被改过；请刷新后再改")
        doing.before = _told(found)
        found.name, found.shared, found.version = _name(actor, name, number), shared, version + 1
        found.save(update_fields=["name", "shared", "version", "updated"])
        doing.after = _told(found)
    return found


def drop(actor: Actor, number: int) -> Cohort:
    """删除；可以撤销。"""
    with act(actor, OPERATION, f"常用筛选 {number}") as doing:
        found = _mine(actor, number)
        doing.before, doing.after = _told(found), {"已删除": True}
        found.dropped = timezone.now()
        found.save(update_fields=["dropped", "updated"])
    return found


def restore(actor: Actor, number: int) -> Cohort:
    """撤销删除。"""
    with act(actor, OPERATION, f"常用筛选 {number}") as doing:
        found = _mine(actor, number, dropped=True)
        _name(actor, found.name, number)
        doing.before, doing.after = {"已删除": True}, _told(found)
        found.dropped = None
        found.save(update_fields=["dropped", "updated"])
    return found


def _own(actor: Actor) -> QuerySet[Cohort]:
    return Cohort.objects.filter(owner_id=actor.account, dropped__isnull=True)


def own(actor: Actor, number: int) -> None:
    """自己的一个（删了的也算），不是的抛 Denied。"""
    if not Cohort.objects.filter(pk=number, owner_id=actor.account).exists():
        raise Denied(NONE)


def _mine(actor: Actor, number: int, dropped: bool = False) -> Cohort:
    """自己的一个；别人的与没有的一样对待。"""
    found = Cohort.objects.select_for_update().filter(pk=number, owner_id=actor.account).first()
    if found is None or (found.dropped is not None) is not dropped:
        raise Denied(NONE)
    return found


def _name(actor: Actor, text: str, number: int | None = None) -> str:
    name = clean(text, "名称", LONGEST)
    if not name:
        raise Wrong("请给常用筛选起个名称，如“高唐县差一项的制造业”")
    if _own(actor).filter(name=name).exclude(pk=number).exists():
        raise Wrong(f"您已有一个叫“{name}”的常用筛选；请换个名称")
    return name


def _told(one: Cohort) -> dict[str, object]:
    return {"名称": one.name, "条件": one.query, "全体业务人员可见": one.shared}
