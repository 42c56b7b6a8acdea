"""成套材料页：生成、下载；县区只看到本县区的工作簿。"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.text import clean
from miaopu.access.views.needs import needs
from miaopu.jobs.views import begun
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.rounds import documents
from miaopu.selection.screening.views.page import NoRound, seen


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """一轮的材料清单。"""
    _, found, _held, shown = seen(request)
    reach = request.actor.reach("screening.export")
    files = documents.documents(found, reach)
    shown |= {
        "files": files,
        "ready": documents.ready(found),
        "may_write": request.actor.may("screening.run"),
        "every": Round.objects.all(),
        "bundle": reach.everywhere and documents.ready(found) and documents.bundle(found).stat().st_size,
    }
    return render(request, "screening/documents.html", shown)


@login_required
@require_POST
@needs("screening.run")
def write(request: HttpRequest) -> HttpResponse:
    """发起写成套材料。"""
    found = Round.objects.filter(pk=clean(request.POST.get("round", ""), "轮次")).first()
    if found is None:
        raise NoRound
    return begun(request, documents.write(request.actor, found))


@login_required
@require_POST
@needs("screening.export")
def fetch(request: HttpRequest) -> FileResponse:
    """下载一份或整包。"""
    found = Round.objects.filter(pk=clean(request.POST.get("round", ""), "轮次")).first()
    if found is None:
        raise NoRound
    path = documents.fetch(request.actor, found, clean(request.POST.get("name", ""), "文件名"))
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
