"""取值：从带行号的 YAML 里取文字、整数、日期、列表，类别不对即报文件与行号；不懂条款。"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from miaopu.standards.tree.clause import SOURCES
from miaopu.standards.tree.vocabulary import Vocabulary
from miaopu.terms.yaml_lines import CatalogError, line_of

KINDS = ("new", "review")


class Entry:
    """一个文件；记住已经出现的编号。"""

    def __init__(self, path: Path, vocabulary: Vocabulary) -> None:
        self.path, self.vocabulary = path, vocabulary
        self.ids: set[str] = set()

    def fail(self, node: Any, message: str, key: str | None = None) -> CatalogError:
        """带文件与行号的错误。"""
        return CatalogError(self.path, line_of(node, key), message)

    def only(self, data: Any, what: str, known: frozenset[str]) -> None:
        """只许这些键。"""
        if not isinstance(data, Mapping):
            raise self.fail(data, f"{what}应写成“键: 值”的映射，发现“{data}”")
        for key in data:
            if key not in known:
                raise self.fail(data, f"{what}不认识“{key}”；可用：{'、'.join(sorted(known))}", key)

    def word(self, data: Any, key: str) -> str:
        """必有的文字。"""
        if key not in data or data[key] in (None, ""):
            raise self.fail(data, f"缺少“{key}”", key)
        return str(data[key])

    def whole(self, data: Any, key: str) -> int:
        """必有的整数。"""
        value = data.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fail(data, f"“{key}”应是整数，发现“{value}”", key)
        return value

    def day(self, data: Any, key: str, required: bool = False) -> date | None:
        """日期。"""
        value = data.get(key)
        if value is None and not required:
            return None
        if not isinstance(value, date):
            raise self.fail(data, f"“{key}”应是日期（如 2026-04-01），发现“{value}”", key)
        return value

    def items(self, data: Any, key: str) -> list[Any]:
        """列表；没有即空。"""
        value = data.get(key, [])
        if not isinstance(value, list):
            raise self.fail(data, f"“{key}”应是列表，发现“{value}”", key)
        return value

    def kinds(self, data: Any) -> tuple[str, ...]:
        """事项。"""
        found = tuple(map(str, self.items(data, "kinds")))
        if set(found) - set(KINDS):
            raise self.fail(data, f"kinds 只能是 {'、'.join(KINDS)}，发现“{'、'.join(found)}”", "kinds")
        return found

    def source(self, data: Any) -> str:
        """依据的可信程度；没写按未核原文（restated）。"""
        found = str(data.get("source", "restated"))
        if found not in SOURCES:
            raise self.fail(data, f"source 只能是 {'、'.join(SOURCES)}，发现“{found}”", "source")
        return found

    def number_id(self, data: Any, key: str, what: str) -> str:
        """编号：一份标准之内条款、评分项、合计都不许重名。"""
        name = self.word(data, key)
        if name in self.ids:
            raise self.fail(data, f"{what}编号 {name} 重复", key)
        self.ids.add(name)
        return name
