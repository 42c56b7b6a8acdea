"""公众首页、梯度与条件、工作台。"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required, login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from miaopu.selection.city import city, today
from miaopu.standards.applicability import Choice, choose, load_rules
from miaopu.standards.tree.clause import SOURCES, Standard
from miaopu.supervision.windows import windows
from miaopu.web.desk import panels


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """公众首页：是什么、梯度、日历、怎么申报、常见问题。"""
    told = city().catalog.read("public.yaml")
    shown = {"told": told, "groups": groups(told)}
    now = today()
    calendar = [(one, one.is_open(now), one.closes < now) for one in windows()]
    return render(request, "web/home.html", shown | {"calendar": calendar, **large(request)})


def groups(told: dict[str, Any]) -> list[tuple[str, list[tuple[str, Standard, Choice]]]]:
    """主梯与其他方向。"""
    return [("主梯，由低到高", tiers(told["ladder"])), ("其他方向", tiers(told["side"]))]


def tiers(codes: list[str]) -> list[tuple[str, Standard, Choice]]:
    """各层级今天适用的标准：（层级，标准，选用的依据）；没有标准文件的不列。"""
    rules, library = load_rules(city().catalog), city().library
    found = [(code, choose(rules, code, today())) for code in codes]
    return [
        (code, library.standards[one.standard], one)
        for code, one in found
        if one is not None and one.standard in library.standards
    ]


@login_not_required
def ladder(request: HttpRequest, tier: str) -> HttpResponse:
    """一级的条件：逐条取自标准文件。"""
    told = city().catalog.read("public.yaml")
    found = [one for one in tiers([*told["ladder"], *told["side"]]) if one[0] == tier]
    if not found:
        raise Http404
    standard, choice = found[0][1:]
    shown = {"tier": tier, "standard": standard, "choice": choice, "clauses": _clauses(standard)}
    return render(request, "web/ladder.html", shown | {"gap": gap(standard), **large(request)})


def _clauses(standard: Standard) -> list[tuple[int, Any, str]]:
    """（层次，条款，可信标记）：新申请用到的。"""
    found: list[tuple[int, Any, str]] = []

    def walk(clause: Any, depth: int) -> None:
        if clause.kinds and "new" not in clause.kinds:
            return
        found.append((depth, clause, SOURCES[clause.source]))
        for child in clause.children:
            walk(child, depth + 1)

    for one in standard.clauses:
        walk(one, 0)
    return found


def gap(standard: Standard) -> str:
    """标准整体的可信标记：有条款未核原文的写明。"""
    return "未核原文" if standard.unchecked else ""


def large(request: HttpRequest) -> dict[str, str]:
    """大字：网址参数 text=large，不用 cookie。"""
    return {"text_size": "large" if request.GET.get("text") == "large" else ""}


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """工作台：按角色组成。"""
    shown = [(f"web/desk/{name}.html", name, content) for name, content in panels(request.actor)]
    return render(request, "web/desk.html", {"panels": shown, "charted": any(name == "funnel" for _, name, _ in shown)})
