"""企业活动的页面：清单与办一场、一场的邀请与到场、回复、各家来过几次、一家的对标；导出。"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Denied, Wrong, permit
from miaopu.access.text import clean
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.nurture.specialists.actions import events as actions
from miaopu.nurture.specialists.books import events as books
from miaopu.nurture.specialists.kinds import events as rules
from miaopu.nurture.specialists.models import Event, Invitation
from miaopu.nurture.specialists.queries import events as queries
from miaopu.nurture.specialists.queries.benchmark import benchmark as beside
from miaopu.nurture.specialists.states import Reply
from miaopu.nurture.specialists.views.roster import counties, number_of
from miaopu.selection.city import today
from miaopu.selection.intake.views.page import tried
from miaopu.selection.library.narrow import parse
from miaopu.selection.library.queries.members import members
from miaopu.selection.library.states import flow

NARROW, TALLY = ("reply", "county", "came", "q"), ("county", "came", "q")


def _filters(given: QueryDict, names: tuple[str, ...]) -> dict[str, str]:
    return {name: clean(given.get(name, ""), "条件", 60) for name in names}


def _sent(work: Callable[[Path], Path]) -> FileResponse:
    with tempfile.TemporaryDirectory() as folder:
        path = work(Path(folder))
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """活动清单；能办的可以办一场。"""

    def page() -> HttpResponse:
        found = paged(request, queries.tallied(request.actor).order_by("-on", "-pk"))
        rows = [(one, rules().kinds.get(one.kind, one.kind)) for one in found]
        shown = {"page": found, "rows": rows, "kinds": rules().kinds, "typed": request.POST}
        may = request.actor.may("event.manage")
        shown["counties"] = counties(request.actor, "event.manage") if may else ()
        shown["whole"] = request.actor.reach("event.manage").everywhere
        return render(request, "specialists/events.html", shown)

    def action() -> HttpResponse:
        made = actions.announce(request.actor, request.POST.dict())
        messages.success(request, f"已办一场：{made.title}；再请企业")
        return redirect("specialists:event", made.pk)

    return tried(request, action, page) if request.method == "POST" else page()


def _event(request: HttpRequest, number: int) -> Event:
    found = queries.event(request.actor, number)
    if found is None:
        raise Http404
    return found


def _ours(request: HttpRequest, one: Event) -> bool:
    reach = request.actor.reach("event.manage")
    return request.actor.may("event.manage") and (reach.everywhere or one.district in reach.districts)


@login_required
def event(request: HttpRequest, number: int) -> HttpResponse:
    """一场：请企业、回复、记到场、取消。"""
    one = _event(request, number)

    def page() -> HttpResponse:
        wanted, ours = _filters(request.GET, NARROW), _ours(request, one)
        found = paged(request, queries.invitations(request.actor, wanted).filter(event=one))
        replies = request.actor.may("event.reply") and not one.cancelled_why
        rows = [(each, *_typed(request.POST, each), replies and each.present is None) for each in found]
        shown = {"one": one, "kind": rules().kinds.get(one.kind, one.kind), "wanted": wanted, "ours": ours}
        shown |= {"page": found, "rows": rows, "typed": request.POST}
        shown |= {"replies": list(Reply), "counties": counties(request.actor, "event.view"), "held": one.on <= today()}
        if ours and not one.cancelled_why:
            mine = members(request.actor)
            shown["tiers"] = mine.order_by("tier").values_list("tier", "tier_title").distinct()
            shown["states"] = [each for each in flow().states.values() if each.inside]
        return render(request, "specialists/event.html", shown)

    return tried(request, lambda: _posted(request, one), page) if request.method == "POST" else page()


def _typed(given: QueryDict, each: Invitation) -> tuple[str, Any]:
    """这一家要显示的到没到与人数：没有办成的照填的，别的照记下的。"""
    held = {None: "", True: "yes", False: "no"}[each.present], each.people
    names = (f"present-{each.pk}", f"people-{each.pk}")
    return (given[names[0]], given.get(names[1], "")) if names[0] in given else held


def _posted(request: HttpRequest, one: Event) -> HttpResponse:
    given, actor, what = request.POST, request.actor, request.POST.get("what", "")
    permit(actor, "event.manage")
    if not _ours(request, one):
        raise Denied("这场活动不是您这边办的，不能请企业、记到场、取消；请联系办活动的")
    if what == "invite":
        told = {
            "state": given.get("in_state", ""),
            "tier": given.get("in_tier", ""),
            "county": given.get("in_county", ""),
        }
        fresh, known = actions.invite(actor, one.pk, parse(told | {"q": given.get("in_q", "")}))
        messages.success(request, f"新请 {fresh} 家，早已请过的 {known} 家")
    elif what == "attend":
        rows = [_marked(given, each) for each in given.getlist("invitation")]
        messages.success(request, f"已记 {actions.attend(actor, one.pk, rows)} 家")
        return redirect(request.get_full_path())  # 留在这一页、这些条件
    elif what == "cancel":
        actions.cancel(actor, one.pk, given.get("reason", ""))
        messages.success(request, "已取消，邀请都留着")
    else:
        raise Wrong("不知道要办什么；请刷新页面再办")
    return redirect("specialists:event", one.pk)


def _marked(given: QueryDict, text: str) -> actions.Came:
    """表单里的一家：“编号:版本”，到没到（空是没有记），来了几人。"""
    number, _, version = text.partition(":")
    if not all(one.isascii() and one.isdigit() and len(one) < 12 for one in (number, version)):
        raise Wrong("表单里的编号不对；请刷新页面再填")
    present = {"yes": True, "no": False}.get(given.get(f"present-{number}", ""))
    return actions.Came(int(number), present, given.get(f"people-{number}", ""), int(version))


@login_required
@require_POST
@needs("event.reply")
def reply(request: HttpRequest, number: int) -> HttpResponse:
    """回复一份邀请。"""
    one = queries.invitations(request.actor).filter(pk=number).first()
    if one is None:
        raise Http404
    given = request.POST

    def action() -> HttpResponse:
        coming = {"yes": True, "no": False}.get(given.get("coming", ""))
        if coming is None:
            raise Wrong("请选参加还是不参加")
        made = actions.reply(request.actor, number, number_of(request, "version"), coming, given.get("words", ""))
        messages.success(request, f"{made.name}：{made.at.word}")
        back = given.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
        return redirect(back) if back and safe else redirect("specialists:event", made.event_id)

    return tried(request, action, lambda: render(request, "specialists/reply.html", {"one": one, "typed": given}))


@login_required
@require_POST
@needs("service.export")
def event_export(request: HttpRequest, number: int) -> HttpResponse:
    """导出一场的邀请与到场。"""
    one, wanted = _event(request, number), _filters(request.POST, NARROW)
    return _sent(lambda folder: books.export_event(request.actor, one, wanted, folder))


@login_required
@require_GET
def firms(request: HttpRequest) -> HttpResponse:
    """各家来过几次；一次也没来过的在前。"""
    wanted = _filters(request.GET, TALLY)
    page = paged(request, queries.attended(request.actor, wanted))
    shown = {"page": page, "wanted": wanted, "counties": counties(request.actor, "event.view")}
    return render(request, "specialists/attended.html", shown)


@login_required
@require_POST
@needs("service.export")
def firms_export(request: HttpRequest) -> HttpResponse:
    """导出各家来过几次。"""
    wanted = _filters(request.POST, TALLY)
    return _sent(lambda folder: books.export_attended(request.actor, wanted, folder))


@login_required
@require_GET
def benchmark(request: HttpRequest, enterprise: str) -> HttpResponse:
    """一家的对标。"""
    found = beside(request.actor, enterprise)
    if found is None:
        raise Http404
    return render(request, "specialists/benchmark.html", {"found": found})


@login_required
@require_POST
@needs("firm.view")
def benchmark_export(request: HttpRequest, enterprise: str) -> HttpResponse:
    """导出一家的对标表。"""
    found = beside(request.actor, enterprise)
    if found is None:
        raise Http404
    return _sent(lambda folder: books.export_benchmark(request.actor, found, folder))
