"""影响的页面：全市几家变了、哪些企业、哪几条；名单可筛、可导出，只给看得到的企业。"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.desk.rules.book import write_changed
from miaopu.desk.rules.effect import word
from miaopu.selection.rules import actions, queries
from miaopu.selection.rules.effects import marks_of
from miaopu.selection.rules.models import Proposal
from miaopu.selection.rules.shelf import standard_of
from miaopu.selection.rules.states import State
from miaopu.selection.rules.views.gate import viewing
from miaopu.selection.rules.views.standards import sent
from miaopu.standards.tree.state import Verdict

PAGE = 50


@viewing
@require_POST
def measure(request: HttpRequest, number: int) -> HttpResponse:
    """重新算影响。"""
    job = actions.measure_again(request.actor, number)
    messages.success(request, job.joined or "已发起“算提案的影响”，做完后这一页就能看")
    return redirect("rules:effect", number)


@viewing
def effect(request: HttpRequest, number: int) -> HttpResponse:
    """影响：几家变了、哪些企业。"""
    proposal = queries.proposal(request.actor, number)
    found = queries.affected(request.actor, proposal)
    may = may_measure(request.actor, proposal)
    told: dict[str, Any] = {"proposal": proposal, "affected": found, "may_measure": may, "job": proposal.effect_job}
    if found is not None:
        table, wanted = filtered(found.changed, request.GET)
        page = paged(request, range(table.height), PAGE)
        shown = table.slice(max(page.start_index() - 1, 0), PAGE).to_dicts()
        told |= {
            "page": page,
            "rows": counted(shown),
            "wanted": wanted,
            "parts": [(one, counted(one.counts)) for one in found.parts],
        }
        told["counties"] = list(dict.fromkeys(one["county"] for part in found.parts for one in part.counties))
        told["kinds"] = [one.kind for one in found.parts]
        told["verdicts"] = [(str(int(one)), one.word) for one in Verdict]
        told["may_export"] = request.actor.may("firm.export")
    return render(request, "rules/effect.html", told)


def may_measure(actor: Actor, proposal: Proposal) -> bool:
    """这个人现在能不能算影响。"""
    return State(proposal.state).live and (actor.may("rule.propose") or actor.may("rule.check"))


@viewing
@require_POST
@needs("firm.export")
def workbook(request: HttpRequest, number: int) -> HttpResponse:
    """变了的企业，筛选后的，写成工作簿。"""
    proposal = queries.proposal(request.actor, number)
    found = queries.affected(request.actor, proposal)
    if found is None:
        raise Wrong("影响还没有算完；请先算影响")
    if found.round is None:
        raise Wrong("算影响所依据的那一轮评估不在了；请重新算影响")
    table, wanted = filtered(found.changed, request.GET)
    with act(request.actor, "firm.export", f"提案 {number} 的影响名单") as doing:
        doing.after = {"条件": {key: value for key, value in wanted.items() if value}, "行数": table.height}
    body = _body(table, found, proposal.code)
    return sent(body, f"{proposal.code}影响企业名单.xlsx")


def _body(table: pl.DataFrame, found: queries.Affected, code: str) -> bytes:
    standards = [standard_of(one.against) for one in found.parts]
    marks = marks_of(found.round, standards, found.round.city)
    with tempfile.TemporaryDirectory(prefix="miaopu-rules-") as folder:
        path = Path(folder) / "book.xlsx"
        write_changed(path, table, found.against, code, found.judged, marks)
        return path.read_bytes()


def filtered(table: pl.DataFrame, given: Mapping[str, str]) -> tuple[pl.DataFrame, dict[str, str]]:
    """按事项、县区、原结论、新结论、名称收窄；给出（表，用到的条件）。"""
    wanted = {name: clean(given.get(name, "")) for name in ("kind", "county", "before", "after", "q")}
    for name in ("kind", "county"):
        if wanted[name]:
            table = table.filter(pl.col(name) == wanted[name])
    for name in ("before", "after"):
        if wanted[name].isdecimal():
            table = table.filter(pl.col(name) == int(wanted[name]))
    if wanted["q"]:
        inside = pl.col("name").str.contains(wanted["q"], literal=True) | (pl.col("uscc") == wanted["q"].upper())
        table = table.filter(inside.fill_null(False))
    return table, wanted


def counted(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """结论代码另写成文字。"""
    return [{**one, "from_word": word(one["before"]), "to_word": word(one["after"])} for one in rows]
