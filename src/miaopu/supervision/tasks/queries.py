"""任务台账的查询：方案一览、任务行（带灯）、一项任务、责任期、到期清单、待办；都先收窄到行为人的范围。"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from miaopu.access.act import Denied, permit
from miaopu.access.actor import Actor, Reach
from miaopu.access.models import LogEntry
from miaopu.jobs.todo import Todo
from miaopu.selection.city import city, today
from miaopu.supervision.tasks.actions import target_of
from miaopu.supervision.tasks.lights import limits
from miaopu.supervision.tasks.lines import Line, Overview, Row, lines
from miaopu.supervision.tasks.models import Board, Duty, Entry, Evidence, Task
from miaopu.supervision.tasks.plans import Plan, PlanTask, load_plans
from miaopu.supervision.tasks.states import STATES


def plans() -> Mapping[str, Plan]:
    """方案目录。"""
    return load_plans(city().catalog)


def duties(actor: Actor) -> QuerySet[Duty]:
    """看得到的责任期：市级的人人看得到；县区的只看本县区，全市范围的看全部。"""
    reach = permit(actor, "task.view")
    found = Duty.objects.select_related("task__board")
    return found if reach.everywhere else found.filter(Q(district__isnull=True) | Q(district__in=reach.districts))


def overviews(actor: Actor) -> list[Overview]:
    """全部方案，启用的在前。"""
    known, found = plans(), defaultdict(list)
    boards = [one for one in Board.objects.order_by("-running", "pk") if one.code in known]
    for row in rows(actor, boards):
        found[row.task.board_id].append(row)
    return [Overview(one, known[one.code], found[one.pk]) for one in boards]


def overview(actor: Actor, code: str) -> Overview:
    """一份方案；没有抛 Denied。"""
    board = Board.objects.filter(code=code).first()
    if board is None or code not in plans():
        raise Denied("没有这份方案；请从任务台账重新进入")
    return Overview(board, plans()[code], rows(actor, [board]))


def rows(actor: Actor, boards: Iterable[Board]) -> list[Row]:
    """这些方案的全部任务行。"""
    chosen = {one.pk: one for one in boards}
    told = {task.code: task for plan in plans().values() for task in plan.tasks}
    tasks = [one for one in Task.objects.filter(board_id__in=chosen).prefetch_related("goals") if one.code in told]
    found = lines(actor, duties(actor).filter(task__board_id__in=chosen), {one.pk: one for one in tasks})
    by_task: dict[int, list[Line]] = defaultdict(list)
    for line in found:
        by_task[line.duty.task_id].append(line)
    out = []
    for task in tasks:
        label = _now(by_task[task.pk])
        current = [one for one in by_task[task.pk] if one.duty.label == label]
        own = next((one for one in current if one.duty.district is None), None)
        out.append(Row(task, told[task.code], own, [one for one in current if one.duty.district is not None]))
    return out


def _now(found: list[Line]) -> str | None:
    """当期：市级没有了结的里最早到期的；都了结了取今天所在的或最后一期。"""
    own = [one for one in found if one.duty.district is None]
    open_ = [one for one in own if not one.state.ended and one.duty.since <= one.today]
    waiting = [one for one in own if not one.state.ended]
    chosen = min(open_ or waiting or own[-1:], key=lambda one: one.duty.since, default=None)
    return chosen.duty.label if chosen else None


def task_lines(actor: Actor, code: str) -> tuple[Task, PlanTask, list[Line]]:
    """一项任务与看得到的全部责任期。"""
    permit(actor, "task.view")
    task = Task.objects.select_related("board").prefetch_related("goals").filter(code=code).first()
    told = {one.code: one for plan in plans().values() for one in plan.tasks}
    if task is None or code not in told:
        raise Denied("没有这项任务；请从任务台账重新进入")
    return task, told[code], lines(actor, duties(actor).filter(task=task), {task.pk: task})


def line(actor: Actor, number: int) -> Line:
    """一个责任期；看不到与没有一样。"""
    found = lines(actor, duties(actor).filter(pk=number))
    if not found:
        raise Denied("没有这项责任，或不在您的范围里；请联系所在县区或市局")
    return found[0]


def entries(actor: Actor, task: Task) -> QuerySet[Entry]:
    """一项任务看得到的进展，新的在前，撤回的也在。"""
    return (
        Entry.objects.filter(duty__in=duties(actor).filter(task=task))
        .select_related("duty", "goal")
        .prefetch_related("files")
    )


def evidence(actor: Actor, number: int) -> Evidence:
    """一个附件；看不到与没有一样。"""
    found = Evidence.objects.filter(pk=number, entry__withdrawn=None, entry__duty__in=duties(actor)).first()
    if found is None:
        raise Denied("没有这个附件，或进展已撤回，或不在您的范围里")
    return found


def history(duty: Duty) -> QuerySet[LogEntry]:
    """这个责任期改过什么：取自操作日志，新的在前。"""
    return LogEntry.objects.filter(target=target_of(duty), outcome="办成").order_by("-seq")


def due(actor: Actor, days: int = 60) -> list[Line]:
    """启用的方案里没有了结的：已超期的，与今后 days 天内到期的，按到期日。"""
    until = today() + timedelta(days=days)
    ended = [code for code, one in STATES.items() if one.ended]
    found = duties(actor).filter(task__board__running=True, due__lte=until).exclude(state__in=ended)
    return lines(actor, found.order_by("due", "task__place_order", "place_order").prefetch_related("task__goals"))


def todo(actor: Actor) -> list[Todo]:
    """我要填报的：超期几项，快到期几项。"""
    if not actor.may("task.update"):
        return []
    mine = [one for one in due(actor, limits().due_soon_days) if one.may and _answers(actor.reach("task.update"), one)]
    late, soon = [one for one in mine if one.late], [one for one in mine if not one.late and one.state.timed]
    out = []
    if late:
        out.append(Todo("任务已超期", len(late), reverse("tasks:due"), "red", late[0].duty.due))
    if soon:
        out.append(
            Todo(f"任务 {limits().due_soon_days} 天内到期", len(soon), reverse("tasks:due"), "yellow", soon[0].duty.due)
        )
    return out


def _answers(reach: Reach, one: Line) -> bool:
    """待办只催自己的：全市范围的催市级的，县区的催本县区的。"""
    return one.duty.district is None if reach.everywhere else one.duty.district is not None
