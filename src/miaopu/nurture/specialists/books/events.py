"""企业活动的工作簿：一场的邀请与到场、各家来过几次、一家的对标表；与页面出自同一处查询，导出记日志。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.text import file_name
from miaopu.nurture.specialists.models import Event, Invitation
from miaopu.nurture.specialists.queries.benchmark import Beside, Line
from miaopu.nurture.specialists.queries.events import Attended, attended, invitations
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import registered
from miaopu.papers.sheet import write_book
from miaopu.selection.city import today
from miaopu.selection.screening.rounds.books import marks_of, unit_of
from miaopu.selection.screening.rounds.kept import kept

NAME, COUNTY = Field(("企业名称",), "name", width=32), Field(("县区",), "county", width=14)
INVITED = (
    NAME, COUNTY, Field(("回复",), "reply", width=12), Field(("回复的话",), "words", width=30), Field(("谁回的",), "by", width=16),
    Field(("到场",), "present", width=10), Field(("来了几人",), "people", "count", 9, total=True),
)  # fmt: skip
ATTENDED = (
    NAME, COUNTY, Field(("请过",), "invited", "count", 8, total=True), Field(("说参加",), "coming", "count", 8, total=True),
    Field(("说不参加",), "declined", "count", 9, total=True), Field(("到场",), "came", "count", 8, total=True),
)  # fmt: skip
BESIDE = (
    Field(("哪个数",), "title", width=26), Field(("本企业",), "own", width=14), Field(("持有企业", "下四分位"), "low", width=14),
    Field(("持有企业", "中位数"), "median", width=14), Field(("持有企业", "上四分位"), "high", width=14),
    Field(("持有企业", "知道的（家）"), "firms", "count", 10), Field(("持有企业", "不知道的（家）"), "missing", "count", 10),
    Field(("跟谁比",), "group", width=14), Field(("在哪里",), "place", width=26),
)  # fmt: skip


def _row(one: Invitation) -> dict[str, object]:
    told = {"name": one.name, "county": one.county, "reply": one.at.word, "words": one.words, "by": one.replied_by}
    return told | {"present": one.came_word, "people": one.people}


def export_event(actor: Actor, event: Event, given: Mapping[str, str], folder: Path) -> Path:
    """一场的邀请与到场；event 已经查过范围。"""
    with act(actor, "service.export", f"企业活动：{event.title}") as doing:
        found = list(invitations(actor, given).filter(event=event))
        if not found:
            raise Wrong("按现在的条件一家也没有，没有东西可导出；请放宽条件")
        doing.after, unit = {"行数": len(found), "条件": dict(given)}, unit_of(doing.reach)
    notes = (f"{event.title}，{event.on.isoformat()}，{event.place or '地点未定'}。",)
    return _written(
        folder, f"活动邀请_{event.title}", INVITED, [_row(one) for one in found], notes, unit, "EVENT", total=True
    )


def export_attended(actor: Actor, given: Mapping[str, str], folder: Path) -> Path:
    """各家来过几次。"""
    with act(actor, "service.export", "企业参加活动一览") as doing:
        found = attended(actor, given)
        if not found:
            raise Wrong("按现在的条件一家也没有，没有东西可导出；请放宽条件")
        doing.after, unit = {"行数": len(found), "条件": dict(given)}, unit_of(doing.reach)
    notes = (f"在库的企业与请过的企业共 {len(found)} 家；取消的活动不算。",)
    return _written(
        folder, "企业参加活动一览", ATTENDED, [_tally(one) for one in found], notes, unit, "ATTENDED", total=True
    )


def _tally(one: Attended) -> dict[str, object]:
    return {field.column: getattr(one, field.column) for field in ATTENDED}


def line_row(one: Line) -> dict[str, object]:
    """对标的一行：页面与工作簿同用。"""
    return {field.column: getattr(one, field.column) for field in BESIDE}


def export_benchmark(actor: Actor, found: Beside, folder: Path) -> Path:
    """一家的对标表；found 已经查过范围。"""
    with act(actor, "firm.view", f"对标表：{found.name}") as doing:
        doing.within(district=found.district or "-", enterprise=found.enterprise)
        doing.after = {"轮次": found.round.code}
        marks = marks_of(kept(found.round), doing.reach)
    notes = (found.told, *marks.lines())
    rows = [line_row(one) for one in found.lines]
    frame = pl.DataFrame(rows, {one.column: pl.Int64 if one.kind == "count" else pl.String for one in BESIDE})
    sheet = Sheet("对标", f"{found.name}对标表", BESIDE, frame, "见各行", notes, "哪个数", counted="项")
    folder.mkdir(parents=True, exist_ok=True)
    return write_book(folder / file_name(f"对标表_{found.name}_{today():%Y%m%d}.xlsx"), [sheet], marks, "BENCHMARK")


def _written(
    folder: Path, title: str, fields: Sequence[Field], rows: Sequence[Mapping[str, object]], notes: tuple[str, ...],
    unit: str, template: str, total: bool = False,
) -> Path:  # fmt: skip
    frame = pl.DataFrame(list(rows), {one.column: pl.Int64 if one.kind == "count" else pl.String for one in fields})
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(f"{title}_{today():%Y%m%d}_{len(rows)}家.xlsx")
    sheet = Sheet(title, title, tuple(fields), frame, "家", notes, total=total, signed=True)
    return write_book(path, [sheet], registered(unit, today()), template)
