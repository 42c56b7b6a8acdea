"""成果与院所的动作：导入、导出需求清单与成果登记；有一格不对就一行也不导入。"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.db import transaction

from miaopu.access.act import Wrong, act, permit
from miaopu.access.actor import Actor
from miaopu.access.text import file_name
from miaopu.nurture.back import Imported, Undone
from miaopu.nurture.demands.books import complaint, demands_book, read_results, results_book
from miaopu.nurture.demands.entry import HEADS, result_values
from miaopu.nurture.demands.models import Result
from miaopu.nurture.demands.queries import contactable, demands, named, results
from miaopu.nurture.typed import reasoned
from miaopu.selection.city import today


def export_demands(actor: Actor, given: Mapping[str, str], folder: Path) -> Path:
    """导出筛出来的需求；记日志。联系人照这个人看得到的写。取行、写工作簿都不在事务里。"""
    permit(actor, "demand.export")
    found = list(demands(actor, given))
    with act(actor, "demand.export", "技术需求清单") as doing:
        if not found:
            raise Wrong("按现在的条件一项也没有，没有东西可导出；请放宽条件")
        doing.after = {"行数": len(found), "条件": dict(given)}
    seen = [(one, named(actor, one), contactable(actor, one)) for one in found]
    path = folder / file_name(f"技术创新需求清单_{today():%Y%m%d}_{len(found)}项.xlsx")
    return demands_book(path, seen, actor.name)


def export_results(actor: Actor, given: Mapping[str, str], folder: Path) -> Path:
    """导出筛出来的成果，改好可以再导入；一项也没有时给空表当样表。"""
    permit(actor, "demand.register")
    found = list(results(actor, given))
    with act(actor, "demand.register", "成果与院所登记") as doing:
        doing.after = {"行数": len(found), "条件": dict(given)}
    path = folder / file_name(f"成果与院所_{today():%Y%m%d}_{len(found)}项.xlsx")
    return results_book(path, found, actor.name)


def import_results(actor: Actor, path: Path, name: str, reason: str) -> Imported:
    """导入成果：有编号的改，没有编号的新增；有意见的一行也不导入。"""
    told, rows = reasoned(reason, "导入成果"), read_results(path, name)
    counts, found = {"fresh": 0, "changed": 0, "same": 0}, []
    try:
        with act(actor, "demand.register", f"导入成果 {name}"[:200], reason=told) as doing:
            for at, given in rows:
                try:
                    with transaction.atomic():
                        counts[_one(actor, given)] += 1
                except Wrong as error:
                    found.append(_complained(name, at, given, str(error)))
            if found:
                raise Undone
            doing.after = {"新增": counts["fresh"], "改动": counts["changed"], "没有变": counts["same"]}
    except Undone:
        return Imported(0, 0, 0, tuple(found))
    return Imported(**counts)


def register(actor: Actor, given: Mapping[str, str], invented: bool = False) -> Result:
    """登记一项成果。"""
    values = result_values(given)
    with act(actor, "demand.register", f"登记成果：{values['title']}") as doing:
        made = Result.objects.create(**values, invented=invented, updated_by=actor.name)
        doing.after = {"成果": made.pk}
    return made


def _one(actor: Actor, given: Mapping[str, str]) -> str:
    values, code = result_values(given), given.get("code", "")
    other = Result.objects.filter(institute=values["institute"], title=values["title"]).first()
    if not code:
        if other is not None:
            raise Wrong(f"成果名称：{other.institute}的《{other.title}》已登记为 {other.code}；要改的请写上编号与版本")
        Result.objects.create(**values, updated_by=actor.name)
        return "fresh"
    found = _found(code, given.get("version", ""))
    if other is not None and other.pk != found.pk:
        raise Wrong(f"成果名称：与 {other.code} 重复；请改名称或并成一项")
    if all(getattr(found, name) == value for name, value in values.items()):
        return "same"
    Result.objects.filter(pk=found.pk).update(**values, version=found.version + 1, updated_by=actor.name)
    return "changed"


def _found(code: str, version: str) -> Result:
    digits = code.removeprefix("C")
    usable = digits.isascii() and digits.isdecimal() and len(digits) < 10
    found = Result.objects.select_for_update().filter(pk=int(digits)).first() if usable else None
    if found is None:
        raise Wrong(f"编号：登记里没有“{code}”；新增的一行编号应空着")
    if version != str(found.version):
        raise Wrong(f"版本：导出以后{found.updated_by}改过《{found.title}》；请重新导出再改")
    return found


def _complained(name: str, at: int, given: Mapping[str, str], text: str) -> str:
    """意见落到格：句子里最先提到的列。"""
    placed = [(text.index(head), head) for head in HEADS if head in text]
    head = min(placed)[1] if placed else "成果名称"
    found, _, remedy = text.partition("；")
    return complaint(
        name, at, head, given.get(HEADS[head], ""), found, remedy.removeprefix("请") or "改好再传"
    ).sentence()
