"""培育库的作业：监测。"""

from __future__ import annotations

from django.urls import reverse

from miaopu.access.actor import system
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job
from miaopu.selection.library.actions.alerts import KIND, watch


@job(KIND, "监测培育库")
def _watch(given: Assignment, progress: Progress) -> Outcome:
    """照当前一轮监测一遍；重做不会写两遍。"""
    progress.tell("与基线、上一轮比")
    made = watch(system(f"培育库（{given.by}）"))
    return Outcome(f"新的预警 {made} 条", {"alerts": made, "page": reverse("library:alerts")})
