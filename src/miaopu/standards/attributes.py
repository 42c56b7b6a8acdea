"""属性：由登记、划型、称号事实得出标准要用的列（是否中小企业、行业组、规模线类别等）；已有事实优先。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from miaopu.standards.size import SizeStandard
from miaopu.terms.catalog import Catalog

FILE = "attributes.yaml"
INDUSTRIES = "industries/gbt4754_2017.csv"
NEEDED = {
    "industry": pl.String,
    "entity_type": pl.String,
    "region": pl.String,
    "established": pl.String,
    "employees_t1": pl.Int64,
    "revenue_t1": pl.Int64,
    "assets_t1": pl.Int64,
    "srdi": pl.Int64,
    "little_giant": pl.Int64,
    "legal_person": pl.Int64,
    "is_sme": pl.Int64,
    "registered_in_china": pl.Int64,
    "resident_enterprise": pl.Int64,
    "in_province": pl.Int64,
}


@dataclass(frozen=True)
class Attribute:
    """一个推出来的列：stems 由哪些列推得，how 怎样推，title 中文名（指标里有的为空串），words 值 → 叫法。"""

    key: str
    title: str
    stems: tuple[str, ...]
    how: str
    words: Mapping[str, str]


def attributes(catalog: Catalog) -> dict[str, Attribute]:
    """列名 → 怎样推得，给溯源看；推法本身在 with_attributes。"""
    rows = catalog.read(FILE)["explained"]
    words = {one["key"]: {str(code): word for code, word in one.get("values", {}).items()} for one in rows}
    return {
        one["key"]: Attribute(one["key"], one.get("title", ""), tuple(one["from"]), one["how"], words[one["key"]])
        for one in rows
    }


@dataclass(frozen=True, eq=False)
class AttributeRules:
    """推法：属性的口径、划型、行业代码对照（任一级 → 门类、大类、划型组、规模线类别、是否制造业）；读一遍，各判定日共用。"""

    rules: Any
    size: SizeStandard
    industries: pl.DataFrame

    @classmethod
    def load(cls, catalog: Catalog) -> AttributeRules:
        """读目录。"""
        rules, size = catalog.read(FILE), SizeStandard.load(catalog)
        return cls(rules, size, _industry_table(catalog, rules, size))


def with_attributes(frame: pl.LazyFrame, given: AttributeRules, assessed_on: date) -> pl.LazyFrame:
    """快照宽表 → 加上派生属性列的宽表；不改已有的列，除非该列为空而可以推出。"""
    present = set(frame.collect_schema().names())
    blank = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in NEEDED.items() if name not in present]
    key = pl.col("industry").cast(pl.String)
    joined = (
        frame.with_columns(blank)
        .with_columns(key.alias("industry"))
        .join(given.industries.lazy(), on="industry", how="left", maintain_order="left")
    )
    return given.size.attach(joined).with_columns(_flags(given.rules)).with_columns(_years(assessed_on))


def _flags(rules: Any) -> list[pl.Expr]:
    legal = pl.col("entity_type").replace_strict(
        {code: int(value) for code, value in rules["legal_person"].items()}, default=None, return_dtype=pl.Int64
    )
    home = pl.col("region").str.starts_with(rules["home_province"]).cast(pl.Int64)
    sme = pl.when(pl.col("size_high") < 3).then(1).when(pl.col("size_low") == 3).then(0)
    either = pl.when((pl.col("srdi") == 1) | (pl.col("little_giant") == 1)).then(1)
    neither = either.when((pl.col("srdi") == 0) & (pl.col("little_giant") == 0)).then(0)
    registered = pl.col("entity_type").is_not_null().cast(pl.Int64).replace(0, None)
    return [
        pl.coalesce("legal_person", legal).alias("legal_person"),
        pl.coalesce("in_province", home).alias("in_province"),
        pl.coalesce("is_sme", sme.cast(pl.Int64)).alias("is_sme"),
        pl.coalesce("registered_in_china", registered).alias("registered_in_china"),
        pl.coalesce("resident_enterprise", registered).alias("resident_enterprise"),
        neither.cast(pl.Int64).alias("srdi_or_lg"),
    ]


def _years(assessed_on: date) -> list[pl.Expr]:
    founded = pl.col("established").str.to_date("%Y-%m-%d", strict=False)
    days = (pl.lit(assessed_on) - founded).dt.total_days()
    whole = pl.lit(assessed_on.year - 1) - founded.dt.year() + (founded.dt.ordinal_day() == 1).cast(pl.Int32)
    return [
        (days * 10_000 * 4 // 1461).alias("founded_years"),
        pl.when(founded.is_not_null()).then(whole.clip(0)).cast(pl.Int64).alias("fiscal_years"),
    ]


def _industry_table(catalog: Catalog, rules: Any, size: SizeStandard) -> pl.DataFrame:
    rows = pl.read_csv(catalog.file(INDUSTRIES), schema_overrides={"code": pl.String, "parent": pl.String}).to_dicts()
    out = []
    for row in rows:
        code, section = row["code"], row["section"]
        out.append(
            {
                "industry": code,
                "industry_section": section,
                "industry_division": code[:2] if code[:1].isdigit() else None,
                "size_group": size.group_of(code, section),
                "scale_category": _category(rules["scale_categories"], code, section),
                "is_manufacturing": int(section == "C"),
            }
        )
    return pl.DataFrame(out, infer_schema_length=None).with_columns(pl.col("is_manufacturing").cast(pl.Int64))


def _category(categories: Any, code: str, section: str) -> str | None:
    for item in categories:
        if section in item.get("sections", ()) or code.startswith(tuple(map(str, item.get("codes", ()))) or ("!",)):
            return item["name"]
    return None
