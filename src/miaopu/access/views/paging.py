"""翻页：一页一页地给，页码有界；各处的清单都用它。"""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

ROWS = 50
"""一页几行（没有另说的）。"""


def paged(request: HttpRequest, found: Any, size: int = ROWS) -> Page[Any]:
    """网址里 page 那一页；不是数的给首页，太远的给末页。"""
    return Paginator(found, size).get_page(request.GET.get("page", "")[:9])
