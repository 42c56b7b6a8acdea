"""下发与发布：下发到县区、签收、意见、复核、收回；上会发布、下载发布的名单。"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from miaopu.access.act import Denied, Wrong, act
from miaopu.access.text import file_name
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.ledger.journal.chain import file_digest
from miaopu.selection.city import today, workdays
from miaopu.selection.library.actions import dispatches as actions
from miaopu.selection.library.actions.issues import issue
from miaopu.selection.library.models import Parcel
from miaopu.selection.library.queries import dispatches as queries
from miaopu.selection.library.states import flow
from miaopu.selection.library.views.page import day, frame, tier_of, tiers, whole
from miaopu.selection.screening.views.page import firm_address


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """各份的进展与灯，下发的表单。"""
    return _index(request)


def _index(request: HttpRequest, wrong: str = "") -> HttpResponse:
    tier = tier_of((request.POST if wrong else request.GET).get("tier", ""))
    page = paged(request, queries.parcels(request.actor))
    shown = frame(request, page=page, rows=[(one, queries.stage(one)) for one in page], wrong=wrong, typed=request.POST)
    shown |= {
        "tier": tier,
        "tiers": tiers(),
        "tier_title": tiers()[tier],
        "waiting_firms": queries.undispatched(request.actor, tier),
    }
    due = workdays().after(today(), flow().days)
    shown |= {
        "due": due,
        "days": flow().days,
        "due_note": workdays().note(today(), due),
        "may_dispatch": request.actor.may("library.dispatch"),
    }
    return render(request, "library/dispatches.html", shown, status=400 if wrong else 200)


@login_required
@require_POST
@needs("library.dispatch")
def send(request: HttpRequest) -> HttpResponse:
    """下发。"""
    typed = request.POST
    try:
        tier, due = tier_of(typed.get("tier", "")), day(typed.get("due", ""), "期限")
        _made, parcels, unknown = actions.dispatch(request.actor, tier, typed.get("reason", ""), due)
    except Wrong as wrong:
        return _index(request, str(wrong))
    told = f"已下发 {len(parcels)} 个县区"
    messages.success(request, f"{told}；县区不详的 {unknown} 家没有发，请先补县区" if unknown else told)
    return redirect("library:dispatches")


def _parcel(request: HttpRequest, number: int) -> Parcel:
    one = queries.parcel(request.actor, number)
    if one is None:
        raise Http404
    return one


@login_required
@require_GET
def show(request: HttpRequest, number: int) -> HttpResponse:
    """一份：各家、意见、要办的一步。"""
    return _shown(request, _parcel(request, number))


def _shown(request: HttpRequest, one: Parcel, wrong: str = "") -> HttpResponse:
    may, address, typed = request.actor.may, firm_address(), request.POST
    rows = [
        _row(each, address(each.member.enterprise), typed if wrong else None)
        for each in queries.rows(request.actor, one)
    ]
    live, standing = one.withdrawn_on is None, one.standing().exists()
    shown = frame(request, one=one, rows=rows, stage=queries.stage(one), wrong=wrong, typed=typed)
    shown |= {
        "may_receive": live and standing and not one.received_on and may("library.receive"),
        "may_opine": _may_opine(one, live and standing, may("library.opine"), may("library.issue")),
        "may_review": live and standing and bool(one.opined_on) and may("library.issue"),
        "may_withdraw": live and may("library.dispatch"),
    }
    return render(request, "library/parcel.html", shown, status=400 if wrong else 200)


def _may_opine(one: Parcel, live: bool, opine: bool, review: bool) -> bool:
    """签收以后、复核以前能报、能改意见；能复核的人，县区报过以后看到的是复核。"""
    return opine and live and bool(one.received_on) and not one.reviewed_on and not (one.opined_on and review)


def _row(row: Any, address: str, typed: QueryDict | None) -> dict[str, Any]:
    """一家在表单里的样子：填过的用填的，没有填的用已有的。"""
    number, member = row.item.pk, row.member
    kept = {
        "agree": "no" if row.county and not row.county.agree else "yes",
        "reason": "", "office": member.office or "", "person": member.person or "",
        "city": "no" if (row.city and not row.city.agree) or (row.city is None and row.county and not row.county.agree) else "yes",
    }  # fmt: skip
    if typed is not None:
        kept |= {name: typed.get(f"{name}-{number}", kept[name]) for name in ("agree", "reason", "office", "person")}
    return {"row": row, "member": member, "address": address, "number": number, **kept}


@login_required
@require_POST
@needs("library.receive", "library.opine", "library.issue", "library.dispatch")
def act_on(request: HttpRequest, number: int, step: str) -> HttpResponse:
    """办一步：receive 签收、opine 报意见、review 复核、withdraw 收回。"""
    one, typed = _parcel(request, number), request.POST
    if step not in STEPS:
        raise Http404
    try:
        version = whole(typed, "version", "版本")
        STEPS[step](request, one, version, typed)
    except Wrong as wrong:
        return _shown(request, one, str(wrong))
    messages.success(request, WORDS[step])
    return redirect("library:parcel", number)


def _views(one: Parcel, typed: QueryDict) -> dict[int, actions.View]:
    return {
        number: actions.View(
            typed.get(f"agree-{number}") == "yes",
            *(typed.get(f"{name}-{number}", "") for name in ("reason", "office", "person")),
        )
        for number in one.standing().values_list("pk", flat=True)
        if typed.get(f"agree-{number}") in ("yes", "no")
    }


STEPS = {
    "receive": lambda request, one, version, typed: actions.receive(request.actor, one.pk, version),
    "opine": lambda request, one, version, typed: actions.opine(
        request.actor, one.pk, version, _views(one, typed), typed.get("reason", "")
    ),
    "review": lambda request, one, version, typed: actions.review(
        request.actor, one.pk, version, _views(one, typed), typed.get("reason", "")
    ),
    "withdraw": lambda request, one, version, typed: actions.withdraw(
        request.actor, one.pk, version, typed.get("reason", "")
    ),
}
WORDS = {
    "receive": "已签收",
    "opine": "意见已报市局",
    "review": "复核已记下，可以上会发布",
    "withdraw": "已收回，里面的企业可以再下发",
}


@login_required
@needs("library.issue")
def issues(request: HttpRequest) -> HttpResponse:
    """发布的各版名单；发布一版。"""
    if request.method != "POST":
        return _issues(request, tier_of(request.GET.get("tier", "")))
    typed = request.POST
    tier = tier_of(typed.get("tier", ""))
    try:
        made = issue(
            request.actor,
            tier,
            day(typed.get("meeting_on", ""), "上会日期"),
            typed.get("minutes", ""),
            typed.get("reason", ""),
        )
    except Wrong as wrong:
        return _issues(request, tier, str(wrong))
    messages.success(request, f"已发布第 {made.version} 版，{made.firms} 家转入培育")
    return redirect("library:issues")


def _issues(request: HttpRequest, tier: str, wrong: str = "") -> HttpResponse:
    may = request.actor.may
    shown = frame(
        request,
        page=paged(request, queries.issues(request.actor)),
        tier=tier,
        tiers=tiers(),
        wrong=wrong,
        typed=request.POST,
    )
    shown |= {
        "tier_title": tiers()[tier],
        "ready": queries.ready(request.actor, tier),
        "may_issue": may("library.issue"),
        "today": today(),
    }
    shown["may_download"] = may("library.export") and request.actor.reach("library.export").everywhere
    return render(request, "library/issues.html", shown, status=400 if wrong else 200)


@login_required
@require_POST
@needs("library.export")
def issued(request: HttpRequest, number: int) -> HttpResponse:
    """下载一版发布的名单（冻结的工作簿）；先核对摘要。"""
    with act(request.actor, "library.export", f"发布的名单 {number}") as doing:
        made = queries.issues(request.actor).filter(pk=number).first()
        if made is None:
            raise Denied("没有这一版名单，或不在您的范围里；请刷新后再看")
        if not doing.reach.everywhere:
            raise Denied("发布的名单是全市的；县区请在“库里的企业”导出本县区的名册")
        path = Path(settings.FILES) / made.path
        if not path.is_file() or file_digest(path, made.seal.partition(":")[0]) != made.seal:
            raise Wrong("名单的文件不在了或与发布时的摘要对不上；请保全现场并从备份恢复")
        doing.after = {"摘要": made.seal}
    name = file_name(f"{made.tier_title}培育库名单_{made.year}年度第{made.version}版.xlsx")
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)
