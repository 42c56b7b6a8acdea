"""培育库的作业：监测、看方案的选配。"""

from __future__ import annotations

from django.urls import reverse

from miaopu.access.actor import system
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job
from miaopu.selection.library.actions import picks
from miaopu.selection.library.actions.alerts import KIND, watch
from miaopu.selection.screening.actions import SCREEN
from miaopu.selection.screening.rounds.turn import KIND as TURN


@job(KIND, "监测培育库", needs="library.view", after=(SCREEN, TURN))
def _watch(given: Assignment, progress: Progress) -> Outcome:
    """照当前一轮监测一遍；评估、换看一轮做成以后自动接着做，重做不会写两遍。"""
    progress.tell("与基线、上一轮比")
    made = watch(system(f"培育库（{given.by}）"))
    return Outcome(f"新的预警 {made} 条", {"alerts": made, "page": reverse("library:alerts")})


@job(picks.KIND, "选配（看方案）", needs="library.view")
def _pick(given: Assignment, progress: Progress) -> Outcome:
    """逐家求方案，再选一份草案；重做另成一份，草案不采用就什么也不改。"""
    progress.tell("逐家求方案")
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in given.params.items()}
    made = picks.draft(system(f"代{given.by}"), picks.Asked(**told))
    words = f"草案 {made.pk}：" + (f"名额凑不齐。{made.clash}" if made.clash else f"入选 {made.chosen} 家")
    return Outcome(words, {"draft": made.pk, "page": reverse("library:draft", args=[made.pk])})
