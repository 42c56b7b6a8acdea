"""能为哪些企业办某件事：提诉求、登记走访、填记录时可选的企业。"""

from __future__ import annotations

from django.db.models import QuerySet

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.nurture.followup.matter import by_text
from miaopu.selection.screening.models import Firm


def firms_for(actor: Actor, operation: str, text: str = "") -> QuerySet[Firm]:
    """有这项操作的范围里的企业；text 是企业号、信用代码或全名，空串不限。"""
    found, told = permit(actor, operation).firms(Firm.objects.all()).order_by("name"), clean(text, "企业")
    return found.filter(by_text(told)) if told else found
