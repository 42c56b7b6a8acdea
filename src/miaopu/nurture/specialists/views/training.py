"""征集与培训的页面；公众看得到开着的征集，报名由县区或市局代填。"""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.nurture.specialists.actions import roster, teams
from miaopu.nurture.specialists.kinds import kinds
from miaopu.nurture.specialists.queries import roster as queries
from miaopu.nurture.specialists.states import State
from miaopu.selection.city import today
from miaopu.selection.intake.views.page import tried


@login_required
@needs("roster.manage")
def calls(request: HttpRequest) -> HttpResponse:
    """征集清单；能管名册的可以开。"""

    def page() -> HttpResponse:
        found = queries.calls(request.actor).annotate(applied=Count("people"))
        rows = [(one, kinds()[one.kind], one.opens <= today() <= one.closes) for one in found]
        return render(
            request, "specialists/calls.html", {"rows": rows, "kinds": kinds().values(), "typed": request.POST}
        )

    def action() -> HttpResponse:
        made = roster.open_call(request.actor, request.POST.dict())
        messages.success(request, f"已开征集：{made.title}")
        return redirect("specialists:calls")

    return tried(request, action, page) if request.method == "POST" else page()


@login_not_required
def public(request: HttpRequest) -> HttpResponse:
    """公众：今天开着的征集与怎么报名。"""
    rows = [(one, kinds()[one.kind]) for one in queries.open_calls()]
    return render(request, "specialists/public.html", {"rows": rows})


@login_required
@needs("roster.manage")
def trainings(request: HttpRequest) -> HttpResponse:
    """培训清单；能管名册的可以登记。"""

    def page() -> HttpResponse:
        came = Count("attendances", filter=Q(attendances__present=True))
        found = paged(request, queries.trainings(request.actor).annotate(came=came))
        return render(request, "specialists/trainings.html", {"page": found, "typed": request.POST})

    def action() -> HttpResponse:
        made = teams.train(request.actor, request.POST.dict())
        messages.success(request, f"已登记培训：{made.title}")
        return redirect("specialists:training", made.pk)

    return tried(request, action, page) if request.method == "POST" else page()


@login_required
@needs("roster.manage")
def training(request: HttpRequest, number: int) -> HttpResponse:
    """一场培训：材料、到训与成绩。"""

    def page() -> HttpResponse:
        found = queries.trainings(request.actor).filter(pk=number).first()
        if found is None:
            raise Http404
        held = {one.person_id: one for one in found.attendances.all()}
        people = queries.people(request.actor).filter(state=State.APPOINTED.value)
        rows = [(one, kinds()[one.kind], held.get(one.pk)) for one in people if not kinds()[one.kind].team]
        return render(request, "specialists/training.html", {"one": found, "rows": rows})

    def action() -> HttpResponse:
        given = request.POST
        listed = [one for one in given.getlist("person") if one.isascii() and one.isdigit()]
        present = set(given.getlist("present"))
        rows = [(int(one), one in present, given.get(f"score-{one}", "")) for one in listed]
        done = teams.attend(request.actor, number, rows)
        messages.success(request, f"已记 {done} 人")
        return redirect("specialists:training", number)

    return tried(request, action, page) if request.method == "POST" else page()
