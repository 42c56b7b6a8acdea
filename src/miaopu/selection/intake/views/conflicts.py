"""取数冲突：清单、一处冲突、裁定、撤回裁定。"""

from __future__ import annotations

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from miaopu.access.act import Wrong
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.selection.city import city
from miaopu.selection.intake import export
from miaopu.selection.intake.actions import batches, rulings
from miaopu.selection.intake.queries import conflicts as queries
from miaopu.selection.intake.views.page import asked, narrowed, options, shown, tried, typed

COLUMNS = (("企业号", 21), ("企业名称", 32), ("县区", 12), ("指标", 24), ("条目", 16), ("期间", 8), ("类型", 10), ("各来源说法", 70),
           ("现采用", 24), ("规则", 26), ("处置", 16), ("裁定", 40))  # fmt: skip


def index(request: HttpRequest) -> HttpResponse:
    """清单。"""
    every, wanted, found = _listed(request)
    entries = {one.id: one for one in city().ledger.entries()}
    page = paged(request, range(found.height))
    rows = [queries.shown(found.row(at, named=True), entries) for at in page.object_list]
    choices = {"columns": options(every, "column", "title"), "counties": options(every, "county")}
    told = {"page": page, "rows": rows, "wanted": wanted, "kinds": queries.KINDS, "stands": queries.STANDS}
    return shown(request, "conflicts", {**told, **choices, "tab": "conflicts"})


def _listed(request: HttpRequest) -> tuple[pl.DataFrame, dict[str, str], pl.DataFrame]:
    """看得到的全部、筛选的条件、筛出来的。"""
    every = queries.conflicts(request.actor)
    wanted = asked(request, "column", "county", "kind", "stand", "q")
    return every, wanted, narrowed(every, wanted, ("name", "enterprise"))


@require_POST
@needs("intake.export")
def download(request: HttpRequest) -> HttpResponse:
    """导出筛出来的。"""
    entries = {one.id: one for one in city().ledger.entries()}
    rows = [_row(queries.shown(row, entries)) for row in _listed(request)[2].iter_rows(named=True)]
    return export.workbook(request, "取数冲突清单", COLUMNS, rows)


def _row(one: queries.Conflict) -> list[object]:
    said = "；".join(f"{each.title} {each.value}（{each.basis}，《{each.file}》{each.place}）" for each in one.values)
    made = one.decided
    told = f"{made['by']} {made['day']}：{made['reason']}" if made else ""
    return [
        one.enterprise,
        one.name,
        one.county,
        one.title,
        one.item,
        one.period,
        one.kind,
        said,
        one.adopted or "未取",
        one.rule,
        one.word,
        told,
    ]


def _one(request: HttpRequest, enterprise: str, column: str) -> queries.Conflict:
    given = asked(request, "item", "kind")
    return queries.conflict(request.actor, enterprise, column, given["item"], given["kind"])


def conflict(request: HttpRequest, enterprise: str, column: str) -> HttpResponse:
    """一处冲突，各说法并排。"""
    one = _one(request, enterprise, column)
    return shown(request, "conflict", {"one": one, "given": request.POST, "tab": "conflicts"})


@require_POST
@needs("intake.conflict")
def choose(request: HttpRequest, enterprise: str, column: str) -> HttpResponse:
    """裁定：取一种说法。"""
    one = _one(request, enterprise, column)

    def action() -> HttpResponse:
        given = typed(request, "choice", "reason")
        if not given["choice"]:
            raise Wrong("没有选取哪一种说法；请在表里选一种")
        source, _, basis = given["choice"].partition("|")
        rulings.choose(request.actor, one, source, basis or None, given["reason"])
        messages.success(request, "已裁定，记入台账；重新评估后名单按它取数")
        return redirect(_page(request, enterprise, column))

    return tried(request, action, lambda: conflict(request, enterprise, column))


@require_POST
@needs("intake.conflict")
def undo(request: HttpRequest, enterprise: str, column: str) -> HttpResponse:
    """撤回裁定。"""

    def action() -> HttpResponse:
        one = _one(request, enterprise, column)
        if one.decided is None:
            raise Wrong("这处冲突没有有效的裁定，不必撤回")
        batches.withdraw_decision(request.actor, one.decided["decision"], "choice", typed(request, "reason")["reason"])
        messages.success(request, "裁定已撤回，自今天起不再算数")
        return redirect(_page(request, enterprise, column))

    return tried(request, action, lambda: conflict(request, enterprise, column))


def _page(request: HttpRequest, enterprise: str, column: str) -> str:
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return reverse("intake:conflict", args=[enterprise, column]) + query
