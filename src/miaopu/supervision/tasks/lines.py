"""责任期的样子：灯、超期、完成数与进度线；收已经收窄的责任期，不查权限。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, QuerySet, Sum

from miaopu.access.actor import Actor
from miaopu.selection.city import today
from miaopu.supervision.tasks.lights import Pace, Work, expected, light, limits, overdue, soon
from miaopu.supervision.tasks.models import Aim, Board, Duty, Entry, Goal, Task
from miaopu.supervision.tasks.periods import Period, periods
from miaopu.supervision.tasks.plans import Plan, PlanTask
from miaopu.supervision.tasks.states import GREY, LIGHTS, OVERDUE, STATES, Light, State


@dataclass(frozen=True)
class GoalLine:
    """一个目标到今天：目标数（县区的是它自己的）、完成数（没有报过为 None）与进度线。"""

    goal: Goal
    value: int
    done: int | None
    since: date
    due: date
    today: date

    @property
    def line(self) -> int:
        """进度线：今天该到多少。"""
        return expected(self.value, self.since, self.due, self.today)

    @property
    def percent(self) -> int | None:
        """完成率，整数百分点，向下取整。"""
        return None if self.done is None else self.done * 100 // self.value if self.value else 100

    @property
    def word(self) -> str:
        """目标数的说法：市级的照原文，县区的照分到的。"""
        return self.goal.word if self.value == self.goal.value else f"{self.value}{self.goal.unit}"


@dataclass
class Line:
    """一个责任期，连同它的灯。"""

    duty: Duty
    today: date
    running: bool
    entries: int = 0
    goals: list[GoalLine] = field(default_factory=list)
    may: bool = False

    @property
    def state(self) -> State:
        """状态。"""
        return STATES[self.duty.state]

    @property
    def late(self) -> int:
        """超期几天；没有超期为 0。"""
        return (self.today - self.duty.due).days if overdue(self.duty.due, self.duty.state, self.today) else 0

    @property
    def near(self) -> bool:
        """临期。"""
        return soon(self.duty.due, self.duty.state, self.today, limits().due_soon_days)

    @property
    def standing(self) -> str:
        """正常、临期、逾期；了结的、暂停的、没有启用的为空串。"""
        if not self.running or not self.state.timed:
            return ""
        return "逾期" if self.late else "临期" if self.near else "正常"

    @property
    def word(self) -> str:
        """显示的状态：超期的写超期。"""
        return OVERDUE if self.late else self.state.word

    @property
    def light(self) -> Light:
        """灯。"""
        if not self.running:
            return LIGHTS[GREY]
        counts = tuple(Pace(one.value, one.done, one.since, one.due) for one in self.goals)
        work = Work(self.duty.since, self.duty.due, self.duty.state, self.entries, counts)
        return LIGHTS[light(work, self.today, limits().behind_percent, limits().due_soon_days)]


@dataclass
class Row:
    """任务台账的一行：任务、方案里的说法、当期的市级责任期、各县区的灯。"""

    task: Task
    told: PlanTask
    line: Line | None
    counties: list[Line]

    @property
    def light(self) -> Light:
        """任务的灯：市级责任期的灯；方案没有启用为灰。"""
        return self.line.light if self.line else LIGHTS[GREY]

    @property
    def word(self) -> str:
        """状态。"""
        return self.line.word if self.line else "未启用"

    @property
    def state(self) -> str:
        """状态的代码；没有启用为空串。"""
        return "overdue" if self.line and self.line.late else self.line.duty.state if self.line else ""

    @property
    def county_lights(self) -> list[tuple[Light, int]]:
        """各县区的灯各几盏，红在前。"""
        found = Counter(one.light.code for one in self.counties)
        return [(one, found[code]) for code, one in LIGHTS.items() if found[code]]


@dataclass(frozen=True)
class Overview:
    """一份方案的概况。"""

    board: Board
    plan: Plan
    rows: list[Row]

    @property
    def lights(self) -> list[tuple[Light, int]]:
        """各色灯几盏。"""
        found = Counter(one.light.code for one in self.rows)
        return [(one, found[code]) for code, one in LIGHTS.items()]


def may_update(actor: Actor, duty: Duty) -> bool:
    """能不能填报这一项。"""
    if not actor.may("task.update"):
        return False
    reach = actor.reach("task.update")
    return reach.everywhere or bool(duty.district and reach.covers(district=duty.district))


def lines(actor: Actor, found: QuerySet[Duty], tasks: Mapping[int, Task] | None = None) -> list[Line]:
    """责任期带上填报条数与目标完成数；市级的把县区报的加进来，县区的按分到它的目标、它自己报的算。"""
    kept = list(found)
    known = tasks or {one.task_id: one.task for one in kept}
    entries = dict(
        Entry.objects.filter(duty__in=found, withdrawn__isnull=True).values_list("duty").annotate(Count("pk"))
    )
    sums = _sums(known)
    aims, own = _aims(found), _own_counts(found)
    now, out = today(), []
    for duty in kept:
        line = Line(duty, now, duty.task.board.running, entries.get(duty.pk, 0), may=may_update(actor, duty))
        if duty.district is None:
            line.goals = [_goal_line(one, duty, sums, now) for one in known[duty.task_id].goals.all()]
            line.entries += sum(count for key, count in sums.parts.items() if key == (duty.task_id, duty.label))
        else:
            line.goals = [
                GoalLine(one.goal, one.value, own.get((duty.pk, one.goal_id)), duty.since, duty.due, now)
                for one in aims.get(duty.pk, ())
            ]
        out.append(line)
    return out


def _aims(found: QuerySet[Duty]) -> dict[int, list[Aim]]:
    kept: dict[int, list[Aim]] = {}
    for one in Aim.objects.filter(duty__in=found).select_related("goal").order_by("goal__number"):
        kept.setdefault(one.duty_id, []).append(one)
    return kept


def _own_counts(found: QuerySet[Duty]) -> dict[tuple[int, int], int]:
    """（责任期，目标）→ 它自己报的完成数。"""
    live = Entry.objects.filter(duty__in=found, withdrawn__isnull=True, count__isnull=False).order_by()
    return {(duty, goal): total for duty, goal, total in live.values_list("duty", "goal").annotate(Sum("count"))}


@dataclass
class _Sums:
    """各目标在各期报的数与条数，县区与市级合在一起。"""

    done: dict[tuple[int, str], int]
    parts: dict[tuple[int, str], int]


def _sums(tasks: Mapping[int, Task]) -> _Sums:
    live = Entry.objects.filter(duty__task__in=tasks, withdrawn__isnull=True)
    done = live.filter(count__isnull=False).order_by().values_list("goal", "duty__label").annotate(Sum("count"))
    parts = live.filter(duty__district__isnull=False).order_by().values_list("duty__task", "duty__label")
    return _Sums(
        {(goal, label): total for goal, label, total in done},
        {(task, label): total for task, label, total in parts.annotate(Count("pk"))},
    )


def _goal_line(goal: Goal, duty: Duty, sums: _Sums, now: date) -> GoalLine:
    """目标有自己的期（每季、每年）的，只加起它那一期里各责任期的数；没有的看整个窗口。进度线按同样的起止算。"""
    task = duty.task
    own = next(
        (one for one in periods(goal.per or "", task.since, task.due) if one.since <= duty.due <= one.due),
        Period(duty.label, duty.since, duty.due),
    )
    labels = {one.label for one in periods(task.cadence, task.since, task.due) if own.since <= one.since <= own.due}
    found = [sums.done[goal.pk, one] for one in sorted(labels) if (goal.pk, one) in sums.done]
    return GoalLine(goal, goal.value, sum(found) if found else None, own.since, own.due, now)
