"""培育库名单的工作簿：正是筛出来的那些，带提名时的情形与理由。"""

from __future__ import annotations

from pathlib import Path

import polars as pl
from django.utils import timezone

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.text import file_name
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.sheet import write_book
from miaopu.selection.city import today
from miaopu.selection.library.models import Nomination
from miaopu.selection.library.narrow import Narrow
from miaopu.selection.library.queries import nominations
from miaopu.selection.screening.queries import current
from miaopu.selection.screening.rounds.books import marks_of
from miaopu.selection.screening.rounds.kept import kept

TITLE = "培育库入口名单"
FIELDS = (
    Field(("层级",), "tier_title", width=20),
    Field(("县区",), "county", width=12),
    Field(("企业名称",), "name", width=32),
    Field(("统一社会信用代码",), "uscc", "code", 21),
    Field(("状态",), "state", width=9),
    Field(("提名", "谁"), "proposed_by", width=14),
    Field(("提名", "何时"), "proposed_at", "date", 12),
    Field(("提名", "理由"), "reason", width=30),
    Field(("决定", "谁"), "decided_by", width=14),
    Field(("决定", "何时"), "decided_at", "date", 12),
    Field(("提名时的情形",), "baseline", width=70),
)


def export(actor: Actor, wanted: Narrow, folder: Path) -> Path:
    """写一本；一件也没有抛 Wrong。记日志。"""
    with act(actor, "screening.export", TITLE) as doing:
        found = nominations(actor, wanted).order_by("tier", "district", "enterprise")
        rows = pl.DataFrame([_row(one) for one in doing.reach.firms(found)])
        if not rows.height:
            raise Wrong("按现在的条件一件也没有，没有东西可导出；请放宽条件")
        doing.after = {"行数": rows.height}
        now = current()
        if now is None:
            raise Wrong("还没有评估结果，写不出材料的标记；请先运行一轮")
        marks = marks_of(kept(now), doing.reach)
    sheet = Sheet("名单", TITLE, FIELDS, rows, "家", (f"共{rows.height}件", *marks.lines()))
    folder.mkdir(parents=True, exist_ok=True)
    return write_book(folder / file_name(f"{TITLE}_{today():%Y%m%d}_{rows.height}件.xlsx"), [sheet], marks, TITLE)


def _row(one: Nomination) -> dict[str, str | None]:
    decided = timezone.localtime(one.decided_at).date().isoformat() if one.decided_at else None
    told = {name: getattr(one, name) for name in ("tier_title", "county", "name", "uscc", "reason", "baseline")}
    return told | {
        "state": one.at.word,
        "proposed_by": one.proposed_by,
        "proposed_at": timezone.localtime(one.proposed_at).date().isoformat(),
        "decided_by": one.decided_by,
        "decided_at": decided,
    }
