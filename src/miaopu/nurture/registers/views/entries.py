"""一件的页面：登记、改、详情与历史、办一步、撤销；一家企业的全部登记与试算。"""

from __future__ import annotations

import re
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.access.views.needs import needs
from miaopu.access.views.settled import settled
from miaopu.desk.planning.answer import reached, valued
from miaopu.nurture.page import tried, version_of
from miaopu.nurture.registers import queries
from miaopu.nurture.registers.actions import entries as actions
from miaopu.nurture.registers.forms import shown, typed_of
from miaopu.nurture.registers.models import Entry
from miaopu.nurture.registers.reckon.ahead import Coming, checked, coming, tiers_of
from miaopu.nurture.registers.shapes import Register, Step
from miaopu.nurture.registers.views.lists import book_of
from miaopu.selection.city import today
from miaopu.selection.screening.place import counties
from miaopu.selection.screening.queries import firm as firm_row

CODE = re.compile(r"[0-9A-Z]{1,18}")
"""企业号的样子；不像的不去找。"""
FIRMS = 200
"""下拉里至多列几家；更多的从企业档案进来登记。"""


@login_required
def new(request: HttpRequest, book: str) -> HttpResponse:
    """登记一件。"""
    permit(request.actor, queries.WRITE)
    one = book_of(request, book)
    if request.method != "POST":
        given = {"key": uuid.uuid4().hex, "enterprise": request.GET.get("enterprise", "")[:18]}
        return _form(request, one, given)

    def work() -> HttpResponse:
        made = actions.enter(request.actor, one.code, request.POST.dict())
        return settled(request, f"已登记 {made.code}：{made.name}“{made.title}”", "registers:show", made.pk)

    return tried(work, lambda wrong: _form(request, one, request.POST, wrong=wrong))


@login_required
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """改内容。"""
    permit(request.actor, queries.WRITE)
    one = _one(request, number)
    if request.method != "POST":
        return _form(request, one.book, {**typed_of(one.book, one.values), "version": one.version}, one)

    def work() -> HttpResponse:
        saved = actions.amend(request.actor, number, version_of(request), request.POST.dict())
        return settled(request, f"已改 {saved.code}“{saved.title}”", "registers:show", saved.pk)

    return tried(work, lambda wrong: _form(request, one.book, request.POST, one, wrong))


def _form(request: HttpRequest, book: Register, typed: Any, one: Entry | None = None, wrong: str = "") -> HttpResponse:
    actor = request.actor
    told: dict[str, Any] = {"book": book, "typed": typed, "one": one, "wrong": wrong}
    told["fields"] = [(each, typed.get(each.code, "")) for each in book.columns]
    if one is None and book.outside:
        told["counties"] = counties(actor.reach(queries.WRITE))
    elif one is None:
        found, picked = queries.firms_for(actor), typed.get("enterprise", "")
        told["picked"] = found.filter(pk=picked).first() if CODE.fullmatch(picked) else None
        told["firms"] = [] if told["picked"] else sorted(found[: FIRMS + 1], key=lambda each: each.name)  # 库里不排全市
        told["more"] = len(told["firms"]) > FIRMS
    return render(request, "registers/form.html", told)


@login_required
@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    """一件：内容、能办的步、历史。"""
    return detail(request, number)


def detail(request: HttpRequest, number: int, typed: Any = None, wrong: str = "") -> HttpResponse:
    """一件的页面；typed、wrong 是没有办成的那一步填的内容与原因。"""
    actor, one = request.actor, _one(request, number)
    book, values, typed = one.book, one.values, typed or {}
    now = typed_of(book, values)
    steps = [
        (step, [(book.column(name), _value(typed, step, name, now)) for name in step.needs])
        for step in _steps(actor, one)
    ]
    told = {
        "one": one, "book": book, "cells": [(each, shown(each, values.get(each.code))) for each in book.columns],
        "steps": steps, "typed": typed, "wrong": wrong, "editable": one.kind != "void" and _covers(actor, queries.WRITE, one),
        "undoable": _covers(actor, "register.confirm", one), "moves": _moves(one), "today": today(),
        "late": bool(one.due and one.due < today() and one.kind == "open"),
    }  # fmt: skip
    return render(request, "registers/show.html", told)


def _value(typed: Any, step: Step, name: str, now: dict[str, str]) -> str:
    return str(typed.get(name, "")) if typed.get("step") == step.code else now[name]


def _one(request: HttpRequest, number: int) -> Entry:
    found = queries.entry(request.actor, number)
    if found is None:
        raise Http404
    return found


def _covers(actor: Actor, operation: str, one: Entry) -> bool:
    return actor.may(operation) and actor.reach(operation).covers(district=one.district, enterprise=one.enterprise)


def _steps(actor: Actor, one: Entry) -> list[Step]:
    found = one.book.steps.values()
    return [step for step in found if one.state in step.before and _covers(actor, step.operation, one)]


def _moves(one: Entry) -> list[tuple[Any, str]]:
    states = one.book.states
    return [(each, states[each.after].title) for each in one.moves.order_by("-pk")]


@login_required
@require_POST
@needs("register.write", "register.confirm")
def step(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """办一步；没有办成的，填的内容还在。"""
    _one(request, number)

    def work() -> HttpResponse:
        done = actions.move(request.actor, number, version_of(request), step, request.POST.dict())
        messages.success(request, f"{done.code}“{done.title}”：{done.at.title}")
        return redirect("registers:show", number)

    return tried(work, lambda wrong: detail(request, number, {**request.POST.dict(), "step": step}, wrong))


@login_required
@require_POST
@needs("register.confirm")
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """撤销最近的一步。"""
    _one(request, number)

    def work() -> HttpResponse:
        done = actions.undo(request.actor, number, version_of(request), request.POST.get("reason", ""))
        messages.success(request, f"{done.code}“{done.title}”回到“{done.at.title}”")
        return redirect("registers:show", number)

    return tried(work, lambda wrong: detail(request, number, {**request.POST.dict(), "step": "undo"}, wrong))


@login_required
@require_GET
def firm(request: HttpRequest, enterprise: str) -> HttpResponse:
    """一家企业的全部登记，照进度试算。"""
    actor = request.actor
    rows = list(queries.entries(actor, given={"enterprise": enterprise}))
    row = firm_row(actor, enterprise)
    if row is None:
        raise Http404
    told = {
        "firm": row, "rows": [(one, checked_one) for one, checked_one in _checked(actor, enterprise, rows)],
        "coming": [_shown(coming(enterprise, tier, rows)) for tier in tiers_of(actor, enterprise)] if rows else [],
        "books": [one for one, _ in queries.books(actor) if not one.outside and queries.writable(actor, one)],
    }  # fmt: skip
    return render(request, "registers/firm.html", told)


def _checked(actor: Actor, enterprise: str, rows: list[Entry]) -> list[tuple[Entry, str]]:
    known = checked(actor, enterprise, rows)
    return [(one, known.get(one.pk, "")) for one in rows]


def _shown(one: Coming) -> dict[str, Any]:
    """试算给人看的：结论、变了的条款与距离、改了的数。"""
    if one.found is None:
        return {"coming": one}
    what = one.found.what
    touched = [name for name, (before, after) in what.distances.items() if before != after or name in what.changed]
    clauses = [(name, one.found.titles.get(name, ""), what.before[name], what.after[name], reached(what.distances.get(name)))
               for name in dict.fromkeys([*what.changed, *touched])]  # fmt: skip
    effects = [(each.title, valued(each.before, each.unit), valued(each.after, each.unit)) for each in what.effects]
    return {"coming": one, "clauses": clauses, "effects": effects, "verdicts": [int(each) for each in what.verdicts]}
