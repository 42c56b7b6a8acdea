"""指标：读 catalog/indicators/*.yaml，给出冻结的指标定义。

一个键只许定义一次；写错即抛 CatalogError，带文件与行号。从不改动目录文件，也不计算指标。
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.item_key import FORMS
from miaopu.terms.yaml_lines import CatalogError, line_of

SCALAR_KINDS = frozenset({"money", "count", "percent", "decimal", "flag", "category", "text", "date"})
KINDS = SCALAR_KINDS | {"item"}
NUMERIC_KINDS = frozenset({"money", "count", "percent", "decimal", "flag"})
PERIODS = frozenset({"year", "day", "event", "validity"})
KNOWN_KEYS = frozenset(
    {"key", "title", "kind", "period", "unit", "suppliers", "definition", "values", "fields", "formula", "open"}
    | {"key_form", "key_field"}
)


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


def fold(text: str) -> str:
    """比对取值与表头用的归一：NFKC、去掉一切空白、英文转小写。"""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


@dataclass(frozen=True)
class Indicator:
    """一个指标。

    key 标识；title 中文名；kind 类别；period 期间种类（派生指标可为空串）；unit 显示单位（无则空串）；
    suppliers 提供来源代码；values 代码→同义词（条目指标为其首个类别字段的取值）；
    fields 条目字段→类别；formula 派生公式（无则空串）；open 为真时类别取值不封闭；
    key_form 条目键怎样归一（terms.item_key.FORMS），key_field 条目键自成哪个字段（没有为空串）；
    extra 其余键，原样保留。
    """

    key: str
    title: str
    kind: str
    period: str = ""
    unit: str = ""
    suppliers: tuple[str, ...] = ()
    definition: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    fields: Mapping[str, str] = field(default_factory=_nothing)
    formula: str = ""
    open: bool = False
    key_form: str = "wording"
    key_field: str = ""
    extra: Mapping[str, Any] = field(default_factory=_nothing)
    path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    @property
    def derived(self) -> bool:
        """由公式算出、不从部门文件读入的指标。"""
        return bool(self.formula)

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """归一后的同义词（含代码本身）→ 代码。"""
        words = {fold(code): code for code in self.values}
        words.update((fold(word), code) for code, synonyms in self.values.items() for word in synonyms)
        return MappingProxyType(words)

    def code_of(self, text: str) -> str | None:
        """取值文字对应的代码；不认得为 None。"""
        return self.codes.get(fold(text))

    def kind_of(self, name: str) -> str | None:
        """条目字段的类别；没有该字段为 None。"""
        return self.fields.get(name)


def load_indicators(catalog: Catalog) -> dict[str, Indicator]:
    """全部指标，按文件与书写次序；重复的键、未知类别或期间、缺标题都抛 CatalogError。"""
    found: dict[str, Indicator] = {}
    for path in catalog.files("indicators"):
        for entry in _entries(yaml_lines.read(path), path):
            one = _indicator(entry)
            if one.key in found:
                first = found[one.key]
                raise CatalogError(one.path, one.line, f"指标“{one.key}”已在 {first.path} 第 {first.line} 行定义")
            found[one.key] = one
    return found


def _entries(document: Any, path: Any) -> list[Any]:
    if document is None:
        return []
    if not isinstance(document, list):
        raise CatalogError(path, line_of(document), "指标文件应是列表，每项一个指标")
    for entry in document:
        if not isinstance(entry, yaml_lines.Mapping):
            raise CatalogError(path, line_of(document), f"应是一个指标的映射，发现 {entry!r}")
    return document


def _indicator(entry: yaml_lines.Mapping) -> Indicator:
    return Indicator(
        key=_word(entry, "key", required=True),
        title=_word(entry, "title", required=True),
        kind=_choice(entry, "kind", KINDS, required=True),
        period=_choice(entry, "period", PERIODS),
        unit=_word(entry, "unit"),
        suppliers=tuple(str(one) for one in _list(entry, "suppliers")),
        definition=_word(entry, "definition"),
        values=_values(entry),
        fields=_fields(entry),
        formula=_word(entry, "formula"),
        open=bool(entry.get("open", False)),
        key_form=_choice(entry, "key_form", frozenset(FORMS)) or "wording",
        key_field=_key_field(entry),
        extra=MappingProxyType({key: value for key, value in entry.items() if key not in KNOWN_KEYS}),
        path=entry.path,
        line=entry.line,
    )


def _fail(entry: yaml_lines.Mapping, key: str, message: str) -> CatalogError:
    return CatalogError(entry.path, line_of(entry, key), message)


def _word(entry: yaml_lines.Mapping, key: str, required: bool = False) -> str:
    value = entry.get(key)
    if value is None and not required:
        return ""
    if not isinstance(value, str | int) or value == "":
        raise _fail(entry, key, f"指标的“{key}”应是文字，发现 {value!r}")
    return str(value)


def _choice(entry: yaml_lines.Mapping, key: str, allowed: frozenset[str], required: bool = False) -> str:
    value = _word(entry, key, required)
    if value and value not in allowed:
        raise _fail(entry, key, f"“{key}”不认得“{value}”，应为 {'、'.join(sorted(allowed))} 之一")
    return value


def _list(entry: yaml_lines.Mapping, key: str) -> list[Any]:
    value = entry.get(key, [])
    if not isinstance(value, list):
        raise _fail(entry, key, f"“{key}”应是列表，发现 {value!r}")
    return value


def _key_field(entry: yaml_lines.Mapping) -> str:
    name = _word(entry, "key_field")
    if name and name not in (entry.get("fields") or {}):
        raise _fail(entry, "key_field", f"条目键字段“{name}”不在 fields 里")
    return name


def _values(entry: yaml_lines.Mapping) -> Mapping[str, tuple[str, ...]]:
    declared = entry.get("values", {})
    if not isinstance(declared, dict):
        raise _fail(entry, "values", "“values”应是“代码: [同义词…]”的映射")
    owner: dict[str, str] = {}
    for code, words in declared.items():
        for word in words or ():
            if owner.setdefault(fold(str(word)), code) != code:
                raise _fail(entry, "values", f"同义词“{word}”同时属于“{owner[fold(str(word))]}”与“{code}”")
    return MappingProxyType({str(code): tuple(str(word) for word in words or ()) for code, words in declared.items()})


def _fields(entry: yaml_lines.Mapping) -> Mapping[str, str]:
    declared = entry.get("fields", {})
    if not isinstance(declared, dict):
        raise _fail(entry, "fields", "“fields”应是“字段: 类别”的映射")
    for name, kind in declared.items():
        if kind not in SCALAR_KINDS:
            raise _fail(entry, "fields", f"字段“{name}”的类别“{kind}”不认得")
    if (entry.get("kind") == "item") != bool(declared):
        raise _fail(entry, "fields", "条目指标（kind: item）必须且只有它可以有 fields")
    return MappingProxyType(dict(declared))
