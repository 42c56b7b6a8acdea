"""标签定义：读 catalog/tags，一条一个标签；规则只有一种，自定门槛要写理由；只读不算。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from miaopu.standards.tree.expression import ExpressionError, parse_truth
from miaopu.standards.tree.vocabulary import Vocabulary
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

RULES = ("test", "clause", "clause_not", "screened", "expiring", "missing")
KEYS = frozenset({"code", "title", "group", "definition", "reason", "evidence", "until", "unless", *RULES})


@dataclass(frozen=True)
class Tag:
    """一个标签的定义。rule 是规则种类，body 是规则内容；until 是给出截止日的列；unless 是有这些标签就不打。"""

    code: str
    title: str
    group: str
    definition: str
    rule: str
    body: Any
    evidence: tuple[str, ...]
    until: str = ""
    unless: tuple[str, ...] = ()
    reason: str = ""


def load_tags(catalog: Catalog, vocabulary: Vocabulary) -> dict[str, Tag]:
    """读全部标签定义；重复、写错即报文件与行号。"""
    found: dict[str, Tag] = {}
    for path in catalog.files("tags"):
        for item in yaml_lines.read(path) or ():
            one = _tag(item, path, vocabulary)
            if one.code in found:
                raise CatalogError(path, line_of(item, "code"), f"标签代码 {one.code} 重复")
            found[one.code] = one
    for one in found.values():
        unknown = [code for code in one.unless if code not in found]
        if unknown:
            raise CatalogError("catalog/tags", 0, f"标签 {one.code} 的 unless 写了没有的标签 {unknown[0]}")
    return found


def _tag(item: Any, path: Any, vocabulary: Vocabulary) -> Tag:
    for key in item:
        if key not in KEYS:
            raise CatalogError(path, line_of(item, key), f"不认识“{key}”；可用：{'、'.join(sorted(KEYS))}")
    for key in ("code", "title", "group", "definition", "evidence"):
        if key not in item:
            raise CatalogError(path, line_of(item), f"缺少“{key}”")
    rules = [key for key in RULES if key in item]
    if len(rules) != 1:
        raise CatalogError(path, line_of(item), f"要有且只有一种规则：{'、'.join(RULES)}")
    body = item[rules[0]]
    if rules[0] == "test":
        try:
            body = parse_truth(str(body), vocabulary.lookup)
        except ExpressionError as error:
            raise CatalogError(path, line_of(item, "test"), str(error)) from error
    return Tag(
        item["code"], item["title"], item["group"], item["definition"], rules[0], body, tuple(item["evidence"]),
        item.get("until", ""), tuple(item.get("unless", ())), item.get("reason", ""),
    )  # fmt: skip
