"""须人工核定：卡在人工条款上的企业、核定表单、已有的核定与撤回、附件。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

import polars as pl
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from miaopu.access.act import Denied, Wrong
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.desk.workspace import Workspace
from miaopu.ledger.decision import Decision
from miaopu.selection.city import city
from miaopu.selection.intake import export, files
from miaopu.selection.intake.actions import batches, rulings
from miaopu.selection.intake.models import Evidence
from miaopu.selection.intake.preview import title_of, value_of
from miaopu.selection.intake.queries import judgements as queries
from miaopu.selection.intake.views.page import asked, narrowed, options, shown, tried, typed

PENDING = (
    ("层级", 24),
    ("位次", 8),
    ("企业号", 21),
    ("企业名称", 32),
    ("县区", 12),
    ("条款", 10),
    ("要核定的", 24),
    ("要求", 60),
    ("依据", 24),
)
MADE = (("企业号", 21), ("企业名称", 32), ("县区", 12), ("核定的指标", 24), ("结论", 10), ("有效至", 12), ("期限", 10), ("为哪份标准", 18),
        ("理由", 36), ("佐证", 36), ("核定人", 14), ("核定日期", 12), ("决定", 34))  # fmt: skip
Known = Mapping[tuple[str, str], queries.Asked]
"""（层级，条款）→ 要核定的条款。"""
Listed = tuple[pl.DataFrame, dict[str, str], pl.DataFrame]
"""看得到的全部、筛选的条件、筛出来的。"""
EXPIRY = {"expired": "已过期", "soon": "将到期"}
MOST = 50 * files.MEGABYTE
"""一份佐证附件的上限。"""


def index(request: HttpRequest) -> HttpResponse:
    """卡在人工条款上的企业。"""
    every, wanted, found = _listed(request)
    page = paged(request, range(found.height))
    known, space = _known(), city()
    rows = [_asked(found.row(at, named=True), known, space) for at in page.object_list]
    titles = {one.tier: one.title for one in known.values()}
    indicators = [(key, title_of(space, key)) for key, _ in options(every, "indicator")]
    tiers = [(code, titles.get(code, code)) for code, _ in options(every, "tier")]
    told = {"page": page, "rows": rows, "wanted": wanted, "tiers": tiers, "indicators": indicators}
    return shown(request, "judgements", {**told, "counties": options(every, "county"), "tab": "judgements"})


def _listed(request: HttpRequest) -> Listed:
    every = queries.pending(request.actor)
    wanted = asked(request, "tier", "county", "indicator", "q")
    return every, wanted, narrowed(every, wanted, ("name", "enterprise"))


@require_POST
@needs("intake.export")
def download(request: HttpRequest) -> HttpResponse:
    """导出筛出来的。"""
    known, space = _known(), city()
    rows = [_pending(row, known, space) for row in _listed(request)[2].iter_rows(named=True)]
    return export.workbook(request, "须人工核定清单", PENDING, rows)


def _known() -> Known:
    """（层级，条款）→ 要核定的条款；一页、一本只取一回。"""
    round = queries.current()
    every = queries.asked(round.code, round.assessed_on) if round else ()
    return {(one.tier, one.clause): one for one in reversed(every)}


def _asked(row: dict[str, Any], known: Known, space: Workspace) -> dict[str, Any]:
    return {**row, "asked": known.get((row["tier"], row["clause"])), "title": title_of(space, row["indicator"])}


def _pending(row: dict[str, Any], known: Known, space: Workspace) -> list[object]:
    told = _asked(row, known, space)
    one = told["asked"]
    head = [one.title, row["rank"], row["enterprise"], row["name"], row["county"], row["clause"], told["title"]]
    return [*head, one.text, f"{one.cite}（{one.mark}）"]


def made(request: HttpRequest) -> HttpResponse:
    """已有的核定。"""
    every, wanted, found = _listed_made(request)
    page = paged(request, range(found.height))
    rows = [found.row(at, named=True) for at in page.object_list]
    attached = queries.evidence_of([row["decision"] for row in rows])
    space = city()
    shaped = [
        {**row, "told": _made(row, space), "files": attached.get((row["decision"], row["enterprise"]), [])}
        for row in rows
    ]
    indicators = [(key, title_of(space, key)) for key, _ in options(every, "indicator")]
    counts = dict(every.drop_nulls("expiry").group_by("expiry").len().iter_rows())
    told = {
        "page": page,
        "rows": shaped,
        "wanted": wanted,
        "indicators": indicators,
        "expiries": EXPIRY,
        "counts": counts,
    }
    return shown(request, "judged", {**told, "counties": options(every, "county"), "tab": "judgements"})


def _listed_made(request: HttpRequest) -> Listed:
    every = queries.made(request.actor)
    wanted = asked(request, "indicator", "county", "expiry", "q")
    return every, wanted, narrowed(every, wanted, ("name", "enterprise"))


@require_POST
@needs("intake.export")
def download_made(request: HttpRequest) -> HttpResponse:
    """导出筛出来的核定。"""
    space = city()
    rows = [_made(row, space) for row in _listed_made(request)[2].iter_rows(named=True)]
    return export.workbook(request, "人工核定清单", MADE, rows)


def _made(row: dict[str, Any], space: Workspace) -> list[object]:
    said = value_of(space, row["indicator"], row["value"], row["text"])
    told = [row["enterprise"], row["name"], row["county"], title_of(space, row["indicator"]), said]
    until = row["until"] or "长期"
    why = [row["reason"], row["evidence"], row["by"], row["day"], row["decision"]]
    return [*told, until, EXPIRY.get(row["expiry"], "有效"), row["version"], *why]


def one(request: HttpRequest, enterprise: str, indicator: str) -> HttpResponse:
    """一家一项的核定表单。"""
    firm, asked = queries.firm_of(request.actor, enterprise), queries.asked_of(indicator)
    if not asked:
        raise Denied("现行标准里没有要人核定的这一项")
    earlier = [
        row
        for row in queries.made(request.actor).to_dicts()
        if (row["enterprise"], row["indicator"]) == (enterprise, indicator)
    ]
    context = {"firm": firm, "every": asked, "indicator": indicator, "title": title_of(city(), indicator)}
    space = city()
    told = [{**row, "told": _made(row, space)} for row in earlier]
    context["seen"] = queries.last_judged(request.actor, enterprise, indicator)
    return shown(request, "judge", {**context, "earlier": told, "given": request.POST, "tab": "judgements"})


@require_POST
@needs("intake.judge")
def judge(request: HttpRequest, enterprise: str, indicator: str) -> HttpResponse:
    """记一条核定。"""
    firm = queries.firm_of(request.actor, enterprise)

    def action() -> HttpResponse:
        given = typed(request, "value", "until", "reason", "evidence", "version", "seen")
        if given["value"] not in ("0", "1"):
            raise Wrong("没有选结论；请选“是”或“否”")
        if given["version"] not in {one.standard for one in queries.asked_of(indicator)}:
            raise Wrong("没有选为哪份标准核定；请选一份现行标准")
        made = Decision(
            "judgement", enterprise=enterprise, indicator=indicator, value=int(given["value"]), version=given["version"],
            until=_until(given["until"]), reason=given["reason"], evidence=given["evidence"],
        )  # fmt: skip
        with _attached(request) as kept:
            if not given["evidence"] and kept is None:
                raise Wrong("没有佐证；写明依据的材料，或附上文件")
            entry = rulings.judge(request.actor, made, firm.district, kept, given["seen"] or None)
        messages.success(request, f"已记下核定（{entry.id}）；重新评估后结论按它算")
        return redirect("intake:judgements")

    return tried(request, action, lambda: one(request, enterprise, indicator))


@contextmanager
def _attached(request: HttpRequest) -> Iterator[files.Kept | None]:
    """暂放的附件；没有用上的（没办成）收走，不留在暂放处。"""
    given = request.FILES.get("file")
    kept = files.keep(given.name or "", given.chunks(), min(MOST, settings.UPLOAD_LIMIT)) if given else None
    try:
        yield kept
    finally:
        if kept is not None:
            kept.path.unlink(missing_ok=True)


@require_POST
@needs("intake.judge", everywhere=batches.UNDO)
def undo(request: HttpRequest, decision: str) -> HttpResponse:
    """撤回一份核定决定。"""

    def action() -> HttpResponse:
        batches.withdraw_decision(request.actor, decision, "judgement", typed(request, "reason")["reason"])
        messages.success(request, f"决定 {decision} 已撤回，自今天起不再算数")
        return redirect("intake:judged")

    return tried(request, action, lambda: made(request))


def evidence(request: HttpRequest, number: int) -> FileResponse:
    """下载佐证附件；只给看得到这家企业的人。"""
    found = Evidence.objects.filter(pk=number).first()
    if found is None:
        raise Denied("没有这份附件，或不在您的范围里")
    queries.firm_of(request.actor, found.enterprise)
    return export.handed(request, files.path_of(files.EVIDENCE, found.pk, found.name), found.name)


def _until(text: str) -> date | None:
    """有效期；空为长期。"""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Wrong(f"有效期“{text}”看不懂；请写成 2027-12-31，长期有效的留空") from None
