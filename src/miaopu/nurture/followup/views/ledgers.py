"""台账的页面：三本台账的行、导出、交回、交回的结果。"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Wrong, permit
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.nurture.followup.actions.ledgers import take_back
from miaopu.nurture.followup.ledgers.books import LEDGERS, ledger, rows_of
from miaopu.nurture.followup.ledgers.listed import export_list
from miaopu.nurture.followup.ledgers.write import export
from miaopu.nurture.followup.queries import imports as queries
from miaopu.nurture.followup.views.page import attempt, choices, filters, said

LISTED = ("state", "tier", "district", "possible", "q", "enterprise", "lack", "show", "party")
SORTS = {
    "visit": ("走访", "followup:visit"),
    "request": ("诉求", "followup:request"),
    "plan": ("方案", "followup:plan"),
}
"""台账的一行是哪一类、到哪一页。"""
NARROW = ("since", "until", "district", "q", "enterprise", "state", "light", "kind", "asked", "body", "target")


@login_required
@require_GET
def show(request: HttpRequest, book: str) -> HttpResponse:
    """一本台账。"""
    return _show(request, book)


def _show(request: HttpRequest, book: str, wrong: str = "", reason: str = "") -> HttpResponse:
    permit(request.actor, "service.export")
    if book not in LEDGERS:
        raise Http404
    found, wanted = ledger(book), filters(request.GET, *NARROW)
    page = paged(request, list(rows_of(request.actor, found, wanted)))
    rows = [(one, [(each, one.cells.get(each.column)) for each in found.fields]) for one in page]
    may = request.actor.may("service.import")
    shown = {"book": found, "books": list(LEDGERS.values()), "page": page, "rows": rows, "wanted": wanted}
    shown |= {
        "wrong": wrong,
        "reason": reason,
        "back": list(queries.imports(request.actor, book).defer("told", "gone")) if may else [],
    }
    return render(request, "followup/ledger.html", shown | choices(), status=409 if wrong else 200)


@login_required
@require_POST
@needs("service.export")
def download(request: HttpRequest, book: str) -> HttpResponse:
    """导出所筛。"""
    with tempfile.TemporaryDirectory() as folder:
        path = export(request.actor, book, filters(request.POST, *NARROW), Path(folder))
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@login_required
@require_POST
def listed(request: HttpRequest, listing: str) -> HttpResponse:
    """导出页面上的清单。"""
    with tempfile.TemporaryDirectory() as folder:
        path = export_list(request.actor, listing, filters(request.POST, *LISTED), Path(folder))
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@login_required
@require_POST
@needs("service.import")
def back(request: HttpRequest, book: str) -> HttpResponse:
    """交回一本。"""
    given = request.FILES.get("book")
    reason = said(request.POST, "reason")

    def work() -> HttpResponse:
        if given is None:
            raise Wrong("请选改好的工作簿")
        made = take_back(request.actor, book, given.name or "", given.read(), reason)
        return redirect("followup:imported", made.pk)

    return attempt(request, work, lambda wrong: _show(request, book, wrong, reason))


@login_required
@require_GET
def imported(request: HttpRequest, number: int) -> HttpResponse:
    """一次交回的结果。"""
    one = queries.imported(request.actor, number)
    told: dict[str, Any] = {"one": one, "lines": (one.told or "").splitlines(), "book": ledger(one.kind)}
    told["gone"] = [_gone(line) for line in (one.gone or "").splitlines()]
    return render(request, "followup/imported.html", told)


def _gone(line: str) -> tuple[str, str]:
    """少了的一行：到哪一页去办、写法。"""
    mark, _, name = line.partition(" ")
    sort, _, number = mark.partition(":")
    word, page = SORTS[sort]
    return reverse(page, args=[int(number)]), f"{name}（{word} {number}）"


@login_required
@require_GET
def returned(request: HttpRequest, number: int) -> FileResponse:
    """写了意见的工作簿。"""
    one = queries.imported(request.actor, number)
    path = Path(settings.FILES) / (one.path or "")
    if one.path is None or not path.is_file():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"意见_{one.name}")
