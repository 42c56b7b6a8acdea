"""企业总库：列表与即时查找、页眉的查找提示、导出。"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.text import clean
from miaopu.jobs.views import begun
from miaopu.selection.screening.firms.cohorts import cohorts
from miaopu.selection.screening.firms.export import DIRECT, export
from miaopu.selection.screening.firms.facets import FACETS, Facet
from miaopu.selection.screening.firms.filters import DOWN_FIRST, LONGEST, SORTS, Filters, exact, parse
from miaopu.selection.screening.firms.find import Found, find
from miaopu.selection.screening.firms.mark import Marked, marked
from miaopu.selection.screening.firms.roll import roll

ROWS = 50
SUGGESTED = 8
OPEN = frozenset({"county", "section", "band", "verdict"})
"""不选也展开的分面。"""


@dataclass(frozen=True)
class Choice:
    """分面里的一项：网址写法、名称、家数、选中没有。"""

    code: str
    title: str
    firms: int
    chosen: bool


@dataclass(frozen=True)
class Group:
    """页面上的一个分面；open 是展开着。"""

    facet: Facet
    choices: list[Choice]
    open: bool


@dataclass(frozen=True)
class Chip:
    """选中的一项：去掉它的网址。"""

    title: str
    without: str


@dataclass(frozen=True)
class Heading:
    """可以排序的列头：点了的网址、现在怎么排（ascending、descending、none）。"""

    title: str
    address: str
    state: str


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """列表与查找；页面自己来问时只给结果一段。"""
    held = roll()
    filters, told = parse(held, request.GET)
    found = find(request.actor, held, filters)
    shown = _shown(request, found, told)
    part = request.htmx and not request.htmx.history_restore_request
    response = render(request, "web/firms_found.html" if part else "web/firms.html", shown)
    if part:
        typing = request.htmx.trigger == "q"  # 打字的每一步不进浏览历史
        response["HX-Replace-Url" if typing else "HX-Push-Url"] = _address(filters)
    patch_vary_headers(response, ["HX-Request"])
    return response


@login_required
@require_GET
def suggest(request: HttpRequest) -> HttpResponse:
    """页眉查找框的提示：最前的几家。"""
    held, text = roll(), clean(request.GET.get("q", ""), longest=LONGEST)
    found = find(request.actor, held, Filters(text), counting=False)
    rows = marked(held, found.firms(found.places[:SUGGESTED]), text, _file()) if text else []
    shown = {"rows": rows, "q": text, "total": found.total, "all": _address(Filters(text))}
    return render(request, "web/firms_suggest.html", shown)


@login_required
@require_POST
def download(request: HttpRequest) -> HttpResponse:
    """导出筛出来的：少的当场下载，多的转到作业。"""
    filters = exact(roll(), QueryDict(request.POST.get("query", "")))
    with tempfile.TemporaryDirectory() as folder:
        made = export(request.actor, filters, Path(folder))
        if not isinstance(made, Path):
            return begun(request, made)
        return FileResponse(made.open("rb"), as_attachment=True, filename=made.name)


def _shown(request: HttpRequest, found: Found, told: list[str]) -> dict[str, Any]:
    page, beyond = _page(found, request.GET.get("page", ""))
    filters = found.filters
    return {
        "page": page,
        "rows": _rows(found, page),
        "found": found,
        "filters": filters,
        "q": filters.text,
        "told": told + beyond,
        "groups": [_group(found, one) for one in FACETS],
        "chips": _chips(found),
        "heads": {key: _heading(filters, key) for key in SORTS},
        "kept": list(cohorts(request.actor).values("name", "query")),
        "direct": found.total <= DIRECT,
        "most": DIRECT,
    }


def _rows(found: Found, page: Page) -> list[Marked]:
    return marked(found.roll, found.firms(page.object_list), found.filters.text, _file())


def _file() -> Callable[[str], str]:
    """企业号 → 企业档案的网址；网址表只查一次，没有这个页面时都为空。"""
    try:
        pattern = reverse("firm", args=["0"])
    except NoReverseMatch:
        return lambda one: ""
    return lambda one: pattern.replace("/0/", f"/{quote(one)}/")


def _page(found: Found, asked: str) -> tuple[Page, list[str]]:
    """页码有界；问得太远给最后一页并说明。"""
    pages = Paginator(found.places, ROWS)
    page = pages.get_page(asked[:9])
    if asked and asked != str(page.number):
        return page, [f"没有第“{asked[:20]}”页，已给第 {page.number} 页（共 {pages.num_pages} 页）"]
    return page, []


def _group(found: Found, facet: Facet) -> Group:
    """没有企业又没选中的取值不列。"""
    chosen, counts = found.filters.chosen.get(facet.name, ()), found.counts[facet.name]
    choices = [
        Choice(one.code, one.title, int(firms), one.code in chosen)
        for one, firms in zip(found.roll.values[facet.name], counts, strict=True)
        if firms or one.code in chosen
    ]
    return Group(facet, choices, bool(chosen) or facet.name in OPEN)


def _chips(found: Found) -> list[Chip]:
    filters, chips = found.filters, []
    if filters.text:
        chips.append(Chip(f"查找：{filters.text}", _address(filters.without("q"))))
    for facet in FACETS:
        titles = {one.code: one.title for one in found.roll.values[facet.name]}
        for one in filters.chosen.get(facet.name, ()):
            chips.append(Chip(f"{facet.title}：{titles[one]}", _address(filters.without(facet.name, one))))
    return chips


def _heading(filters: Filters, key: str) -> Heading:
    state = {key: "ascending", f"-{key}": "descending"}.get(filters.sort, "none")
    first, second = (f"-{key}", key) if key in DOWN_FIRST else (key, f"-{key}")
    asked = second if filters.sort == first else first
    return Heading(SORTS[key], _address(Filters(filters.text, filters.chosen, asked)), state)


def _address(filters: Filters) -> str:
    query = filters.query()
    return reverse("firms") + (f"?{query}" if query else "")
