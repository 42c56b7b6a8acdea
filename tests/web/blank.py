"""空页面的看法：一页上没有一行的表与清单、没有说怎么办的空状态、写成 None 的空值。"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import lxml.html

ABSENT = "查无此物的字"
"""没有哪一行有的字：照它查，清单该是空的。"""


def rows(content: bytes) -> int:
    """页面正文里表与清单的行数；条件、菜单、标签页不算。"""
    page = _main(content)
    return 0 if page is None else len(page.xpath(".//tbody/tr | .//*[contains(@class,'list-group-item')]"))


def faults(where: str, content: bytes) -> list[str]:
    """一页的毛病。"""
    page = _main(content)
    if page is None:
        return []
    bare = [one for one in page.xpath(".//table[not(.//tbody/tr)]") if one.xpath(".//thead")]
    found = [f"{where} 只有表头：{_text(one)}" for one in bare]
    found += [f"{where} 空的清单" for one in page.xpath(".//*[contains(@class,'list-group')]") if _hollow(one)]
    for one in page.xpath(".//*[contains(concat(' ',@class,' '),' empty ')]"):
        if not _text(one.xpath(".//*[contains(@class,'empty-subtitle')]")):
            found.append(f"{where} “{_text(one)}”没有说怎么办")
    return found + [f"{where} 写着 None：{_text(one)}" for one in page.iter() if (one.text or "").strip() == "None"]


def asks(address: str, content: bytes) -> Iterator[str]:
    """页面上每张查找的表单：能写字的都写查不到的字，得出的网址。"""
    page = _main(content)
    for one in page.xpath(".//form[@method='get' or not(@method)]") if page is not None else ():
        names = [
            each.get("name") for each in one.xpath(".//input[@name][not(@type) or @type='search' or @type='text']")
        ]
        if names:
            given = [(name, value) for name, value in one.form_values() if name not in names and value]
            target = urlsplit(one.get("action") or address).path
            yield f"{target}?{urlencode([*given, *((name, ABSENT) for name in names)])}"


def says_so(content: bytes) -> bool:
    """有没有说没有什么、怎么办：空状态，或一句提醒。"""
    page = _main(content)
    return page is not None and bool(page.xpath(".//*[contains(concat(' ',@class,' '),' empty ') or @role='alert']"))


def _main(content: bytes) -> Any:
    if not content.strip():
        return None
    found = lxml.html.fromstring(content).xpath("//main")
    return found[0] if found else None


def _hollow(one: Any) -> bool:
    return "list-group-item" not in one.get("class") and not len(one) and not _text(one)


def _text(found: Any) -> str:
    each = found if isinstance(found, list) else [found]
    return " ".join(" ".join(one.text_content().split()) for one in each)[:80]
