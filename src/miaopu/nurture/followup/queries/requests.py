"""诉求的查询：看得到的诉求、一件、有求必应（每家每年办成几件，还没有的企业）。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from miaopu.access.act import Denied, permit
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.nurture.followup.models import Request
from miaopu.nurture.followup.policy.lights import in_light
from miaopu.nurture.followup.policy.rules import rules
from miaopu.nurture.followup.queries.cared import Cared, cared
from miaopu.selection.city import today

EXACT = ("state", "kind", "district", "target", "enterprise")


def requests(actor: Actor, given: Mapping[str, str] | None = None) -> QuerySet[Request]:
    """看得到的诉求，合条件的；部门数据员只看转给本部门的。given：state kind district target enterprise light q。"""
    reach = permit(actor, "request.view")
    found, wanted = Request.objects.all(), given or {}
    if not reach.everywhere:
        departments = Q(target__in=sorted(reach.departments or ()))
        found = found.filter(reach.clause() | departments)
    for name in EXACT:
        value = clean(wanted.get(name, ""), "条件", 40)
        found = found.filter(**{name: value}) if value else found
    text, light = clean(wanted.get("q", ""), "查找内容", 60), clean(wanted.get("light", ""), "灯", 10)
    if text:
        found = found.filter(Q(name__contains=text) | Q(title__contains=text) | Q(uscc__contains=text.upper()))
    return found.filter(in_light(light, today())) if light else found


def request(actor: Actor, number: int) -> Request:
    """一件诉求；看不到与没有一样。"""
    found = requests(actor).filter(pk=number).first()
    if found is None:
        raise Denied("没有这件诉求，或不在您的范围里；请从诉求台账重新进入")
    return found


@dataclass(frozen=True)
class Answered:
    """有求必应：这一年里一家企业提了几件、办成几件。"""

    firm: Cared
    raised: int
    solved: int

    @property
    def met(self) -> bool:
        """达到每家每年的件数。"""
        return self.solved >= rules().requests.goal


def answered(actor: Actor, year: int | None = None) -> list[Answered]:
    """范围之内应当照管的企业各办成几件，没有办成的在前；年按办结日，提出数按提出日。"""
    permit(actor, "request.view")
    year = year or today().year
    since, until = date(year, 1, 1), date(year, 12, 31)
    mine = requests(actor).order_by().values_list("enterprise")
    raised = dict(mine.filter(raised_on__range=(since, until)).annotate(Count("pk")))
    solved = dict(mine.filter(solved=True, closed_on__range=(since, until)).annotate(Count("pk")))
    rows = [Answered(one, raised.get(one.enterprise, 0), solved.get(one.enterprise, 0)) for one in cared(actor)]
    return sorted(rows, key=lambda one: (one.solved, one.raised, one.firm.county or "", one.firm.name))
