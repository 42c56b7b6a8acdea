"""摸排名单、小升规关注、目标推导三页。"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from miaopu.access.views.paging import paged
from miaopu.selection.screening.rounds import goals as rows_of_goals
from miaopu.selection.screening.rounds import watch
from miaopu.selection.screening.views.page import firm_address, seen


@login_required
@require_GET
def focus(request: HttpRequest) -> HttpResponse:
    """重点行业摸排。"""
    reach, _found, held, shown = seen(request)
    wanted, letter = watch.parse(held, request.GET), watch.section(held, request.GET)
    rows = watch.focus_rows(held, reach, letter, wanted)
    shown |= {"wanted": wanted, "section": letter, "candidates": watch.CANDIDATES, "told": watch.words(held, wanted)}
    return render(request, "screening/focus.html", shown | _page(request, rows))


@login_required
@require_GET
def scale_up(request: HttpRequest) -> HttpResponse:
    """小升规关注。"""
    reach, _found, held, shown = seen(request)
    wanted = watch.parse(held, request.GET)
    rows = watch.watch_rows(held, reach, wanted)
    shown |= {"wanted": wanted, "states": watch.STATES, "told": watch.words(held, wanted)}
    return render(request, "screening/watch.html", shown | _page(request, rows))


@login_required
@require_GET
def goals(request: HttpRequest) -> HttpResponse:
    """目标推导。"""
    _, _found, _held, shown = seen(request)
    return render(request, "screening/goals.html", shown | {"rows": rows_of_goals.rows().to_dicts()})


def _page(request: HttpRequest, rows: object) -> dict[str, object]:
    page = paged(request, range(rows.height))  # type: ignore[attr-defined]
    firms = rows[page.start_index() - 1 : page.end_index()].to_dicts() if page.paginator.count else []  # type: ignore[index]
    address = firm_address()
    for one in firms:
        one["address"] = address(one["enterprise"])
    return {"page": page, "rows": firms, "total": page.paginator.count}
