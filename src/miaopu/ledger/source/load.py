"""来源：读 catalog/sources/<代码>/source.yaml，给出冻结的来源声明（表、列、单位、期间、个人信息列）。

写错即抛 CatalogError，带文件与行号；不认得的键、指标、单位一律是错。
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from miaopu.ledger.source.declared import IDENTITY_ROLES, Column, Source, Sources, Table
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.district import Districts
from miaopu.terms.indicator import Indicator, fold, load_indicators
from miaopu.terms.quantity import scale_of
from miaopu.terms.yaml_lines import CatalogError, line_of

ROLES = frozenset({*IDENTITY_ROLES, "value", "item", "year", "title", "from", "until", "industry_name", "items"})
BASES = frozenset({"合并", "单体", "未说明"})
SHAPES = frozenset({"list", "form"})
SOURCE_KEYS = frozenset(
    [
        "code",
        "title",
        "department",
        "sharing_basis",
        "purpose",
        "precedence",
        "basis",
        "coverage",
        "may_ground",
        "creates",
        "legal_basis",
        "hidden",
        "personal",
        "ignore",
        "tables",
    ]
)
TABLE_KEYS = frozenset(
    ["code", "title", "titles", "shape", "coverage", "expected_rows", "ignore", "columns", "titles_to"]
)
COLUMN_KEYS = frozenset(["role", "indicator", "aliases", "unit", "period", "values", "required", "sets", "missing"])
PERIODS = frozenset({"header", "column", "title", "none"})
HIDDEN = frozenset({"read", "skip"})
HIDDEN_PARTS = ("sheets", "rows", "columns")


def load_sources(
    catalog: Catalog, indicators: Mapping[str, Indicator] | None = None, city: str | None = None
) -> Sources:
    """读全部来源声明；city 是本市区划代码。出错抛 CatalogError。"""
    known = indicators if indicators is not None else load_indicators(catalog)
    every: dict[str, Source] = {}
    for path in catalog.files("sources", "source.yaml"):
        one = _source(_checked(yaml_lines.read(path), path, SOURCE_KEYS), known)
        if one.code in every:
            raise CatalogError(path, 1, f"来源“{one.code}”已在 {every[one.code].path} 声明")
        every[one.code] = one
    industries = MappingProxyType(_industries(catalog))
    return Sources(MappingProxyType(every), known, industries, Districts.read(catalog), city)


def _industries(catalog: Catalog) -> dict[str, str]:
    """catalog/industries/gbt4754_2017.csv 的代码与名称；名称里可有顿号，没有逗号引号。"""
    out: dict[str, str] = {}
    for path in catalog.files("industries", "gbt4754_2017.csv"):
        for line in path.read_text(encoding="utf-8").splitlines()[1:]:
            code, _, _, _, name = line.split(",", 4)
            out[code] = name.strip('"')
    return out


def _checked(entry: Any, path: Any, keys: frozenset[str]) -> yaml_lines.Mapping:
    if not isinstance(entry, yaml_lines.Mapping):
        raise CatalogError(path, line_of(entry), f"应是映射，发现 {entry!r}")
    for key in entry:
        if key not in keys:
            raise _fail(entry, key, f"不认得的键“{key}”，可用的是 {'、'.join(sorted(keys))}")
    return entry


def _fail(entry: yaml_lines.Mapping, key: str, message: str) -> CatalogError:
    return CatalogError(entry.path, line_of(entry, key), message)


def _text(entry: yaml_lines.Mapping, key: str, required: bool = True) -> str:
    value = entry.get(key, "")
    if required and not value:
        raise _fail(entry, key, f"缺“{key}”")
    return str(value)


def _choice(entry: yaml_lines.Mapping, key: str, allowed: frozenset[str], default: str) -> str:
    value = str(entry.get(key, default))
    if value not in allowed:
        raise _fail(entry, key, f"“{key}”不认得“{value}”，应为 {'、'.join(sorted(allowed))} 之一")
    return value


def _hidden(entry: yaml_lines.Mapping) -> Mapping[str, str]:
    """隐藏的表、行、列：read 读入并报告，skip 不读并报告；默认隐藏表不读，隐藏行列照读。"""
    rules = {"sheets": "skip", "rows": "read", "columns": "read"} | dict(entry.get("hidden") or {})
    for part, rule in rules.items():
        if part not in HIDDEN_PARTS or rule not in HIDDEN:
            raise _fail(entry, "hidden", f"“hidden”写作 {{sheets, rows, columns: read 或 skip}}，发现 {part}: {rule}")
    return MappingProxyType(rules)


def _words(entry: yaml_lines.Mapping, key: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list):
        raise _fail(entry, key, f"“{key}”应是列表，发现 {value!r}")
    return tuple(fold(str(word)) for word in value)


def _source(entry: yaml_lines.Mapping, indicators: Mapping[str, Indicator]) -> Source:
    ignore = frozenset(_words(entry, "ignore"))
    coverage = _choice(entry, "coverage", frozenset({"", "complete"}), "")
    return Source(
        code=_text(entry, "code"),
        title=_text(entry, "title"),
        department=_text(entry, "department"),
        sharing_basis=_text(entry, "sharing_basis"),
        purpose=_text(entry, "purpose"),
        precedence=int(_text(entry, "precedence")),
        basis=_choice(entry, "basis", BASES, "未说明"),
        tables=tuple(_table(one, entry, ignore, coverage, indicators) for one in entry.get("tables", [])),
        coverage=coverage,
        may_ground=bool(entry.get("may_ground", True)),
        creates=bool(entry.get("creates", False)),
        hidden=_hidden(entry),
        personal=frozenset(_words(entry, "personal")),
        path=entry.path,
    )


def _table(
    raw: Any, owner: yaml_lines.Mapping, ignore: frozenset[str], coverage: str, indicators: Mapping[str, Indicator]
) -> Table:
    entry = _checked(raw, owner.path, TABLE_KEYS)
    columns = tuple(_column(_checked(one, owner.path, COLUMN_KEYS), indicators) for one in entry.get("columns", []))
    _no_shared_alias(entry, columns)
    low, high = entry.get("expected_rows", [0, 2**31])
    return Table(
        code=_text(entry, "code"),
        title=_text(entry, "title"),
        columns=columns,
        titles=_words(entry, "titles") or (fold(_text(entry, "title")),),
        shape=_choice(entry, "shape", SHAPES, "list"),
        coverage=_choice(entry, "coverage", frozenset({"", "complete", "none"}), coverage).replace("none", ""),
        expected_rows=(int(low), int(high)),
        ignore=ignore | frozenset(_words(entry, "ignore")),
    )


def _no_shared_alias(entry: yaml_lines.Mapping, columns: tuple[Column, ...]) -> None:
    owner: dict[str, str] = {}
    for column in columns:
        for alias in column.aliases:
            if owner.setdefault(alias, column.key) != column.key:
                raise CatalogError(entry.path, column.line, f"表头“{alias}”同时属于“{owner[alias]}”与“{column.key}”")


def _column(entry: yaml_lines.Mapping, indicators: Mapping[str, Indicator]) -> Column:
    role = _choice(entry, "role", ROLES, "value")
    key = _text(entry, "indicator", required=role == "value")
    kind, unit, one = "text", _text(entry, "unit", required=False), indicators.get(key.split(".")[0])
    if key:
        kind = _kind(entry, key, one)
        if unit and scale_of(kind, unit) is None:
            raise _fail(entry, "unit", f"单位“{unit}”与指标“{key}”的类别 {kind} 不合")
    aliases = _words(entry, "aliases")
    if not aliases:
        raise _fail(entry, "aliases", "缺表头“aliases”")
    return Column(
        role=role,
        aliases=aliases,
        indicator=key,
        kind=kind,
        unit=unit,
        period=_period(entry, one, key),
        values=MappingProxyType(_synonyms(entry, key, one, role)),
        sets=_sets(entry, indicators),
        open=bool(one and one.open) or bool(one and "." not in key and kind == "category" and not one.values),
        missing=frozenset(_words(entry, "missing")),
        line=entry.line,
    )


def _sets(entry: yaml_lines.Mapping, indicators: Mapping[str, Indicator]) -> tuple[str, ...]:
    """role: items 的列里列出的每一件，哪些是否字段记为“是”。"""
    for key in entry.get("sets", []):
        if _kind(entry, str(key), indicators.get(str(key).split(".")[0])) != "flag":
            raise _fail(entry, "sets", f"“{key}”不是是否字段")
    return tuple(str(key) for key in entry.get("sets", []))


def _kind(entry: yaml_lines.Mapping, key: str, one: Indicator | None) -> str:
    if one is None:
        raise _fail(entry, "indicator", f"指标“{key}”不在 catalog/indicators")
    kind = one.fields.get(key.partition(".")[2]) if "." in key else one.kind
    if kind is None or kind == "item":
        raise _fail(entry, "indicator", f"“{key}”不是可读入的指标或字段")
    return kind


def _period(entry: yaml_lines.Mapping, one: Indicator | None, key: str) -> tuple[str, ...]:
    declared = entry.get("period")
    if declared is None:
        return ("header", "column", "title") if one and one.period == "year" and "." not in key else ("header", "none")
    steps = tuple(str(step) for step in (declared if isinstance(declared, list) else [declared]))
    if not set(steps) <= PERIODS:
        raise _fail(entry, "period", f"“period”应取自 {'、'.join(sorted(PERIODS))}")
    return steps


def _synonyms(entry: yaml_lines.Mapping, key: str, one: Indicator | None, role: str) -> dict[str, str]:
    """归一后的同义词→代码：列上声明的优先，其次指标文件里的。"""
    first_category = next((name for name, kind in (one.fields if one else {}).items() if kind == "category"), None)
    shared = one is not None and role == "value" and ("." not in key or key.partition(".")[2] == first_category)
    out = dict(one.codes) if shared else {}
    for code, words in (entry.get("values") or {}).items():
        out.update({fold(str(word)): str(code) for word in (words or [code])})
        out.setdefault(fold(str(code)), str(code))
    return out
