"""工作簿：名册的写出与读回、专员分工表；按单位的表格样式，读回的意见说到格。不改数据库。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl
from python_calamine import CalamineWorkbook

from miaopu.nurture.back import BESIDE, Form
from miaopu.nurture.specialists.kinds import kinds
from miaopu.nurture.specialists.models import Pairing, Person
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import registered
from miaopu.papers.proof.cells import proven
from miaopu.papers.sheet import write_book
from miaopu.selection.city import city, today
from miaopu.terms.complaint import Complaint, Severity

HEADS = {
    "编号": "code", "版本": "version", "种类": "kind", "姓名": "name", "单位": "unit", "手机": "phone", "县区": "district",
    "最多服务几家": "capacity", "行业专长": "sectors", "议题专长": "topics", "聘期起": "since", "聘期止": "until",
    "请假起": "on_leave_from", "请假止": "on_leave_until", "说明": "note",
}  # fmt: skip
NEEDED = ("种类", "姓名")
NOTES = (
    "改好可以再导入：编号、版本不要改；新增的写在最后一行之下，编号、版本空着；删去的行不动名册。",
    "行业专长写门类字母（如 C）、两位大类代码（如 34）或名称，议题专长从目录里选，几项用顿号隔开。",
)
PAIRS = (
    Field(("县区",), "county", width=14),
    Field(("企业名称",), "name", width=32),
    Field(("培育层级",), "tier", width=18),
    Field(("服务专员", "姓名"), "person", width=16),
    Field(("服务专员", "单位"), "unit", width=20),
    Field(("服务专员", "手机"), "phone", width=14),
    Field(("服务专员", "所在县区"), "home", width=14),
    Field(("起",), "since", "date", 12),
    Field(("人工指定",), "pinned", width=9),
    Field(("交接说明",), "handover", width=24),
)
WHY = (
    Field(("县区",), "county", width=14),
    Field(("企业名称",), "name", width=32),
    Field(("服务专员",), "person", width=16),
    Field(("为什么",), "reason", width=50),
    Field(("次选为什么不是",), "why_not", width=50),
)
LOADS = (
    Field(("姓名",), "person", width=16),
    Field(("所在县区",), "home", width=14),
    Field(("容量",), "capacity", "count", 8),
    Field(("现有（家）",), "firms", "count", 10, total=True),
    Field(("县区（个）",), "counties", "count", 10),
)


def roster_book(path: Path, people: Iterable[Person], filled_by: str) -> Path:
    """名册：可改可再导入。"""
    counties = tuple(dict.fromkeys(one.name for one in city().districts.rows if one.level == "county"))
    fields = tuple(_field(head, counties) for head in (*HEADS, "状态"))
    rows = pl.DataFrame([_row(one) for one in people], schema={one.column: pl.String for one in fields})
    told = pl.DataFrame({"note": NOTES})
    sheets = [
        Sheet("名册", "服务队伍名册", fields, rows, "人（队）", (), "姓名"),
        Sheet("填写说明", "填写说明", (Field(("说明",), "note", width=90),), told, "条", (), "说明"),
    ]
    return _written(path, sheets, filled_by, "ROSTER")


def _field(head: str, counties: Sequence[str]) -> Field:
    column = HEADS.get(head, "state")
    choices = tuple(one.title for one in kinds().values()) if head == "种类" else ()
    kind = "date" if column in ("since", "until", "on_leave_from", "on_leave_until") else "text"
    width = {"unit": 24, "sectors": 18, "topics": 24, "note": 30}.get(column, 13)
    return Field((head,), column, kind, width, choices=choices, required=head in NEEDED)


def _row(one: Person) -> dict[str, str | None]:
    told = {name: getattr(one, name) for name in HEADS.values() if name != "district"}
    told |= {"kind": kinds()[one.kind].title, "district": one.county, "state": one.at.word}
    return {name: None if value is None else str(value) for name, value in told.items()}


def pairs_book(path: Path, pairs: Sequence[Pairing], filled_by: str) -> Path:
    """专员分工表：一张按企业（报送的），一张理由，一张按专员的负荷。"""
    rows = [
        {
            "county": one.county, "name": one.name, "tier": one.tier, "person": one.person.name, "unit": one.person.unit,
            "phone": one.person.phone, "home": one.person.county, "since": one.since.isoformat(),
            "pinned": "是" if one.pinned else "否", "reason": one.reason, "why_not": one.why_not, "handover": one.handover,
        }
        for one in pairs
    ]  # fmt: skip
    frame, why = (pl.DataFrame(rows, schema={one.column: pl.String for one in each}) for each in (PAIRS, WHY))
    notes = (f"共 {len(rows)} 对；现行的，截至 {today():%Y-%m-%d}。", "分工由统筹求得或人工指定，理由见“理由”一张。")
    sheets = [
        Sheet("专员分工", "专员分工表", PAIRS, frame, "家", notes, signed=True),
        Sheet("理由", "专员分工的理由", WHY, why, "家"),
        Sheet("负荷", "专员负荷表", LOADS, _loads(pairs), "家", (), "姓名", True, counted="人"),
    ]
    return _written(path, sheets, filled_by, "PAIRS")


def _loads(pairs: Sequence[Pairing]) -> pl.DataFrame:
    held: dict[int, list[Pairing]] = {}
    for one in pairs:
        held.setdefault(one.person_id, []).append(one)
    rows = [
        {
            "person": mine[0].person.name, "home": mine[0].person.county, "capacity": mine[0].person.capacity,
            "firms": len(mine), "counties": len({one.district for one in mine}),
        }
        for mine in held.values()
    ]  # fmt: skip
    kinds_of = {one.column: pl.Int64 if one.kind == "count" else pl.String for one in LOADS}
    return pl.DataFrame(rows, schema=kinds_of).sort("home", "person", nulls_last=True)


def _written(path: Path, sheets: list[Sheet], filled_by: str, template: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return proven(write_book(path, sheets, registered(filled_by, today()), template), sheets)


def read_roster(path: Path, name: str) -> list[tuple[int, dict[str, str]]]:
    """读回名册：（第几行，各列的文字）；不是名册的、少了列的抛 Refusal。name 是给人看的文件名。"""
    return Form("ROSTER", "名册", NEEDED, HEADS, frozenset({*BESIDE, "状态"})).read(path, name)


def column_of(path: Path, head: str) -> int:
    """一列在第几列（从 1 起），报意见用；没有为 0。"""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    top = next((row for row in rows[:20] if set(NEEDED) <= {str(one).strip() for one in row}), [])
    heads = [str(one).strip() for one in top]
    return heads.index(head) + 1 if head in heads else 0


def complaint(file: str, row: int, column: int, found: str, expected: str, remedy: str) -> Complaint:
    """一条读名册的意见。"""
    return Complaint("ROSTER", Severity.REFUSE, file, found, expected, remedy, "名册" if row else "", row, column)


def kind_codes() -> Mapping[str, str]:
    """种类的名称 → 代码。"""
    return {one.title: one.code for one in kinds().values()}
