"""服务队与培训的动作：队员、任务、场次、到训与成绩。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone

from miaopu.access.act import Wrong, act
from miaopu.access.actions import grants
from miaopu.access.actor import Actor
from miaopu.access.models import Account
from miaopu.access.text import clean
from miaopu.nurture.specialists.actions.words import LONGEST, day_of, locked, reasoned, whole_of
from miaopu.nurture.specialists.kinds import kinds
from miaopu.nurture.specialists.models import Attendance, Member, Mission, Opened, Pairing, Person, Training
from miaopu.nurture.specialists.states import State
from miaopu.selection.city import today
from miaopu.selection.screening.models import Firm

FULL = 100
"""测试的满分。"""
EXPERT = "expert"
"""派去诊断的人的角色。"""


def join(actor: Actor, team: int, person: int, duty: str = "") -> Member:
    """加一名队员。"""
    with act(actor, "roster.manage", f"服务队 {team} 加队员 {person}") as doing:
        found, one = locked(team), locked(person)
        if not kinds()[found.kind].team or kinds()[one.kind].team:
            raise Wrong(f"“{found.name}”不是服务队，或“{one.name}”不是个人；请从服务队的页面加队员")
        if found.members.filter(person=one).exists():
            raise Wrong(f"“{one.name}”已经在“{found.name}”里")
        doing.target, doing.after = f"服务队 {found.name}", {"队员": one.name}
        return Member.objects.create(team=found, person=one, duty=clean(duty, "分工", 60) or None)


def part(actor: Actor, member: int) -> None:
    """请一名队员离队；因这支队的任务而开通的一并收回。"""
    with act(actor, "roster.manage", f"队员 {member}") as doing:
        found = (
            Member.objects.select_for_update(of=("self",)).select_related("team", "person").filter(pk=member).first()
        )
        if found is None:
            raise Wrong("没有这名队员；请刷新页面")
        doing.target, doing.before = f"服务队 {found.team.name}", {"队员": found.person.name}
        mine = Opened.objects.filter(mission__team=found.team, charge__account=found.person.account_id)
        doing.after = {"收回": _shut(actor, mine)}
        found.delete()


def dispatch(actor: Actor, team: int, given: Mapping[str, str]) -> Mission:
    """记一次任务：on、title、enterprise 或 name、findings、followed_by。"""
    with act(actor, "roster.manage", f"服务队 {team} 的任务") as doing:
        found, on = locked(team), day_of(given.get("on", ""), "日期", True)
        title, code = clean(given.get("title", ""), "任务", 120), clean(given.get("enterprise", ""), "企业号", 18)
        firm = Firm.objects.filter(enterprise=code).first() if code else None
        name = firm.name if firm else clean(given.get("name", ""), "企业或地点")
        if code and firm is None:
            raise Wrong(f"没有企业号“{code}”；请从企业档案的网址里抄，或空着只写地点")
        if not title or not name:
            raise Wrong("任务和企业（或地点）都要填")
        doing.target, doing.after = f"{found.name}：{title}", {"日期": on, "企业或地点": name}
        more = {one: clean(given.get(one, ""), one, LONGEST) or None for one in ("findings", "followed_by")}
        told = {"on": on, "title": title, "enterprise": firm and firm.enterprise, "name": name}
        made = Mission.objects.create(team=found, by=actor.name, **told, **more)
        if firm:
            doing.after |= {"开通": _opened(actor, made, found, firm)}
        return made


def recall(actor: Actor, mission: int, reason: str) -> Mission:
    """任务完结：收回因它而开通的；别的任务、结对还要的不收，另外指派的不动。"""
    told = reasoned(reason, "任务完结")
    with act(actor, "roster.manage", f"任务 {mission}", reason=told) as doing:
        found = Mission.objects.select_for_update(of=("self",)).filter(pk=mission, until__isnull=True).first()
        if found is None:
            raise Wrong("没有这次任务，或已经完结；请刷新页面")
        Mission.objects.filter(pk=mission).update(until=today())
        closed = _shut(actor, Opened.objects.filter(mission=found))
        doing.target, doing.after = f"{found.team.name}：{found.title}", {"完结": today(), "收回": closed}
    return Mission.objects.get(pk=mission)


def _opened(actor: Actor, mission: Mission, sent: Person, firm: Firm) -> list[str]:
    """派去的专家从此看得到这家，记在这次任务上；另外指派而早已看得到的不动、不记。给出新开通的人。"""
    fresh = []
    for one in _accounts(sent):
        held = one.charges.filter(enterprise=firm.enterprise, until__isnull=True).first()
        if held is None:
            held = grants.charge(actor, one.pk, firm.enterprise, district=firm.district)
            fresh.append(one.name)
        elif not (Opened.objects.filter(charge=held).exists() or _paired(one, firm.enterprise)):
            continue
        Opened.objects.create(mission=mission, charge=held)
    return fresh


def _accounts(sent: Person) -> list[Account]:
    """派去的人里有账号、今天以专家角色看派去的企业的：本人，服务队是各队员。"""
    day = timezone.localdate()
    people = Person.objects.filter(Q(pk=sent.pk) | Q(teams__team=sent), account__is_active=True)
    experts = people.filter(
        Q(account__postings__until__isnull=True) | Q(account__postings__until__gte=day),
        account__postings__role=EXPERT, account__postings__since__lte=day,
    )  # fmt: skip
    return [one.account for one in experts.select_related("account").distinct() if one.account]


def _shut(actor: Actor, found: QuerySet[Opened]) -> list[str]:
    """收回这些，不再记着；别的没有完结的任务、现行的结对还要的不收。给出收回的人。"""
    rows = list(found.select_related("charge__account"))
    found.delete()
    closed = []
    for charge in {one.charge_id: one.charge for one in rows if one.charge.until is None}.values():
        if not _needed(charge.account, charge.enterprise):
            grants.release(actor, charge.account_id, charge.enterprise, district=None)
            closed.append(charge.account.name)
    return closed


def _needed(account: Account, enterprise: str) -> bool:
    return enterprise in Opened.to(account) or _paired(account, enterprise)


def _paired(account: Account, enterprise: str) -> bool:
    return Pairing.objects.filter(person__account=account, enterprise=enterprise, until__isnull=True).exists()


def train(actor: Actor, given: Mapping[str, str]) -> Training:
    """登记一场培训：title、on、place、materials。"""
    with act(actor, "roster.manage", "培训") as doing:
        title, on = clean(given.get("title", ""), "名称", 120), day_of(given.get("on", ""), "日期", True)
        if not title:
            raise Wrong("培训的名称没有填")
        place, materials = (
            clean(given.get("place", ""), "地点", 120),
            clean(given.get("materials", ""), "材料", LONGEST),
        )
        doing.target, doing.after = f"培训：{title}", {"日期": on}
        return Training.objects.create(
            title=title, on=on, place=place or None, materials=materials or None, by=actor.name
        )


def attend(actor: Actor, training: int, rows: Sequence[tuple[int, bool, str]]) -> int:
    """记到训与成绩：（名册编号，到没到，成绩，空为没有考）；再记一次即改。给出记了几人。"""
    with act(actor, "roster.manage", f"培训 {training} 的到训") as doing:
        found = Training.objects.select_for_update().filter(pk=training).first()
        if found is None:
            raise Wrong("没有这场培训；请从培训清单重新进入")
        known = set(Person.objects.filter(state=State.APPOINTED.value).values_list("pk", flat=True))
        for person, present, score in rows:
            if person not in known:
                raise Wrong(f"名册编号 {person} 不在册；请刷新页面")
            mark = whole_of(score, "成绩", FULL) if score.strip() else None
            if mark is not None and not present:
                raise Wrong("没有到训的不填成绩；请核对")
            Attendance.objects.update_or_create(
                training=found, person_id=person, defaults={"present": present, "score": mark}
            )
        doing.target, doing.after = f"培训：{found.title}", {"人数": len(rows)}
        return len(rows)
