"""名册的动作：开征集、报名、聘任与不聘、离册、改资料、请假、连账号、回避；没有理由的变动一律不办。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from miaopu.access.act import Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.models import Account
from miaopu.access.text import clean
from miaopu.nurture.specialists.actions.words import LONGEST, county_of, day_of, locked, reasoned, whole_of
from miaopu.nurture.specialists.kinds import kinds, known_sectors, known_topics
from miaopu.nurture.specialists.models import Avoidance, Call, Person, Turn
from miaopu.nurture.specialists.states import State, step
from miaopu.selection.city import today
from miaopu.selection.screening.models import Firm

MOST = 999
TITLES = {
    "kind": "种类", "name": "姓名", "unit": "单位", "phone": "手机", "county": "县区", "capacity": "最多服务几家",
    "sectors": "行业专长", "topics": "议题专长", "since": "聘期起", "until": "聘期止", "on_leave_from": "请假起",
    "on_leave_until": "请假止", "note": "说明",
}  # fmt: skip


def open_call(actor: Actor, given: Mapping[str, str]) -> Call:
    """开一次公开征集：kind、title、opens、closes、note。"""
    with act(actor, "roster.manage", "公开征集") as doing:
        kind, title = _kind(given), clean(given.get("title", ""), "名称", 80)
        opens, closes = (day_of(given.get(one, ""), told, True) for one, told in (("opens", "起"), ("closes", "止")))
        if not title:
            raise Wrong("征集的名称没有填；例如“2026年服务专员公开征集”")
        if closes < opens:
            raise Wrong(f"止期 {closes} 早于起期 {opens}；请改晚")
        note = clean(given.get("note", ""), "说明", LONGEST) or None
        made = Call.objects.create(kind=kind, title=title, opens=opens, closes=closes, note=note, by=actor.name)
        doing.target, doing.after = f"公开征集：{title}", {"起": opens, "止": closes}
        return made


def apply(actor: Actor, given: Mapping[str, str], call: int | None = None) -> Person:
    """代为报名：县区报本县区的人，市局报谁都行。报在征集名下的须在征集的日期里。"""
    operation = "roster.apply" if actor.may("roster.apply") else "roster.manage"
    with act(actor, operation, "报名") as doing:
        fields = fields_of(given)
        doing.within(district=fields["district"] or "-")
        found = _call(call, fields["kind"])
        made = Person.objects.create(**fields, call=found, updated_by=actor.name)
        told = f"报名：{found.title}" if found else "报名"
        Turn.objects.create(person=made, before=None, after=State.APPLIED.value, reason=told, by=actor.name)
        doing.target, doing.after = f"报名：{made.name}", {"编号": made.code, **told_of(fields)}
        return made


def _call(number: int | None, kind: str) -> Call | None:
    if number is None:
        return None
    found = Call.objects.filter(pk=number).first()
    if found is None or found.kind != kind:
        raise Wrong("没有这次征集，或种类与征集的不同；请从征集页面重新进入")
    if not found.opens <= today() <= found.closes:
        raise Wrong(f"“{found.title}”的报名是 {found.opens} 至 {found.closes}，今天不在其内")
    return found


def fields_of(given: Mapping[str, str]) -> dict[str, Any]:
    """表单、工作簿的一行 → 名册的列；写错的抛 Wrong。"""
    name = clean(given.get("name", ""), "姓名", 60)
    if not name:
        raise Wrong("姓名（或队名）没有填")
    kind, district = _kind(given), clean(given.get("district", ""), "县区", 6) or None
    days = {
        one: day_of(given.get(one, ""), TITLES[one]) for one in ("since", "until", "on_leave_from", "on_leave_until")
    }
    for begin, end in (("since", "until"), ("on_leave_from", "on_leave_until")):
        if days[begin] and days[end] and days[end] < days[begin]:
            raise Wrong(f"{TITLES[end]} {days[end]} 早于{TITLES[begin]} {days[begin]}；请改晚")
    capacity = given.get("capacity", "").strip()
    return {
        "kind": kind, "name": name, "district": district, "county": county_of(district or ""), **days,
        "unit": clean(given.get("unit", ""), "单位", 120) or None,
        "phone": clean(given.get("phone", ""), "手机", 20) or None,
        "capacity": whole_of(capacity, "最多服务几家", MOST) if capacity else kinds()[kind].capacity,
        "sectors": known_sectors(clean(given.get("sectors", ""), "行业专长")),
        "topics": known_topics(clean(given.get("topics", ""), "议题专长")),
        "note": clean(given.get("note", ""), "说明", LONGEST) or None,
    }  # fmt: skip


def told_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """写进日志的：中文的列名与值。"""
    return {title: fields[name] for name, title in TITLES.items() if name in fields}


def _kind(given: Mapping[str, str]) -> str:
    kind = clean(given.get("kind", ""), "种类", 20)
    if kind not in kinds():
        raise Wrong(f"没有种类“{kind}”；应是{'、'.join(one.title for one in kinds().values())}之一")
    return kind


def turn(actor: Actor, number: int, version: int, to: str, reason: str) -> Person:
    """聘任、不聘、离册、重新聘任；离册的现有配对不自动改，须重新统筹。"""
    told = reasoned(reason, "聘任、不聘、离册")
    with act(actor, "roster.manage", f"名册 {number}", reason=told) as doing:
        found = locked(number, version)
        wanted = step(found.state, to)
        if wanted is None:
            raise Wrong(f"“{found.name}”现在是“{found.at.word}”，不能这样变动；请刷新后再看")
        doing.target = f"{wanted.title}：{found.name}"
        doing.before, doing.after = {"状态": found.at.word}, {"状态": wanted.after.word}
        begun = {"since": found.since or today()} if wanted.after == State.APPOINTED else {}
        Turn.objects.create(person=found, before=found.state, after=to, reason=told, by=actor.name)
        return saved(found, actor, state=to, **begun)


def amend(actor: Actor, number: int, version: int, given: Mapping[str, str]) -> Person:
    """改资料、请假与聘期。"""
    with act(actor, "roster.manage", f"名册 {number}") as doing:
        found, fields = locked(number, version), fields_of(given)
        doing.target = f"名册 {found.name}"
        doing.before = told_of({name: getattr(found, name) for name in fields})
        doing.after = told_of(fields)
        return saved(found, actor, **fields)


def link(actor: Actor, number: int, version: int, login: str) -> Person:
    """连上登录账号；login 为空是取消。账号须已由系统管理员开好。"""
    with act(actor, "roster.manage", f"名册 {number} 的账号") as doing:
        found, name = locked(number, version), clean(login, "登录名", 60)
        account = Account.objects.filter(login=name, is_active=True).first() if name else None
        if name and account is None:
            raise Wrong(f"没有在用的账号“{name}”；请系统管理员先开账号、安全管理员授予角色")
        if account and Person.objects.filter(account=account).exclude(pk=number).exists():
            raise Wrong(f"账号“{name}”已经连在名册的另一行上；一个账号只连一行")
        doing.before = {"账号": found.account.login if found.account else None}
        doing.after = {"账号": name or None}
        return saved(found, actor, account=account)


def avoid(actor: Actor, number: int, enterprise: str, reason: str) -> Avoidance:
    """登记回避（利益冲突）：从此不能分给他。"""
    told = reasoned(reason, "登记回避")
    with act(actor, "roster.manage", f"名册 {number} 回避 {enterprise}", reason=told) as doing:
        found, firm = locked(number), _firm(doing, enterprise)
        if found.avoidances.filter(enterprise=firm.enterprise, released__isnull=True).exists():
            raise Wrong(f"“{found.name}”已登记回避“{firm.name}”")
        doing.after = {"专员": found.name, "企业": firm.name}
        return Avoidance.objects.create(
            person=found, enterprise=firm.enterprise, name=firm.name, reason=told, by=actor.name
        )


def _firm(doing: Doing, text: str) -> Firm:
    code = clean(text, "企业号或信用代码", 18).upper()
    found = Firm.objects.filter(enterprise=code).first() or Firm.objects.filter(uscc=code).first()
    if found is None:
        raise Wrong(f"没有企业“{code}”；请写企业号或统一社会信用代码")
    doing.within(district=found.district or "-", enterprise=found.enterprise)
    return found


def unavoid(actor: Actor, number: int, reason: str) -> None:
    """解除一条回避。"""
    told = reasoned(reason, "解除回避")
    with act(actor, "roster.manage", f"回避 {number}", reason=told) as doing:
        found = Avoidance.objects.select_for_update().filter(pk=number, released__isnull=True).first()
        if found is None:
            raise Wrong("没有这条回避，或已经解除；请刷新页面")
        doing.before = {"专员": found.person.name, "企业": found.name}
        Avoidance.objects.filter(pk=number).update(released=timezone.now(), released_by=actor.name)


def saved(person: Person, actor: Actor, **changes: Any) -> Person:
    """存改动，版本加一；须在别的动作里调用。"""
    told = {"version": person.version + 1, "updated": timezone.now(), "updated_by": actor.name}
    Person.objects.filter(pk=person.pk).update(**changes, **told)
    return Person.objects.get(pk=person.pk)
