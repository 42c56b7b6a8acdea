"""常用筛选：清单、存、改、删、撤销。"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Wrong
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.selection.screening.firms import cohorts
from miaopu.selection.screening.firms.filters import parse
from miaopu.selection.screening.firms.roll import roll

ROWS = 20


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """自己的与公开的；刚删的可以撤销。"""
    page = paged(request, cohorts.cohorts(request.actor), ROWS)
    rows = cohorts.shown(request.actor, roll(), list(page))
    dropped = request.session.pop("dropped_cohort", None)
    return render(request, "web/cohorts.html", {"page": page, "rows": rows, "dropped": dropped})


@login_required
@require_POST
@needs("firm.cohort")
def keep(request: HttpRequest) -> HttpResponse:
    """把当前条件存下来，回到那组条件的列表。"""
    filters, _ = parse(roll(), QueryDict(request.POST.get("query", "")))
    made = cohorts.keep(request.actor, filters, request.POST.get("name", ""), bool(request.POST.get("shared")))
    messages.success(request, f"已存为常用筛选“{made.name}”")
    return redirect(f"{reverse('firms')}?{made.query}")


@login_required
@require_POST
@needs("firm.cohort")
def rename(request: HttpRequest, number: int) -> HttpResponse:
    """改名、改谁看得到。"""
    cohorts.own(request.actor, number)
    version = request.POST.get("version", "")
    if not version.isdecimal():
        raise Wrong("页面上缺了版本；请刷新后再改")
    name, shared = request.POST.get("name", ""), bool(request.POST.get("shared"))
    made = cohorts.rename(request.actor, number, name, shared, int(version[:9]))
    messages.success(request, f"已改为“{made.name}”")
    return redirect("cohorts")


@login_required
@require_POST
@needs("firm.cohort")
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """删除；清单上可以撤销。"""
    gone = cohorts.drop(request.actor, number)
    request.session["dropped_cohort"] = {"pk": gone.pk, "name": gone.name}
    return redirect("cohorts")


@login_required
@require_POST
@needs("firm.cohort")
def restore(request: HttpRequest, number: int) -> HttpResponse:
    """撤销删除。"""
    back = cohorts.restore(request.actor, number)
    messages.success(request, f"已恢复“{back.name}”")
    return redirect("cohorts")
