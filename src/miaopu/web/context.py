"""外壳要的东西：行为人、菜单、业务日期、当前一轮的标记。"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from miaopu.access.actor import NOBODY
from miaopu.selection.city import today
from miaopu.selection.screening.queries import current
from miaopu.web.menu import menu


def shell(request: HttpRequest) -> dict[str, Any]:
    """每个页面都有的变量；查数据库的都推迟到用时。"""
    actor = getattr(request, "actor", NOBODY)
    return {
        "actor": actor,
        "menu": SimpleLazyObject(lambda: menu(actor)),
        "demo_site": settings.DEMO,
        "demo_password": settings.DEMO_PASSWORD if settings.DEMO else "",
        "today": today(),
        "round": SimpleLazyObject(current),
    }
