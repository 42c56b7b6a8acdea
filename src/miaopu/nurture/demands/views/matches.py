"""对接的页面：推荐一项成果、办一步、取合同文件。"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Wrong
from miaopu.access.views.needs import needs
from miaopu.nurture.demands import queries
from miaopu.nurture.demands.actions import matches as actions
from miaopu.nurture.demands.views.demands import detail
from miaopu.nurture.page import tried, version_of
from miaopu.selection.files import located


@login_required
@require_POST
@needs("demand.match")
def recommend(request: HttpRequest, number: int) -> HttpResponse:
    """推荐一项成果。"""
    if queries.demand(request.actor, number) is None:
        raise Http404
    given = request.POST

    def work() -> HttpResponse:
        chosen = given.get("result", "")
        if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 10):
            raise Wrong("还没有选成果；请在候选里选一项再推荐")
        made = actions.recommend(request.actor, number, int(chosen), given.get("reason", ""))
        messages.success(request, f"已推荐：{made.result.institute}《{made.result.title}》")
        return redirect("demands:show", number)

    return tried(work, lambda wrong: detail(request, number, {**given.dict(), "step": "match"}, wrong))


@login_required
@require_POST
@needs("demand.match", "demand.conclude")
def step(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """对接办一步。"""
    held, given = queries.match(request.actor, number), request.POST
    if held is None:
        raise Http404

    def work() -> HttpResponse:
        file = request.FILES.get("file")
        done = actions.move(
            request.actor, number, version_of(request), step, given.get("reason", ""), given.dict(), file
        )
        messages.success(request, f"与{done.result.institute}的对接：{done.at.title}")
        return redirect("demands:show", done.demand_id)

    typed = {**given.dict(), "step": f"{number}-{step}"}
    return tried(work, lambda wrong: detail(request, held.demand_id, typed, wrong))


@login_required
@require_GET
def contract(request: HttpRequest, number: int) -> HttpResponse:
    """合同文件；只给看得到这家企业的人。"""
    held = queries.match(request.actor, number)
    if held is None or not held.path or not queries.named(request.actor, held.demand):
        raise Http404
    return FileResponse(
        located(held.path, held.file or "合同", "合同").open("rb"), as_attachment=True, filename=held.file
    )
