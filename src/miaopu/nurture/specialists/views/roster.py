"""名册的页面：清单与导出、导入、报名、一人（一队）的资料与各种变动。"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Wrong, permit
from miaopu.access.actor import Actor
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.nurture.specialists.actions import importing, roster, teams
from miaopu.nurture.specialists.kinds import kinds, sectors, topics
from miaopu.nurture.specialists.queries import roster as queries
from miaopu.nurture.specialists.states import STEPS, State
from miaopu.selection.city import today
from miaopu.selection.intake.views.page import tried
from miaopu.selection.screening.place import counties as within

FILTERS = ("kind", "state", "district", "q")
OWN = (*(one for one in roster.TITLES if one != "county"), "district")
"""资料的各列，表单里照填。"""


def counties(actor: Actor, operation: str = "") -> list[tuple[str, str]]:
    """下拉里的县区：全市的，或本县区的；operation 是看哪项操作的范围。"""
    operation = operation or ("roster.apply" if actor.may("roster.apply") else "roster.view")
    return list(within(actor.reach(operation)).items())


def number_of(request: HttpRequest, name: str) -> int:
    """表单里的编号或版本；不是数字的抛 Wrong。"""
    text = request.POST.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise Wrong("表单里的编号不对；请刷新页面再填")
    return int(text)


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """名册清单。"""
    wanted = {one: request.GET.get(one, "") for one in FILTERS}
    page = paged(request, queries.people(request.actor, wanted))
    rows = [(one, kinds()[one.kind], one.away_on(today())) for one in page.object_list]
    return render(
        request, "specialists/roster.html", {"page": page, "rows": rows, "wanted": wanted, **_choices(request)}
    )


def _choices(request: HttpRequest) -> dict[str, Any]:
    told = {"kinds": list(kinds().values()), "topics": topics(), "counties": counties(request.actor)}
    return told | {"states": list(State), "sectors": [(code, title) for code, title in sectors().items()]}


@login_required
@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """导出筛出来的名册。"""
    with tempfile.TemporaryDirectory() as folder:
        wanted = {one: request.POST.get(one, "") for one in FILTERS}
        made = importing.export_roster(request.actor, wanted, Path(folder))
        return FileResponse(made.open("rb"), as_attachment=True, filename=made.name)


@login_required
def receive(request: HttpRequest) -> HttpResponse:
    """导入改好的名册；有意见的列在页上。"""
    permit(request.actor, "roster.manage")
    if request.method != "POST":
        return render(request, "specialists/import.html", {"typed": {}})

    def action() -> HttpResponse:
        given = request.FILES.get("file")
        if given is None:
            raise Wrong("没有选文件；请选导出后改好的名册")
        if given.size > settings.UPLOAD_LIMIT:
            raise Wrong("文件太大；名册应只有一张表")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "roster.xlsx"
            path.write_bytes(given.read())
            found = importing.import_roster(
                request.actor, path, given.name or "名册.xlsx", request.POST.get("reason", "")
            )
        if found.complaints:
            shown = {"found": found, "typed": request.POST}
            return render(request, "specialists/import.html", shown, status=400)
        messages.success(request, found.sentence())
        return redirect("specialists:roster")

    return tried(request, action, lambda: render(request, "specialists/import.html", {"typed": request.POST}))


@login_required
def apply(request: HttpRequest) -> HttpResponse:
    """代为报名。"""
    if not request.actor.may("roster.apply"):
        permit(request.actor, "roster.manage")
    typed = request.POST if request.method == "POST" else request.GET

    def page() -> HttpResponse:
        shown = {"typed": typed, "calls": queries.open_calls(), **_choices(request)}
        return render(request, "specialists/apply.html", shown)

    def action() -> HttpResponse:
        call = number_of(request, "call") if request.POST.get("call") else None
        made = roster.apply(request.actor, request.POST.dict(), call)
        messages.success(request, f"已报名：{made.name}（{made.code}），等市局审")
        return redirect("specialists:person", made.pk)

    return tried(request, action, page) if request.method == "POST" else page()


@login_required
@needs("roster.manage")
def person(request: HttpRequest, number: int) -> HttpResponse:
    """一人（一队）：资料、变动、配对、回避、培训、队员与任务。"""
    if queries.person(request.actor, number) is None:
        raise Http404
    if request.method == "POST":
        return tried(request, lambda: _posted(request, number), lambda: _person(request, number))
    return _person(request, number)


def _person(request: HttpRequest, number: int) -> HttpResponse:
    found = queries.person(request.actor, number)
    if found is None:
        raise Http404
    may = request.actor.may("roster.manage")
    typed = request.POST.dict() if request.POST.get("what") == "amend" else None
    own = {name: "" if getattr(found, name) is None else str(getattr(found, name)) for name in OWN}
    steps = [one for one in STEPS if one.before == found.at] if may else []
    pairs = queries.pairings(request.actor).filter(person=found) if request.actor.may("pair.view") else []
    shown = {
        "one": found, "kind": kinds()[found.kind], "may": may, "steps": steps, "pairs": pairs, "value": typed or own,
        "away": found.away_on(today()), "turns": found.turns.all(),
        "avoidances": found.avoidances.filter(released__isnull=True), "attendances": found.attendances.select_related("training"),
        "members": found.members.select_related("person"), "missions": found.missions.all(),
        "others": _others(request) if may and kinds()[found.kind].team else [],
    }  # fmt: skip
    return render(request, "specialists/person.html", shown | _choices(request))


def _others(request: HttpRequest) -> list[Any]:
    teams_of = [code for code, one in kinds().items() if one.team]
    found = queries.people(request.actor).filter(state=State.APPOINTED.value).exclude(kind__in=teams_of)
    return list(found)


def _posted(request: HttpRequest, number: int) -> HttpResponse:
    """一人页面上的各种办理，按 what 分。"""
    given, actor = request.POST, request.actor
    what, reason = given.get("what", ""), given.get("reason", "")
    todo = {
        "turn": lambda: roster.turn(actor, number, number_of(request, "version"), given.get("to", ""), reason),
        "amend": lambda: roster.amend(actor, number, number_of(request, "version"), given.dict()),
        "link": lambda: roster.link(actor, number, number_of(request, "version"), given.get("login", "")),
        "avoid": lambda: roster.avoid(actor, number, given.get("enterprise", ""), reason),
        "unavoid": lambda: roster.unavoid(actor, number_of(request, "avoidance"), reason),
        "join": lambda: teams.join(actor, number, number_of(request, "person"), given.get("duty", "")),
        "part": lambda: teams.part(actor, number_of(request, "member")),
        "recall": lambda: teams.recall(actor, number_of(request, "mission"), reason),
        "dispatch": lambda: teams.dispatch(actor, number, given.dict()),
    }
    if what not in todo:
        raise Wrong("不知道要办什么；请刷新页面再办")
    todo[what]()
    messages.success(request, "已办")
    return redirect("specialists:person", number)
