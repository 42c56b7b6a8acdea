"""名册的导出与导入：导出、改、再导入是一个来回；有一格不对就一行也不导入，意见说到格。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from miaopu.access.act import Wrong, act, permit
from miaopu.access.actor import Actor
from miaopu.access.text import file_name
from miaopu.nurture.back import Undone
from miaopu.nurture.specialists.actions.roster import fields_of, saved
from miaopu.nurture.specialists.actions.words import reasoned
from miaopu.nurture.specialists.books.roster import (
    HEADS,
    column_of,
    complaint,
    kind_codes,
    pairs_book,
    read_roster,
    roster_book,
)
from miaopu.nurture.specialists.models import Person, Turn
from miaopu.nurture.specialists.queries.roster import pairings, people
from miaopu.nurture.specialists.states import State
from miaopu.selection.city import city, today
from miaopu.selection.screening.rounds.books import unit_of


@dataclass(frozen=True)
class Imported:
    """导入的结果：新增、改动、没有变的行数与意见；有意见时一行也没有导入。"""

    fresh: int
    changed: int
    same: int
    complaints: tuple[str, ...]

    def sentence(self) -> str:
        """一句话。"""
        if self.complaints:
            return f"有 {len(self.complaints)} 处不对，一行也没有导入；请照意见改好再传"
        return f"已导入：新增 {self.fresh} 行，改动 {self.changed} 行，没有变的 {self.same} 行"


def export_roster(actor: Actor, given: Mapping[str, str], folder: Path) -> Path:
    """导出筛出来的名册；记日志。取行、写工作簿都不在事务里。"""
    permit(actor, "service.export")
    found = list(people(actor, given))
    with act(actor, "service.export", "服务队伍名册") as doing:
        if not found:
            raise Wrong("按现在的条件一行也没有，没有东西可导出；请放宽条件")
        doing.after = {"行数": len(found), "条件": dict(given)}
    path = folder / file_name(f"服务队伍名册_{today():%Y%m%d}_{len(found)}行.xlsx")
    return roster_book(path, found, unit_of(doing.reach))


def export_pairs(actor: Actor, folder: Path) -> Path:
    """导出专员分工表；记日志。取行、写工作簿都不在事务里。"""
    permit(actor, "service.export")
    found = list(pairings(actor))
    with act(actor, "service.export", "专员分工表") as doing:
        if not found:
            raise Wrong("还没有现行的分工，没有东西可导出；请先统筹并采用")
        doing.after = {"行数": len(found)}
    path = folder / file_name(f"专员分工表_{today():%Y%m%d}_{len(found)}对.xlsx")
    return pairs_book(path, found, unit_of(doing.reach))


def import_roster(actor: Actor, path: Path, name: str, reason: str) -> Imported:
    """导入名册：有编号的改，没有编号的新增并聘任；有意见的一行也不导入。"""
    told, rows = reasoned(reason, "导入名册"), read_roster(path, name)
    counts, found = {"fresh": 0, "changed": 0, "same": 0}, []
    try:
        with act(actor, "roster.manage", f"导入名册 {name}"[:200], reason=told) as doing:
            for at, given in rows:
                try:
                    with transaction.atomic():
                        counts[_one(actor, given, told)] += 1
                except Wrong as error:
                    found.append(_complained(path, name, at, given, str(error)))
            if found:
                raise Undone
            doing.after = {"新增": counts["fresh"], "改动": counts["changed"], "没有变": counts["same"]}
    except Undone:
        return Imported(0, 0, 0, tuple(found))
    return Imported(**counts, complaints=())


def _one(actor: Actor, given: Mapping[str, str], reason: str) -> str:
    fields = fields_of({**given, "kind": _kind(given), "district": _district(given)})
    code = given.get("code", "")
    if not code:
        made = Person.objects.create(**fields, state=State.APPOINTED.value, updated_by=actor.name)
        Turn.objects.create(person=made, before=None, after=made.state, reason=reason, by=actor.name)
        return "fresh"
    found = Person.objects.select_for_update(of=("self",)).filter(pk=_number(code)).first()
    if found is None:
        raise Wrong(f"编号：名册里没有“{code}”；新增的一行编号应空着")
    if given.get("version") != str(found.version):
        raise Wrong(f"版本：导出以后{found.updated_by}改过“{found.name}”；请重新导出再改")
    if all(getattr(found, name) == value for name, value in fields.items()):
        return "same"
    saved(found, actor, **fields)
    return "changed"


def _kind(given: Mapping[str, str]) -> str:
    text = given.get("kind", "")
    if text not in kind_codes():
        raise Wrong(f"种类：没有“{text or '空的'}”；应是{'、'.join(kind_codes())}之一")
    return kind_codes()[text]


def _district(given: Mapping[str, str]) -> str:
    text = given.get("district", "")
    found = city().districts.find(text) if text else None
    if text and (found is None or found.level != "county"):
        raise Wrong(f"县区：没有“{text}”；请写县区的全称，市级的空着")
    return found.code if found else ""


def _number(code: str) -> int:
    digits = code.removeprefix("P")
    if not digits.isdecimal():
        raise Wrong(f"编号：“{code}”不是名册的编号；应是 P 加五位数字，新增的空着")
    return int(digits)


def _complained(path: Path, name: str, at: int, given: Mapping[str, str], text: str) -> str:
    """意见落到格：句子里最先提到的列。"""
    words = {**{one: one for one in HEADS}, "行业“": "行业专长", "议题“": "议题专长", "姓名（": "姓名"}
    placed = [(text.index(word), head) for word, head in words.items() if word in text]
    head = min(placed)[1] if placed else "姓名"
    found, _, remedy = text.partition("；")
    value = given.get(HEADS[head], "")
    column = column_of(path, head)
    return complaint(
        name, at, column, f"“{head}”是“{value or '空的'}”，{found}", f"对的{head}", remedy or "改好"
    ).sentence()
