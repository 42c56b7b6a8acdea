"""培育库入口的查询：看得到的提名、库里的企业；都先收窄到行为人的范围。"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.jobs.todo import YELLOW, Todo
from miaopu.selection.library.models import Nomination
from miaopu.selection.library.narrow import Narrow
from miaopu.selection.library.states import State


def nominations(actor: Actor, wanted: Narrow | None = None) -> QuerySet[Nomination]:
    """看得到的提名，合条件的，新的在前。"""
    found, wanted = permit(actor, "library.view").firms(Nomination.objects.all()), wanted or Narrow()
    exact = {"state": wanted.state, "tier": wanted.tier, "district": wanted.county}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if wanted.q:
        found = found.filter(Q(name__contains=wanted.q) | Q(uscc__contains=wanted.q.upper()))
    return found


def admitted(actor: Actor, wanted: Narrow | None = None) -> QuerySet[Nomination]:
    """库里的企业：按层级、县区。"""
    return nominations(actor, wanted).filter(state=State.ADMITTED.value).order_by("tier", "district", "enterprise")


def nomination(actor: Actor, number: int) -> Nomination | None:
    """一件提名；不存在或看不到都为 None。"""
    return nominations(actor).filter(pk=number).first()


def todo(actor: Actor) -> Iterator[Todo]:
    """等着确认入库的提名。"""
    if actor.may("library.admit"):
        waiting = nominations(actor).filter(state=State.PROPOSED.value).count()
        address = reverse("library:nominations") + f"?state={State.PROPOSED.value}"
        yield Todo("入库提名等着确认", waiting, address, YELLOW)
