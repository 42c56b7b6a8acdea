"""能为哪些企业办某件事：提诉求、登记走访、填记录时可选的企业。"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from miaopu.access.act import Wrong, permit
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.selection.screening.models import Firm


def firms_for(actor: Actor, operation: str, text: str = "") -> QuerySet[Firm]:
    """有这项操作的范围里的企业；text 是企业号、信用代码或全名，空串不限。"""
    found, told = permit(actor, operation).firms(Firm.objects.all()).order_by("name"), clean(text, "企业")
    return found.filter(by_text(told)) if told else found


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
