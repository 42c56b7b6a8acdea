"""筛选的动作：跑一轮评估并换新读表。与评估核心的接缝只在这里。"""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from miaopu.access.act import act
from miaopu.access.actor import Actor, system
from miaopu.jobs.actions import start
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job
from miaopu.jobs.models import Job
from miaopu.selection.city import city, today
from miaopu.selection.screening.models import Round, Turn
from miaopu.selection.screening.refresh import FORM, Tell, refresh

SCREEN = "screening.run"


def run(actor: Actor, known_on: date, assessed_on: date) -> Job:
    """发起一轮评估（作业）。"""
    target = f"知于 {known_on}、判于 {assessed_on} 的评估"
    with act(actor, "screening.run", target) as doing:
        params = {"known_on": known_on.isoformat(), "assessed_on": assessed_on.isoformat()}
        started = start(
            actor, SCREEN, params, title=f"评估全市企业（{target}）", key=f"{SCREEN}:{known_on}:{assessed_on}"
        )
        doing.after = {"作业": started.pk}
    return started


def assess(actor: Actor, known_on: date, assessed_on: date, tell: Tell = lambda step: None) -> Round:
    """当场跑一轮（复用没有变的），换新读表；读表已是这一轮、形状也没变的不换。"""
    space = city()
    found = space.assess(known_on, assessed_on, tell=tell)
    current = Round.objects.filter(current=True, code=found.marks["run"], form=FORM).first()
    if current is not None:
        return current
    install = refresh(space, found, tell)
    with act(actor, "screening.run", f"轮次 {found.marks['run']}") as doing:
        made = install(actor.name)
        doing.after = {"企业数": made.enterprises, "快照": made.snapshot}
    return made


def begin(actor: Actor, tell: Tell = lambda step: None) -> Round:
    """开站时：有人换看的一轮还是当前的就留着（读表没有装的照它的两个日期重装）；否则评估到今天，换新读表。"""
    last = Turn.objects.select_related("round").first()
    if last is None or not last.round.current:
        return assess(actor, today(), today(), tell)
    if last.round.form == FORM:
        return last.round
    return assess(actor, last.round.known_on, last.round.assessed_on, tell)


@job(SCREEN, "评估全市企业")
def _work(given: Assignment, progress: Progress) -> Outcome:
    known_on, assessed_on = (date.fromisoformat(given.params[one]) for one in ("known_on", "assessed_on"))
    known = set(Round.objects.values_list("code", flat=True))
    made = assess(system("筛选"), known_on, assessed_on, progress.tell)
    reused = made.code in known
    told = f"台账、标准、日期都与轮次 {made.code} 相同，沿用它，没有重算" if reused else f"评估完成，轮次 {made.code}"
    return Outcome(
        f"{told}：{made.enterprises} 家", {"round": made.code, "reused": reused, "page": reverse("screening:index")}
    )
