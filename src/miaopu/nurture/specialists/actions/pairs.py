"""分工的动作：统筹（发起作业）、采用、人工改一对、解除指定、交接说明；采用时连同看得到的企业一起开通。"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError
from django.utils import timezone

from miaopu.access.act import Doing, Wrong, act
from miaopu.access.actions import grants
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.jobs.actions import start
from miaopu.nurture.specialists.actions.words import LONGEST, locked, reasoned
from miaopu.nurture.specialists.kinds import kinds
from miaopu.nurture.specialists.models import Avoidance, Draft, Opened, Pairing, Person, Proposed
from miaopu.nurture.specialists.pool import fingerprint
from miaopu.nurture.specialists.queries.roster import firms_to_serve
from miaopu.nurture.specialists.states import DraftState
from miaopu.nurture.specialists.work import DRAFT
from miaopu.selection.city import today
from miaopu.selection.library.models import Member

OVERTAKEN = "统筹以后，现行的分工又有改动；采用会盖掉别人的改动，没有办。请重新统筹"


@dataclass(frozen=True)
class Wanted:
    """怎样统筹：least 只改非改不可的；至多几个县区（0 不限）；许不许跨县区；企业（空为整个培育库）。"""

    least: bool = True
    most_counties: int = 0
    cross_forbidden: bool = False
    firms: tuple[str, ...] = ()


def begin(actor: Actor, wanted: Wanted) -> Draft:
    """发起一次统筹：记下企业与口径，在后台求。"""
    with act(actor, "pair.assign", "统筹专员分工") as doing:
        firms = firms_to_serve(actor, wanted.firms or None)
        missing = sorted(set(wanted.firms) - {one.enterprise for one in firms})
        if missing:
            raise Wrong(f"没有这些企业，或不在您的范围里：{'、'.join(missing[:5])}；请写企业号")
        if not firms:
            raise Wrong("培育库里还没有企业，没有可分的；请先确认入库，或写明企业号")
        made = Draft.objects.create(
            least=wanted.least, most_counties=wanted.most_counties, cross_forbidden=wanted.cross_forbidden,
            whole=not wanted.firms, firms=",".join(one.enterprise for one in firms), by=actor.name,
        )  # fmt: skip
        job = start(actor, DRAFT, {"draft": made.pk}, title=f"统筹专员分工：{len(firms)} 家")
        Draft.objects.filter(pk=made.pk).update(job=job.pk)
        doing.target, doing.after = f"分工草案 {made.pk}", {"企业": len(firms), "只改非改不可的": wanted.least}
        made.job = job.pk
        return made


def adopt(actor: Actor, number: int, reason: str) -> Draft:
    """采用一份草案：结束换掉的，写下新的，开通与收回各人看得到的企业，一次办成。"""
    told = reasoned(reason, "采用分工")
    try:
        with act(actor, "pair.assign", f"采用分工草案 {number}", reason=told) as doing:
            found = Draft.objects.select_for_update().filter(pk=number).first()
            if found is None or found.stage != DraftState.READY:
                raise Wrong(f"这份草案{'不在了' if found is None else f'是“{found.stage.word}”'}，不能采用；请刷新页面")
            doing.after = _adopted(actor, found, told)
    except IntegrityError as error:
        raise Wrong(OVERTAKEN) from error
    return Draft.objects.get(pk=number)


def _adopted(actor: Actor, draft: Draft, told: str) -> dict[str, int]:
    """先锁这些企业在库里的各件，再锁分工，与出库的次序一样：同时出库的，后办的看得见先办的。"""
    firms = draft.pairs.values("enterprise")
    list(Member.objects.filter(enterprise__in=firms).select_for_update().order_by("pk").values_list("pk"))
    held = list(Pairing.objects.select_for_update(of=("self",)).filter(until__isnull=True).order_by("enterprise"))
    if fingerprint(held) != draft.base:
        raise Wrong(OVERTAKEN)
    proposed = list(draft.pairs.select_related("person"))
    _still_sound(proposed, held)
    _still_inside(actor, draft, proposed)
    changed = _swap(actor, draft, proposed, held, told)
    told_state = {"state": DraftState.ADOPTED.value, "adopted_by": actor.name, "adopted_at": timezone.now()}
    Draft.objects.filter(pk=draft.pk).update(**told_state, reason=told)
    return {"配对": len(proposed), "变动的专员": len(changed), "开通与收回": charges(actor, changed)}


def _still_sound(proposed: Sequence[Proposed], held: Sequence[Pairing]) -> None:
    """名册在统筹以后变了的：离册、请假、回避、容量，采用前再查。"""
    inside = {one.enterprise for one in proposed}
    loads = Counter(one.person_id for one in proposed)
    loads += Counter(one.person_id for one in held if one.enterprise not in inside)
    for one in {pair.person_id: pair.person for pair in proposed}.values():
        if not one.serves_on(today()) or loads[one.pk] > one.capacity:
            raise Wrong(f"统筹以后“{one.name}”的在册、请假或容量有改动；请重新统筹")
    avoided = set(Avoidance.objects.filter(released__isnull=True).values_list("person", "enterprise"))
    wrong = [one for one in proposed if (one.person_id, one.enterprise) in avoided]
    if wrong:
        raise Wrong(f"统筹以后登记了回避：{wrong[0].person.name}须回避“{wrong[0].name}”；请重新统筹")


def _still_inside(actor: Actor, draft: Draft, proposed: Sequence[Proposed]) -> None:
    """整个培育库的草案：统筹以后出了库的，不再给专员（也就看不到它的资料）。"""
    inside = {one.enterprise for one in firms_to_serve(actor)} if draft.whole else set()
    gone = [one.name for one in proposed if draft.whole and one.enterprise not in inside]
    if gone:
        raise Wrong(f"统筹以后有 {len(gone)} 家出了培育库：{'、'.join(gone[:3])}；没有办，请重新统筹")


def _swap(actor: Actor, draft: Draft, proposed: Sequence[Proposed], held: Sequence[Pairing], reason: str) -> set[int]:
    """现行的与草案的对上：不变的不动。给出变动涉及的人。"""
    wanted = {one.enterprise: one for one in proposed}
    now = {one.enterprise: one for one in held}
    gone = [one for one in held if _replaced(one, wanted, draft)]
    fresh = [one for key, one in wanted.items() if key not in now or now[key].person_id != one.person_id]
    _end(actor, gone, reason)
    Pairing.objects.bulk_create(
        Pairing(
            enterprise=one.enterprise, name=one.name, district=one.district, county=one.county, tier=one.tier,
            person=one.person, draft=draft, since=today(), open_key=one.enterprise, pinned=one.pinned,
            reason=one.reason, why_not=one.why_not, by=actor.name,
        )
        for one in fresh
    )  # fmt: skip
    return {one.person_id for one in (*gone, *fresh)} | {one.person_id for one in proposed}


def _replaced(one: Pairing, wanted: dict[str, Proposed], draft: Draft) -> bool:
    found = wanted.get(one.enterprise)
    return draft.whole if found is None else found.person_id != one.person_id


def _end(actor: Actor, rows: Iterable[Pairing], reason: str) -> None:
    numbers = [one.pk for one in rows]
    ended = {"until": today(), "open_key": None, "ended_by": actor.name, "ended_why": reason}
    Pairing.objects.filter(pk__in=numbers).update(**ended)


def charges(actor: Actor, people: Iterable[int]) -> int:
    """这些人的账号看得到的企业，与现行的配对一致；给出开通与收回的次数。"""
    done = 0
    for one in Person.objects.filter(pk__in=people, account__isnull=False).select_related("account"):
        mine = Pairing.objects.filter(person=one, until__isnull=True)
        wanted = dict(mine.values_list("enterprise", "district"))
        now = set(one.account.charges.filter(until__isnull=True).values_list("enterprise", flat=True))
        now -= Opened.to(one.account) - set(wanted)  # 派任务开通的，完结时才收
        for enterprise in sorted(now - set(wanted)):
            grants.release(actor, one.account_id, enterprise, district=None)
        for enterprise in sorted(set(wanted) - now):
            grants.charge(actor, one.account_id, enterprise, district=wanted[enterprise])
        done += len(now ^ set(wanted))
    return done


def override(actor: Actor, number: int, version: int, person: int, reason: str) -> Pairing:
    """人工改一对：此后的统筹都保留，直到解除指定。"""
    told = reasoned(reason, "人工改分工")
    with act(actor, "pair.assign", f"配对 {number}", reason=told) as doing:
        found, chosen = _pair(doing, number, version), locked(person)
        may_serve(chosen, found)
        doing.before, doing.after = {"专员": found.person.name}, {"专员": chosen.name, "人工指定": "是"}
        if chosen.pk == found.person_id:
            return _changed(found, pinned=True, reason=told)
        _end(actor, [found], told)
        try:
            made = Pairing.objects.create(
                enterprise=found.enterprise, name=found.name, district=found.district, county=found.county,
                tier=found.tier, person=chosen, since=today(), open_key=found.enterprise, pinned=True,
                reason=f"人工指定：{told}", by=actor.name,
            )  # fmt: skip
        except IntegrityError as error:
            raise Wrong("刚刚有人给这家企业定了专员；请刷新后再看") from error
        charges(actor, {found.person_id, chosen.pk})
        return made


def may_serve(chosen: Person, found: Pairing) -> None:
    """人工也不能违的：在册、种类、回避、容量。"""
    if not chosen.serves_on(today()) or not kinds()[chosen.kind].pairs:
        raise Wrong(f"“{chosen.name}”现在不能服务企业（{chosen.at.word}，或请假、不在聘期、不是服务专员）；请另选")
    if chosen.avoidances.filter(enterprise=found.enterprise, released__isnull=True).exists():
        raise Wrong(f"“{chosen.name}”须回避“{found.name}”；请另选，或先解除回避")
    held = Pairing.objects.filter(person=chosen, until__isnull=True).exclude(pk=found.pk).count()
    if held >= chosen.capacity:
        raise Wrong(f"“{chosen.name}”已有 {held} 家，容量 {chosen.capacity} 家；请另选，或先调整容量")


def release(actor: Actor, number: int, version: int, reason: str) -> Pairing:
    """解除人工指定：下次统筹可以改。"""
    told = reasoned(reason, "解除人工指定")
    with act(actor, "pair.assign", f"配对 {number}", reason=told) as doing:
        found = _pair(doing, number, version)
        if not found.pinned:
            raise Wrong("这一对不是人工指定的；请刷新页面")
        doing.before, doing.after = {"人工指定": "是"}, {"人工指定": "否"}
        return _changed(found, pinned=False)


def hand_over(actor: Actor, number: int, version: int, text: str) -> Pairing:
    """写交接说明：给接手的专员看。"""
    with act(actor, "pair.assign", f"配对 {number} 的交接说明") as doing:
        found, told = _pair(doing, number, version, False), clean(text, "交接说明", LONGEST)
        if not told:
            raise Wrong("交接说明没有写内容；请写正在办的事、企业的联系人与要提醒的")
        doing.before, doing.after = {"交接说明": found.handover}, {"交接说明": told}
        return _changed(found, handover=told)


def _pair(doing: Doing, number: int, version: int, current: bool = True) -> Pairing:
    found = Pairing.objects.select_for_update(of=("self",)).select_related("person").filter(pk=number).first()
    if found is None or (current and found.until is not None):
        raise Wrong("这一对已经结束，或不存在；请从分工表重新进入")
    doing.within(district=found.district or "-", enterprise=found.enterprise)
    doing.target = f"专员分工：{found.name}—{found.person.name}"
    if found.version != version:
        raise Wrong(f"“{found.name}”这一对刚刚有人改过；您填的还在下面，请核对最新情况后再提交")
    return found


def _changed(found: Pairing, **changes: object) -> Pairing:
    Pairing.objects.filter(pk=found.pk).update(**changes, version=found.version + 1)
    return Pairing.objects.select_related("person").get(pk=found.pk)
