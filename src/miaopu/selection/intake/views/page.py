"""各页共用的步骤：分页、外壳要的变量、办不成时把话写在原页上（填的内容还在）。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from miaopu.access.act import Denied, Wrong
from miaopu.access.text import clean
from miaopu.selection.intake.queries.ledger import stale
from miaopu.terms.complaint import Refusal

LONGEST = 1000


def shown(request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
    """出一页；台账比名单新的，页上说清。"""
    return render(request, f"intake/{template}.html", {**context, "stale": stale()}, status=status)


def tried(request: HttpRequest, action: Callable[[], HttpResponse], page: Callable[[], HttpResponse]) -> HttpResponse:
    """办一件事；内容不对的，话写在原页上。"""
    try:
        return action()
    except (Wrong, Refusal) as error:
        messages.error(request, str(error), extra_tags="danger")
        try:
            response = page()
        except Denied:  # 这一页已经没有了（别人刚办完）：把原来的话单独说
            raise error from None
        response.status_code = 400
        return response


def asked(request: HttpRequest, *names: str) -> dict[str, str]:
    """网址里的筛选条件；有控制字符抛 Wrong。"""
    return {name: clean(request.GET.get(name, ""), "筛选条件") for name in names}


def typed(request: HttpRequest, *names: str) -> dict[str, str]:
    """表单里填的文字。"""
    return {name: clean(request.POST.get(name, ""), "填的内容", LONGEST) for name in names}


def narrowed(table: pl.DataFrame, wanted: Mapping[str, str], text: tuple[str, ...] = ()) -> pl.DataFrame:
    """逐项等于；q 是名称、代码里的几个字。"""
    for name, value in wanted.items():
        if value and name != "q":
            table = table.filter(pl.col(name) == value)
    words = wanted.get("q", "")
    if words and text:
        table = table.filter(
            pl.any_horizontal(pl.col(name).str.contains(words, literal=True).fill_null(False) for name in text)
        )
    return table


def options(table: pl.DataFrame, value: str, title: str | None = None) -> list[tuple[str, str]]:
    """下拉的可选项：（值，名称）。"""
    found = table.select(value, title=title or value).drop_nulls().unique().sort("title")
    return list(found.iter_rows())


def day_of(text: str, otherwise: date) -> date:
    """表单里的日期；空为 otherwise。"""
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise Wrong(f"日期“{text}”看不懂；请写成 2026-11-20") from None
