"""申报窗口：catalog/supervision.yaml 里的起止日与依据；推测的标明，不把推测当通知。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "supervision.yaml"
MARKS = {"primary": "", "restated": "未核原文", "inferred": "推测"}


@dataclass(frozen=True)
class Window:
    """一个窗口：起止日含当日。"""

    code: str
    title: str
    opens: date
    closes: date
    source: str
    basis: str

    @property
    def mark(self) -> str:
        """可信标记：已核原文的为空。"""
        return MARKS[self.source]

    def days_until(self, today: date) -> int:
        """离开始还有几天；已经开始为 0。"""
        return max((self.opens - today).days, 0)

    def is_open(self, today: date) -> bool:
        """正在填报。"""
        return self.opens <= today <= self.closes


@cache
def windows() -> tuple[Window, ...]:
    """全部窗口，按开始日；写错报文件与行号。"""
    catalog = Catalog.default()
    found, path = [], catalog.file(FILE)
    for item in catalog.read(FILE)["windows"]:
        if item.get("source") not in MARKS or not isinstance(item.get("opens"), date) or item["opens"] > item["closes"]:
            raise CatalogError(path, line_of(item), "窗口的 source 不认得，或起止日写错")
        found.append(Window(**item))
    return tuple(sorted(found, key=lambda one: one.opens))


def ahead(today: date) -> list[Window]:
    """还没有结束的窗口。"""
    return [one for one in windows() if one.closes >= today]
