"""显示：图标、结论与作业状态、日期、空页面；只管样子，不查数据。"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from miaopu.jobs.states import State as JobState
from miaopu.standards.tree.state import State
from miaopu.web.menu import Item

register = template.Library()

VERDICTS = {
    3: ("满足", "success", "circle-check"),
    2: ("须人工", "info", "user-question"),
    1: ("待核", "warning", "help-circle"),
    0: ("不满足", "danger", "circle-x"),
}
JOB_COLOURS = {
    "waiting": "secondary",
    "running": "primary",
    "done": "success",
    "failed": "danger",
    "cancelled": "secondary",
}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """图标（装饰，读屏略过）。"""
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', extra, _sprite(), name)


@cache
def _sprite() -> str:
    """图标文件的网址；一页有上百个图标，逐个算要十几毫秒。"""
    return static("vendor/icons/icons.svg")


@register.simple_tag
def badge(text: str, colour: str = "secondary", sign: str = "") -> SafeString:
    """标签：颜色之外另有文字（和图标），不靠颜色传意。"""
    return format_html(
        '<span class="badge bg-{0}-lt text-{0}-emphasis">{1}{2}</span>', colour, icon(sign) if sign else "", text
    )


@register.simple_tag
def verdict(code: int | None) -> SafeString:
    """结论：满足、须人工、待核、不满足；没有为短横。"""
    if code is None:
        return format_html('<span class="text-secondary">—</span>')
    word, colour, sign = VERDICTS[int(code)]
    return badge(word, colour, sign)


CLAUSES = {
    State.fail_: ("danger", "circle-x"),
    State.pass_: ("success", "circle-check"),
    State.unknown: ("warning", "help-circle"),
    State.manual: ("info", "user-question"),
    State.exempt: ("success", "circle-check"),
    State.not_applicable: ("secondary", "minus"),
    State.not_evaluated: ("secondary", "minus"),
}


@register.simple_tag
def clause_state(state: State) -> SafeString:
    """条款的状态。"""
    return badge(state.word, *CLAUSES[state])


@register.simple_tag
def job_state(code: str) -> SafeString:
    """作业的状态。"""
    return badge(JobState(code).word, JOB_COLOURS[code])


@register.simple_tag
def empty(title: str, told: str = "") -> SafeString:
    """空页面：没有什么，该做什么。"""
    return format_html(
        '<div class="empty"><p class="empty-title">{}</p><p class="empty-subtitle text-secondary">{}</p></div>',
        title,
        told,
    )


@register.filter
def is_here(item: Item, request: HttpRequest) -> bool:
    """菜单的这一项是不是当前页面所在。"""
    match = request.resolver_match
    return bool(match) and match.view_name.partition(":")[0].rstrip("s") == item.name.partition(":")[0].rstrip("s")


@register.filter
def day(value: Any) -> str:
    """日期：2026年11月20日。"""
    if isinstance(value, str) and value:
        value = date.fromisoformat(value[:10])
    return f"{value.year}年{value.month}月{value.day}日" if isinstance(value, date) else ""


@register.filter
def moment(value: datetime | None) -> str:
    """时刻：2026-11-20 09:30。"""
    return f"{localtime(value):%Y-%m-%d %H:%M}" if value else ""


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """当前网址的参数换掉几项：翻页、筛选用；值为空的去掉。"""
    given = context["request"].GET.copy()
    for name, value in changes.items():
        given.pop(name, None)
        if value not in (None, ""):
            given[name] = value
    return "?" + urlencode([(name, one) for name in given for one in given.getlist(name)])


@register.filter
def thousands(value: int | None) -> str:
    """家数、行数：千分位；没有的为空。"""
    return "" if value in (None, "") else f"{value:,}"


@register.filter
def marked(parts: Iterable[tuple[str, bool]]) -> SafeString:
    """（文字，对上没有）的一段段；文字一律转义。"""
    tagged = ((SafeString("<mark>"), text, SafeString("</mark>")) if hit else ("", text, "") for text, hit in parts)
    return format_html_join("", "{}{}{}", tagged)
