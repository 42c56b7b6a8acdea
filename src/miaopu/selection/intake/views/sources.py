"""来源：清单、一个来源的批次与模板、一个批次与撤回。"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from miaopu.access.act import Denied
from miaopu.access.actor import Actor
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.jobs.views import begun
from miaopu.papers.template import Filling, write_template
from miaopu.selection.city import city, today
from miaopu.selection.intake import export
from miaopu.selection.intake.actions import batches as actions
from miaopu.selection.intake.queries import conflicts, identity
from miaopu.selection.intake.queries import ledger as queries
from miaopu.selection.intake.queries.uploads import sources_of
from miaopu.selection.intake.views.page import asked, day_of, shown, tried, typed
from miaopu.selection.screening import actions as screening
from miaopu.selection.screening.queries import current

SOURCES = (("来源", 14), ("部门", 26), ("共享依据", 40), ("用途", 30), ("期间", 12), ("键", 24), ("预计行数", 18), ("最近一批", 14),
           ("有效批次", 8), ("数据项", 10), ("最新年度", 8), ("未了意见", 8), ("未裁冲突", 8), ("待复核", 8))  # fmt: skip
BATCHES = (
    ("批次", 34),
    ("文件", 40),
    ("收到日期", 12),
    ("入账人", 14),
    ("企业", 8),
    ("数据项", 10),
    ("待复核", 8),
    ("状态", 26),
)
INDUSTRY = "3521"
"""模板示例行用的行业代码。"""


def index(request: HttpRequest) -> HttpResponse:
    """各部门的来源与收数情况。"""
    return shown(request, "sources", {"sources": _gathered(request.actor), "tab": "sources"})


def _gathered(actor: Actor) -> list[queries.Gathered]:
    disputed = conflicts.by_source(conflicts.conflicts(actor))
    return queries.gathered(actor, disputed, identity.by_source(actor))


@require_POST
@needs("intake.export")
def download(request: HttpRequest) -> HttpResponse:
    """导出一览表。"""
    return export.workbook(request, "数据来源一览表", SOURCES, [_row(one) for one in _gathered(request.actor)])


def _row(one: queries.Gathered) -> list[object]:
    source = one.source
    expected = "；".join(f"{table.title} {table.expected_rows[0]}—{table.expected_rows[1]}" for table in source.tables)
    last = one.last.day if one.last else "没有收过"
    told = [source.title, source.department, source.sharing_basis, source.purpose, one.periods, one.key, expected]
    return [*told, last, one.live, one.facts, one.latest, one.complaints, one.conflicts, one.reviews]


def source(request: HttpRequest, code: str) -> HttpResponse:
    """一个来源：依据、用途、各表模板、批次。"""
    wanted, found = _batches(request, code)
    page = paged(request, found)
    return shown(request, "source", {"source": city().sources[code], "page": page, "tab": "sources", **wanted})


def _batches(request: HttpRequest, code: str) -> tuple[dict[str, str], list[queries.Shown]]:
    found, wanted = queries.batches(request.actor, code), asked(request, "state")
    if wanted["state"]:
        found = [one for one in found if (one.gone is not None) == (wanted["state"] == "gone")]
    return wanted, found


@require_POST
@needs("intake.export")
def download_batches(request: HttpRequest, code: str) -> HttpResponse:
    """导出一个来源筛出来的批次。"""
    rows = [_batch(one) for one in _batches(request, code)[1]]
    return export.workbook(request, f"{city().sources[code].title}批次清单", BATCHES, rows)


def _batch(one: queries.Shown) -> list[object]:
    entry, state = one.entry, "有效"
    if one.gone:
        state = f"{one.gone.day} 撤回：{one.gone.note}"
    body = entry.body
    return [entry.id, body["file"], entry.day, entry.by, body["enterprises"], body["facts"], body["review"], state]


def template(request: HttpRequest, code: str, table: str) -> HttpResponse:
    """下载一张表的填报模板。"""
    space, round = city(), current()
    known = (
        [one for one in space.sources[code].tables if one.code == table] if code in sources_of(request.actor) else []
    )
    if not known:
        raise Denied("没有这张模板，或不在您的范围里")
    above = space.districts.find(round.city) if round else None
    counties = tuple(one.name for one in space.districts.counties(above.code)) if above else ()
    industry = (INDUSTRY, space.sources.industries.get(INDUSTRY, ""))
    filling = Filling(space.indicators, today().year - 1, counties, industry)
    title = f"{space.sources[code].title}_{known[0].title}_模板"
    return export.sent(title, lambda path: write_template(path, space.sources[code], known[0], filling))


def batch(request: HttpRequest, id: str) -> HttpResponse:
    """一个批次：内容、撤回的后果。"""
    found = queries.batch(request.actor, id)
    one = city().sources.get(found.entry.body["source"])
    told = queries.consequence(found.entry) if found.gone is None else None
    context = {"batch": found, "source": one, "consequence": told, "tab": "sources", "given": request.POST}
    return shown(request, "batch", {**context, "today": today()})


@require_POST
@needs("intake.withdraw")
def withdraw(request: HttpRequest, id: str) -> HttpResponse:
    """撤回一个批次。"""
    queries.batch(request.actor, id)

    def action() -> HttpResponse:
        given = typed(request, "reason", "on")
        actions.withdraw_batch(request.actor, id, given["reason"], day_of(given["on"], today()))
        messages.success(request, f"批次 {id} 已撤回；要再收，在它的上传件里“用原文件重新预览”，或重新上传")
        return redirect("intake:batch", id)

    return tried(request, action, lambda: batch(request, id))


@require_POST
@needs("screening.run")
def rescreen(request: HttpRequest) -> HttpResponse:
    """按台账现状重新评估全市。"""
    started = screening.run(request.actor, today(), today())
    return begun(request, started)
