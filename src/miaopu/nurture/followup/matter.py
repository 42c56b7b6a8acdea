"""办事共用的关口：找企业、锁住一行并核对版本、必填的话、防重的标记、以谁的名义；不写数据库。"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from miaopu.access.act import Denied, Doing, Wrong
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.nurture.followup.models import Paper, Visit
from miaopu.nurture.followup.policy.rules import BUREAU, COUNTY, SPECIALIST, rules
from miaopu.selection.library.models import Member, Move
from miaopu.selection.library.states import flow
from miaopu.selection.screening.models import Firm

LONGEST = 2_000
GONE = "刚刚有别的部门登记了这家企业的走访，名额没有了；请看日历，加入那一次或写明理由"


def firm_of(doing: Doing, enterprise: str) -> Firm:
    """范围之内的一家企业；不在范围里与没有一样（Denied）。"""
    found = Firm.objects.filter(enterprise=enterprise).first()
    if found is None or not doing.reach.covers(district=found.district, enterprise=found.enterprise):
        raise Denied("没有这家企业，或不在您的范围里；请联系所在县区或市局")
    return found


def by_text(told: str) -> Q:
    """企业号、信用代码或全名正是它的。"""
    return Q(enterprise=told) | Q(uscc=told.upper()) | Q(name=told)


def only(found: QuerySet[Firm], text: str) -> Firm | None:
    """照文字找到的那一家；没有、没有写为 None；同名的不止一家抛 Wrong，列出各家的企业号，不替人选。"""
    rows = list(found) if text.strip() else []
    if len(rows) > 1:
        codes = "、".join(one.enterprise for one in rows)
        raise Wrong(f"叫“{text.strip()}”的企业有 {len(rows)} 家：{codes}；请改写其中一家的企业号")
    return rows[0] if rows else None


def card(firm: Firm) -> dict[str, Any]:
    """记在诉求、走访、方案上的企业的几项，写下后不随读表变。"""
    return {name: getattr(firm, name) for name in ("enterprise", "uscc", "name", "district", "county")}


def locked(doing: Doing, model: type[models.Model], number: int, version: int | None) -> Any:
    """锁住一行并核对版本；没有的 Denied，别人改过的 Wrong（说明谁在何时改过）。范围由调用的动作查。"""
    found = model._default_manager.select_for_update(of=("self",)).filter(pk=number).first()
    if found is None:
        raise Denied(f"没有{doing.target}，或不在您的范围里；请联系所在县区或市局")
    if version is not None and found.version != version:
        raise Wrong(f"{changed(found)}“{found.name}”的这一件；您填的内容还在，请核对最新情况后再提交")
    return found


def own_visit(doing: Doing, number: int, version: int | None) -> Visit:
    """锁住自己这边能动的一次走访：范围里的企业；部门数据员只有本部门登记或加入的。"""
    one = locked(doing, Visit, number, None)
    bodies = {one.body, *(each.body for each in one.going)}
    department = doing.reach.departments is not None and bool(bodies & doing.reach.departments)
    if not (department or doing.reach.covers(district=one.district, enterprise=one.enterprise)):
        raise Denied(f"没有{doing.target}，或不在您的范围里；请联系所在县区或市局")
    return locked(doing, Visit, number, version)


def left(one: Paper) -> Move | None:
    """方案编了以后，让它的企业出了这个层级的库的那次变动；在库、提名着、编的时候就不在库的为 None。"""
    held = Member.objects.filter(enterprise=one.enterprise, tier=one.tier)
    if held.exclude(open_key=None).exists():
        return None
    return Move.objects.filter(member__in=held, before__in=flow().inside, at__gt=one.made_at).order_by("-pk").first()


def still_inside(one: Paper) -> None:
    """出了库的，方案不再往下走。"""
    if (move := left(one)) is not None:
        raise Wrong(
            f"“{one.name}”{move.on.isoformat()}已出培育库（{move.words}）：{move.reason}；没有办，请退回、撤回这份方案，或先撤销那次变动"
        )


def changed(one: Any) -> str:
    """谁在何时改过。"""
    return f"{one.updated_by}在 {timezone.localtime(one.updated):%Y-%m-%d %H:%M} 改过"


def saved(actor: Actor, one: Any, **changes: Any) -> Any:
    """存改动，版本加一，给出新的一行。"""
    changes |= {"version": one.version + 1, "updated": timezone.now(), "updated_by": actor.name}
    type(one)._default_manager.filter(pk=one.pk).update(**changes)
    return type(one)._default_manager.get(pk=one.pk)


def placed(actor: Actor, one: Visit, **changes: Any) -> Visit:
    """存改动，连同换的名额；名额刚刚给别人占了的说明白。"""
    try:
        with transaction.atomic():
            return saved(actor, one, **changes)
    except IntegrityError as error:
        raise Wrong(GONE) from error


def required(text: str, what: str, longest: int = LONGEST) -> str:
    """必填的话。"""
    told = clean(text, what, longest)
    if not told:
        raise Wrong(f"“{what}”没有写；请写清楚再提交")
    return told


def reasoned(doing: Doing, text: str, what: str, longest: int = LONGEST) -> str:
    """必填的理由，写进日志。先查权限与范围，再看理由：不是他管的，理由写没写都一样拒绝。"""
    doing.reason = required(text, what, longest)
    return doing.reason


def jotted(text: str) -> str | None:
    """交来的理由，拒绝的那行日志照记：控制字符去掉，太长截短；写得对不对由 reasoned 查。"""
    return "".join(one for one in text if one.isprintable())[:LONGEST].strip() or None


def optional(text: str, what: str, longest: int = LONGEST) -> str | None:
    """可以不写的话；没有写为 None。"""
    return clean(text, what, longest) or None


def once(actor: Actor, key: str) -> str | None:
    """防重的标记，各人各算；没有为 None。"""
    told = clean(key, "防重标记", 40)
    return f"{actor.account or 0}:{told}" if told else None


def body_of(actor: Actor, operation: str, county: str | None) -> tuple[str, str]:
    """以哪个部门的名义办：（代码，名称）。部门数据员是本部门，其余是市局、县区、服务专员。"""
    held = [one for one in actor.held if operation in one.role.operations]
    department = next((one.department for one in held if one.department), None)
    reaches = {one.role.reach for one in held}
    if department:
        return department, rules().targets.get(department, department)
    if "city" in reaches or not held:
        return BUREAU, rules().targets[BUREAU]
    if "district" in reaches:
        return COUNTY, f"{county or ''}主管部门"
    return SPECIALIST, rules().targets[SPECIALIST]


def day(text: str, what: str) -> date:
    """日期；写错抛 Wrong。"""
    try:
        return date.fromisoformat(clean(text, what, 10))
    except ValueError as error:
        raise Wrong(f"“{what}”应是日期，如 2026-11-20；现在是“{text[:20]}”") from error
