"""核查与画像的工作簿：三年面板核查（全不全、对不对）、标签统计；表由画像层给，这里只排版。"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import Marks
from miaopu.papers.sheet import write_book

WHO = (
    Field(("县区",), "county", width=14),
    Field(("企业名称",), "name", width=32),
    Field(("统一社会信用代码",), "uscc", "code", 21),
)
FINDINGS = (
    *WHO,
    Field(("核查项",), "title", width=20),
    Field(("轻重",), "severity", width=8),
    Field(("年度",), "year", "count", 8),
    Field(("发现",), "sentence", width=52),
    Field(("怎么办",), "advice", width=34),
    Field(("核实情况（填写）",), "", width=20),
)
COMPLETE = (
    *WHO,
    Field(("三年数据", "应有（个）"), "expected", "count", 10),
    Field(("三年数据", "已有（个）"), "known", "count", 10),
    Field(("三年数据", "齐全（%，去尾）"), "percent", "count", 12),
    Field(("缺的数据",), "missing", width=70),
)
TAGS = (
    Field(("组",), "group", width=10),
    Field(("标签",), "title", width=20),
    Field(("定义",), "definition", width=46),
    Field(("企业数", "是"), "yes", "count", 10),
    Field(("企业数", "否"), "no", "count", 10),
    Field(("企业数", "不知道"), "unknown", "count", 10),
)


def write_panel(
    path: Path,
    findings: pl.DataFrame,
    completeness: pl.DataFrame,
    firms: pl.DataFrame,
    counties: Mapping[str, str],
    marks: Marks,
    population: str,
) -> Path:
    """findings、completeness：profile.panel 的两张表；firms：enterprise、name、uscc、region；population：是哪些企业。"""
    who = firms.select(
        "enterprise",
        "name",
        "uscc",
        county=pl.col("region").replace_strict(dict(counties), default=None, return_dtype=pl.String),
    )
    told = findings.join(who, on="enterprise", how="left", maintain_order="left")
    held = completeness.join(who, on="enterprise", how="left", maintain_order="left").sort("percent", "enterprise")
    notes = (*marks.lines(population), "发现是提请核实的线索，不改任何数；不知道的不当作零")
    sheets = [
        Sheet("核查发现", "三年数据核查发现", FINDINGS, told, "条", notes),
        Sheet("齐全程度", "三年数据齐全程度", COMPLETE, held, "个", notes),
    ]
    return write_book(path, sheets, marks, "三年面板核查")


def write_tags(path: Path, counts: pl.DataFrame, marks: Marks) -> Path:
    """counts：profile.tags 的统计加定义：group、title、definition、yes、no、unknown。"""
    notes = (*marks.lines("全市企业"), "不知道不等于否；标签不进判定")
    return write_book(path, [Sheet("标签", "企业画像标签统计", TAGS, counts, "家", notes, "标签")], marks, "标签统计")
