"""导出：清单写成 xlsx 交给人；导出什么、几行，记入日志。文字一律按文字写，从不成公式。"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.timezone import localtime

from miaopu.access.act import act
from miaopu.access.actor import Actor
from miaopu.access.text import file_name
from miaopu.desk.outputs import INVENTED
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import Marks
from miaopu.papers.sheet import write_book
from miaopu.selection.city import today
from miaopu.selection.intake.queries.roster import roster
from miaopu.selection.screening.queries import current

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Heading = tuple[str, float]


def workbook(
    request: HttpRequest,
    title: str,
    headings: Sequence[Heading],
    rows: Sequence[Sequence[Any]],
    notes: Sequence[str] = (),
) -> HttpResponse:
    """一张清单；headings 是表头与列宽，rows 与表头等长。"""
    actor = request.actor
    with act(actor, "intake.export", f"导出《{title}》") as doing:
        doing.after = {"行数": len(rows), "条件": conditions(request)}
    names = [f"c{at}" for at in range(len(headings))]
    cells = [["" if value is None else str(value) for value in row] for row in rows]
    frame = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String), orient="row")
    fields = tuple(Field((text,), name, "text", width) for name, (text, width) in zip(names, headings, strict=True))
    made = marks(actor)
    told = (*notes, *(line for line in made.lines() if INVENTED in line))
    sheet = Sheet(title, title, fields, frame, unit="见各列", notes=told, frozen_at=headings[0][0])
    return sent(title, lambda path: write_book(path, [sheet], made, "intake.list"))


def conditions(request: HttpRequest) -> dict[str, str]:
    """筛选的条件，记进日志。"""
    return {name: value for name, value in request.GET.items() if value and name != "page"}


def handed(request: HttpRequest, path: Path, name: str) -> FileResponse:
    """交出一份存着的文件（意见表、佐证附件），也记一行。"""
    with act(request.actor, "intake.export", f"下载《{name}》"):
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)


def marks(actor: Actor) -> Marks:
    """清单上的标记。"""
    round = current()
    day = today()
    known, judged = (round.known_on, round.assessed_on) if round else (day, day)
    return Marks(actor.titles, day, known, judged, round.snapshot if round else "", invented=_invented())


def _invented() -> bool:
    """企业全是虚构的（演示城市），清单上也写明。"""
    names = roster()["name"].drop_nulls()
    return bool(names.len() and names.str.contains(INVENTED, literal=True).all())


def sent(title: str, write: Any) -> HttpResponse:
    """写到临时处再交给浏览器。"""
    with tempfile.TemporaryDirectory(prefix="miaopu-") as folder:
        path = Path(folder) / f"{file_name(title)}.xlsx"
        write(path)
        response = HttpResponse(path.read_bytes(), content_type=XLSX)
    response.headers["Content-Disposition"] = disposition(path.name)
    return response


def stamp(moment: datetime) -> str:
    """时刻：2026-11-20 09:30。"""
    return f"{localtime(moment):%Y-%m-%d %H:%M}"


def disposition(name: str) -> str:
    """中文文件名的下载头。"""
    return content_disposition_header(True, name) or "attachment"
