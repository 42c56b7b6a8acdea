"""交回台账：改了的格经由同样的动作办，有一条意见就一处也不办；写了意见的工作簿还给人。"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from openpyxl import Workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from miaopu.access.act import Denied, Doing, Wrong, act, permit
from miaopu.access.actor import Actor
from miaopu.access.text import file_name
from miaopu.nurture.followup.files import FOLDER
from miaopu.nurture.followup.ledgers.books import ledger, rows_of
from miaopu.nurture.followup.ledgers.form import Ledger, Line
from miaopu.nurture.followup.ledgers.read import Complaint, Edit, Returned, opened, read
from miaopu.nurture.followup.matter import required
from miaopu.nurture.followup.models import Imported
from miaopu.selection import files
from miaopu.selection.files import LARGEST

SHOWN = 200
KEPT = "没有动它们：去掉一行不等于删除；真不办了的，到它的页面取消走访、撤回诉求或方案，写明理由"
FRONT = "意见"
RED = PatternFill("solid", fgColor="FFC7CE")


class _Undone(Exception):
    """有办不成的：退回整批。"""

    def __init__(self, complaints: Sequence[Complaint]) -> None:
        super().__init__()
        self.complaints = tuple(complaints)


def take_back(actor: Actor, code: str, name: str, content: bytes, reason: str) -> Imported:
    """收一份改过的台账。没有改动的什么也不做；给出这次交回的记录。"""
    book = ledger(code)
    permit(actor, "service.import")
    told = required(reason, "理由", 300)
    given = _Given(code, file_name(name, "台账.xlsx"), hashlib.sha256(content).hexdigest(), told)
    if len(content) > LARGEST:
        raise Wrong(f"文件超过 {LARGEST // 1024 // 1024} MB；请分开导出")
    known: Mapping[tuple[str, int], Line] = {(one.sort, one.number): one for one in rows_of(actor, book, {})}
    pages = opened(content)
    found = read(pages, book, known)
    complaints = found.complaints
    if not complaints:
        try:
            return _done(actor, book, given, found)
        except _Undone as undone:
            complaints = undone.complaints
    path = _returned(pages, book, found, complaints)
    with act(actor, "service.import", book.title, reason=told) as doing:
        return _noted(doing, given, found, complaints, path)


@dataclass(frozen=True)
class _Given:
    """交回的一份：哪一本、文件名、摘要、理由。"""

    code: str
    name: str
    digest: str
    reason: str


def _done(actor: Actor, book: Ledger, given: _Given, found: Returned) -> Imported:
    """都办，有一处不成就全部退回（_Undone 里是不成的）；读表以后别人改过的，各行的动作按版本看得出来。"""
    with act(actor, "service.import", book.title, reason=given.reason) as doing:
        bad = [one for edit in found.edits for one in _one(actor, book, edit, given.reason)]
        if bad:
            raise _Undone(bad)
        return _noted(doing, given, found, (), None)


def _noted(doing: Doing, given: _Given, found: Returned, complaints: Sequence[Complaint], path: str | None) -> Imported:
    """记下这次交回。"""
    made = Imported.objects.create(
        kind=given.code, name=given.name, digest=given.digest, reason=given.reason, rows=found.rows,
        changes=0 if complaints else sum(len(one.change) for one in found.edits), complaints=len(complaints),
        told="\n".join(one.sentence() for one in complaints[:SHOWN]) or None, path=path, by=doing.actor.name,
        owner_id=doing.actor.account, missing=len(found.missing), gone="\n".join(found.missing[:SHOWN]) or None,
    )  # fmt: skip
    doing.after = {"行": made.rows, "改": made.changes, "意见": made.complaints, "少了的行": made.missing}
    return made


def _one(actor: Actor, book: Ledger, edit: Edit, reason: str) -> list[Complaint]:
    try:
        with transaction.atomic():
            book.apply(actor, edit.line, edit.change, reason)
    except (Wrong, Denied) as error:
        heads = [one.column for one in book.whole]
        column = heads.index(next(iter(edit.change))) + 2
        return [Complaint(edit.row, column, edit.line.name, str(error))]
    return []


def _returned(pages: Workbook, book: Ledger, found: Returned, complaints: Sequence[Complaint]) -> str:
    """写了意见的工作簿：坏格涂色、批注，首页是数与各条。"""
    sheet = pages[book.title]
    if FRONT in pages.sheetnames:
        pages.remove(pages[FRONT])
    for one in complaints:
        cell = sheet.cell(one.row, one.column)
        if isinstance(cell, MergedCell):
            continue
        cell.fill, cell.comment = RED, Comment(one.told, "苗圃")
    front = pages.create_sheet(FRONT, 0)
    front.append(["交回的台账没有办：有意见的改好以后，整本再交"])
    front.append(["行数", found.rows])
    front.append(["改了的行", len(found.edits)])
    front.append(["意见", len(complaints)])
    front.append(["办了", 0])
    front.append(["少了的行", len(found.missing), KEPT if found.missing else None])
    front.append(["格", "企业", "意见"])
    for one in complaints:
        front.append([one.cell, one.name, one.told])
    for row in front.iter_rows():
        for cell in row:
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type  # 等号打头的也只是文字
    front.column_dimensions["C"].width = 90
    pages.active = 0
    out = io.BytesIO()
    pages.save(out)
    return files.keep(FOLDER, files.Given("意见.xlsx", ".xlsx", out.getvalue()))
