"""登记怎样存：新的一件、改动、每一步；只存，权限与范围由调用的动作查。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from miaopu.access.act import Denied, Doing, Wrong
from miaopu.access.actor import Actor, Reach
from miaopu.access.text import clean
from miaopu.nurture.registers.forms import words
from miaopu.nurture.registers.models import Entry, Move, written
from miaopu.nurture.registers.shapes import Register
from miaopu.selection.city import today
from miaopu.selection.screening.place import counties

EVERYWHERE = Reach(everywhere=True)


def make(actor: Actor, book: Register, who: Mapping[str, Any], values: Mapping[str, Any], key: str | None = None) -> Entry:  # fmt: skip
    """写下一件与它的第一步；范围由调用的动作查。"""
    told = {"created_by": actor.name, "updated_by": actor.name, "made": today(), "state": book.first.code}
    try:
        with transaction.atomic():
            made = Entry.objects.create(
                register=book.code, **who, **told, **columns_of(book, values, who), kind=book.first.kind, key=key
            )
    except IntegrityError as error:
        raise Wrong("这张表单已经交过；请刷新清单看一看") from error
    note(made, actor, "登记", None, "新登记", words(book, _given(values)))
    return made


def columns_of(book: Register, values: Mapping[str, Any], who: Mapping[str, Any]) -> dict[str, Any]:
    """要存的各列：内容、名称、年度、期限。"""
    title = str(values.get(book.named) or who["name"])
    year = values.get(book.year) if book.year else None
    return {"held": written(values), "title": title, "year": year, "due": values.get(book.due) if book.due else None}


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def outside_of(doing: Doing, typed: Mapping[str, str]) -> dict[str, Any]:
    """市外企业：名称与拟落在哪个县区。"""
    name, code = clean(typed.get("name") or "", "企业名称", 200), typed.get("district") or ""
    if not name:
        raise Wrong("企业名称：空着；请填写")
    if code not in counties(EVERYWHERE):
        raise Wrong("县区：没有选拟落的县区，或不是本市的；请从下拉里选")
    if not doing.reach.covers(district=code):
        raise Denied("拟落的县区不在您的范围里；请选本县区")
    return {"enterprise": None, "uscc": None, "name": name, "district": code, "county": counties(EVERYWHERE)[code]}


def saved(one: Entry, actor: Actor, **changes: Any) -> None:
    """存改动，版本加一。"""
    for name, value in {**changes, "version": one.version + 1, "updated_by": actor.name}.items():
        setattr(one, name, value)
    one.save()


def note(one: Entry, actor: Actor, title: str, before: str | None, reason: str, given: str | None = None) -> None:
    """记一步。"""
    own = {"entry": one, "title": title, "before": before, "after": one.state, "by": actor.name, "on": today()}
    Move.objects.create(**own, reason=reason, given=given)
