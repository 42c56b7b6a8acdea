"""清单的页面：各本的首页，一本的清单、导出、导入，应有而没有的。"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Wrong, permit
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.nurture.page import sent, tried
from miaopu.nurture.registers import queries
from miaopu.nurture.registers.actions import books as actions
from miaopu.nurture.registers.forms import shown
from miaopu.nurture.registers.models import Entry
from miaopu.nurture.registers.reckon.covered import rates
from miaopu.nurture.registers.reckon.figures import deadlines, totals
from miaopu.nurture.registers.shapes import Register
from miaopu.nurture.typed import wan
from miaopu.selection.city import today
from miaopu.selection.intake.files import MEGABYTE, keep
from miaopu.selection.screening.place import counties

LARGEST = 5 * MEGABYTE


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """各本与件数。"""
    return render(request, "registers/index.html", {"books": queries.books(request.actor)})


def book_of(request: HttpRequest, code: str) -> Register:
    """网址里的一本；没有或看不到的 404。"""
    found = queries.book_for(request.actor, code)
    if found is None:
        raise Http404
    return found


@login_required
@require_GET
def listing(request: HttpRequest, book: str) -> HttpResponse:
    """一本的清单。"""
    actor, one, wanted = request.actor, book_of(request, book), _wanted(request.GET)
    found = queries.entries(actor, one, wanted)
    page, columns = paged(request, found), one.listed
    told = {
        "book": one, "named": one.column(one.named).title if one.named else "",
        "page": page, "wanted": wanted, "columns": columns, "rows": [_row(one, each, columns) for each in page],
        "totals": [(title, wan(total), blank) for title, total, blank in totals(one, found)],
        "rates": rates(actor, one), "deadlines": deadlines(one, today()), "today": today(),
        "counties": counties(actor.reach(queries.VIEW)),
        "writable": queries.writable(actor, one),
    }  # fmt: skip
    return render(request, "registers/list.html", told)


def _wanted(given: Any) -> dict[str, str]:
    return {name: given.get(name, "")[:60] for name in queries.NARROW}


def _row(book: Register, one: Entry, columns: tuple[Any, ...]) -> tuple[Entry, bool, list[tuple[Any, str]]]:
    values = one.values
    late = bool(one.due and one.due < today() and one.kind == "open")
    return one, late, [(each, shown(each, values.get(each.code))) for each in columns]


@login_required
@require_POST
@needs("register.export")
def export(request: HttpRequest, book: str) -> HttpResponse:
    """导出所筛。"""
    one = book_of(request, book)
    return sent(lambda folder: actions.export_entries(request.actor, one, _wanted(request.POST), folder))


@login_required
@require_POST
@needs("register.export")
def report(request: HttpRequest, book: str) -> HttpResponse:
    """办成的写成可上传的补报表。"""
    one = book_of(request, book)
    return sent(lambda folder: actions.export_report(request.actor, one, _wanted(request.POST), folder))


@login_required
@require_GET
def missing(request: HttpRequest, book: str) -> HttpResponse:
    """应有而没有登记的在库企业。"""
    one = book_of(request, book)
    if one.expected is None:
        raise Http404
    found = queries.missing(request.actor, one)
    told = {"book": one, "page": paged(request, found), "writable": queries.writable(request.actor, one)}
    return render(request, "registers/missing.html", told)


@login_required
@require_POST
@needs("register.export")
def export_missing(request: HttpRequest, book: str) -> HttpResponse:
    """导出应有而没有的。"""
    one = book_of(request, book)
    return sent(lambda folder: actions.export_missing(request.actor, one, folder))


@login_required
def take(request: HttpRequest, book: str) -> HttpResponse:
    """导入改好的登记表。"""
    permit(request.actor, queries.WRITE)
    one = book_of(request, book)
    if request.method != "POST":
        return _page(request, one)
    return tried(lambda: _taken(request, one), lambda wrong: _page(request, one, wrong))


def _taken(request: HttpRequest, one: Register) -> HttpResponse:
    given = request.FILES.get("file")
    if given is None:
        raise Wrong("还没有选文件；请选改好的登记表")
    kept = keep(given.name or "登记表.xlsx", given.chunks(), LARGEST)
    try:
        found = actions.import_entries(request.actor, one.code, kept.path, kept.name, request.POST.get("reason", ""))
    finally:
        kept.path.unlink(missing_ok=True)
    if found.complaints:
        return _page(request, one, found.sentence(), found.complaints)
    messages.success(request, found.sentence())
    return redirect("registers:list", one.code)


def _page(request: HttpRequest, one: Register, wrong: str = "", complaints: tuple[str, ...] = ()) -> HttpResponse:
    told = {"book": one, "wrong": wrong, "complaints": complaints, "typed": request.POST}
    return render(request, "registers/import.html", told, status=400 if wrong else 200)
