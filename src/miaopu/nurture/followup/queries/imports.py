"""交回台账的记录：只看自己交的；全市范围的看全部。"""

from __future__ import annotations

from django.db.models import QuerySet

from miaopu.access.act import Denied, permit
from miaopu.access.actor import Actor
from miaopu.nurture.followup.models import Imported


def imports(actor: Actor, kind: str = "") -> QuerySet[Imported]:
    """交回的记录，新的在前。"""
    reach = permit(actor, "service.import")
    found = Imported.objects.all() if reach.everywhere else Imported.objects.filter(owner_id=actor.account)
    return found.filter(kind=kind) if kind else found


def imported(actor: Actor, number: int) -> Imported:
    """一次交回；看不到与没有一样。"""
    found = imports(actor).filter(pk=number).first()
    if found is None:
        raise Denied("没有这次交回，或不是您交的")
    return found
