"""走访的查询：看得到的走访、一次、日历（别的部门登记的，可以加入）、附件。"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from miaopu.access.act import Denied, permit
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.nurture.followup.matter import by_text, only
from miaopu.nurture.followup.models import Attachment, Joined, Visit
from miaopu.nurture.followup.queries.diagnoses import points
from miaopu.nurture.followup.queries.plans import plans
from miaopu.nurture.followup.queries.requests import requests
from miaopu.nurture.followup.states import Seen
from miaopu.selection.city import today
from miaopu.selection.screening.models import Firm

EXACT = ("state", "district", "body", "enterprise")


def visits(actor: Actor, given: Mapping[str, str] | None = None) -> QuerySet[Visit]:
    """看得到的走访，合条件的；部门数据员只看本部门登记或加入的。given：state district body enterprise asked q。"""
    reach = permit(actor, "visit.view")
    found, wanted = Visit.objects.all(), given or {}
    if not reach.everywhere:
        ours = sorted(reach.departments or ())
        joined = Joined.objects.filter(body__in=ours, left_on=None).values("visit")
        found = found.filter(reach.clause() | Q(body__in=ours) | Q(pk__in=joined))
    for name in EXACT:
        value = clean(wanted.get(name, ""), "条件", 40)
        found = found.filter(**{name: value}) if value else found
    asked, text = wanted.get("asked", ""), clean(wanted.get("q", ""), "查找内容", 60)
    if asked in ("yes", "no"):
        found = found.filter(asked=asked == "yes")
    elif asked == "over":
        found = found.filter(over_reason__isnull=False)
    return found.filter(Q(name__contains=text) | Q(purpose__contains=text)) if text else found


def visit(actor: Actor, number: int) -> Visit:
    """一次走访；看不到与没有一样。"""
    found = visits(actor).filter(pk=number).first()
    if found is None:
        raise Denied("没有这次走访，或不在您的范围里；请从走访台账重新进入")
    return found


def agenda(actor: Actor, enterprise: str = "") -> QuerySet[Visit]:
    """今后已登记的走访，各部门的都在：只有企业名称、县区、日期、部门、目的，供加入；县区、专员只看范围里的。"""
    reach = permit(actor, "visit.ask")
    found = Visit.objects.filter(state=Seen.PLANNED.value, on__gte=today()).order_by("on", "pk")
    found = found if reach.departments else reach.firms(found)
    return (found.filter(enterprise=enterprise) if enterprise else found).prefetch_related("joined")


def named_firm(actor: Actor, text: str) -> Firm | None:
    """登记走访时找一家：企业号、信用代码或全名；范围之外的与没有一样，同名的不止一家抛 Wrong。部门数据员能找任何一家，只看名称与县区。"""
    reach, told = permit(actor, "visit.ask"), clean(text, "企业")
    found = Firm.objects.all() if reach.departments else reach.firms(Firm.objects.all())
    return only(found.filter(by_text(told)), told)


def attachment(actor: Actor, number: int) -> Attachment:
    """一个附件；所属的诉求、走访、方案看不到的与没有一样。"""
    joins = ("step", "record", "signing__record", "progress__stage__paper", "move", "mending")
    found = Attachment.objects.select_related(*joins).filter(pk=number).first()
    if found is None or not _seen(actor, found):
        raise Denied("没有这个附件，或不在您的范围里")
    return found


def _seen(actor: Actor, one: Attachment) -> bool:
    if one.step is not None:
        return actor.may("request.view") and requests(actor).filter(pk=one.step.request_id).exists()
    if one.progress is not None:
        return actor.may("plan.view") and plans(actor).filter(pk=one.progress.stage.paper_id).exists()
    if one.move is not None:
        return actor.may("plan.view") and plans(actor).filter(pk=one.move.paper_id).exists()
    if one.mending is not None:
        return actor.may("diagnosis.view") and points(actor).filter(pk=one.mending.point_id).exists()
    record = one.record or (one.signing.record if one.signing else None)
    return record is not None and actor.may("visit.view") and visits(actor).filter(pk=record.visit_id).exists()
