"""专家诊断的查询：看得到的诊断、问题、申报企业做过没有；都先收窄到行为人的范围。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet

from miaopu.access.act import Denied, permit
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.nurture.followup.models import Diagnosis, Point
from miaopu.nurture.followup.policy.rules import rules
from miaopu.nurture.followup.states import Mend
from miaopu.selection.city import today
from miaopu.selection.library.models import Member

LIVE = (Mend.OPEN.value, Mend.MENDED.value)


def diagnoses(actor: Actor, enterprise: str = "") -> QuerySet[Diagnosis]:
    """看得到的诊断；enterprise 空着不限。"""
    found = permit(actor, "diagnosis.view").firms(Diagnosis.objects.all())
    return found.filter(enterprise=enterprise) if enterprise else found


def diagnosis(actor: Actor, number: int) -> Diagnosis:
    """一次诊断；看不到与没有一样。"""
    found = diagnoses(actor).filter(pk=number).first()
    if found is None:
        raise Denied("没有这次诊断，或不在您的范围里；请从专家诊断重新进入")
    return found


def points(actor: Actor, given: Mapping[str, str] | None = None) -> QuerySet[Point]:
    """看得到的问题，合条件的。given：state（live 是没有了结的）district enterprise party late q。"""
    reach, wanted = permit(actor, "diagnosis.view"), given or {}
    found = reach.firms(Point.objects.select_related("diagnosis"), "diagnosis__enterprise", "diagnosis__district")
    exact = {"district": "diagnosis__district", "enterprise": "diagnosis__enterprise", "party": "party"}
    told = {column: clean(wanted.get(name, ""), "条件", 20) for name, column in exact.items()}
    found = found.filter(**{column: value for column, value in told.items() if value})
    state, text = clean(wanted.get("state", ""), "状态", 10), clean(wanted.get("q", ""), "企业", 60)
    if state == "live":
        found = found.filter(state__in=LIVE)
    elif state == "late":
        found = found.filter(state__in=LIVE, due__lt=today())
    elif state:
        found = found.filter(state=state)
    return found.filter(Q(diagnosis__name__contains=text) | Q(words__contains=text)) if text else found


@dataclass(frozen=True)
class Applicant:
    """一家申报企业（库里推荐、提升的）：做过几次诊断、最近一次、问题几条、没了结的几条。"""

    member: Member
    held: int
    last: date | None
    points: int
    live: int


def applicants(actor: Actor, given: Mapping[str, str] | None = None) -> list[Applicant]:
    """范围里的申报企业，没有做过诊断的在前。given：lack（yes 没有做过、no 做过）district q。"""
    reach, wanted = permit(actor, "diagnosis.view"), given or {}
    found = reach.firms(Member.objects.filter(state__in=rules().diagnoses.states))
    district, text = (clean(wanted.get(name, ""), "条件", 60) for name in ("district", "q"))
    found = found.filter(district=district) if district else found
    found = found.filter(Q(name__contains=text) | Q(uscc=text.upper())) if text else found
    mine = Diagnosis.objects.filter(enterprise__in=found.values("enterprise")).order_by()
    held = {
        firm: (count, last) for firm, count, last in mine.values_list("enterprise").annotate(Count("pk"), Max("on"))
    }
    every = Point.objects.filter(diagnosis__in=mine).order_by().values_list("diagnosis__enterprise")
    total, live = dict(every.annotate(Count("pk"))), dict(every.filter(state__in=LIVE).annotate(Count("pk")))
    rows = [
        Applicant(one, *held.get(one.enterprise, (0, None)), total.get(one.enterprise, 0), live.get(one.enterprise, 0))
        for one in found
    ]
    if wanted.get("lack") in ("yes", "no"):
        rows = [one for one in rows if (one.held == 0) is (wanted["lack"] == "yes")]
    return sorted(rows, key=lambda one: (one.held > 0, one.member.district or "", one.member.name))


def counts(actor: Actor, rows: Iterable[Applicant] | None = None) -> tuple[int, int]:
    """（申报企业几家，其中没有做过诊断的几家）；一家在两个层级的算一家。rows 是已经查好的。"""
    held = {one.member.enterprise: one.held for one in (applicants(actor) if rows is None else rows)}
    return len(held), sum(count == 0 for count in held.values())


def waiting(actor: Actor) -> Iterator[tuple[str, int, str, bool]]:
    """待办：（话，几件，网址的条件，是不是误了期）；几件就是点开看到的几件。"""
    if actor.may("diagnosis.mend"):
        yield "诊断的问题过了整改期限", points(actor, {"state": "late"}).count(), "?state=late", True
        yield "诊断的问题等着整改", points(actor, {"state": "open"}).count(), "?state=open", False
    if actor.may("diagnosis.close"):
        yield "诊断的问题报了整改，等着销号", points(actor, {"state": "mended"}).count(), "?state=mended", False
