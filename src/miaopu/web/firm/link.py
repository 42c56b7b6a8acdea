"""链接：数 → 打开来历抽屉的链接（没有脚本时是一页）；别处的页面有就给网址，没有为空。"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from miaopu.desk.figure import Figures

MARK = "COLUMN"


@dataclass(frozen=True, eq=False)
class Links:
    """一家的各个数的链接。"""

    figures: Figures

    @cached_property
    def _pattern(self) -> str:
        return reverse("number", args=[self.figures.dossier.enterprise, MARK])

    def url(self, column: str, item: str = "") -> str:
        """来历的网址。"""
        return self._pattern.replace(MARK, quote(column)) + (f"?item={quote(item)}" if item else "")

    def number(self, column: str, shown: str = "", item: str = "") -> SafeString:
        """一个数；shown 不写时照数自己的写法。"""
        text, url = shown or self.figures.shown(column), self.url(column, item)
        return format_html('<a class="number" href="{0}" hx-get="{0}" hx-target="#drawer-body">{1}</a>', url, text)


@dataclass(frozen=True)
class Pair:
    """一个名目与它的数。"""

    title: str
    number: SafeString


def pairs(links: Links, columns: Sequence[str]) -> list[Pair]:
    """若干列。"""
    return [Pair(links.figures.title(one), links.number(one)) for one in columns]


def elsewhere(name: str, *given: str) -> str:
    """别处一页的网址；没有这个页面为空串。"""
    try:
        return reverse(name, args=given)
    except NoReverseMatch:
        return ""
