"""培育库各页共用的：标签页、层级的选择、表单里的编号与整数。"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, QueryDict

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.screening import load_settings
from miaopu.selection.city import city
from miaopu.selection.files import HEADS, MOST
from miaopu.selection.library.entry import lacking, round_of
from miaopu.selection.library.evidence import Given, given
from miaopu.selection.library.queries.members import alerts

TABS = (
    ("library:index", "库里的企业"),
    ("library:picks", "选配"),
    ("library:quotas", "名额"),
    ("library:dispatches", "下发与意见"),
    ("library:issues", "发布的名单"),
    ("library:alerts", "预警"),
)
FIRST = "LG"
"""没有写层级时先看的一级。"""


def frame(request: HttpRequest, **also: Any) -> dict[str, Any]:
    """各页共用的变量。"""
    here = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "tabs": TABS,
        "here": here,
        "waiting": alerts(request.actor).count(),
        "accept": ",".join(HEADS),
        "most_files": MOST,
        **also,
    }


def tiers() -> dict[str, str]:
    """有名单的层级 → 名称，取自当前一轮；还没有评估的取筛选口径。"""
    try:
        held = round_of("")[1]
    except Wrong:
        settings = load_settings(city().catalog)
        return {one.tier: one.title for one in settings.lists}
    return {code: held.tiers[code]["rung"] for code in held.lists if code in held.tiers}


def tier_of(text: str) -> str:
    """网址或表单里写的层级；没有写的给“小巨人”，没有的抛 Wrong。"""
    known = tiers()
    code = clean(text, "层级") or (FIRST if FIRST in known else next(iter(known), ""))
    if code not in known:
        raise Wrong(f"{lacking(code) or f'没有层级“{code}”的名单'}；请从页面上选")
    return code


def numbered(texts: Iterable[str]) -> dict[int, int]:
    """“编号:版本”若干 → 编号 → 版本。"""
    out = {}
    for text in texts:
        number, _, version = text.partition(":")
        if not (number.isascii() and number.isdigit() and version.isascii() and version.isdigit() and len(text) < 30):
            raise Wrong("编号不对；请刷新页面再选")
        out[int(number)] = int(version)
    return out


def whole(typed: QueryDict, name: str, what: str) -> int:
    """表单里的整数。"""
    text = typed.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Wrong(f"{what}“{text or '空'}”应是整数；请只填数字")
    return int(text)


def maybe(typed: QueryDict, name: str, what: str) -> int | None:
    """表单里的整数；空的是不限。"""
    return whole(typed, name, what) if typed.get(name, "").strip() else None


def day(text: str, what: str) -> date:
    """表单里的日期。"""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Wrong(f"{what}应是日期，如 2026-11-20；请重新选") from error


def proof_of(request: HttpRequest) -> Given:
    """表单里的依据：文字与文件。"""
    return given(request.POST.get("proof", ""), request.FILES.getlist("files"))
