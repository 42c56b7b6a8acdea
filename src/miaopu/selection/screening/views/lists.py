"""近选名单页：一个层级差几项以内的企业，按条件收窄、翻页、导出、提名。"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from miaopu.access.views.paging import paged
from miaopu.selection.screening.rounds.books import DIRECT
from miaopu.selection.screening.rounds.kept import Kept
from miaopu.selection.screening.rounds.lists import WORDS, Filters, listed, options, parse, recount
from miaopu.selection.screening.views.page import firm_address, seen


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """名单。"""
    reach, _found, held, shown = seen(request)
    wanted = parse(held, request.GET)
    rows = listed(held, reach, wanted)
    page = paged(request, range(rows.height))
    firms = rows[page.start_index() - 1 : page.end_index()] if rows.height else rows
    choices = options(held, reach, wanted.tier)
    shown |= {
        "wanted": wanted,
        "listing": held.lists[wanted.tier],
        "standard": held.tiers[wanted.tier],
        "page": page,
        "rows": _rows(held, firms.to_dicts()),
        "selects": [(name, WORDS[name], getattr(wanted, name), items) for name, items in choices.items()],
        "chips": _chips(wanted, choices),
        "total": rows.height,
        "most": DIRECT,
        "may_propose": request.actor.may("library.propose"),
    }
    return render(request, "screening/list.html", shown)


def _rows(held: Kept, firms: list[dict[str, Any]]) -> list[dict[str, Any]]:
    address = firm_address()
    for one in firms:
        one["address"] = address(one["enterprise"])
        one["sum"], one["again"] = recount(held, one)
        one["gaps"] = one["distance"].split("；") if one["distance"] else []
    return firms


def _chips(wanted: Filters, choices: dict[str, Any]) -> list[tuple[str, str, str]]:
    """选中的条件：名称、写法、去掉它之后的参数。"""
    chips = []
    for name, title in WORDS.items():
        value = getattr(wanted, name)
        if value:
            shown = next((one.title for one in choices.get(name, ()) if one.value == value), value)
            chips.append((title, shown, wanted.but(**{name: ""}).query()))
    return chips
