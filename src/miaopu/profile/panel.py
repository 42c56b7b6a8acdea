"""三年面板：把快照里的三年指标铺成表，查全不全、合不合；每个发现是一句带数的话，不改数、不判定。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import Indicator
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "panel.yaml"
BACK = (1, 2, 3)
"""上年、上上年、再前一年。"""

FINDING_SCHEMA = {
    "enterprise": pl.String,
    "check": pl.String,
    "title": pl.String,
    "severity": pl.String,
    "year": pl.Int64,
    "sentence": pl.String,
    "advice": pl.String,
}
MIXED = ("合并", "单体")


@dataclass(frozen=True)
class Check:
    """一条检查；body 是各规则自己的参数。"""

    code: str
    title: str
    rule: str
    severity: str
    advice: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class PanelRules:
    """面板口径：complete 是要查全不全的指标。"""

    complete: tuple[str, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Panel:
    """一次面板。

    completeness：enterprise、known、expected、percent（去尾）、missing（缺的指标与年份）；
    findings：FINDING_SCHEMA，逐条；values()：逐家逐指标逐年的长表。
    """

    frame: pl.DataFrame
    rules: PanelRules
    indicators: Mapping[str, Indicator]
    last_year: int
    completeness: pl.DataFrame
    findings: pl.DataFrame

    def values(self) -> pl.DataFrame:
        """enterprise、indicator、title、unit、year、value（内部单位；没有为空）。"""
        parts = [
            self.frame.select(
                "enterprise",
                indicator=pl.lit(key),
                title=pl.lit(self.indicators[key].title),
                unit=pl.lit(self.indicators[key].unit),
                year=pl.lit(self.last_year + 1 - back),
                value=_column(self.frame, key, back),
            )
            for key in self.rules.complete
            for back in reversed(BACK)
        ]
        return pl.concat(parts)


def load_rules(catalog: Catalog) -> PanelRules:
    """读 catalog/panel.yaml；规则名写错即报文件与行号。"""
    data, path = catalog.read(FILE), catalog.file(FILE)
    return PanelRules(tuple(data["complete"]), tuple(_check(one, path) for one in data["checks"]))


def _check(item: Any, path: Any) -> Check:
    for key in ("code", "title", "rule", "severity", "advice"):
        if key not in item:
            raise CatalogError(path, line_of(item), f"缺少“{key}”")
    if item["rule"] not in RULES:
        raise CatalogError(path, line_of(item, "rule"), f"规则只能是 {'、'.join(RULES)}")
    return Check(item["code"], item["title"], item["rule"], item["severity"], item["advice"], dict(item))


@dataclass(frozen=True)
class Given:
    """各检查要用的表。"""

    frame: pl.DataFrame
    indicators: Mapping[str, Indicator]
    last_year: int
    told: pl.DataFrame
    origin: pl.DataFrame

    def title(self, key: str) -> str:
        """指标中文名。"""
        return self.indicators[key].title

    def shown(self, key: str, value: int) -> str:
        """一个值的写法：金额写万元，其余带单位。"""
        one = self.indicators[key]
        return f"{wan(value)}万元" if one.kind == "money" else f"{value}{one.unit}"

    def year(self, back: int) -> int:
        """往前第几年。"""
        return self.last_year + 1 - back


def panel(
    frame: pl.DataFrame, rules: PanelRules, indicators: Mapping[str, Indicator], assessed_on: date,
    told: pl.DataFrame | None = None, origin: pl.DataFrame | None = None,
) -> Panel:  # fmt: skip
    """frame：快照宽表（要摸排的若干家）；told：同一个值的各家说法 enterprise、column、source、basis、value；

    origin：每个值的出处，至少 enterprise、column、basis（快照的 origin 即可）。没有给的表，相应检查不做。
    """
    blank_told = pl.DataFrame(
        schema=dict(zip(TOLD, (pl.String, pl.String, pl.String, pl.String, pl.Int64), strict=True))
    )
    blank_origin = pl.DataFrame(schema={"enterprise": pl.String, "column": pl.String, "basis": pl.String})
    given = Given(
        frame, indicators, assessed_on.year - 1, told if told is not None else blank_told,
        origin if origin is not None else blank_origin,
    )  # fmt: skip
    rows = [(one, found) for one in rules.checks for found in RULES[one.rule](one, given)]
    findings = [
        (firm, one.code, one.title, one.severity, year, sentence, one.advice) for one, (firm, year, sentence) in rows
    ]
    table = pl.DataFrame(findings, schema=FINDING_SCHEMA, orient="row").sort("enterprise", maintain_order=True)
    return Panel(frame, rules, indicators, given.last_year, _completeness(given, rules), table)


TOLD = ("enterprise", "column", "source", "basis", "value")


def told_of(conflicts: pl.DataFrame) -> pl.DataFrame:
    """快照的 conflicts 表 → 各家说法的长表（TOLD 各列）。"""
    many = conflicts.filter(pl.col("values").list.len() > 0).select("enterprise", "column", "values")
    given = [pl.col("values").struct.field(name) for name in TOLD[2:]]
    return many.explode("values").select("enterprise", "column", *given)


def _column(frame: pl.DataFrame, key: str, back: int) -> pl.Expr:
    name = f"{key}_t{back}"
    return pl.col(name) if name in frame.columns else pl.lit(None, pl.Int64)


def _completeness(given: Given, rules: PanelRules) -> pl.DataFrame:
    cells = [(key, back) for key in rules.complete for back in reversed(BACK)]
    expected = len(cells)
    known = pl.sum_horizontal([_column(given.frame, *cell).is_not_null().cast(pl.Int64) for cell in cells])
    blank = [
        pl.when(_column(given.frame, key, back).is_null()).then(pl.lit(f"{given.year(back)}年{given.title(key)}"))
        for key, back in cells
    ]
    return given.frame.select("enterprise", known=known, expected=pl.lit(expected, pl.Int64)).with_columns(
        (pl.col("known") * 100 // expected).alias("percent"),
        given.frame.select(missing=pl.concat_str(blank, separator="、", ignore_nulls=True))["missing"],
    )


Found = Iterator[tuple[str, int, str]]


def at_most(check: Check, given: Given) -> Found:
    """左不大于右。"""
    left, right = check.body["left"], check.body["right"]
    for back in BACK:
        pair = given.frame.select(
            "enterprise", a=_column(given.frame, left, back), b=_column(given.frame, right, back)
        ).filter(pl.col("a") > pl.col("b"))
        for firm, a, b in pair.iter_rows():
            year = given.year(back)
            said = f"{given.title(left)}{given.shown(left, a)}，大于{given.title(right)}{given.shown(right, b)}"
            yield firm, year, f"{year}年{said}，多{given.shown(left, a - b)}"


def jump(check: Check, given: Given) -> Found:
    """相邻两年相差的倍数落在给定区间；零与负数不比。"""
    low, high = (int(one) for one in check.body["between"])
    for key in check.body["indicators"]:
        for back in BACK[:-1]:
            new, old = _column(given.frame, key, back), _column(given.frame, key, back + 1)
            pair = given.frame.select("enterprise", new=new, old=old).filter(pl.col("new") > 0, pl.col("old") > 0)
            more, less = pl.max_horizontal("new", "old"), pl.min_horizontal("new", "old")
            hit = pair.filter(more // low >= less, (more + high - 1) // high <= less)
            for firm, now, before in hit.iter_rows():
                times = max(now, before) // min(now, before)
                year = given.year(back)
                said = f"{year - 1}年{given.shown(key, before)}，{year}年{given.shown(key, now)}"
                yield firm, year, f"{given.title(key)}{said}，相差约{times}倍"


def rival(check: Check, given: Given) -> Found:
    """两方来源的数相差超过容差（占较大一方的百分比）。"""
    key, limit = check.body["indicator"], int(check.body["tolerance_percent"])
    names = {f"{key}_t{back}": back for back in BACK}
    told = given.told.filter(pl.col("column").is_in(list(names)), pl.col("value").is_not_null())
    firms = told.join(given.frame.select("enterprise"), on="enterprise", how="semi")
    sides = [
        firms.filter(pl.col("source").is_in(list(check.body[side]))).unique(
            ["enterprise", "column"], keep="last", maintain_order=True
        )
        for side in ("ours", "theirs")
    ]
    pairs = sides[0].join(sides[1], on=["enterprise", "column"], suffix="_theirs")
    for row in pairs.iter_rows(named=True):
        ours, theirs, year = row["value"], row["value_theirs"], given.year(names[row["column"]])
        if abs(ours - theirs) * 100 > max(abs(ours), abs(theirs)) * limit:
            said = f"报送{given.shown(key, ours)}，税务{given.shown(key, theirs)}"
            gap = given.shown(key, abs(ours - theirs))
            yield row["enterprise"], year, f"{year}年{given.title(key)}{said}，相差{gap}，超过{limit}%"


def basis(check: Check, given: Given) -> Found:
    """同一指标各年口径不一。"""
    names = {f"{key}_t{back}": (key, back) for key in check.body["indicators"] for back in BACK}
    told = given.origin.select("enterprise", pl.col("column", "basis").cast(pl.String)).filter(
        pl.col("column").is_in(list(names)), pl.col("basis").is_in(MIXED)
    )
    keyed = told.join(given.frame.select("enterprise"), on="enterprise", how="semi").with_columns(
        key=pl.col("column").str.head(-3)
    )
    mixed = keyed.group_by("enterprise", "key", maintain_order=True).agg("column", "basis")
    for firm, key, columns, bases in mixed.filter(pl.col("basis").list.n_unique() > 1).iter_rows():
        years = sorted((given.year(names[column][1]), word) for column, word in zip(columns, bases, strict=True))
        yield firm, years[-1][0], f"{given.title(key)}口径不一：" + "、".join(f"{year}年{word}" for year, word in years)


RULES = {"at_most": at_most, "jump": jump, "rival": rival, "basis": basis}


def wan(fen: int) -> str:
    """分 → 万元，精确小数，末尾的零去掉。"""
    whole, rest = divmod(abs(fen), 1_000_000)
    text = f"{whole}.{rest:06d}".rstrip("0").rstrip(".")
    return f"-{text}" if fen < 0 else text
