"""各页共用的：看的是哪一轮、企业档案的网址、翻页、导出的应答。"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST

from miaopu.access.act import Wrong, permit
from miaopu.access.actor import Reach
from miaopu.access.text import clean
from miaopu.jobs.views import begun
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.queries import current
from miaopu.selection.screening.rounds.books import export
from miaopu.selection.screening.rounds.kept import Kept, kept

TABS = (
    ("screening:index", "概况"),
    ("screening:lists", "近选名单"),
    ("screening:charts", "分布与短板"),
    ("screening:compare", "两轮比较"),
    ("screening:focus", "重点行业摸排"),
    ("screening:watch", "小升规关注"),
    ("screening:goals", "目标推导"),
    ("screening:documents", "成套材料"),
    ("screening:rounds", "轮次与换看"),
)


class NoRound(Wrong):
    """还没有一轮评估。"""

    def __init__(self) -> None:
        super().__init__("还没有评估结果；请先在筛选首页运行一轮")


def asked(request: HttpRequest, name: str = "round") -> Round:
    """网址里写的那一轮；没有写的是当前一轮。没有抛 Wrong。"""
    code = clean(request.GET.get(name, ""), "轮次")
    found = Round.objects.filter(pk=code).first() if code else current()
    if found is None:
        raise Wrong(f"没有轮次 {code}；请从轮次表里选") if code else NoRound()
    return found


def seen(request: HttpRequest) -> tuple[Reach, Round, Kept, dict[str, Any]]:
    """看筛选的关：范围、看的一轮、它的存表、页面共用的变量。"""
    reach = permit(request.actor, "screening.view")
    found = asked(request)
    held = kept(found)
    mine = [held.counties.get(one, one) for one in sorted(reach.districts)]
    shown = {
        **tabs(request),
        "found": found,
        "held": held,
        "whole": reach.everywhere,
        "scope": "全市" if reach.everywhere else "、".join(mine) or "负责的企业",
        "round_query": "" if found.current else found.code,
        "may_export": request.actor.may("screening.export"),
    }
    return reach, found, held, shown


def tabs(request: HttpRequest) -> dict[str, Any]:
    """页面之间的标签页与现在的一页。"""
    return {"tabs": TABS, "here": request.resolver_match.view_name if request.resolver_match else ""}


def tier_of(request: HttpRequest, known: Sequence[str]) -> str:
    """网址里写的层级；没有写的给第一个。"""
    code = clean(request.GET.get("tier", ""), "层级") or next(iter(known), "")
    if code not in known:
        raise Wrong(f"这一轮没有层级“{code}”；请从筛选首页进入")
    return code


def firm_address() -> Callable[[str], str]:
    """企业号 → 企业档案的网址；网址表只查一次，没有这个页面时都为空。"""
    try:
        pattern = reverse("firm", args=["00000000"])
    except NoReverseMatch:
        return lambda one: ""
    return lambda one: pattern.replace("00000000", quote(one))


@login_required
@require_POST
def download(request: HttpRequest, kind: str) -> HttpResponse:
    """导出正在看的：少的当场下载，多的转到作业。"""
    given = {name: clean(value, name) for name, value in request.POST.items()}
    with tempfile.TemporaryDirectory() as folder:
        made = export(request.actor, kind, given, Path(folder))
        if not isinstance(made, Path):
            return begun(request, made)
        return FileResponse(made.open("rb"), as_attachment=True, filename=made.name)


def empty(request: HttpRequest) -> HttpResponse:
    """还没有一轮评估时的页面。"""
    return render(request, "screening/none.html", {"may_run": request.actor.may("screening.run")})
