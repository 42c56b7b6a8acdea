"""登记表的导入与导出：有一格不对就一行也不导入；导出记一行日志，文件在日志以后写。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from miaopu.access.act import Denied, Doing, Wrong, act, permit
from miaopu.access.actor import Actor
from miaopu.access.text import file_name
from miaopu.nurture.back import Imported, Undone
from miaopu.nurture.registers.actions.entries import amend
from miaopu.nurture.registers.books import complaint, entries_book, missing_book, read_entries, report_book
from miaopu.nurture.registers.forms import read
from miaopu.nurture.registers.keeping import make, outside_of
from miaopu.nurture.registers.models import Entry, written
from miaopu.nurture.registers.queries import WRITE, book_for, entries, missing, writable
from miaopu.nurture.registers.shapes import DONE, VOID, Register
from miaopu.nurture.typed import reasoned
from miaopu.selection.city import today
from miaopu.selection.screening.models import Firm
from miaopu.selection.screening.place import counties

EXPORT = "register.export"


def export_entries(actor: Actor, book: Register, given: Mapping[str, str], folder: Path) -> Path:
    """导出所筛；一件也没有时给空表当样表。"""
    found = _logged(actor, f"{book.title}登记表", lambda: list(entries(actor, book, given)), given)
    return entries_book(_path(folder, f"{book.title}登记表", len(found)), book, found, actor.name)


def export_missing(actor: Actor, book: Register, folder: Path) -> Path:
    """导出应有而没有登记的在库企业。"""
    found = _logged(actor, f"还没有{book.title}的在库企业", lambda: list(missing(actor, book)), {})
    return missing_book(_path(folder, f"还没有{book.title}的在库企业", len(found)), book, found, actor.name)


def export_report(actor: Actor, book: Register, given: Mapping[str, str], folder: Path) -> Path:
    """把办成的写成可上传的补报表；没有可报的抛 Wrong。"""
    if not book.reports:
        raise Wrong(f"“{book.title}”没有可补报的表：部门公布的全量名单由部门报")
    wanted, done = set(book.reports["columns"].values()), list(entries(actor, book, given).filter(kind=DONE))
    found = [one for one in done if wanted <= set(one.values)]
    if not found:
        raise Wrong("所筛里没有办成的、又填全了要报的几列的；请先登记办成，填全编号")
    told = _logged(actor, f"{book.title}补报表", lambda: found, given)
    left = f"_另有{len(done) - len(found)}件没有填全" if len(done) > len(found) else ""
    return report_book(_path(folder, f"{book.title}补报表", len(told), left), book, told, actor.name)


def _logged(actor: Actor, title: str, find: Any, given: Mapping[str, str]) -> Sequence[Any]:
    with act(actor, EXPORT, f"导出《{title}》") as doing:
        found = find()
        doing.after = {"行数": len(found), "条件": {name: one for name, one in given.items() if one}}
    return found


def _path(folder: Path, title: str, count: int, left: str = "") -> Path:
    return folder / file_name(f"{title}_{today():%Y%m%d}_{count}行{left}.xlsx")


def import_entries(actor: Actor, code: str, path: Path, name: str, reason: str) -> Imported:
    """导入登记表：有编号的改，没有编号的新增；状态只在页面上一步一步办。"""
    permit(actor, WRITE)
    book = book_for(actor, code)
    if book is None or not writable(actor, book):
        raise Denied("没有这一本，或不在您的范围里")
    told, rows = reasoned(reason, "导入登记表"), read_entries(path, name, book)  # 读文件在事务外
    counts, found = {"fresh": 0, "changed": 0, "same": 0}, []
    try:
        with act(actor, WRITE, f"导入登记表 {name}"[:200], reason=reason) as doing:
            for at, given in rows:
                try:
                    with transaction.atomic():
                        counts[_one(actor, doing, book, given, told)] += 1
                except (Wrong, Denied) as error:
                    found.append(complaint(book, name, at, given, str(error)))
            if found:
                raise Undone
            doing.after = {"新增": counts["fresh"], "改动": counts["changed"], "没有变": counts["same"]}
    except Undone:
        return Imported(0, 0, 0, tuple(found))
    return Imported(**counts, unit="件")


def _one(actor: Actor, doing: Doing, book: Register, given: dict[str, str], reason: str) -> str:
    code = given.get("#code", "")
    if not code:
        who = _named(doing, book, given)
        if given.get("#state") not in ("", None, book.first.title):
            raise Wrong(f"状态：新增的一行应空着，登记以后是“{book.first.title}”；办成的在页面上一步一步办")
        values = read(book, given, today())
        twin = _twin(book, who, values)
        if twin is not None:
            told = book.column(book.named).title if book.named else "企业名称"
            raise Wrong(f"{told}：与已登记的 {twin.code} 每一格都一样；交过的不用再交，要改的写上编号与版本")
        make(actor, book, who, values)
        return "fresh"
    one = _found(actor, book, code, given)
    values, now = read(book, given, today()), one.values
    if all(now.get(name) == value for name, value in values.items()):
        return "same"
    amend(actor, one.pk, one.version, {**given, "reason": reason})
    return "changed"


def _twin(book: Register, who: Mapping[str, Any], values: Mapping[str, Any]) -> Entry | None:
    """同一家已登记的、每一格都一样的一件：一份表交两遍，不登记两件。"""
    same = Entry.objects.filter(register=book.code, enterprise=who["enterprise"], name=who["name"])
    return same.filter(held=written(values)).exclude(kind=VOID).first()


def _found(actor: Actor, book: Register, code: str, given: Mapping[str, str]) -> Entry:
    digits = code.removeprefix("D")
    usable = digits.isascii() and digits.isdecimal() and len(digits) < 10
    found = entries(actor, book).filter(pk=int(digits)).first() if usable else None
    if found is None:
        raise Wrong(f"编号：这一本里没有“{code}”，或不在您的范围里；新增的一行编号应空着")
    if given.get("#version") != str(found.version):
        raise Wrong(f"版本：导出以后{found.updated_by}改过“{found.title}”；请重新导出再改")
    if given.get("#state") not in ("", None, found.at.title):
        raise Wrong(f"状态：登记里是“{found.at.title}”；状态在页面上一步一步办，表里不要改")
    if given.get("#name") not in ("", None, found.name):
        raise Wrong(f"企业名称：{code} 是“{found.name}”的；换企业请另起一行")
    return found


def _named(doing: Doing, book: Register, given: Mapping[str, str]) -> dict[str, Any]:
    """新增的一行是哪家企业：先凭信用代码，没有的凭名称；重名的要写代码。"""
    if book.outside:
        codes = {title: code for code, title in counties(doing.reach).items()}
        return outside_of(doing, {"name": given.get("#name", ""), "district": codes.get(given.get("#county", ""), "")})
    uscc, name = given.get("#uscc", "").upper(), given.get("#name", "")
    known = doing.reach.firms(Firm.objects.all())
    found = list((known.filter(uscc=uscc) if uscc else known.filter(name=name))[:2])
    if len(found) != 1:
        told = "范围里不止一家叫这个名称；请写统一社会信用代码" if found else "范围里没有这家企业；请核对代码与名称"
        raise Wrong(f"{'统一社会信用代码' if uscc else '企业名称'}：{told}")
    if uscc and name and name != found[0].name:
        raise Wrong(f"企业名称：代码 {uscc} 是“{found[0].name}”；请核对是哪一家")
    return {each: getattr(found[0], each) for each in ("enterprise", "uscc", "name", "district", "county")}
