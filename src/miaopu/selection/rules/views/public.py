"""公众看的页面：各层级现行标准的通俗读法；不用登录，只读。"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.selection.city import city, today
from miaopu.selection.rules import shelf
from miaopu.standards.applicability import choose, load_rules, tiers
from miaopu.standards.tree.clause import Standard


def current() -> list[tuple[str, Standard]]:
    """各层级今天新申请用的标准；只记录、没有条款的不列。"""
    rules, library = load_rules(city().catalog), city().library
    out = []
    for tier in tiers(rules):
        found = choose(rules, tier, today(), "new")
        standard = library.standards.get(found.standard) if found else None
        if standard is not None and standard.clauses:
            out.append((shelf.tier_title(tier), standard))
    return out


@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    """各层级的清单。"""
    return render(request, "rules/public.html", {"standards": current()})


@login_not_required
def show(request: HttpRequest, code: str) -> HttpResponse:
    """一份现行标准的读法；不是现行的不给看。"""
    standard = next((one for _, one in current() if one.code == clean(code)), None)
    if standard is None:
        raise Wrong("没有这份现行标准；请从清单重新进入")
    clauses, scores = shelf.lines(standard)
    flags = [(name, told) for name, _, told in shelf.ambiguities(standard)]
    told = {"standard": standard, "clauses": clauses, "scores": scores, "flags": flags}
    return render(request, "rules/public_standard.html", told)
