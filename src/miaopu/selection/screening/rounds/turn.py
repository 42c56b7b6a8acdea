"""换看哪一轮：把存着的一轮重新装进读表（作业），记下谁、为什么；每次换都留一行，可再换回来。"""

from __future__ import annotations

from django.urls import reverse

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor, system
from miaopu.access.text import clean
from miaopu.jobs.actions import start
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job
from miaopu.jobs.models import Job
from miaopu.selection.city import city
from miaopu.selection.screening.models import Round, Turn
from miaopu.selection.screening.refresh import prepared, swap
from miaopu.selection.screening.rounds.kept import reopened

OPERATION, KIND = "screening.run", "screening.turn"


def turn(actor: Actor, code: str, reason: str) -> Job:
    """发起换看一轮（作业）；理由必填，已是当前一轮、没有这一轮抛 Wrong。"""
    told = clean(reason, "理由")
    if not told:
        raise Wrong("换看别的轮次会改变所有人看到的名单，请写明理由")
    found = Round.objects.filter(pk=code).first()
    if found is None:
        raise Wrong(f"没有轮次 {code}；请从轮次表里选")
    if found.current:
        raise Wrong(f"轮次 {code} 已经是当前一轮，不用换")
    with act(actor, OPERATION, f"换看轮次 {code}", reason=told) as doing:
        params = {"round": code, "reason": told}
        started = start(actor, KIND, params, title=f"换看轮次 {code}", key=f"{KIND}:{code}")
        doing.after = {"作业": started.pk}
    return started


def turn_now(actor: Actor, code: str, reason: str, progress: Progress | None = None) -> Round:
    """当场换看；读表在一个事务里换新，换不成就还是旧的。"""
    found, previous = Round.objects.get(pk=code), Round.objects.filter(current=True).first()
    run = reopened(found)
    fresh = prepared(city(), run, progress.tell if progress else lambda step: None)
    with act(actor, OPERATION, f"轮次 {code} 成为当前一轮", reason=reason) as doing:
        made = swap(fresh, found.by)
        Turn.objects.create(round=made, previous=previous, by=actor.name, reason=reason)
        doing.before, doing.after = {"轮次": previous.code if previous else None}, {"轮次": made.code}
    return made


@job(KIND, "换看轮次", needs="screening.view")
def _work(given: Assignment, progress: Progress) -> Outcome:
    made = turn_now(system(f"筛选（{given.by}）"), given.params["round"], given.params["reason"], progress)
    return Outcome(
        f"当前一轮是 {made.code}：{made.enterprises} 家", {"round": made.code, "page": reverse("screening:index")}
    )
