"""上传件：清单、上传、预览、接收、放弃、下载意见表。"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from miaopu.access.act import Denied, Wrong, permit
from miaopu.access.text import file_name
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.jobs.states import State as JobState
from miaopu.selection.city import city
from miaopu.selection.intake import export, files, work
from miaopu.selection.intake.actions import uploads as actions
from miaopu.selection.intake.models import Upload
from miaopu.selection.intake.queries import uploads as queries
from miaopu.selection.intake.states import State
from miaopu.selection.intake.views.page import asked, shown, tried, typed

COLUMNS = (("编号", 8), ("文件", 40), ("来源", 14), ("状态", 10), ("企业行", 8), ("数据项", 10), ("意见", 8), ("上传人", 14),
           ("上传时间", 18), ("批次", 34), ("说明", 40))  # fmt: skip
LISTED = 20_000
"""上传件清单最多导出几份。"""

BOOKS = {"whole": work.WHOLE, "bad": work.ONLY_BAD}


def index(request: HttpRequest) -> HttpResponse:
    """上传件清单与上传处。"""
    wanted, found = _listed(request)
    page = paged(request, found)
    mine = [city().sources[code] for code in queries.sources_of(request.actor)]
    context = {"page": page, "standings": queries.standings(page.object_list), "sources": mine, "states": list(State)}
    limit = settings.UPLOAD_LIMIT // files.MEGABYTE
    return shown(request, "uploads", {**context, **wanted, "wanted": wanted, "limit": limit, "tab": "uploads"})


def _listed(request: HttpRequest) -> tuple[dict[str, str], QuerySet[Upload]]:
    """筛选的条件与筛出来的，新的在前。"""
    wanted = asked(request, "state", "source", "mine", "q")
    found = queries.uploads(request.actor).order_by("-pk")
    if wanted["mine"]:
        found = found.filter(owner_id=request.actor.account)
    if wanted["q"]:
        found = found.filter(name__contains=wanted["q"])
    return wanted, found.filter(**{name: wanted[name] for name in ("state", "source") if wanted[name]})


@require_POST
@needs("intake.export")
def download(request: HttpRequest) -> HttpResponse:
    """导出筛出来的。"""
    found = _listed(request)[1]
    rows, total = [_row(one) for one in queries.standings(found[:LISTED])], found.count()
    notes = [f"共 {total} 份，只列最近的 {LISTED} 份；其余请加条件再导出"] if total > LISTED else []
    return export.workbook(request, "上传件清单", COLUMNS, rows, notes)


def _row(now: queries.Standing) -> list[object]:
    one = now.upload
    source = city().sources.get(one.source or "")
    when = export.stamp(one.created)
    told = [one.pk, one.name, source.title if source else "", now.state.word, one.rows, one.facts, one.complaints]
    return [*told, one.by, when, now.batch, now.told]


@csrf_exempt  # 要先装上数字节的闸，再让里面一层读表单、验校验码
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """收下一份或几份文件。"""
    permit(request.actor, "intake.upload")
    gate = files.Limit(settings.UPLOAD_LIMIT)
    request.upload_handlers.insert(0, gate)
    return _receive(request, gate)


@csrf_protect
def _receive(request: HttpRequest, gate: files.Limit) -> HttpResponse:
    def action() -> HttpResponse:
        given, source = request.FILES.getlist("file"), typed(request, "source")["source"]
        if gate.over:
            raise gate.refusal()
        if not given:
            raise Wrong("没有选文件；请选一份部门的表格再传")
        made, wrong = [], []
        for one in given:
            try:
                made.append(_one(request, one, source or None))
            except (Wrong, Denied) as error:
                if len(given) == 1:
                    raise
                wrong.append(f"《{file_name(one.name or '')}》没有收：{error}")
        if wrong and not made:
            raise Wrong("；".join(wrong))
        for told in wrong:
            messages.error(request, f"{told}。收下的 {len(made)} 份在下面，不必重传", extra_tags="danger")
        return redirect("intake:upload", made[0].pk) if len(given) == 1 else redirect("intake:uploads")

    return tried(request, action, lambda: index(request))


def _one(request: HttpRequest, given: UploadedFile, source: str | None) -> Upload:
    kept = files.keep(given.name or "", given.chunks(), settings.UPLOAD_LIMIT)
    try:
        return actions.receive(request.actor, kept, source)
    finally:
        kept.path.unlink(missing_ok=True)  # 收下的已经移走；没有收成的不留


def upload(request: HttpRequest, number: int) -> HttpResponse:
    """一份上传件：进度，或预览，或结果。"""
    one = queries.upload(request.actor, number)
    now = queries.standing(one)
    ready = not now.state.trait.working and now.state is not State.RECEIVED
    found = queries.preview_seen(request.actor, one) if ready else None
    mine = [city().sources[code] for code in queries.sources_of(request.actor)]
    jobs = {"job": now.job, "state": JobState(now.job.state), "result": {}} if now.job else {}
    context = {"now": now, "upload": one, "preview": found, "sources": mine, "tab": "uploads", "given": request.POST}
    source = city().sources.get(one.source or "")
    return shown(
        request, "upload", {**context, **jobs, "source": source, "own_job": one.owner_id == request.actor.account}
    )


@require_POST
@needs("intake.accept")
def accept(request: HttpRequest, number: int) -> HttpResponse:
    """接收入账。"""
    queries.upload(request.actor, number)

    def action() -> HttpResponse:
        given = typed(request, "units", "units_reason")
        if given["units"] and not given["units_reason"]:
            raise Wrong("勾了“单位无误”，没有写核对的依据；写一句，例如“与企业电话核对，确是元”")
        actions.accept(request.actor, number, given["units_reason"] if given["units"] else None)
        return redirect("intake:upload", number)

    return tried(request, action, lambda: upload(request, number))


@require_POST
@needs("intake.upload")
def drop(request: HttpRequest, number: int) -> HttpResponse:
    """放弃。"""
    queries.upload(request.actor, number)

    def action() -> HttpResponse:
        actions.drop(request.actor, number, typed(request, "reason")["reason"])
        messages.success(request, "已放弃，没有入账；要再报请重新上传")
        return redirect("intake:upload", number)

    return tried(request, action, lambda: upload(request, number))


@require_POST
@needs("intake.upload")
def again(request: HttpRequest, number: int) -> HttpResponse:
    """用原文件重新预览。"""
    queries.upload(request.actor, number)

    def action() -> HttpResponse:
        actions.again(request.actor, number, typed(request, "source")["source"] or None)
        return redirect("intake:upload", number)

    return tried(request, action, lambda: upload(request, number))


@require_POST
@needs("intake.export")
def book(request: HttpRequest, number: int, which: str) -> FileResponse:
    """下载意见表或只含坏行的一份。"""
    one = queries.upload(request.actor, number)
    name = BOOKS.get(which)
    path = queries.results_of(one) / name if name else None
    if path is None or not path.is_file():
        raise Denied("这份文件没有意见表")
    return export.handed(request, path, f"{Path(one.name).stem}（{name}".replace(".xlsx", "）.xlsx"))
