"""作业的页面：清单、一件的进度（页面自己问）、取消、下载结果。"""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from miaopu.access.views.paging import paged
from miaopu.jobs import actions, queries
from miaopu.jobs.models import Job
from miaopu.jobs.states import State


def begun(request: HttpRequest, job: Job) -> HttpResponse:
    """发起以后转去看它的进度；并到已有的一件上的先说明，免得当作又开了一件。"""
    if job.joined:
        messages.warning(request, job.joined)
    return redirect("jobs:show", job.pk)


def index(request: HttpRequest) -> HttpResponse:
    """我的作业。"""
    page = paged(request, queries.jobs(request.actor), 20)
    return render(request, "jobs/index.html", {"page": page})


def show(request: HttpRequest, number: int) -> HttpResponse:
    """一件作业。"""
    return render(request, "jobs/show.html", _shown(request, number))


def progress(request: HttpRequest, number: int) -> HttpResponse:
    """进度片段；页面开着时做完的，请页面重取一次，结果就在眼前，不再问。"""
    shown = _shown(request, number)
    answer = render(request, "jobs/progress.html", shown)
    if shown["state"].ended:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """请求取消。"""
    actions.cancel(request.actor, number)
    return redirect("jobs:show", number)


@require_POST
def dismiss(request: HttpRequest, number: int) -> HttpResponse:
    """失败的知道了，不再算待办。"""
    actions.dismiss(request.actor, number)
    messages.success(request, "已收起，工作台不再提它；清单里还看得到")
    return redirect("jobs:index")


def file(request: HttpRequest, number: int) -> FileResponse:
    """下载结果文件。"""
    path = queries.file(request.actor, number)
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _shown(request: HttpRequest, number: int) -> dict[str, object]:
    job = queries.job(request.actor, number)
    return {"job": job, "state": State(job.state), "result": queries.result(request.actor, job)}
