"""筛选的查询：当前一轮、看得到的企业；每个查询都先收窄到行为人的范围。"""

from __future__ import annotations

from django.db.models import QuerySet

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.selection.screening.models import Firm, Round


def current() -> Round | None:
    """页面所看的那一轮；还没有跑过为 None。"""
    return Round.objects.filter(current=True).first()


def firms(actor: Actor) -> QuerySet[Firm]:
    """看得到的企业。"""
    return permit(actor, "firm.view").firms(Firm.objects.all())


def firm(actor: Actor, enterprise: str) -> Firm | None:
    """一家企业；不存在或看不到都为 None，不泄露有没有。"""
    return firms(actor).filter(enterprise=enterprise).first()
