"""企业活动的动作：办一场、按培育库的条件请企业、回复、记到场、取消；县区只办本县区的、只请本县区的企业。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from miaopu.access.act import Denied, Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.nurture.specialists.actions.words import LONGEST, county_of, day_of, reasoned, whole_of
from miaopu.nurture.specialists.kinds import events
from miaopu.nurture.specialists.models import Event, Invitation
from miaopu.nurture.specialists.states import Reply, came
from miaopu.selection.city import today
from miaopu.selection.library.narrow import INSIDE, Narrow
from miaopu.selection.library.queries.members import members
from miaopu.selection.library.states import flow

CROWD = 99
"""一家至多来几人。"""


def announce(actor: Actor, given: Mapping[str, str]) -> Event:
    """办一场：title kind on place materials reply_by district（市局空着是全市的，县区只能是本县区）。"""
    with act(actor, "event.manage", "企业活动") as doing:
        district = clean(given.get("district", ""), "县区", 6)
        if not doing.reach.everywhere and not district:
            district = next(iter(sorted(doing.reach.districts)), "")
        doing.within(district=district or ("" if doing.reach.everywhere else "-"))
        title, kind = clean(given.get("title", ""), "名称", 120), clean(given.get("kind", ""), "种类", 20)
        if not title or kind not in events().kinds:
            raise Wrong(f"名称、种类都要填；种类从 {'、'.join(events().kinds.values())} 里选")
        on, asked = day_of(given.get("on", ""), "日期", True), day_of(given.get("reply_by", ""), "回复期限")
        reply_by = asked or on - timedelta(days=events().reply_days)
        if reply_by > on:
            raise Wrong(f"回复期限 {reply_by} 晚于活动日 {on}；请改早")
        more = {name: clean(given.get(name, ""), name, LONGEST) or None for name in ("place", "materials")}
        more["place"] = clean(given.get("place", ""), "地点", 120) or None
        made = Event.objects.create(
            title=title, kind=kind, on=on, reply_by=reply_by, district=district or None, county=county_of(district),
            by=actor.name, **more,
        )  # fmt: skip
        doing.target, doing.after = f"企业活动：{title}", {"日期": on, "县区": made.county or "全市"}
        return made


def _event(doing: Doing, number: int) -> Event:
    """锁住一场；范围外的与没有一样。"""
    found = Event.objects.select_for_update().filter(pk=number).first()
    if found is None or not (doing.reach.everywhere or found.district in doing.reach.districts):
        raise Denied("没有这场活动，或不是您这边办的；请从活动清单重新进入")
    doing.target = f"企业活动：{found.title}"
    if found.cancelled_why:
        raise Wrong(f"这场活动已取消（{found.cancelled_why}），不能再办")
    return found


class Came(NamedTuple):
    """一家到没到：邀请编号，到没到（空是没有记），来了几人的文字；version 是看页面时的，空着不核。"""

    number: int
    present: bool | None
    people: str = ""
    version: int | None = None


def invite(actor: Actor, number: int, wanted: Narrow) -> tuple[int, int]:
    """按培育库的条件请：在库的、看得到的企业；请过的不重复。给出（新请几家，早已请过几家）。"""
    with act(actor, "event.manage", f"企业活动 {number} 的邀请") as doing:
        found = _event(doing, number)
        told = Narrow(state=wanted.state or INSIDE, tier=wanted.tier, county=wanted.county, q=wanted.q)
        inside = members(actor, told).filter(state__in=flow().inside)
        firms = {one.enterprise: one for one in doing.reach.firms(inside).order_by("enterprise", "-pk")}
        if not 0 < len(firms) <= events().most:
            raise Wrong(f"按这样的条件在库的有 {len(firms)} 家，一次请 1 至 {events().most} 家；请改条件")
        known = set(found.invitations.values_list("enterprise", flat=True))
        fresh = [one for code, one in firms.items() if code not in known]
        Invitation.objects.bulk_create(
            Invitation(
                event=found, enterprise=one.enterprise, name=one.name, district=one.district, county=one.county,
                by=actor.name, on=today(),
            )
            for one in fresh
        )  # fmt: skip
        doing.after = {"条件": told.query(), "新请": len(fresh), "早已请过": len(firms) - len(fresh)}
        return len(fresh), len(firms) - len(fresh)


def reply(actor: Actor, number: int, version: int, coming: bool, words: str) -> Invitation:
    """回复一份邀请：企业自己回，专员、县区可以代回；不参加的写缘由。"""
    with act(actor, "event.reply", f"邀请 {number}") as doing:
        found = Invitation.objects.select_for_update(of=("self",)).select_related("event").filter(pk=number).first()
        if found is None or not doing.reach.covers(district=found.district, enterprise=found.enterprise):
            raise Denied("没有这份邀请，或不在您的范围里；请从活动清单重新进入")
        doing.target, told = f"{found.event.title}：{found.name}", clean(words, "回复的话", 300) or None
        if found.version != version:
            raise Wrong(f"{found.replied_by or '有人'}刚刚回复过，现在是“{found.at.word}”；请刷新再看")
        if found.event.cancelled_why or found.present is not None:
            raise Wrong("活动已取消，或到场已经记下，不能再回复")
        if not coming and told is None:
            raise Wrong("不参加请写一句缘由")
        after = Reply.COMING if coming else Reply.DECLINED
        doing.before, doing.after = {"回复": found.at.word}, {"回复": after.word, "话": told}
        changes = {"reply": after.value, "words": told, "replied_by": actor.name, "replied_on": today()}
        Invitation.objects.filter(pk=number).update(**changes, version=version + 1)
    return Invitation.objects.get(pk=number)


def attend(actor: Actor, number: int, rows: Sequence[Came]) -> int:
    """记到场；活动那天以前不能记，再记一次即改，没有变的不动，别人先记过的说清。给出记了几家。"""
    with act(actor, "event.manage", f"企业活动 {number} 的到场") as doing:
        found = _event(doing, number)
        if found.on > today():
            raise Wrong(f"活动在 {found.on.isoformat()}，还没有办，不能记到场")
        known = {one.pk: one for one in found.invitations.select_for_update()}
        done = [_came(known, Came(*one)) for one in rows]
        changed = {pk: told for pk, told in done if told is not None}
        for pk, (present, people) in changed.items():
            changes = {"present": present, "people": people, "version": known[pk].version + 1}
            Invitation.objects.filter(pk=pk).update(**changes)
        doing.before = {known[pk].name: known[pk].came_word for pk in changed}
        doing.after = {known[pk].name: came(present) for pk, (present, _) in changed.items()}
        return len(changed)


def _came(known: Mapping[int, Invitation], one: Came) -> tuple[int, tuple[bool | None, int | None] | None]:
    """（邀请编号，改成的到场与人数；没有变的为 None）。"""
    if one.number not in known:
        raise Wrong(f"邀请 {one.number} 不在这场活动里；请刷新页面")
    now = known[one.number]
    heads = whole_of(one.people, "来了几人", CROWD) if one.people.strip() else None
    if heads and not one.present:
        raise Wrong(f"“{now.name}”没有到场，不填人数；请核对")
    if (now.present, now.people) == (one.present, heads):
        return one.number, None
    if one.version is not None and now.version != one.version:
        raise Wrong(f"“{now.name}”刚刚有人记过或回复过，现在是“{now.came_word}”；请刷新再看")
    return one.number, (one.present, heads)


def cancel(actor: Actor, number: int, reason: str) -> Event:
    """取消一场，写明理由；邀请都留着。"""
    told = reasoned(reason, "取消活动")
    with act(actor, "event.manage", f"企业活动 {number}", reason=told) as doing:
        found = _event(doing, number)
        if found.invitations.filter(present=True).exists():
            raise Wrong("已经记了到场，不能取消；办过的留着")
        Event.objects.filter(pk=number).update(cancelled_why=told)
        doing.after = {"取消": told}
    return Event.objects.get(pk=number)
