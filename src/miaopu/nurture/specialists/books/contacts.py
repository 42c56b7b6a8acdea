"""联络员名录的工作簿：写出可改可再导入，读回逐行；按单位的表格样式，不改数据库。"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

from miaopu.nurture.specialists.books.roster import complaint
from miaopu.nurture.specialists.kinds import ranks
from miaopu.nurture.specialists.queries.contacts import Slot
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import registered
from miaopu.papers.sheet import write_book
from miaopu.selection.city import today
from miaopu.terms.complaint import Refusal

HEADS = {"企业号": "enterprise", "哪一级": "level", "联络员编号": "code", "导出时的编号": "was"}
FIELDS = (
    Field(("企业号",), "enterprise", "code", 21, required=True),
    Field(("企业名称",), "name", width=32),
    Field(("县区",), "county", width=14),
    Field(("哪一级",), "level", width=9, required=True),
    Field(("联络员编号",), "code", width=12),
    Field(("联络员",), "person", width=16),
    Field(("单位",), "unit", width=22),
    Field(("手机",), "phone", width=14),
    Field(("起",), "since", "date", 12),
    Field(("导出时的编号",), "was", width=13),
)
NOTE = "改“联络员编号”（名册里的编号，如 P00012）再导入即换人或补定；空着的、与“导出时的编号”一样的不动，别的列不要改。"


def row_of(one: Slot) -> dict[str, str | None]:
    """名录的一行：页面与工作簿同一处来。"""
    held = one.contact
    told: dict[str, str | None] = {
        "enterprise": one.enterprise,
        "name": one.name,
        "county": one.county,
        "level": one.rank.title,
    }
    person = held.person if held else None
    told |= {"code": person.code if person else None, "person": person.name if person else None}
    told["was"] = told["code"]
    told |= {"unit": person.unit if person else None, "phone": person.phone if person else None}
    return told | {"since": held.since.isoformat() if held else None}


def write_directory(path: Path, slots: Sequence[Slot], filled_by: str) -> Path:
    """名录。"""
    frame = pl.DataFrame([row_of(one) for one in slots], schema={one.column: pl.String for one in FIELDS})
    lacking = sum(one.lacking for one in slots)
    notes = (f"共 {len(slots)} 格，还没有联络员的 {lacking} 格。", NOTE)
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_book(
        path,
        [Sheet("联络员", "企业联络员名录", FIELDS, frame, "项", notes)],
        registered(filled_by, today()),
        "CONTACTS",
    )


def read_directory(path: Path, name: str) -> list[tuple[int, dict[str, str]]]:
    """读回：（第几行，企业号、级的代码、联络员编号、导出时的编号）；联络员编号空着的、没有改的不要。不是名录的抛 Refusal。"""
    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, BadZipFile, ValueError, IndexError, OSError) as error:
        raise Refusal(
            complaint(name, 0, 0, "不是 Excel 工作簿，或已损坏", "导出的名录", "另存为 .xlsx 再传")
        ) from error
    top = next((at for at, row in enumerate(rows[:20]) if set(HEADS) <= {str(one).strip() for one in row}), None)
    if top is None:
        raise Refusal(
            complaint(name, 0, 0, "前 20 行没有找到表头", f"有“{'”“'.join(HEADS)}”四列的表头", "用导出的名录改")
        )
    heads, levels = [str(one).strip() for one in rows[top]], {one.title: one.code for one in ranks().values()}
    found = []
    for at, row in enumerate(rows[top + 1 :], top + 2):
        told = {HEADS[head]: str(value).strip() for head, value in zip(heads, row, strict=False) if head in HEADS}
        if told.get("enterprise") and told.get("code") and told["code"] != told["was"]:
            found.append((at, told | {"level": levels.get(told["level"], told["level"])}))
    return found
