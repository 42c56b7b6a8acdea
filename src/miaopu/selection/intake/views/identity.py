"""主体复核：清单、一行与候选并排、裁定、整批填表裁定。"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from miaopu.access.act import Wrong, act
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.ledger.decision import Decision
from miaopu.ledger.resolve import read_decisions, write_review
from miaopu.selection.city import city
from miaopu.selection.intake import export, files
from miaopu.selection.intake.actions import batches, rulings
from miaopu.selection.intake.queries import identity as queries
from miaopu.selection.intake.views.page import asked, narrowed, options, shown, tried, typed

RULINGS = {"same": "是同一家", "not_same": "不是这一家", "new": "新主体"}
MOST = 20 * files.MEGABYTE
"""一份填好的复核清单的上限。"""


def index(request: HttpRequest) -> HttpResponse:
    """等人认定的行。"""
    every, wanted, found = _listed(request)
    page = paged(request, range(found.height))
    rows = [found.row(at, named=True) for at in page.object_list]
    titles = {code: one.title for code, one in city().sources.items()}
    told = {"rows": [{**row, "title": titles.get(row["source"], row["source"])} for row in rows], "page": page}
    choices = {
        "counties": options(every, "county"),
        "sources": [(code, titles.get(code, code)) for code, _ in options(every, "source")],
    }
    return shown(
        request, "identities", {**told, **choices, "wanted": wanted, "outcomes": queries.OUTCOMES, "tab": "identity"}
    )


def _listed(request: HttpRequest) -> tuple[pl.DataFrame, dict[str, str], pl.DataFrame]:
    """看得到的全部、筛选的条件、筛出来的。"""
    every = queries.rows(request.actor)
    wanted = asked(request, "source", "county", "outcome", "q")
    return every, wanted, narrowed(every, wanted, ("name_raw", "uscc_raw"))


@require_POST
@needs("intake.export")
def download(request: HttpRequest) -> HttpResponse:
    """把筛出的行写成复核清单，填好再传回。"""
    found = _listed(request)[2]
    with act(request.actor, "intake.export", "导出《主体复核清单》") as doing:
        doing.after = {"行数": found.height, "条件": export.conditions(request)}
    return export.sent("主体复核清单", lambda path: write_review(found, path))


@require_POST
@needs("intake.identity")
def rule_book(request: HttpRequest) -> HttpResponse:
    """收回填好的复核清单：有一行不对，整份不收，逐行说清。"""

    def action() -> HttpResponse:
        given = request.FILES.get("file")
        if given is None:
            raise Wrong("没有选文件；请选填好的复核清单")
        kept = files.keep(given.name or "", given.chunks(), min(MOST, settings.UPLOAD_LIMIT))
        try:
            rows = _decisions(kept)
        finally:
            kept.path.unlink(missing_ok=True)
        entry = rulings.rule(request.actor, rows)
        messages.success(request, f"已裁定 {len(rows)} 行，记入台账（{entry.id}），放行 {entry.body['rows']} 行")
        return redirect("intake:identities")

    return tried(request, action, lambda: index(request))


def _decisions(kept: files.Kept) -> list[Any]:
    """清单里的主体决定；写法不对的合成一句。"""
    titles = {source.title: code for code, source in city().sources.items()}
    path = kept.path.rename(kept.path.with_name(f"{kept.path.name}{_suffix(kept.name)}"))
    try:
        rows, complaints = read_decisions(path, titles)
    finally:
        path.unlink(missing_ok=True)
    if complaints:
        told = "；".join(replace(one, file=kept.name).sentence() for one in complaints[:20])
        more = f"……另有 {len(complaints) - 20} 处" if len(complaints) > 20 else ""
        raise Wrong(f"清单里有 {len(complaints)} 处不对，整份没有收：{told}{more}")
    if other := [one for one in rows if one.kind != "identity"]:
        raise Wrong(f"清单里有 {len(other)} 行不是主体复核的决定，整份没有收；请用从这里下载的复核清单")
    return list(rows)


def _suffix(name: str) -> str:
    return "." + name.rpartition(".")[2].lower() if "." in name else ""


def made(request: HttpRequest) -> HttpResponse:
    """已有的主体裁定。"""
    every = queries.made(request.actor)
    found = narrowed(every, asked(request, "q"), ("enterprise", "decision", "reason", "batch"))
    page = paged(request, range(found.height))
    rows = [found.row(at, named=True) for at in page.object_list]
    told = {"page": page, "rows": rows, "wanted": asked(request, "q"), "tab": "identity"}
    return shown(request, "identity_made", told)


@require_POST
@needs("intake.identity", everywhere=batches.UNDO)
def undo(request: HttpRequest, decision: str) -> HttpResponse:
    """撤回一份主体裁定。"""

    def action() -> HttpResponse:
        batches.withdraw_decision(request.actor, decision, "identity", typed(request, "reason")["reason"])
        messages.success(request, f"裁定 {decision} 已撤回，自今天起不再算数；它放行的行又等人认定")
        return redirect("intake:ruled")

    return tried(request, action, lambda: made(request))


def one(request: HttpRequest, batch: str, row_id: int) -> HttpResponse:
    """一行与它的候选并排。"""
    found = queries.one(request.actor, batch, row_id)
    source = city().sources.get(found.row["source"])
    entry = next((each for each in city().ledger.entries() if each.id == batch), None)
    context = {"found": found, "source": source, "entry": entry, "given": request.POST, "tab": "identity"}
    return shown(request, "identity", context)


@require_POST
@needs("intake.identity")
def rule(request: HttpRequest, batch: str, row_id: int) -> HttpResponse:
    """裁定一行。"""
    queries.within(request.actor, batch, row_id)

    def action() -> HttpResponse:
        given = typed(request, "ruling", "enterprise", "reason", "evidence")
        ruling, _, chosen = given["ruling"].partition("|")
        if ruling not in ("same", "new", "not_same"):
            raise Wrong("没有选是哪一家；请选一个候选、指定企业、新主体或都不是")
        enterprise = chosen or given["enterprise"].upper() or None
        made = Decision(
            "identity", ruling, batch=batch, row_id=row_id, enterprise=enterprise if ruling != "new" else None,
            reason=given["reason"], evidence=given["evidence"],
        )  # fmt: skip
        entry = rulings.rule(request.actor, [made])
        messages.success(request, f"已裁定为“{RULINGS[ruling]}”，记入台账（{entry.id}）")
        return redirect("intake:identities") if ruling != "not_same" else redirect("intake:identity", batch, row_id)

    return tried(request, action, lambda: one(request, batch, row_id))
