"""培育库名册的工作簿（公文版式）：正是筛出来的那些，名册一张，进来时的情形、历次变动与理由另一张；发布的名单也由它写。"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from miaopu.access.act import Wrong, act, permit
from miaopu.access.actor import Actor, Reach
from miaopu.access.text import file_name
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.proof.cells import proven
from miaopu.papers.sheet import write_book
from miaopu.selection.city import today
from miaopu.selection.library.entry import lacking
from miaopu.selection.library.models import Draft, Member, Move
from miaopu.selection.library.narrow import Narrow
from miaopu.selection.library.queries.members import members
from miaopu.selection.screening.queries import current
from miaopu.selection.screening.rounds.books import marks_of
from miaopu.selection.screening.rounds.kept import kept

TITLE, FOLDER = "培育库名册", "library"
FIELDS = (
    Field(("层级",), "tier_title", width=18),
    Field(("年度",), "year", "count", 7),
    Field(("县区",), "county", width=14),
    Field(("企业名称",), "name", width=32),
    Field(("统一社会信用代码",), "uscc", "code", 21),
    Field(("状态",), "state", width=7),
    Field(("入库日期",), "entered", "date", 12),
    Field(("责任到人", "责任科室"), "office", width=16),
    Field(("责任到人", "责任人"), "person", width=10),
    Field(("进来时", "分档"), "band", width=9),
    Field(("进来时", "全市名次"), "rank", "count", 9),
    Field(("进来时", "差距"), "gap", width=44),
)
TOLD = (
    Field(("县区",), "county", width=14),
    Field(("企业名称",), "name", width=32),
    Field(("进来时的情形",), "situation", width=90),
    Field(("变动与理由",), "moves", width=70),
)
PICKED = (
    Field(("结果",), "chosen", width=8),
    Field(("县区",), "county", width=14),
    Field(("企业名称",), "name", width=32),
    Field(("行业门类",), "section", width=16),
    Field(("全市名次",), "rank", "count", 9),
    Field(("分档",), "band", width=9),
    Field(("分值",), "weight", width=7),
    Field(("理由",), "reason", width=80),
)


def export(actor: Actor, wanted: Narrow, folder: Path) -> Path:
    """写一本名册；一家也没有抛 Wrong。记日志。取行、写工作簿都不在事务里。"""
    found = list(permit(actor, "library.export").firms(members(actor, wanted)))
    with act(actor, "library.export", TITLE) as doing:
        if not found:
            raise Wrong(lacking(wanted.tier) or "按现在的条件一家也没有，没有东西可导出；请放宽条件")
        doing.after = {"条件": wanted.query() or "全部", "行数": len(found)}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(f"{TITLE}_{today():%Y%m%d}_{len(found)}家.xlsx")
    return register_book(path, found, TITLE, (), reach=doing.reach)


def register_book(
    path: Path,
    found: Sequence[Member],
    title: str,
    notes: tuple[str, ...],
    reach: Reach | None = None,
    everywhere: bool = False,
) -> Path:
    """把若干家写成名册；reach 定填报单位写谁。"""
    now = current()
    if now is None:
        raise Wrong("还没有评估结果，写不出材料的标记；请先运行一轮")
    marks = marks_of(kept(now), Reach(everywhere=True) if everywhere or reach is None else reach)
    rows = pl.DataFrame(_rows(found))
    sheets = [
        Sheet("名册", title, FIELDS, rows, "家", (f"共{rows.height}家", *notes, *marks.lines()), signed=True),
        Sheet("情形与变动", f"{title}：逐家的情形与变动", TOLD, rows, "家"),
    ]
    return proven(write_book(path, sheets, marks, title), sheets)


def _rows(found: Sequence[Member]) -> list[dict[str, object]]:
    told: dict[int, list[str]] = {}
    for one in Move.objects.filter(member__in=[one.pk for one in found]).order_by("pk"):
        proof = f"；依据：{one.proof}" if one.proof else ""
        told.setdefault(one.member_id, []).append(f"{one.on.isoformat()} {one.words}（{one.by}）：{one.reason}{proof}")
    plain = ("tier_title", "year", "county", "name", "uscc", "office", "person", "band", "rank", "situation")
    return [
        {name: getattr(one, name) for name in plain}
        | {
            "state": one.at.title,
            "gap": _gap(one.situation),
            "entered": one.entered.isoformat() if one.entered else None,
            "moves": "\n".join(told.get(one.pk, [])),
        }
        for one in found
    ]


def _gap(situation: str) -> str | None:
    """情形里“差距”的一句。"""
    lines = (line.partition("：") for line in situation.splitlines())
    return next((told for head, _, told in lines if head == "差距"), None)


def export_draft(actor: Actor, made: Draft, folder: Path) -> Path:
    """写一本选配草案：范围里的企业，入选的、没有入选的各一张，逐家的理由。"""
    with act(actor, "library.export", f"选配草案 {made.pk}") as doing:
        now = current()
        rows = [
            {one.column: getattr(each, one.column) for one in PICKED} | {"chosen": "入选" if each.chosen else "未入选"}
            for each in doing.reach.firms(made.choices.all())
        ]
        if not rows or now is None:
            raise Wrong("这份草案没有选成，或里面没有您范围内的企业，没有东西可导出")
        marks, frame = marks_of(kept(now), doing.reach), pl.DataFrame(rows)
        notes = (
            f"预期通过数 {made.expected}，上界 {made.bound}，{made.proof}；分值是工作口径，只用来比先后",
            *marks.lines(),
        )
        pages = [
            Sheet(
                word,
                f"{made.tier_title}选配草案 {made.pk}：{word}",
                PICKED,
                frame.filter(pl.col("chosen") == word),
                "家",
                notes,
            )
            for word in ("入选", "未入选")
        ]
        doing.after = {"行数": frame.height}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(f"选配草案{made.pk}_{made.tier_title}_{today():%Y%m%d}.xlsx")
    return write_book(path, [one for one in pages if one.frame.height], marks, "选配草案")
