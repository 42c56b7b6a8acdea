"""企业档案：一户一档的页面、一个数的来历（抽屉片段，没有脚本时是一页）、档案导出。"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import act
from miaopu.access.text import clean, file_name
from miaopu.desk.dossier_book import write_dossier
from miaopu.selection.library.queries.members import of_firm
from miaopu.selection.screening.opening import Opened, open_firm
from miaopu.terms.complaint import Refusal
from miaopu.web.firm.drawer import drawer
from miaopu.web.firm.followed import followed
from miaopu.web.firm.link import Links, elsewhere
from miaopu.web.firm.sections import counts, expiry, identity, items, ladder, others, series, tags, years
from miaopu.web.firm.verdicts import verdicts

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_GET
def show(request: HttpRequest, enterprise: str) -> HttpResponse:
    """档案。"""
    opened = _opened(request, enterprise)
    links = Links(opened.figures)
    main, side = ladder(opened, links)
    told = {
        "firm": opened.firm,
        "file": opened.figures.file,
        "dossier": opened.dossier,
        "identity": identity(opened, links),
        "tags": tags(opened, links),
        "library": of_firm(request.actor, enterprise),
        "ladder": main,
        "side": side,
        "verdicts": verdicts(opened, links),
        "years": years(opened),
        "series": series(opened, links),
        "completeness": opened.dossier.panel.completeness.to_dicts()[0],
        "findings": opened.dossier.panel.findings.to_dicts(),
        "counts": counts(opened, links),
        "others": others(opened, links),
        "items": items(opened, links),
        "conflicts": _conflicts(opened, links),
        "judgements": expiry(opened, links),
        "batches": _batches(opened),
        "followed": followed(request.actor, enterprise),
    }
    return render(request, "web/firm/show.html", told)


@login_required
@require_GET
def number(request: HttpRequest, enterprise: str, column: str) -> HttpResponse:
    """一个数的来历。"""
    opened = _opened(request, enterprise)
    item = clean(request.GET.get("item", ""), "条目编号")
    try:
        told = opened.figures.item(column, item) if item else opened.figures.trace(column)
    except Refusal as refusal:
        shown = {"title": "没有这个数", "told": str(refusal)}
        return render(request, "web/message.html", shown, status=404)
    shown = drawer(opened, told)
    return render(request, "web/firm/drawer.html" if request.htmx else "web/firm/number.html", shown)


@login_required
@require_POST
def export(request: HttpRequest, enterprise: str) -> HttpResponse:
    """整份档案的工作簿；导出记在操作日志里。"""
    opened = _opened(request, enterprise)
    with act(request.actor, "firm.export", f"企业 {enterprise} 的档案") as doing:
        doing.within(district=opened.firm.district, enterprise=enterprise)
        name = file_name(f"企业档案_{opened.figures.file.name}.xlsx")
        doing.after = {"文件": name, "轮次": opened.round.code}
    with tempfile.TemporaryDirectory() as folder:  # 写工作簿不在事务里
        content = write_dossier(Path(folder) / "档案.xlsx", opened.figures, opened.round.city).read_bytes()
    header = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": header})


def _opened(request: HttpRequest, enterprise: str) -> Opened:
    """看不到的与不存在的一样。"""
    found = open_firm(request.actor, enterprise)
    if found is None:
        raise Http404
    return found


def _conflicts(opened: Opened, links: Links) -> list[dict[str, Any]]:
    """分歧，未决的在前；有裁定页面的给网址。"""
    may = opened.actor.may("intake.conflict")
    known = links.figures.dossier.row
    held = {(one.indicator, one.item) for one in opened.dossier.file.items}

    def said(one: Any, shown: str) -> str:
        """一方的说法；有来历可看的给链接。"""
        traced = (one.column, one.item) in held if one.item else one.column in known
        return links.number(one.column, shown, one.item or "") if traced else shown

    return [
        {
            "told": one,
            "number": links.number(one.column) if one.column in known and not one.item else "",
            "parties": [(who, said(one, shown), basis) for who, shown, basis, _ in one.values],
            "url": elsewhere("intake:conflict", opened.dossier.enterprise, one.column) if may else "",
        }
        for one in sorted(opened.figures.file.conflicts, key=lambda one: one.resolved)
    ]


def _batches(opened: Opened) -> list[tuple[Any, str]]:
    """说到它的来件，近的在前；（来件，批次页的网址）。"""
    may = opened.actor.may("intake.view")
    return [(one, elsewhere("intake:batch", one.batch) if may else "") for one in reversed(opened.figures.file.batches)]
