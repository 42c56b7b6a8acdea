"""选配命令：由一轮评估与目录里的名额选一组，写 xlsx 或 JSON；只用核心，不碰案件库。"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from miaopu.allocation.cohort import Clash, Cohort, pick
from miaopu.allocation.cohort_reasons import amount, reasons
from miaopu.allocation.quota import COUNTY, Line, candidates_of, limits_of, lines_of, load_quotas
from miaopu.cli.command import Command, dates
from miaopu.cli.context import Context, Exit, UsageError
from miaopu.cli.screening import assessed
from miaopu.desk.screened import Place, by_tier, place_of, screened
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import Marks, standard_marks
from miaopu.papers.sheet import write_book
from miaopu.standards.run import Run

FIELDS = (
    Field(("结果",), "chosen", width=8),
    Field(("县区",), "county", width=14),
    Field(("企业名称",), "name", width=32),
    Field(("统一社会信用代码",), "uscc", "code", 21),
    Field(("全市名次",), "rank", "count", 9),
    Field(("分档",), "band", width=9),
    Field(("理由",), "reason", width=80),
)


def run(context: Context) -> int:
    given, found = context.arguments, assessed(context)
    place = place_of(context.space, found.wide)
    listed = screened(context.space, found, place).lists.get(given.tier)
    if listed is None:
        raise UsageError(f"这一轮没有层级“{given.tier}”的名单")
    codes = {title: code for code, title in place.counties.items()}
    rows = listed.table.with_columns(
        district=pl.col("county").replace_strict(codes, default=None, return_dtype=pl.String)
    ).to_dicts()
    total, lines = _quota(context, place, rows)
    result = pick(candidates_of(rows, load_quotas(context.catalog).weights), limits_of(total, lines))
    if isinstance(result, Clash):
        context.give(
            {"feasible": False, "told": result.sentence(), "clash": [one.limit.title for one in result.members]}
        )
        context.say(f"名额凑不齐。{result.sentence()}")
        return Exit.COMPLAINTS
    told = _told(rows, result)
    context.give(_data(found, total, lines, result, told))
    context.say(_summary(lines, result, told))
    if given.out:
        context.say(f"已写 {_written(given.out, found, place, given.tier, result, told)}")
    return Exit.DONE


def _quota(context: Context, place: Place, rows: list[dict[str, Any]]) -> tuple[int, list[Line]]:
    """目录里的名额；--total、--percent 改几项。没有名额又没有写总数是用法不对。"""
    given = context.arguments
    year = given.known_on.year
    quota = load_quotas(context.catalog).find(given.tier, place.code, year)
    counts: dict[str, int] = {}
    for one in rows:
        if one["district"]:
            counts[one["district"]] = counts.get(one["district"], 0) + 1
    if quota is None:
        if given.total is None:
            raise UsageError(f"目录里没有{place.name}层级“{given.tier}”{year} 年度的名额；请写 --total")
        return given.total, []
    quota = replace(quota, total=given.total or quota.total, percent=given.percent or quota.percent)
    return quota.total, lines_of(quota, place.counties, counts)


def _told(rows: list[dict[str, Any]], result: Cohort) -> list[dict[str, Any]]:
    names, why = {one["enterprise"]: one["name"] for one in rows}, reasons(result)
    kept = ("enterprise", "uscc", "name", "county", "rank", "band")
    return [
        {name: one[name] for name in kept}
        | {"chosen": why[one["enterprise"]].chosen, "reason": why[one["enterprise"]].sentence(names)}
        for one in sorted(rows, key=lambda one: one["rank"])
    ]


def _data(found: Run, total: int, lines: list[Line], result: Cohort, told: list[dict[str, Any]]) -> Mapping[str, Any]:
    return {
        "feasible": True, "run": found.marks["run"], "total": total, "expected": str(result.expected),
        "bound": str(result.bound), "proven": result.proven, "proof": result.proof,
        "quotas": [{**one.__dict__, "picked": result.counts.get(f"{one.title}至少{one.least}家")} for one in lines],
        "firms": told,
    }  # fmt: skip


def _summary(lines: list[Line], result: Cohort, told: list[dict[str, Any]]) -> str:
    head = f"候选 {len(told)} 家，入选 {len(result.chosen)} 家，预期通过数 {amount(result.expected)}（{result.proof}）"
    picked: dict[str, int] = {}
    for one in told:
        picked[one["county"]] = picked.get(one["county"], 0) + one["chosen"]
    counties = [
        f"　{one.title}：至少 {one.least or 0}，入选 {picked.get(one.title, 0)}"
        for one in lines
        if one.dimension == COUNTY
    ]
    return "\n".join([head, *counties])


def _written(path: Path, found: Run, place: Place, tier: str, result: Cohort, told: list[dict[str, Any]]) -> Path:
    programs = [by_tier(found)[tier]]
    marks = Marks(
        filled_by=f"{place.name}工业和信息化局", filled_on=found.known_on, known_on=found.known_on,
        assessed_on=found.assessed_on, snapshot=found.marks["snapshot"], standards=standard_marks(programs),
    )  # fmt: skip
    frame = pl.DataFrame([{**one, "chosen": "入选" if one["chosen"] else "未入选"} for one in told])
    notes = (f"预期通过数 {result.expected}，{result.proof}；分值是工作口径，只用来比先后", *marks.lines())
    pages = [
        Sheet(
            word,
            f"培育库选配（{len(result.chosen)}家）：{word}",
            FIELDS,
            frame.filter(pl.col("chosen") == word),
            "家",
            notes,
        )
        for word in ("入选", "未入选")
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_book(path, [one for one in pages if one.frame.height], marks, "选配")


def _arguments(one: argparse.ArgumentParser) -> None:
    dates(one)
    one.add_argument("--tier", default="LG", metavar="层级", help="LG、SRDI……（缺省 LG）")
    one.add_argument("--total", type=int, metavar="家数", help="总数（缺省取目录里的名额）")
    one.add_argument("--percent", type=int, metavar="百分数", help="按候选家数给县区保底的份额（缺省取目录）")
    one.add_argument("--out", type=Path, metavar="文件", help="写成这个 xlsx")


COMMANDS = (Command("cohort", _arguments, run),)
