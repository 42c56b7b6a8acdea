"""各页共用的：取填的内容、灯、选项、翻页、办完去哪里；不查企业数据。"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict

from miaopu.access.act import Wrong
from miaopu.access.queries import districts
from miaopu.access.text import clean
from miaopu.nurture.followup.matter import day
from miaopu.nurture.followup.policy.rules import rules
from miaopu.selection.files import HEADS, LARGEST, MOST


def whole(typed: QueryDict, name: str, what: str) -> int:
    """整数；写错抛 Wrong。"""
    text = typed.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 13):
        raise Wrong(f"“{what}”应是整数，现在是“{text[:20] or '空'}”；请刷新页面再试")
    return int(text)


def version_of(typed: QueryDict) -> int:
    """打开页面时的版本。"""
    return whole(typed, "version", "版本")


def number_or_none(typed: QueryDict, name: str, what: str) -> int | None:
    """整数；没有填为 None。"""
    return whole(typed, name, what) if typed.get(name, "").strip() else None


def day_or_none(typed: QueryDict, name: str, what: str) -> date | None:
    """日期；没有填为 None。"""
    return day(typed.get(name, ""), what) if typed.get(name, "").strip() else None


def said(typed: QueryDict, name: str) -> str:
    """一格文字。"""
    return typed.get(name, "")


def fresh_key() -> str:
    """防重的标记，写在表单里。"""
    return uuid.uuid4().hex


def attempt(
    request: HttpRequest, work: Callable[[], HttpResponse], again: Callable[[str], HttpResponse]
) -> HttpResponse:
    """办一件事；内容不对的回到表单，填的内容还在。"""
    try:
        return work()
    except Wrong as wrong:
        return again(str(wrong))


def choices() -> dict[str, Any]:
    """各页的选项与说明：灯、去处、种类、附件的要求。"""
    told = rules()
    return {
        "lights": list(told.lights.values()),
        "targets": told.targets,
        "kinds": list(told.requests.kinds.values()),
        "limit": told.visits,
        "accept": ",".join(HEADS),
        "endings": "、".join(HEADS),
        "most": MOST,
        "largest": LARGEST // 1024 // 1024,
        "photo_mb": told.visits.photo_bytes // 1024 // 1024,
    }


def filters(given: Mapping[str, str], *names: str) -> dict[str, str]:
    """网址里的条件，查过控制字符与长短。"""
    return {name: clean(given.get(name, ""), "条件", 60) for name in names}


def counties(found: Any) -> list[tuple[str, str]]:
    """这些行里有的县区：（代码，名称）。"""
    known = districts()
    codes = found.order_by("district").exclude(district=None).values_list("district", "county").distinct()
    return [(code, county or known.get(code, code)) for code, county in codes]
