"""成果一行 → 要存的值：领域、成熟度、地点从文字认成代码；认不得的抛 Wrong，说到列。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.nurture.demands.states import choices
from miaopu.selection.city import city

LONGEST = {"title": 120, "institute": 80, "contact": 80}
HEADS = {
    "编号": "code", "版本": "version", "成果名称": "title", "院所": "institute", "领域": "field", "关键词": "keywords",
    "成熟度": "maturity", "地点": "place", "联系方式": "contact",
}  # fmt: skip
"""登记表的列 → 字段。"""
NAMES = {column: head for head, column in HEADS.items()}


def result_values(given: Mapping[str, str]) -> dict[str, Any]:
    """成果的各项；名称、院所、领域必有，其余空着是不详。"""
    found = {name: _text(given, name) for name in ("title", "institute", "keywords", "contact")}
    for name in ("title", "institute"):
        if not found[name]:
            raise Wrong(f"{NAMES[name]}：空着；请填写")
    if not _text(given, "field"):
        raise Wrong("领域：空着；请从下拉里选")
    place, title = _place(_text(given, "place") or "")
    coded = {
        "field": _coded(given, "field", choices().fields),
        "maturity": _coded(given, "maturity", choices().maturity),
    }
    return {**found, **coded, "place": place, "place_title": title}


def _text(given: Mapping[str, str], name: str) -> str | None:
    return clean(given.get(name) or "", NAMES[name], LONGEST.get(name, 500)) or None


def _coded(given: Mapping[str, str], name: str, known: Mapping[str, str]) -> str | None:
    text = _text(given, name)
    if text is None or text in known:
        return text
    found = next((code for code, title in known.items() if title == text), None)
    if found is None:
        raise Wrong(f"{NAMES[name]}：没有“{text}”；应是{'、'.join(known.values())}之一")
    return found


def _place(text: str) -> tuple[str | None, str | None]:
    """省或市 → 代码与名称；空着是不详。"""
    if not text:
        return None, None
    found = city().districts.find(text)
    if found is None or found.level not in ("province", "city"):
        raise Wrong(f"地点：“{text}”认不得；山东省内写到市（如济南市），省外写到省（如北京市）")
    return found.code, found.name
