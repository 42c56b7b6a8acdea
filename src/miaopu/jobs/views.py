"""作业的页面：清单、一件的进度（页面自己问）、取消、下载结果。"""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from miaopu.access.act import Wrong
from miaopu.jobs import actions, queries
from miaopu.jobs.models import Job
from miaopu.jobs.states import State


def index(request: HttpRequest) -> HttpResponse:
    """我的作业。"""
    page = Paginator(queries.jobs(request.actor), 20).get_page(request.GET.get("page"))
    return render(request, "jobs/index.html", {"page": page})


def show(request: HttpRequest, number: int) -> HttpResponse:
    """一件作业。"""
    return render(request, "jobs/show.html", _shown(queries.job(request.actor, number)))


def progress(request: HttpRequest, number: int) -> HttpResponse:
    """进度片段；结束后页面不再问。"""
    return render(request, "jobs/progress.html", _shown(queries.job(request.actor, number)))


@require_POST
def stop(request: HttpRequest, number: int) -> HttpResponse:
    """请求取消。"""
    actions.cancel(request.actor, number)
    return redirect("jobs:show", number)


def file(request: HttpRequest, number: int) -> FileResponse:
    """下载结果文件。"""
    job = queries.job(request.actor, number)
    path = Path(settings.FILES) / (job.file or "")
    if not job.file or not path.is_file():
        raise Wrong("这件作业没有结果文件，或文件已被清理；请重新发起")
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


def _shown(job: Job) -> dict[str, object]:
    state = State(job.state)
    return {"job": job, "state": state, "result": json.loads(job.result) if job.result else {}}
