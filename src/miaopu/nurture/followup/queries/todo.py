"""跟进的待办：要转办、要答复、要评价、要签认、要同意、要批准、要记录、要办的步骤、要评审、要整改与销号的诊断问题。"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Min, Q, QuerySet
from django.urls import reverse

from miaopu.access.actor import Actor
from miaopu.jobs.todo import PLAIN, RED, YELLOW, Todo
from miaopu.nurture.followup.models import Request, Stage
from miaopu.nurture.followup.plans.reached import reached
from miaopu.nurture.followup.policy.rules import COUNTY, SPECIALIST, rules
from miaopu.nurture.followup.queries.diagnoses import counts, waiting
from miaopu.nurture.followup.queries.plans import plans
from miaopu.nurture.followup.queries.requests import requests
from miaopu.nurture.followup.queries.visits import visits
from miaopu.nurture.followup.states import Asked, Pace, Seen
from miaopu.nurture.followup.states import Paper as At
from miaopu.selection.city import today


def todo(actor: Actor) -> Iterator[Todo]:
    """要我办的。"""
    yield from _requests(actor)
    yield from _visits(actor)
    yield from _plans(actor)
    yield from _diagnoses(actor)


def _diagnoses(actor: Actor) -> Iterator[Todo]:
    page = reverse("followup:points")
    for words, count, query, late in waiting(actor) if actor.may("diagnosis.view") else ():
        yield Todo(words, count, page + query, RED if late else YELLOW)
    if actor.may("diagnosis.close") and actor.reach("diagnosis.view").everywhere:  # 市局安排专家；领导只看
        lacking = counts(actor)[1]
        yield Todo("申报企业还没有做过专家诊断", lacking, f"{reverse('followup:diagnoses')}?lack=yes", YELLOW)


def _requests(actor: Actor) -> Iterator[Todo]:
    page = reverse("followup:requests")
    if actor.may("request.route"):
        yield from _due("诉求等着转办", requests(actor).filter(state=Asked.RAISED.value), f"{page}?state=raised")
    if actor.may("request.answer"):
        waiting = requests(actor).filter(_to_answer(actor), state=Asked.ROUTED.value)
        yield from _due("诉求等着答复", waiting, f"{page}?state=routed")
    if actor.may("request.rate"):
        count = requests(actor).filter(state=Asked.ANSWERED.value).count()
        yield Todo("诉求已答复，请评价", count, f"{page}?state=answered", PLAIN)


def _to_answer(actor: Actor) -> Q:
    """该由我这边答的：部门的、专员的、县区的；市局只算转给市局的。"""
    reach = actor.reach("request.answer")
    if reach.everywhere:
        return Q(target="bureau")
    found = Q(target__in=sorted(reach.departments or ()))
    found |= Q(target=SPECIALIST, enterprise__in=sorted(reach.enterprises))
    return found | Q(target=COUNTY, district__in=sorted(reach.districts))


def _due(title: str, found: QuerySet[Request], page: str) -> Iterator[Todo]:
    late, rest = found.filter(due__lt=today()), found.filter(due__gte=today())
    for rows, words, urgency in ((late, f"{title}，已过期限", RED), (rest, title, YELLOW)):
        if first := rows.aggregate(first=Min("due"))["first"]:
            yield Todo(words, rows.count(), page + ("&light=red" if urgency is RED else ""), urgency, first)


def _visits(actor: Actor) -> Iterator[Todo]:
    page = reverse("followup:visits")
    if actor.may("visit.sign"):
        yield Todo(
            "走访记录等着签认", visits(actor).filter(state=Seen.RECORDED.value).count(), f"{page}?state=recorded"
        )
    if actor.may("visit.record"):
        mine = visits(actor).filter(state=Seen.PLANNED.value, on__lte=today(), owner_id=actor.account)
        yield Todo("走访过了还没有记录", mine.count(), f"{page}?state=planned", YELLOW)


def _plans(actor: Actor) -> Iterator[Todo]:
    page = reverse("followup:plans")
    if actor.may("plan.agree"):
        yield Todo(
            "方案请您看看同不同意", plans(actor).filter(state=At.DRAFT.value).count(), f"{page}?state=draft", YELLOW
        )
    if actor.may("plan.adopt"):
        yield Todo("方案等着批准", plans(actor).filter(state=At.AGREED.value).count(), f"{page}?state=agreed", YELLOW)
        due = plans(actor).filter(state=At.FORCE.value, review_on__lte=today())
        yield Todo("方案到了评审日", due.count(), f"{page}?state=force", YELLOW)
    if actor.may("plan.step") and not actor.reach("plan.step").everywhere:
        soon = today() + timedelta(days=rules().plans.soon_days)
        papers = plans(actor).filter(state=At.FORCE.value)
        found = Stage.objects.filter(paper__in=papers).exclude(state__in=[one.value for one in Pace if one.ended])
        checking = found.filter(state=Pace.CHECKING.value).select_related("paper").prefetch_related("notes")
        near = found.filter(due__gte=today(), due__lte=soon).exclude(state=Pace.CHECKING.value)
        address = reverse("followup:mine")
        yield Todo("方案的步骤过了完成日", found.filter(due__lt=today()).count(), address, RED)
        yield Todo("方案的步骤快到完成日", near.count(), address, YELLOW)
        if ready := reached(checking):
            first = reverse("followup:stage", args=[ready[0].pk])
            yield Todo("待核的步骤，台账里的数已经达到，请记完成", len(ready), first, YELLOW)
