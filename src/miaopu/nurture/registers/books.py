"""工作簿：登记表的写出与读回，应有而没有的名单，可补报的表；读回的意见说到格。不改数据库。"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from miaopu.nurture.back import Form
from miaopu.nurture.registers.forms import shown
from miaopu.nurture.registers.models import Entry
from miaopu.nurture.registers.shapes import Column, Register
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import INVENTED, registered
from miaopu.papers.sheet import write_book
from miaopu.selection.city import city, today
from miaopu.selection.library.models import Member
from miaopu.terms.complaint import Complaint, Severity

WIDTHS = {"long": 34, "text": 26, "choice": 14}
NOTES = (
    "改好可以再导入：编号、版本、状态不要改；新增的写在最后一行之下，编号、版本、状态空着；删去的行不动登记。",
    "单选的从下拉里选，金额为万元，日期写 2026-11-20 的样子；不知道的空着，不要写 0 或“无”。",
)


def heads(book: Register) -> dict[str, str]:
    """表头 → 字段，按列的次序；一件自己的几项前面加“#”，与各列分开；市外企业的没有信用代码。"""
    own = {"编号": "#code", "版本": "#version", "状态": "#state", "县区": "#county", "企业名称": "#name"}
    who = {} if book.outside else {"统一社会信用代码": "#uscc"}
    return {**own, **who, **{one.head: one.code for one in book.columns}}


def entries_book(path: Path, book: Register, found: Sequence[Entry], filled_by: str) -> Path:
    """登记表：可改可再导入；填写说明另在一张表。"""
    columns = {one.code: one for one in book.columns}
    fields = tuple(_field(head, name, columns.get(name)) for head, name in heads(book).items())
    kinds = {one.column: pl.Int64 if one.kind == "money" else pl.String for one in fields}
    rows = pl.DataFrame([_row(book, one) for one in found], schema=kinds)
    notes = (*NOTES, "企业均为虚构，仅供演示。") if any(INVENTED in one.name for one in found) else NOTES
    lines = pl.DataFrame({"note": notes})
    told = Sheet("填写说明", "填写说明", (Field(("说明",), "note", width=90),), lines, "条", (), "说明")
    made = Sheet(book.title, f"{book.title}登记表", fields, rows, "件、万元", (), "企业名称", counted="件")
    return _written(path, [made, told], filled_by, "REGISTER")


def _field(head: str, name: str, one: Column | None) -> Field:
    if one is None:
        width = {"#name": 30, "#uscc": 21, "#county": 12, "#state": 14}.get(name, 9)
        return Field((head,), name, "code" if name == "#uscc" else "text", width)
    kind = {"money": "money", "date": "date"}.get(one.kind, "text")
    return Field((head,), name, kind, WIDTHS.get(one.kind, 13), choices=one.values, required=one.required)


def _row(book: Register, one: Entry) -> dict[str, Any]:
    values = one.values
    told = {each.code: _cell(each, values.get(each.code)) for each in book.columns}
    own = {
        "#code": one.code,
        "#version": str(one.version),
        "#state": one.at.title,
        "#county": one.county,
        "#name": one.name,
    }
    return {**own, **({} if book.outside else {"#uscc": one.uscc}), **told}


def _cell(one: Column, value: Any) -> Any:
    if value is None or one.kind == "money":
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def missing_book(path: Path, book: Register, found: Sequence[Member], filled_by: str) -> Path:
    """应有而没有登记的在库企业。"""
    fields = (
        Field(("县区",), "county", width=12),
        Field(("企业名称",), "name", width=32),
        Field(("统一社会信用代码",), "uscc", "code", 21),
        Field(("层级",), "tier", width=16),
        Field(("库内状态",), "state", width=10),
        Field(("责任科室",), "office", width=18),
        Field(("责任人",), "person", width=12),
    )
    rows = [{"county": one.county, "name": one.name, "uscc": one.uscc, "tier": one.tier_title, "state": one.at.title,
             "office": one.office, "person": one.person} for one in found]  # fmt: skip
    frame = pl.DataFrame(rows, schema={one.column: pl.String for one in fields})
    title = f"还没有{book.expected.word if book.expected else ''}{book.title}的在库企业"
    return _written(path, [Sheet("还没有的", title, fields, frame, "家")], filled_by, "REGISTER")


def report_book(path: Path, book: Register, found: Sequence[Entry], filled_by: str) -> Path:
    """办成的写成目录指定来源的表，上传到数据汇聚即可预览、入账；表名与表头就是那张表认得的。"""
    told = book.reports
    table = next(one for one in city().sources[told["source"]].tables if one.code == told["table"])
    columns = {"统一社会信用代码": "#uscc", "企业名称": "#name", **told["columns"]}
    rows = [{head: _reported(book, one, name) for head, name in columns.items()} for one in found]
    fields = tuple(Field((head,), head, "code" if name == "#uscc" else "text", 24) for head, name in columns.items())
    frame = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String))
    return _written(path, [Sheet(table.title, table.title, fields, frame, "件", counted="件")], filled_by, "REPORT")


def _reported(book: Register, one: Entry, name: str) -> str | None:
    if name.startswith("#"):
        return getattr(one, name.removeprefix("#"))
    return shown(book.column(name), one.values.get(name)) or None


def _written(path: Path, sheets: list[Sheet], filled_by: str, template: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_book(path, sheets, registered(filled_by, today()), template)


def read_entries(path: Path, name: str, book: Register) -> list[tuple[int, dict[str, str]]]:
    """读回登记表：（第几行，各列的文字）；不是这一本的登记表抛 Refusal。name 是给人看的文件名。"""
    needed = ("企业名称", *(one.head for one in book.columns if one.required))
    return Form("REGISTER", f"“{book.title}”登记表", needed, heads(book)).read(path, name)


def complaint(book: Register, name: str, row: int, given: dict[str, str], text: str) -> str:
    """一行的意见落到格：句子里最先提到的列；首列是序号。"""
    known = heads(book)
    placed = sorted((text.index(one.split("（")[0]), one) for one in known if one.split("（")[0] in text)
    head = placed[0][1] if placed else "企业名称"
    found, _, remedy = text.partition("；")
    told = f"“{head}”是“{given.get(known[head]) or '空的'}”，{found}"
    where = (book.title, row, list(known).index(head) + 2)
    return Complaint(
        "REGISTER", Severity.REFUSE, name, told, f"对的{head}", remedy.removeprefix("请") or "改好再传", *where
    ).sentence()
