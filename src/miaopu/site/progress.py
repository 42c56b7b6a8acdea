"""演示的任务进展：照目录 demo/progress.yaml 走填报与调整的动作建一回，全部虚构；只在演示站，一条进展也没有时才建。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from miaopu.access.actor import Actor, system
from miaopu.supervision.tasks.actions import Report, assign, home_city, report
from miaopu.supervision.tasks.models import Duty, Entry
from miaopu.supervision.tasks.states import DOING
from miaopu.terms.catalog import Catalog

FILE = "demo/progress.yaml"


def demo_progress() -> int:
    """建演示的进展；给出建了几条。别的城市、已有进展、日期不是演示那一期的不建。"""
    told = Catalog.default().read(FILE)
    if not settings.DEMO or settings.PRODUCTION or Entry.objects.exists() or home_city() != told["city"]:
        return 0
    if settings.TODAY is None or any(row["date"] > settings.TODAY for row in told["report"]):
        return 0
    actor = system("演示")
    for row in told["assign"]:
        _assign(actor, row)
    return len([_report(actor, row) for row in told["report"]])


def _duty(row: Mapping[str, Any]) -> Duty:
    return Duty.objects.get(task__code=row["task"], district=row.get("district"))


def _assign(actor: Actor, row: Mapping[str, Any]) -> None:
    one = _duty(row)
    given = {"person": row.get("person", ""), "due": row.get("due", one.due), "reason": row["reason"]}
    aims = {int(goal): value for goal, value in row.get("aims", {}).items()}
    assign(actor, one.pk, one.version, aims=aims, **given)


def _report(actor: Actor, row: Mapping[str, Any]) -> Duty:
    one = _duty(row)
    given = Report(row["date"], row["text"], row.get("state", DOING), row.get("goal"), row.get("count"))
    return report(actor, one.pk, one.version, given)
