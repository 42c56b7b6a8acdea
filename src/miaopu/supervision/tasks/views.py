"""任务台账的页面：方案一览、台账（表与看板）、到期清单、一项任务、填报、调整、撤回、附件、导出。"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from miaopu.access.act import Wrong, act
from miaopu.access.log import changes
from miaopu.access.text import clean
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.selection.city import city, today
from miaopu.selection.files import HEADS, LARGEST, MOST, located
from miaopu.supervision.tasks import actions, queries
from miaopu.supervision.tasks.actions import Report, home_city
from miaopu.supervision.tasks.export import write_due, write_ledger
from miaopu.supervision.tasks.lights import limits
from miaopu.supervision.tasks.lines import Line, Overview, Row
from miaopu.supervision.tasks.models import Duty, Goal
from miaopu.supervision.tasks.plans import CADENCES
from miaopu.supervision.tasks.states import LIGHTS, OVERDUE, STATES

PAGE = 30
COLUMNS = ("", "todo", "doing", "overdue", "paused", "done", "dropped")
"""看板各列：未启用、未开始、在办、超期、暂停、办结、不再办；没有任务的列不显示。"""


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """方案一览。"""
    return render(request, "tasks/index.html", {"found": queries.overviews(request.actor), **_lights()})


@login_required
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """一份方案的台账：表格，或看板（view=board）。"""
    found = queries.overview(request.actor, code)
    rows, told = chosen(found.rows, request.GET, found)
    shown = {"found": found, "told": told, "total": len(rows), **_choices(found), **_lights()}
    if request.GET.get("view") == "board":
        words = {"": "未启用", "overdue": OVERDUE, **{one: state.word for one, state in STATES.items()}}
        shown["columns"] = [
            (words[one], kept) for one in COLUMNS if (kept := [row for row in rows if row.state == one])
        ]
        return render(request, "tasks/board.html", shown)
    shown["page"] = paged(request, rows, PAGE)
    return render(request, "tasks/plan.html", shown)


def chosen(rows: list[Row], given: QueryDict, found: Overview) -> tuple[list[Row], str]:
    """按网址参数筛选：（行，条件的说法）。不认得的取值当作没有筛选。"""
    stages = {one.code: one.title for one in found.plan.stages}
    states = {"overdue": OVERDUE, **{code: one.word for code, one in STATES.items()}}
    lights = {code: one.word for code, one in LIGHTS.items()}
    text = clean(given.get("q", ""))
    tests = (
        ("阶段", "stage", stages, lambda row, one: row.task.stage == one),
        ("灯", "light", lights, lambda row, one: row.light.code == one),
        ("状态", "state", states, lambda row, one: row.state == one),
        ("周期", "cadence", CADENCES, lambda row, one: row.task.cadence == one),
    )
    told = []
    for title, name, words, test in tests:
        value = given.get(name, "")
        if value in words:
            rows = [row for row in rows if test(row, value)]
            told.append(f"{title}：{words[value]}")
    if text:
        rows = [row for row in rows if text in f"{row.task.code}{row.task.title}{row.task.lead}{row.task.support}"]
        told.append(f"含“{text}”")
    return rows, "，".join(told)


def _choices(found: Overview) -> dict[str, Any]:
    states = [("overdue", OVERDUE), *((code, one.word) for code, one in STATES.items())]
    used = {row.task.cadence for row in found.rows}
    return {"states": states, "cadences": [(code, word) for code, word in CADENCES.items() if code in used]}


def _lights() -> dict[str, Any]:
    definition = [(LIGHTS[code], told) for code, told in limits().definition]
    return {"lights": LIGHTS.values(), "definition": definition, "limits": limits()}


@login_required
@require_POST
def export(request: HttpRequest, code: str) -> FileResponse:
    """导出所筛的台账。"""
    found = queries.overview(request.actor, code)
    rows, told = chosen(found.rows, request.GET, found)
    place = city().districts.current(home_city())
    with act(request.actor, "task.export", f"方案 {code} 的任务台账") as doing:
        doing.after = {"条件": told or "全部", "行数": len(rows)}
    with tempfile.TemporaryDirectory() as folder:
        path = write_ledger(Path(folder) / "x.xlsx", found, rows, told, place.name if place else "", today())
        content = path.read_bytes()
    name = f"{found.plan.short}任务台账_{today():%Y%m%d}.xlsx"
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)


@login_required
@require_POST
@needs("task.assign")
def start(request: HttpRequest, code: str) -> HttpResponse:
    """启用方案。"""
    actions.start(request.actor, code, request.POST.get("reason", ""))
    messages.success(request, "已启用，责任期已排出")
    return redirect("tasks:plan", code)


@login_required
def due(request: HttpRequest) -> HttpResponse:
    """到期清单：已超期与今后两个月到期的，按月分组。"""
    found = _due(request)
    page = paged(request, found)
    groups = [(month, list(kept)) for month, kept in groupby(page, _month)]
    return render(request, "tasks/due.html", {"page": page, "groups": groups, "total": len(found), **_lights()})


def _due(request: HttpRequest) -> list[Line]:
    found = queries.due(request.actor)
    return [one for one in found if one.may] if request.GET.get("mine") else found


@login_required
@require_POST
def export_due(request: HttpRequest) -> FileResponse:
    """导出到期清单。"""
    found, told = _due(request), "我能填报的" if request.GET.get("mine") else "看得到的全部"
    place = city().districts.current(home_city())
    with act(request.actor, "task.export", "任务到期清单") as doing:
        doing.after = {"条件": told, "行数": len(found)}
    with tempfile.TemporaryDirectory() as folder:
        path = write_due(Path(folder) / "x.xlsx", found, told, place.name if place else "", today())
        content = path.read_bytes()
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"任务到期清单_{today():%Y%m%d}.xlsx")


def _month(line: Line) -> str:
    return OVERDUE if line.late else f"{line.duty.due.year}年{line.duty.due.month}月到期"


@login_required
def task(request: HttpRequest, code: str) -> HttpResponse:
    """一项任务：内容与出处、责任单位、目标、各责任期、进展。"""
    one, told, lines = queries.task_lines(request.actor, code)
    page = paged(request, queries.entries(request.actor, one), 20)
    shown = {"task": one, "told": told, "lines": lines, "page": page, "plan": queries.plans()[one.board.code]}
    return render(request, "tasks/task.html", shown | _lights())


@login_required
@needs("task.update")
def duty(request: HttpRequest, number: int) -> HttpResponse:
    """一个责任期：填报进展；提交没有办成的，填的内容还在。"""
    if request.method != "POST":
        line = queries.line(request.actor, number)
        return _duty(request, line.duty, {"on": today().isoformat(), "state": line.duty.state})
    typed = request.POST
    try:
        actions.report(request.actor, number, _number(typed, "version"), _report(typed), request.FILES.getlist("files"))
    except Wrong as wrong:
        return _duty(request, queries.line(request.actor, number).duty, typed, str(wrong))
    messages.success(request, "进展已填报")
    return redirect("tasks:duty", number)


def _report(typed: QueryDict) -> Report:
    count = typed.get("count", "").strip()
    return Report(
        on=_day(typed, "on", "进展日期"),
        text=typed.get("text", ""),
        state=typed.get("state", ""),
        goal=_number(typed, "goal") if count else None,
        count=_number(typed, "count") if count else None,
        reason=clean(typed.get("reason", ""), "理由", 300),
    )


def _blank(typed: QueryDict, name: str) -> int | None:
    return _number(typed, name) if typed.get(name, "").strip() else None


def _number(typed: Mapping[str, str], name: str) -> int:
    text = typed.get(name, "").strip().replace(",", "")
    if not text.isascii() or not text.isdigit() or len(text) > 13:
        raise Wrong(f"“{text or '空'}”应是整数；请只填数字")
    return int(text)


def _day(typed: QueryDict, name: str, what: str) -> date:
    try:
        return date.fromisoformat(typed.get(name, ""))
    except ValueError as error:
        raise Wrong(f"{what}应是日期，如 2026-11-20；请重新选") from error


def _duty(request: HttpRequest, one: Duty, typed: Any, wrong: str = "", form: str = "report") -> HttpResponse:
    line = queries.line(request.actor, one.pk)
    after = [STATES[code] for code in (one.state, *STATES[one.state].after)]
    entries = queries.entries(request.actor, one.task).filter(duty=one)
    page = paged(request, queries.history(one))
    history = [(entry, list(changes(entry))) for entry in page]
    shown = {"line": line, "duty": one, "typed": typed, "wrong": wrong, "form": form, "after": after}
    shown |= {
        "entries": entries,
        "history": history,
        "page": page,
        "goals": _aims(one, typed),
        "kinds": "、".join(HEADS),
    }
    shown |= {"accept": ",".join(HEADS), "most": MOST, "largest": LARGEST // 1024 // 1024}
    shown |= {"plan": queries.plans()[one.task.board.code], **_lights()}
    return render(request, "tasks/duty.html", shown, status=409 if wrong else 200)


def _aims(one: Duty, typed: Any) -> list[Goal]:
    """任务的各目标；县区的带上分到的数（或刚填的）。"""
    held = dict(one.aims.values_list("goal", "value"))
    goals = list(one.task.goals.all())
    for goal in goals:
        goal.aim = typed.get(f"aim-{goal.number}", held.get(goal.pk, ""))
    return goals


@login_required
@require_POST
@needs("task.assign")
def assign(request: HttpRequest, number: int) -> HttpResponse:
    """调整责任人与到期日。"""
    typed = request.POST
    try:
        given = {"person": typed.get("person", ""), "reason": typed.get("why", "")}
        aims = {_number({"n": name[4:]}, "n"): _blank(typed, name) for name in typed if name.startswith("aim-")}
        due_on = _day(typed, "due", "到期日")
        actions.assign(request.actor, number, _number(typed, "version"), due=due_on, aims=aims, **given)
    except Wrong as wrong:
        return _duty(request, queries.line(request.actor, number).duty, typed, str(wrong), "assign")
    messages.success(request, "责任已调整")
    return redirect("tasks:duty", number)


@login_required
@require_POST
@needs("task.update")
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """撤回一条进展。"""
    one = actions.withdraw(request.actor, number, request.POST.get("reason", ""))
    messages.success(request, "已撤回，不再计数；原来的记录还在")
    return redirect("tasks:duty", one.pk)


@login_required
def evidence(request: HttpRequest, number: int) -> FileResponse:
    """下载附件：一律当作附件，不在页面里打开。"""
    one = queries.evidence(request.actor, number)
    return FileResponse(
        located(one.path, one.name).open("rb"),
        as_attachment=True,
        filename=one.name,
        content_type="application/octet-stream",
    )
