"""事实文件：YAML、JSON 或 CSV，一家或多家；记录之间可 extends；不查台账。

形状（任选）：一家的映射；firms、cases 或 records 下的列表；顶层列表；CSV 一行一家。
每家的事实写在 inputs 或 facts 下，或直接平铺。as_of（评估日）、application_type（new 新申请、review 复核）
写在记录、事实或顶层；gates_default 块写在顶层、shared 或 meta.shared 下，没有它门槛就是未知。
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from miaopu.standards.given.facts import FactsError
from miaopu.terms import yaml_lines
from miaopu.terms.yaml_lines import CatalogError

LISTS = ("firms", "cases", "records")
CONTENTS = ("inputs", "facts")
DATES = ("as_of", "assessed_on")
KINDS = ("new", "review")


@dataclass(frozen=True)
class Record:
    """一条记录：id、事实、评估日（没有写为 None）、事项、原始记录。"""

    id: str
    facts: Mapping[str, Any]
    assessed_on: date | None
    kind: str
    raw: Mapping[str, Any]


@dataclass(frozen=True)
class FactsFile:
    """一份事实文件：gates_default 为 None 即没有给出门槛默认。"""

    records: tuple[Record, ...]
    gates_default: Mapping[str, Any] | None


def read_facts(path: Path) -> FactsFile:
    """读文件；格式不对抛 FactsError，说明文件、位置与改法。"""
    if not path.is_file():
        raise FactsError(f"没有文件“{path}”；请核对路径")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FactsError(f"“{path.name}”不是 UTF-8 文本；请另存为 UTF-8 的 YAML、JSON 或 CSV") from error
    return parse_facts(text, path.name)


def parse_facts(text: str, name: str) -> FactsFile:
    """读文字；name 决定格式（.csv 为表格，其余按 YAML，JSON 是它的子集）。"""
    if name.lower().endswith(".csv"):
        rows = [
            {key: value for key, value in row.items() if key and value} for row in csv.DictReader(text.splitlines())
        ]
        return FactsFile(tuple(_record(row, {}, {}, number) for number, row in enumerate(rows, 1)), None)
    try:
        data = json.loads(text, parse_float=str) if name.lower().endswith(".json") else yaml_lines.parse(text, name)
    except (json.JSONDecodeError, CatalogError) as error:
        raise FactsError(f"“{name}”读不懂：{error}") from error
    return _document(data, name)


def _document(data: Any, name: str) -> FactsFile:
    top = {"records": data} if isinstance(data, list) else data
    if not isinstance(top, Mapping):
        raise FactsError(f"“{name}”应是一家企业的映射，或一个列表；发现 {type(data).__name__}")
    items = next((top[key] for key in LISTS if isinstance(top.get(key), list)), [top])
    known = {str(item.get("id")): item for item in items if isinstance(item, Mapping) and "id" in item}
    for number, item in enumerate(items, 1):
        if not isinstance(item, Mapping):
            raise FactsError(f"“{name}”第 {number} 条应是映射，发现“{item}”")
    records = tuple(_record(item, top, known, number) for number, item in enumerate(items, 1))
    return FactsFile(records, gates_block(top))


def gates_block(top: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """门槛默认块。"""
    shared = top.get("shared") or (top.get("meta") or {}).get("shared") or {}
    return top.get("gates_default", shared.get("gates_default"))


def _record(item: Mapping[str, Any], top: Mapping[str, Any], known: Mapping[str, Any], number: int) -> Record:
    facts = resolve_facts(item, known)
    if item is top:
        facts = {key: value for key, value in facts.items() if key not in ("gates_default", "shared", "meta")}
    kind = str(_first((facts, item, top), ("application_type", "kind")) or "new")
    if kind not in KINDS:
        raise FactsError(f"第 {number} 条的 application_type 应是 new 或 review，发现“{kind}”")
    day = _first((facts, item, top), DATES)
    return Record(str(item.get("id", number)), facts, day_of(day), kind, item)


def resolve_facts(item: Mapping[str, Any], known: Mapping[str, Any], seen: tuple[str, ...] = ()) -> dict[str, Any]:
    """取出事实；extends 指同一文件里的另一条，自己写的优先。"""
    content = next((item[key] for key in CONTENTS if isinstance(item.get(key), Mapping)), item)
    facts = {str(key): value for key, value in content.items()}
    parent = facts.pop("extends", None)
    if parent is None:
        return facts
    if parent not in known:
        raise FactsError(f"extends 指向的“{parent}”不在同一文件里")
    if parent in seen:
        raise FactsError(f"extends 绕成了圈：{'→'.join([*seen, str(parent)])}")
    return {**resolve_facts(known[parent], known, (*seen, str(parent))), **facts}


def day_of(value: Any) -> date | None:
    """日期或 ISO 文字 → 日期。"""
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise FactsError(f"评估日应是 ISO 日期（如 2026-05-10），发现“{value}”") from error


def _first(places: tuple[Mapping[str, Any], ...], keys: tuple[str, ...]) -> Any:
    return next((place[key] for place in places for key in keys if place.get(key) is not None), None)
