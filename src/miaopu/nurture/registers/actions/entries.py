"""登记的动作：登记、改、一步一步办；没有理由的一律不办，别人先改过的告诉后来的人。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from miaopu.access.act import Denied, Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.nurture.registers.forms import needed, read, words
from miaopu.nurture.registers.keeping import columns_of, make, note, outside_of, saved
from miaopu.nurture.registers.models import Entry
from miaopu.nurture.registers.queries import WRITE, entries, writable
from miaopu.nurture.registers.shapes import registers
from miaopu.nurture.typed import reasoned
from miaopu.selection.city import today
from miaopu.selection.screening.models import Firm

Typed = Mapping[str, str]
UNDO = "撤销"


def enter(actor: Actor, register: str, typed: Typed) -> Entry:
    """登记一件：本市企业写 enterprise，市外企业写 name 与 district。同一张表单交两遍的给已有的那件。"""
    book = registers().get(register)
    with act(actor, WRITE, f"登记{book.title if book else '专项'}") as doing:
        if book is None or not writable(actor, book):
            raise Denied("没有这一本，或不在您的范围里；请从专项登记的首页进")
        who = outside_of(doing, typed) if book.outside else _firm(doing, typed.get("enterprise", ""))
        key = clean(typed.get("key") or "", "表单标记", 32) or None
        known = entries(actor, book).filter(key=key).first() if key else None
        if known is not None:
            return known
        made = make(actor, book, who, read(book, typed, today()), key)
        doing.after = {"登记": made.code, "企业": made.name, "名称": made.title}
    return made


def _firm(doing: Doing, enterprise: str) -> dict[str, Any]:
    enterprise = clean(enterprise, "企业号", 18)
    if not enterprise:
        raise Wrong("企业：没有选；请选是哪家企业的")
    found = Firm.objects.filter(pk=enterprise).first()
    if found is None or not doing.reach.covers(district=found.district, enterprise=found.enterprise):
        raise Denied("没有这家企业，或不在您的范围里；请重选企业")
    return {name: getattr(found, name) for name in ("enterprise", "uscc", "name", "district", "county")}


def amend(actor: Actor, number: int, version: int, typed: Typed) -> Entry:
    """改内容；作废、未成等不算的不能改。"""
    with act(actor, WRITE, f"改登记 {number}", reason=typed.get("reason") or None) as doing:
        one = _locked(actor, doing, number, version)
        book, now = one.book, one.values
        if one.at.kind == "void":
            raise Wrong(f"“{one.title}”的状态是“{one.at.title}”，不能改内容；请另登记一件")
        values = read(book, typed, today())
        changed = {name: value for name, value in values.items() if now.get(name) != value}
        if one.done and changed and not _confirms(actor, one):
            raise Denied("已经确认办成的，只有能确认的人改；请联系县区主管或市局")
        owed = _due_to(one)
        kept = [name for name in changed if name in owed]
        gone = [book.column(name).title for name in kept if values[name] is None]
        if gone:
            raise Wrong(f"{gone[0]}：空着；办过的步要有它，办错了请撤销那一步")
        needed(book, kept, {}, values, today())  # 已发生的日期也不能改到以后
        if changed:
            doing.before = {book.column(name).title: str(now.get(name, "")) for name in changed}
            doing.after = {book.column(name).title: str(value or "") for name, value in changed.items()}
            who = {"name": one.name}
            saved(one, actor, **columns_of(book, values, who))
            note(one, actor, "改内容", one.state, reasoned(typed.get("reason", ""), "改内容"), words(book, changed))
    return one


def _confirms(actor: Actor, one: Entry) -> bool:
    """能不能确认这一件：权限与范围都要有。"""
    reach = actor.reach("register.confirm")
    return actor.may("register.confirm") and reach.covers(district=one.district, enterprise=one.enterprise)


def _due_to(one: Entry) -> set[str]:
    """办过而没有撤销的各步要填的列：办了以后不能改成空的。"""
    steps, done = {step.title: step for step in one.book.steps.values()}, []
    for title in one.moves.values_list("title", flat=True):
        if title == UNDO:
            done.pop()  # 撤销的是紧挨着的上一行
        else:
            done.append(title)
    return {name for title in done if title in steps for name in steps[title].needs}


def move(actor: Actor, number: int, version: int, code: str, typed: Typed) -> Entry:
    """办一步；code 见 catalog/registers.yaml 的 steps，要填的列没有写的用已登记的。"""
    seen = entries(actor).filter(pk=number).first()
    step = seen.book.steps.get(code) if seen else None
    with act(actor, step.operation if step else WRITE, f"登记 {number}", reason=typed.get("reason", "")) as doing:
        if step is None:
            raise Denied(f"没有登记 {number}，或没有这一步，或不在您的范围里")
        one = _locked(actor, doing, number, version)
        told = reasoned(typed.get("reason", ""), step.title)
        if one.state not in step.before:
            raise Wrong(f"“{one.title}”的状态是“{one.at.title}”，不能{step.title}；请刷新页面再看")
        values = one.values
        given = needed(one.book, step.needs, typed, values, today())
        before, after = one.state, one.book.states[step.after]
        columns = columns_of(one.book, {**values, **given}, {"name": one.name})
        saved(one, actor, **columns, state=after.code, kind=after.kind)
        note(one, actor, step.title, before, told, words(one.book, given))
        doing.before, doing.after = before, {"状态": after.title, **{k: str(v) for k, v in given.items()}}
    return one


def undo(actor: Actor, number: int, version: int, reason: str) -> Entry:
    """撤销最近的一步，回到前一个状态；填的内容不动，只能撤一步，原来的一行留着。"""
    with act(actor, "register.confirm", f"撤销登记 {number} 的一步", reason=reason) as doing:
        one = _locked(actor, doing, number, version)
        told, last = reasoned(reason, "撤销"), one.moves.last()
        if last is None or last.before in (None, last.after) or last.title == UNDO:
            raise Wrong(
                f"“{one.title}”最近的一步是“{last.title if last else '登记'}”，没有可撤销的；改内容请用“改内容”"
            )
        before, state = one.state, one.book.states[last.before]
        saved(one, actor, state=state.code, kind=state.kind)
        note(one, actor, UNDO, before, told, f"撤销“{last.title}”")
        doing.before, doing.after = before, {"状态": state.title}
    return one


def _locked(actor: Actor, doing: Doing, number: int, version: int) -> Entry:
    """锁住一件；看不到的、不在这项操作的范围里的拒绝，别人先改过的说清。"""
    one = entries(actor).filter(pk=number).first()
    if one is None:
        raise Denied(f"没有登记 {number}，或不在您的范围里")
    doing.within(district=one.district, enterprise=one.enterprise)
    one = Entry.objects.select_for_update().get(pk=number)
    if one.version != version:
        when = timezone.localtime(one.updated)
        raise Wrong(
            f"“{one.title}”已由{one.updated_by}在 {when:%Y-%m-%d %H:%M} 改过（现在是“{one.at.title}”），"
            "没有办；您填的还在，请打开最新的一份对过再办"
        )
    return one
