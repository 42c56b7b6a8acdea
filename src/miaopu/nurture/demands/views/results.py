"""成果与院所的页面：登记、导入、导出。"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Wrong, permit
from miaopu.access.views.paging import paged
from miaopu.nurture.demands import queries
from miaopu.nurture.demands.actions import results as actions
from miaopu.nurture.demands.states import choices
from miaopu.nurture.page import sent, tried
from miaopu.selection.intake.files import MEGABYTE, keep

LARGEST = 5 * MEGABYTE


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """登记。"""
    wanted = {name: request.GET.get(name, "")[:60] for name in ("field", "q")}
    page = paged(request, queries.results(request.actor, wanted))
    full = request.actor.may("demand.register") or request.actor.may("demand.match")
    shown = {"page": page, "wanted": wanted, "choices": choices(), "full": full}
    return render(request, "demands/results.html", shown)


@login_required
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """导出所筛。"""
    wanted = {name: request.POST.get(name, "")[:60] for name in ("field", "q")}
    return sent(lambda folder: actions.export_results(request.actor, wanted, folder))


@login_required
def take(request: HttpRequest) -> HttpResponse:
    """导入改好的登记表。"""
    permit(request.actor, "demand.register")
    if request.method != "POST":
        return _page(request)
    return tried(lambda: _taken(request), lambda wrong: _page(request, wrong))


def _taken(request: HttpRequest) -> HttpResponse:
    given = request.FILES.get("file")
    if given is None:
        raise Wrong("还没有选文件；请选改好的登记表")
    kept = keep(given.name or "登记表.xlsx", given.chunks(), LARGEST)
    try:
        found = actions.import_results(request.actor, kept.path, kept.name, request.POST.get("reason", ""))
    finally:
        kept.path.unlink(missing_ok=True)
    if found.complaints:
        return _page(request, found.sentence(), found.complaints)
    messages.success(request, found.sentence())
    return redirect("demands:results")


def _page(request: HttpRequest, wrong: str = "", complaints: tuple[str, ...] = ()) -> HttpResponse:
    shown = {"wrong": wrong, "complaints": complaints, "typed": request.POST}
    return render(request, "demands/import.html", shown, status=400 if wrong else 200)
