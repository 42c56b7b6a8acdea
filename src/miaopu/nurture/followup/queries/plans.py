"""方案的查询：看得到的方案、一份、一步、还没有方案的。"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from miaopu.access.act import Denied, permit
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.nurture.followup.models import Paper, Stage
from miaopu.nurture.followup.queries.cared import library_firms
from miaopu.nurture.followup.states import Paper as At

EXACT = ("state", "tier", "district", "enterprise")
LIVE = (At.DRAFT.value, At.AGREED.value, At.FORCE.value)


def plans(actor: Actor, given: Mapping[str, str] | None = None) -> QuerySet[Paper]:
    """看得到的方案，合条件的。given：state（live 是没有被取代、撤回的）tier district enterprise possible q。"""
    found, wanted = permit(actor, "plan.view").firms(Paper.objects.all()), given or {}
    for name in EXACT:
        value = clean(wanted.get(name, ""), "条件", 40)
        if name == "state" and value == "live":
            found = found.filter(state__in=LIVE)
        elif value:
            found = found.filter(**{name: value})
    if wanted.get("possible") in ("yes", "no"):
        found = found.filter(possible=wanted["possible"] == "yes")
    text = clean(wanted.get("q", ""), "查找内容", 60)
    return found.filter(Q(name__contains=text) | Q(uscc=text.upper())) if text else found


def plan(actor: Actor, number: int) -> Paper:
    """一份方案；看不到与没有一样。"""
    found = plans(actor).filter(pk=number).first()
    if found is None:
        raise Denied("没有这份方案，或不在您的范围里；请从一企一策重新进入")
    return found


def stage(actor: Actor, number: int) -> Stage:
    """方案的一步；看不到与没有一样。"""
    found = Stage.objects.select_related("paper").filter(pk=number, paper__in=plans(actor)).first()
    if found is None:
        raise Denied("没有这一步，或不在您的范围里；请从方案重新进入")
    return found


def lacking(actor: Actor) -> list[tuple[str, str]]:
    """在库而没有方案的（企业号，层级）。"""
    have = set(plans(actor, {"state": "live"}).values_list("enterprise", "tier"))
    return [one for one in library_firms(actor) if one not in have]
