"""导出任务台账：所见即所导，一张台账样式的工作表（序号在首，备注在末）。"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import day, registered
from miaopu.papers.sheet import write_book
from miaopu.supervision.tasks.lights import limits
from miaopu.supervision.tasks.lines import Line, Overview, Row

FIELDS = (
    Field(("任务",), "title", width=24, required=True),
    Field(("阶段",), "stage", width=14),
    Field(("内容",), "text", width=36),
    Field(("责任", "牵头"), "lead", width=18),
    Field(("责任", "配合"), "support", width=22),
    Field(("责任", "责任人"), "person", width=10),
    Field(("周期",), "cadence", width=10),
    Field(("本期", "期"), "label", width=12),
    Field(("本期", "到期"), "due", "date", 12),
    Field(("本期", "状态"), "state", width=9),
    Field(("本期", "灯"), "light", width=6),
    Field(("目标与完成",), "goals", width=34),
    Field(("县区",), "counties", width=20),
    Field(("出处",), "quote", width=34),
)


def write_ledger(path: Path, found: Overview, rows: Sequence[Row], filter_told: str, city: str, today: date) -> Path:
    """写一份台账；filter_told 是筛选条件的说法，没有筛选为空串。"""
    frame = pl.DataFrame([_cells(one, found) for one in rows], schema=_schema())
    defined = "；".join(f"{_word(code)}：{told}" for code, told in limits().definition)
    notes = (
        f"方案：{found.plan.title}（{found.plan.document}）" + _shifted(found),
        f"范围：{filter_told or '全部任务'}，共 {len(rows)} 项；截至 {day(today)}",
        f"灯的定义：{defined}",
        "内容是摘要，以方案原文为准。",
    )
    sheet = Sheet("任务台账", f"{found.plan.short}任务台账", FIELDS, frame, "项", notes, frozen_at="任务")
    unit = f"{city}工业和信息化局"
    return write_book(path, [sheet], registered(unit, today), f"TASKS-{found.plan.code}")


DUE = (
    Field(("任务",), "title", width=28, required=True),
    Field(("责任单位",), "body", width=18),
    Field(("责任人",), "person", width=12),
    Field(("期",), "label", width=14),
    Field(("到期",), "due", "date", 12),
    Field(("状态",), "state", width=9),
    Field(("到期情形",), "standing", width=10),
    Field(("灯",), "light", width=6),
)


def write_due(path: Path, lines: Sequence[Line], filter_told: str, city: str, today: date) -> Path:
    """写到期清单：一个责任期一行，次序与页面相同。"""
    rows = [
        {
            "title": f"{one.duty.task.code} {one.duty.task.title}",
            "body": one.duty.body,
            "person": one.duty.person,
            "label": one.duty.label,
            "due": one.duty.due.isoformat(),
            "state": one.word,
            "standing": one.standing,
            "light": one.light.word,
        }
        for one in lines
    ]
    frame = pl.DataFrame(rows, schema=dict.fromkeys((one.column for one in DUE), pl.String))
    notes = (f"范围：{filter_told}，共 {len(rows)} 项；截至 {day(today)}",)
    sheet = Sheet("到期清单", "任务到期清单", DUE, frame, "项", notes, frozen_at="任务")
    return write_book(path, [sheet], registered(f"{city}工业和信息化局", today), "TASKS-DUE")


def _shifted(found: Overview) -> str:
    years = found.board.shift
    return f"；日期按原文顺延 {years} 年（推测）：{found.plan.shift_reason}" if years else ""


def _schema() -> dict[str, Any]:
    return {one.column: pl.String for one in FIELDS}


def _word(code: str) -> str:
    return {"red": "红", "yellow": "黄", "green": "绿", "grey": "灰"}[code]


def _cells(row: Row, found: Overview) -> dict[str, str | None]:
    line = row.line
    return {
        "title": f"{row.task.code} {row.task.title}",
        "stage": row.told.stage.title,
        "text": row.told.text,
        "lead": row.task.lead,
        "support": row.task.support,
        "person": line.duty.person if line else None,
        "cadence": row.told.cadence_word,
        "label": line.duty.label if line else None,
        "due": (line.duty.due if line else row.task.due).isoformat(),
        "state": row.word,
        "light": row.light.word,
        "goals": "；".join(_goal(one) for one in (line.goals if line else ())),
        "counties": "，".join(f"{one.word}{count}" for one, count in row.county_lights),
        "quote": f"{row.told.place}：“{row.told.quote}”",
    }


def _goal(one: Any) -> str:
    done = "没有报数" if one.done is None else f"{one.done}{one.goal.unit}（{one.percent}%）"
    return f"{one.goal.title}{one.word}，完成{done}"
