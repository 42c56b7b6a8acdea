"""目标推导：按 catalog/targets 的公式用精确分数算，和文件写的目标并排；两者的差距照原样列出。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, prod
from pathlib import Path
from typing import Any

import polars as pl

from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FOLDER = "targets"
SCHEMA = {
    "code": pl.String,
    "document": pl.String,
    "title": pl.String,
    "unit": pl.String,
    "formula": pl.String,
    "base": pl.Int64,
    "base_text": pl.String,
    "divisor": pl.String,
    "expression": pl.String,
    "result": pl.String,
    "result_floor": pl.Int64,
    "result_ceiling": pl.Int64,
    "noted": pl.String,
    "stated": pl.Int64,
    "stated_word": pl.String,
    "gap": pl.String,
    "gap_word": pl.String,
    "rounding": pl.String,
    "cross": pl.String,
    "remark": pl.String,
    "quote": pl.String,
    "place": pl.String,
    "source": pl.String,
}
"""result、gap 是精确小数文字；gap 是所写目标减公式得数；没有写目标的 stated 为空。"""


@dataclass(frozen=True)
class Formula:
    """一个公式：写法与精确得数，及基数、除数的说明。"""

    expression: str
    result: Fraction
    base: int | None = None
    base_text: str = ""
    divisor: str = ""
    remark: str = ""


def targets(catalog: Catalog) -> pl.DataFrame:
    """全部目标，一行一个（SCHEMA）；文件写错即报文件与行号。"""
    rows = []
    for path in catalog.files(FOLDER):
        data = _read(path)
        rows += [_row(item, data, path) for item in data["targets"]]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _read(path: Path) -> Any:
    """按路径读一个目标文件，核对抬头。"""
    data = yaml_lines.read(path)
    for key in ("document", "code", "source", "targets"):
        if key not in data:
            raise CatalogError(path, 1, f"缺少“{key}”")
    return data


def _row(item: Any, data: Any, path: Path) -> dict[str, Any]:
    for key in ("code", "title", "unit", "formula", "rounding", "place", "quote"):
        if key not in item:
            raise CatalogError(path, line_of(item), f"缺少“{key}”")
    found = compute(item, path)
    stated = item.get("stated", {})
    goal = stated.get("at_least")
    return {
        "code": item["code"],
        "document": data["document"],
        "title": item["title"],
        "unit": item["unit"],
        "formula": item["formula"],
        "base": found.base,
        "base_text": found.base_text,
        "divisor": found.divisor,
        "expression": f"{found.expression}＝{exact(found.result)}",
        "result": exact(found.result),
        "result_floor": floor(found.result),
        "result_ceiling": ceil(found.result),
        "noted": str(item.get("noted", "")),
        "stated": goal,
        "stated_word": stated.get("word", ""),
        "gap": "" if goal is None else exact(goal - found.result),
        "gap_word": gap_word(found.result, goal, item["unit"]),
        "rounding": item["rounding"],
        "cross": "；".join(_cross(one) for one in item.get("cross", ())),
        "remark": found.remark,
        "quote": item["quote"],
        "place": item["place"],
        "source": data["source"],
    }


def compute(item: Mapping[str, Any], path: Path | str = "") -> Formula:
    """按写法算：parts 相加；percent 取百分之几；divisor 相除。"""
    if "parts" in item:
        parts = {name: int(value) for name, value in item["parts"].items()}
        return Formula("＋".join(map(str, parts.values())), Fraction(sum(parts.values())), remark=_parts(parts))
    base = item["base"]
    value, text, remark = int(base["value"]), base["text"], base.get("reversed", "")
    if "percent" in item:
        share = Fraction(str(item["percent"])) / 100
        return Formula(f"{value}×{item['percent']}%", value * share, value, text, f"{item['percent']}%", remark)
    if "divisor" in item:
        by = item["divisor"]
        return Formula(
            f"{value}÷{by['value']}",
            Fraction(value, int(by["value"])),
            value,
            text,
            f"{by['value']}（{by['text']}）",
            remark,
        )
    raise CatalogError(path, line_of(item), "要写 parts、percent、divisor 之一")


def exact(value: Fraction | int) -> str:
    """精确小数；除不尽的写成分数。"""
    value = Fraction(value)
    for places in range(7):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = f"{abs(scaled.numerator):0{places + 1}d}"
            sign = "-" if value < 0 else ""
            return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
    return f"{value.numerator}/{value.denominator}"


def gap_word(result: Fraction, goal: int | None, unit: str) -> str:
    """所写目标与公式得数之差的一句话。"""
    if goal is None:
        return "文件没有写合计目标"
    if goal == result:
        return "目标与公式得数一致"
    more = "高于" if goal > result else "低于"
    return f"目标{goal}{more}公式得数{exact(result)}，相差{exact(abs(goal - result))}{unit}"


def _parts(parts: Mapping[str, int]) -> str:
    return "、".join(f"{name}{value}" for name, value in parts.items())


def _cross(item: Mapping[str, Any]) -> str:
    factors = [int(one) for one in item["factors"]]
    return f"{item['formula']}＝{prod(factors)}"
