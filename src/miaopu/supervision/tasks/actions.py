"""任务台账的动作：装入方案、启用、填报进展、撤回进展、改状态、调整责任；每件都有权限、事务与日志。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from miaopu.access.act import Denied, Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.selection.city import city, today
from miaopu.selection.files import check
from miaopu.supervision.tasks import evidence
from miaopu.supervision.tasks.models import Board, Duty, Entry, Goal, Task
from miaopu.supervision.tasks.periods import periods, shifted
from miaopu.supervision.tasks.plans import Plan, PlanTask, load_plans
from miaopu.supervision.tasks.states import DOING, STATES, UNSTARTED, needs_reason

LONGEST = 2_000
LARGEST = 10**12


@dataclass(frozen=True)
class Report:
    """一次填报：日期、说明、新状态、哪个目标、完成数、理由。"""

    on: date
    text: str
    state: str
    goal: int | None = None
    count: int | None = None
    reason: str = ""


def install(actor: Actor) -> list[Board]:
    """把方案目录装进台账，装过的不动；方案写明启用的一并启用。"""
    known = set(Board.objects.values_list("code", flat=True))
    fresh = [plan for plan in load_plans(city().catalog).values() if plan.code not in known]
    made = []
    for plan in fresh:
        with act(actor, "task.assign", f"方案 {plan.code}") as doing:
            board = Board.objects.create(code=plan.code, shift=plan.shift_years)
            _tasks(board, plan)
            doing.after = {"任务": len(plan.tasks)}
            made.append(board)
        if plan.running:
            start(actor, plan.code, "方案目录写明启用")
    return made


def _tasks(board: Board, plan: Plan) -> None:
    Task.objects.bulk_create(_task(board, one, at) for at, one in enumerate(plan.tasks))
    known = dict(board.tasks.values_list("code", "pk"))
    goals = [
        Goal(
            task_id=known[one.code],
            number=at,
            title=goal.title,
            value=goal.value,
            unit=goal.unit,
            word=goal.word,
            quote=goal.quote,
            per=goal.per or None,
            target=goal.target or None,
        )
        for one in plan.tasks
        for at, goal in enumerate(one.goals)
    ]
    Goal.objects.bulk_create(goals)


def _task(board: Board, one: PlanTask, at: int) -> Task:
    return Task(
        board=board,
        code=one.code,
        place_order=at,
        stage=one.stage.code,
        title=one.title,
        lead="、".join(one.lead),
        support="、".join(one.support) or None,
        cadence=one.cadence,
        since=shifted(one.since, board.shift),
        due=shifted(one.due, board.shift),
        counties=one.counties,
    )


def start(actor: Actor, code: str, reason: str) -> Board:
    """启用一份方案：按周期和县区排出责任期。只能启用本市或本省的。"""
    with act(actor, "task.assign", f"方案 {code}", reason=_reason(reason)) as doing:
        board = Board.objects.select_for_update().filter(code=code).first()
        if board is None:
            raise Wrong(f"没有方案 {code}；请从任务台账重新进入")
        if board.running:
            raise Wrong("这份方案已经启用")
        plan = load_plans(city().catalog)[code]
        if not _ours(plan.region):
            raise Wrong("这是外市的方案，只供对照，不能在本市启用")
        doing.before = {"启用": "否"}
        made = Duty.objects.bulk_create(_duties(board, plan))
        Board.objects.filter(pk=board.pk).update(
            running=True, opened=today(), opened_by=actor.name, version=board.version + 1
        )
        doing.after = {"启用": "是", "责任期": len(made)}
    return Board.objects.get(pk=board.pk)


def home_city() -> str:
    """本市的区划代码：启用的方案里属于市一级的那个。"""
    plans = load_plans(city().catalog).values()
    found = next((one.region for one in plans if one.running and not one.region.endswith("0000")), "")
    return found


def _ours(region: str) -> bool:
    return city().districts.is_within(home_city(), region)


def _duties(board: Board, plan: Plan) -> list[Duty]:
    counties = city().districts.counties(home_city())
    found = []
    for task in board.tasks.all():
        bodies: list[tuple[str | None, str]] = [(None, task.lead.partition("、")[0])]
        bodies += [(one.code, one.name) for one in counties] if task.counties else []
        found += [
            Duty(task=task, district=code, place_order=at, body=name, label=one.label, since=one.since, due=one.due)
            for one in periods(task.cadence, task.since, task.due)
            for at, (code, name) in enumerate(bodies)
        ]
    return found


def target_of(duty: Duty) -> str:
    """责任期在日志里的名字。"""
    return f"任务 {duty.task.code} {duty.task.title}·{duty.body}·{duty.label}"


def report(actor: Actor, number: int, version: int, given: Report, files: Sequence[UploadedFile] = ()) -> Duty:
    """填报一条进展，并改状态；version 是填报人打开页面时的版本。"""
    kept = check(files)
    with act(actor, "task.update", f"责任期 {number}", reason=given.reason or None) as doing:
        duty = _locked(doing, number, version)
        goal = _goal(duty, given)
        _check(duty, given)
        doing.before = {"状态": STATES[duty.state].word}
        entry = Entry.objects.create(
            duty=duty, goal=goal, on=given.on, text=_text(given.text), count=given.count, by=actor.name,
            owner_id=actor.account,
        )  # fmt: skip
        evidence.keep(entry, kept)
        state = DOING if given.state == UNSTARTED else given.state
        doing.after = {"状态": STATES[state].word, "日期": given.on, "进展": entry.text, "完成数": given.count}
        doing.after |= {"附件": [one.name for one in kept]} if kept else {}
        return _saved(duty, actor, state=state)


def withdraw(actor: Actor, number: int, reason: str) -> Duty:
    """撤回一条填错的进展；记录还在，不再计数。县区只能撤本县区的。"""
    with act(actor, "task.update", f"进展 {number}") as doing:
        entry = Entry.objects.select_for_update().filter(pk=number).select_related("duty").first()
        if entry is None:
            raise Denied("没有这条进展，或不在您的范围里")
        duty = _locked(doing, entry.duty_id, None)
        doing.reason = _reason(reason)
        if entry.withdrawn:
            raise Wrong(f"这条进展已由{entry.withdrawn_by}撤回")
        doing.before = {"日期": entry.on, "进展": entry.text, "完成数": entry.count, "状态": STATES[duty.state].word}
        state = _without(duty, entry)
        doing.after = {"撤回": "是", "状态": STATES[state].word}
        Entry.objects.filter(pk=entry.pk).update(
            withdrawn=timezone.now(), withdrawn_by=actor.name, withdrawn_why=doing.reason
        )
        return _saved(duty, actor) if state == duty.state else _saved(duty, actor, state=state)


def _without(duty: Duty, entry: Entry) -> str:
    """撤回一条以后的状态：现在的状态总是最后一条没有撤回的填报定的，撤的是它就退回在办；一条不剩是未开始。"""
    left = duty.entries.filter(withdrawn=None).exclude(pk=entry.pk)
    if not left.exists():
        return UNSTARTED
    return duty.state if left.filter(pk__gt=entry.pk).exists() else DOING


def assign(
    actor: Actor,
    number: int,
    version: int,
    *,
    person: str,
    due: date,
    reason: str,
    aims: Mapping[int, int | None] | None = None,
) -> Duty:
    """调整责任人、到期日；县区的另分目标数：aims 目标的序 → 数，空的是不分，不写的目标不动。"""
    with act(actor, "task.assign", f"责任期 {number}", reason=_reason(reason)) as doing:
        duty = _locked(doing, number, version)
        if due < duty.since:
            raise Wrong(f"到期日 {due} 早于起始日 {duty.since}；请改晚")
        doing.before = {"责任人": duty.person, "到期": duty.due}
        name = clean(person, "责任人", 60) or None
        doing.after = {"责任人": name, "到期": due}
        for goal, value in _aimed(duty, aims or {}):
            was = duty.aims.filter(goal=goal).values_list("value", flat=True).first()
            doing.before[f"目标·{goal.title}"], doing.after[f"目标·{goal.title}"] = was, value
            duty.aims.filter(goal=goal).delete()
            if value is not None:
                duty.aims.create(goal=goal, value=value)
        return _saved(duty, actor, person=name, due=due)


def _aimed(duty: Duty, aims: Mapping[int, int | None]) -> list[tuple[Goal, int | None]]:
    if aims and duty.district is None:
        raise Wrong("市级的目标照方案原文，不在这里改；目标数分给县区")
    known = {one.number: one for one in duty.task.goals.all()}
    if unknown := [one for one in aims if one not in known]:
        raise Wrong(f"这项任务没有第 {unknown[0]} 个目标；请刷新后再填")
    if any(value is not None and not 0 < value <= LARGEST for value in aims.values()):
        raise Wrong("分到县区的目标数应是大于 0 的整数；不分的空着")
    return [(known[number], value) for number, value in aims.items()]


def _locked(doing: Doing, number: int, version: int | None) -> Duty:
    """锁住责任期，查范围与版本；市级的只有全市范围的人能动。"""
    duty = Duty.objects.select_for_update(of=("self",)).select_related("task__board").filter(pk=number).first()
    if duty is None or not (doing.reach.everywhere or (duty.district and doing.reach.covers(district=duty.district))):
        raise Denied("没有这项责任，或不在您的范围里；请联系所在县区或市局")
    doing.target = target_of(duty)
    if version is not None and duty.version != version:
        when = f"{timezone.localtime(duty.updated):%Y-%m-%d %H:%M}" if duty.updated else "刚才"
        raise Wrong(f"{duty.updated_by}在 {when} 改过这一项；您填的内容还在下面，请核对最新情况后再提交")
    return duty


def _check(duty: Duty, given: Report) -> None:
    if given.state not in STATES or (given.state != duty.state and given.state not in STATES[duty.state].after):
        raise Wrong(f"不能从“{STATES[duty.state].word}”改成所选的状态；请刷新后重选")
    if needs_reason(duty.state, given.state) and not given.reason.strip():
        raise Wrong(f"改成“{STATES[given.state].word}”要写理由")
    if given.on > today():
        raise Wrong(f"进展日期 {given.on} 在今天之后；进展只填已经发生的")


def _goal(duty: Duty, given: Report) -> Goal | None:
    if given.count is None:
        return None
    if not 0 <= given.count <= LARGEST:
        raise Wrong("完成数应是不小于 0 的整数，且不大于一万亿")
    found = duty.task.goals.filter(number=given.goal or 0).first()
    if found is None:
        raise Wrong("这项任务没有这个计数目标；请清空完成数，或重选目标")
    return found


def _text(text: str) -> str:
    cleaned = clean(text, "进展", LONGEST)
    if not cleaned:
        raise Wrong("进展没有写内容；请用一两句话写做了什么")
    return cleaned


def _reason(reason: str) -> str:
    cleaned = clean(reason, "理由", 300)
    if not cleaned:
        raise Wrong("请写理由")
    return cleaned


def _saved(duty: Duty, actor: Actor, **changes: Any) -> Duty:
    """存改动，版本加一。"""
    if "state" in changes:
        changes["ended"] = today() if STATES[changes["state"]].ended else None
    changes |= {"version": duty.version + 1, "updated": timezone.now(), "updated_by": actor.name}
    Duty.objects.filter(pk=duty.pk).update(**changes)
    return Duty.objects.select_related("task__board").get(pk=duty.pk)


def installed(actor: Actor) -> None:
    """开站时：一个事务里装好全部方案。"""
    with transaction.atomic():
        install(actor)
