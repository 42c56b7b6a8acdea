"""非请勿扰：未经邀请的走访，一家企业每月、每季度各有几个名额，各部门合用；名额由数据库的唯一约束把关。"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from miaopu.access.act import Wrong
from miaopu.nurture.followup.models import Visit
from miaopu.nurture.followup.policy.rules import rules
from miaopu.selection.city import today, workdays


@dataclass(frozen=True)
class Room:
    """某企业某日的名额：给出还空着的一个（没有为 None），与已经占着的走访。"""

    month: str | None
    quarter: str | None
    taken: tuple[Visit, ...]

    @property
    def free(self) -> bool:
        """两个都有才算有。"""
        return self.month is not None and self.quarter is not None

    @property
    def told(self) -> str:
        """名额用完了的一句话：已有哪几次，可以加入。"""
        known = "、".join(f"{one.on.isoformat()} {one.body_title}（{one.purpose[:20]}）" for one in self.taken)
        limit = rules().visits
        return f"未经邀请的走访每家每月至多 {limit.month} 次、每季度 {limit.quarter} 次；已有：{known}"


def room(enterprise: str, on: date, but: int | None = None) -> Room:
    """这家企业在这一天的名额；but 是不算在内的走访（改期的那一次）。"""
    month = f"{enterprise}:{on.year}-{on.month:02d}"
    quarter = f"{enterprise}:{on.year}Q{(on.month + 2) // 3}"
    held = Visit.objects.filter(enterprise=enterprise, month_slot__isnull=False).exclude(pk=but)
    near = [one for one in held.order_by("on") if (one.quarter_slot or "").rpartition(":")[0] == quarter]
    limit = rules().visits
    return Room(
        _first(month, limit.month, (one.month_slot for one in near)),
        _first(quarter, limit.quarter, (one.quarter_slot for one in near)),
        tuple(near),
    )


def _first(stem: str, most: int, held: Iterable[str | None]) -> str | None:
    used = set(held)
    return next((slot for at in range(1, most + 1) if (slot := f"{stem}:{at}") not in used), None)


def rests(on: date) -> bool:
    """休息日，未经邀请不上门。"""
    return not (rules().visits.rest_days or workdays().is_workday(on))


def dated(on: date, since: date | None = None) -> None:
    """补记与提前登记都有限；since 缺省今天。"""
    limit, now = rules().visits, since or today()
    if not now - timedelta(days=limit.back_days) <= on <= now + timedelta(days=limit.plan_days):
        told = f"{now.isoformat()} 的" if since else ""
        raise Wrong(f"日期应在{told}前 {limit.back_days} 天到后 {limit.plan_days} 天之间；现在是 {on.isoformat()}")
