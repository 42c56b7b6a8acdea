"""选配与名额：立名额、选一份草案、看结果与理由、与别的草案比、采用。"""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.allocation.cohort_reasons import amount
from miaopu.allocation.quota import COUNTY, DIMENSIONS, Line, load_quotas
from miaopu.jobs.views import begun
from miaopu.selection.city import city, today
from miaopu.selection.library.actions import picks as actions
from miaopu.selection.library.actions.quotas import set_quota
from miaopu.selection.library.book import export_draft
from miaopu.selection.library.models import Draft
from miaopu.selection.library.queries import drafts as queries
from miaopu.selection.library.views.page import frame, maybe, proof_of, tier_of, tiers, whole
from miaopu.selection.screening.views.page import firm_address

LONGEST = 5_000


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """草案一览与选配的表单。"""
    return _index(request, tier_of(request.GET.get("tier", "")))


def _index(request: HttpRequest, tier: str, wrong: str = "") -> HttpResponse:
    quota, book = queries.quota(request.actor, tier), load_quotas(city().catalog)
    shown = frame(request, tier=tier, tiers=tiers(), quota=quota, wrong=wrong, typed=request.POST)
    shown |= {"page": paged(request, queries.drafts(request.actor)), "may_pick": request.actor.may("library.pick")}
    shown |= {
        "tier_title": shown["tiers"][tier],
        "weights": book.weights.items(),
        "weights_reason": book.weights_reason,
        "candidates": sum(queries.candidates(request.actor, tier).values()),
    }
    return render(request, "library/picks.html", shown, status=400 if wrong else 200)


@login_required
@require_POST
@needs("library.pick")
def run(request: HttpRequest) -> HttpResponse:
    """选一份；要看方案的是作业。"""
    typed = request.POST
    tier = tier_of(typed.get("tier", ""))
    try:
        required, barred = (_firms(typed.get(name, "")) for name in ("required", "barred"))
        asked = actions.Asked(tier, required, barred, bool(typed.get("planned")))
        if asked.planned:
            return begun(request, actions.begin(request.actor, asked))
        made = actions.draft(request.actor, asked)
    except Wrong as wrong:
        return _index(request, tier, str(wrong))
    return redirect("library:draft", made.pk)


def _firms(text: str) -> tuple[str, ...]:
    """一行一家。"""
    lines = (clean(one, "企业") for one in clean(text, "企业", LONGEST).splitlines())
    return tuple(one for one in lines if one)


@login_required
@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    """一份草案：合不合名额、逐家的理由、与另一份比。"""
    return _shown(request, number)


def _shown(request: HttpRequest, number: int, wrong: str = "") -> HttpResponse:
    made = _draft(request, number)
    other = _other(request, made)
    side = request.GET.get("side", "in")
    county = clean(request.GET.get("county", ""), "县区")
    found = queries.choices(request.actor, made).filter(chosen=side != "out")
    found = found.filter(district=county) if county else found
    page, address = paged(request, found), firm_address()
    shown = frame(request, made=made, wrong=wrong, typed=request.POST, side=side, county=county, page=page)
    shown |= {
        "rows": [(one, address(one.enterprise)) for one in page],
        "filled": queries.filled(request.actor, made.quota, made),
    }
    shown |= {
        "expected": _number(made.expected),
        "bound": _number(made.bound),
        "candidates": queries.choices(request.actor, made).count(),
    }
    shown |= {
        "others": queries.drafts(request.actor).filter(tier=made.tier, clash=None).exclude(pk=number),
        "other": other,
    }
    shown["difference"] = queries.difference(request.actor, made, other) if other else None
    shown |= {
        "may_pick": request.actor.may("library.pick"),
        "may_admit": request.actor.may("library.admit"),
        "may_export": request.actor.may("library.export"),
    }
    return render(request, "library/draft.html", shown, status=400 if wrong else 200)


def _number(text: str | None) -> str:
    return amount(Fraction(text)) if text else ""


def _draft(request: HttpRequest, number: int) -> Draft:
    made = queries.drafts(request.actor).filter(pk=number).first()
    if made is None:
        raise Http404
    return made


def _other(request: HttpRequest, made: Draft) -> Draft | None:
    text = request.GET.get("with", "")
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    return queries.drafts(request.actor).filter(pk=found, tier=made.tier).first()


@login_required
@require_POST
@needs("library.pick")
def adopt(request: HttpRequest, number: int) -> HttpResponse:
    """采用：提名，或直接入库储备。"""
    made = _draft(request, number)
    try:
        fresh, confirmed = actions.adopt(
            request.actor, number, request.POST.get("to", ""), request.POST.get("reason", ""), proof_of(request)
        )
    except Wrong as wrong:
        return _shown(request, number, str(wrong))
    messages.success(
        request, f"已采用：新进 {len(fresh)} 家，原来提名、这回确认入库的 {len(confirmed)} 家；早已在库的不动"
    )
    return redirect(f"{reverse('library:index')}?tier={made.tier}&state=open")


@login_required
@require_POST
@needs("library.export")
def download(request: HttpRequest, number: int) -> HttpResponse:
    """草案的工作簿。"""
    with tempfile.TemporaryDirectory() as folder:
        path = export_draft(request.actor, _draft(request, number), Path(folder))
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@login_required
@needs("library.quota")
def quotas(request: HttpRequest) -> HttpResponse:
    """名额：目录所写、现行一版、历版；改一版。"""
    tier = tier_of((request.POST if request.method == "POST" else request.GET).get("tier", ""))
    if request.method != "POST":
        return _quotas(request, tier)
    typed = request.POST
    try:
        lines, note = _lines(typed), queries.suggested(request.actor, tier).note
        version = whole(typed, "version", "版本")
        set_quota(
            request.actor,
            tier,
            today().year,
            version,
            whole(typed, "total", "总数"),
            lines,
            note,
            typed.get("reason", ""),
        )
    except Wrong as wrong:
        return _quotas(request, tier, str(wrong))
    messages.success(request, f"名额已立第 {version + 1} 版")
    return redirect(f"{reverse('library:quotas')}?tier={tier}")


def _lines(typed: QueryDict) -> list[Line]:
    """表单里的各条；至少与至多都空的不立。"""
    out = []
    for at in range(min(whole(typed, "lines", "条数"), 200)):
        dimension, value, title = (
            clean(typed.get(f"{name}-{at}", ""), "名额") for name in ("dimension", "value", "title")
        )
        least, most = (
            maybe(typed, f"{name}-{at}", f"{title}的{word}") for name, word in (("least", "至少"), ("most", "至多"))
        )
        if least is None and most is None:
            continue
        if dimension not in DIMENSIONS or not value:
            raise Wrong("名额的方面不对；请从页面上选，取值要写")
        out.append(Line(dimension, value, title or value, least, most))
    return out


def _quotas(request: HttpRequest, tier: str, wrong: str = "") -> HttpResponse:
    now, told = queries.quota(request.actor, tier), queries.suggested(request.actor, tier)
    known = queries.candidates(request.actor, tier)
    lines = (
        [Line(one.dimension, one.value, one.title, one.least, one.most) for one in now.lines.all()]
        if now
        else list(told.lines)
    )
    missing = [one for one in told.lines if one.dimension == COUNTY and one.value not in {each.value for each in lines}]
    lines += [Line(one.dimension, one.value, one.title, None, None) for one in missing]
    rows: list[dict[str, Any]] = [
        {
            "line": one,
            "word": DIMENSIONS[one.dimension],
            "candidates": known.get(one.value, 0) if one.dimension == COUNTY else "",
            "fixed": True,
        }
        for one in lines
    ] + [{"line": None, "fixed": False}] * 3
    for at, row in enumerate(rows):
        row = rows[at] = {**row, "at": at}
        if wrong:
            row["typed"] = {
                name: request.POST.get(f"{name}-{at}", "") for name in ("least", "most", "value", "title", "dimension")
            }
    shown = frame(
        request,
        tier=tier,
        tiers=tiers(),
        now=now,
        told=told,
        rows=rows,
        wrong=wrong,
        typed=request.POST,
        year=today().year,
    )
    shown |= {
        "history": queries.quotas(request.actor, tier),
        "may_quota": request.actor.may("library.quota"),
        "dimensions": DIMENSIONS.items(),
    }
    shown |= {
        "total": now.total if now else told.total,
        "version": now.version if now else 0,
        "floor": sum(one.least or 0 for one in lines if one.dimension == COUNTY),
    }
    return render(request, "library/quotas.html", shown, status=400 if wrong else 200)
