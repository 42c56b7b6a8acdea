"""需求的动作：填、改、一步一步办；没有理由的一律不办，别人先改过的告诉后来的人。"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError
from django.utils import timezone

from miaopu.access.act import Denied, Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.nurture.demands.forms import CONTENT, TITLES, content, lacking, needed, words
from miaopu.nurture.demands.models import Demand, Move
from miaopu.nurture.demands.queries import demands, firms_for
from miaopu.nurture.demands.states import choices
from miaopu.nurture.typed import reasoned
from miaopu.selection.city import today

Typed = Mapping[str, str]


def draft(actor: Actor, enterprise: str, typed: Typed) -> Demand:
    """填一份草稿；企业自己或它的专员。同一张表单交两遍的给已有的那份。"""
    values = content(typed)
    with act(actor, "demand.submit", f"填技术需求：{values['title']}") as doing:
        firm = firms_for(actor).filter(pk=enterprise).first()
        if firm is None:
            raise Denied("没有这家企业，或不在您的范围里；请重选企业")
        doing.within(district=firm.district, enterprise=firm.enterprise)
        known = Demand.objects.filter(key=typed.get("key") or "-", enterprise=firm.enterprise).first()
        if known is not None:
            return known
        own = {name: getattr(firm, name) for name in ("enterprise", "uscc", "name", "district", "county")}
        told = {"created_by": actor.name, "updated_by": actor.name, "behalf": not actor.is_a("enterprise")}
        made = Demand.objects.create(**own, **values, **told, key=typed.get("key") or None)
        _note(made, actor, "填报", None, "专员代填" if made.behalf else "企业填报")
        doing.after = {"需求": made.pk, "企业": made.name}
    return made


def amend(actor: Actor, number: int, version: int, typed: Typed) -> Demand:
    """改草稿或退回的；别的状态不能改。"""
    values = content(typed)
    with act(actor, "demand.submit", f"改技术需求 {number}") as doing:
        one = _locked(actor, doing, number, version)
        if not one.editable:
            raise Wrong(f"“{one.title}”的状态是“{one.at.title}”，不能改内容；要改请先让县区退回")
        doing.before = {TITLES[name]: str(getattr(one, name)) for name in CONTENT if getattr(one, name) != values[name]}
        doing.after = {TITLES[name]: str(values[name]) for name in CONTENT if getattr(one, name) != values[name]}
        for name, value in values.items():
            setattr(one, name, value)
        _saved(one, actor)
    return one


def move(actor: Actor, number: int, version: int, code: str, reason: str, typed: Typed | None = None) -> Demand:
    """办一步：提交、审核、推荐、登记结果、撤回。code 见 catalog/demands.yaml 的 steps。"""
    step = choices().steps.get(code)
    if step is None:
        raise Wrong("没有这一步；请刷新页面再办")
    told, given = reasoned(reason, step.title), needed(typed or {}, step.needs, today())
    with act(actor, step.operation, f"{step.title}：技术需求 {number}", reason=told) as doing:
        one = _locked(actor, doing, number, version)
        if one.state not in step.before:
            raise Wrong(f"“{one.title}”的状态是“{one.at.title}”，不能{step.title}；请刷新页面再看")
        if code == "submit":
            _complete(one)
        _unique(one, given)
        before = one.state
        one.state = step.after
        for name, value in given.items():
            setattr(one, name, value)
        _saved(one, actor)
        _note(one, actor, step.title, before, told, words(given))
        doing.before, doing.after = before, {"状态": one.at.title, **{TITLES[k]: str(v) for k, v in given.items()}}
    return one


def _complete(one: Demand) -> None:
    missing = lacking({name: getattr(one, name) for name in CONTENT})
    if missing:
        raise Wrong(missing)
    if one.deadline is not None and one.deadline <= today():
        raise Wrong(f"希望完成的日期 {one.deadline.isoformat()} 已经过了；请改成今天以后的日期")


def _unique(one: Demand, given: Mapping[str, object]) -> None:
    number = given.get("number")
    other = Demand.objects.filter(number=number).exclude(pk=one.pk).first() if number else None
    if other is not None:
        raise Wrong(f"入库编号“{number}”已经登记在{other.code}“{other.title}”名下；请核对编号")


def _locked(actor: Actor, doing: Doing, number: int, version: int) -> Demand:
    """锁住一项；看不到的、不在这项操作的范围里的拒绝，别人先改过的说清。"""
    one = demands(actor).filter(pk=number).first()
    if one is None:
        raise Denied(f"没有技术需求 {number}，或不在您的范围里")
    doing.within(district=one.district, enterprise=one.enterprise)
    one = Demand.objects.select_for_update().get(pk=number)
    if one.version != version:
        when = timezone.localtime(one.updated)
        raise Wrong(
            f"“{one.title}”已由{one.updated_by}在 {when:%Y-%m-%d %H:%M} 改过（现在是“{one.at.title}”），"
            "没有办；您填的还在，请打开最新的一份对过再办"
        )
    return one


def _saved(one: Demand, actor: Actor) -> None:
    one.version, one.updated_by = one.version + 1, actor.name
    try:
        one.save()
    except IntegrityError as error:
        raise Wrong("入库编号刚刚被别的需求用了；请核对编号") from error


def _note(one: Demand, actor: Actor, title: str, before: str | None, reason: str, given: str | None = None) -> None:
    own = {"demand": one, "title": title, "before": before, "after": one.state, "by": actor.name}
    Move.objects.create(**own, reason=reason, given=given)
