"""企业出了培育库，它的专员分工当即结束；撤销了那次变动，接着由原来的专员服务。登记为培育库变动的后续，同在一个事务里。"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from miaopu.access.act import Wrong, act
from miaopu.access.actions.grants import release
from miaopu.access.actor import Actor, system
from miaopu.nurture.specialists.actions.pairs import charges, may_serve
from miaopu.nurture.specialists.models import Opened, Pairing
from miaopu.selection.city import today
from miaopu.selection.library.entry import departure, departures, follow
from miaopu.selection.library.models import Member, Move
from miaopu.selection.library.states import UNDO, flow


@follow
def keep_up(by: str, moves: Sequence[Move]) -> None:
    """一批变动以后：由在库变为哪个层级也不在库的，结束现行的一对；撤销变动而回到库里的，恢复因出库而结束的一对。"""
    firms = Member.objects.filter(enterprise__in=[one.member.enterprise for one in moves], state__in=flow().inside)
    inside = set(firms.values_list("enterprise", flat=True))
    gone = {one.member.enterprise: one for one in departures(moves) if one.member.enterprise not in inside}
    undone = [one for one in moves if one.code == UNDO and one.before]
    states = flow().states
    back = [one for one in undone if states[one.after].inside and not states[one.before].inside]
    if gone:
        _end(system(f"培育库（{by}）"), by, gone)
    for one in back:
        _restore(system(f"培育库（{by}）"), by, one)


def _end(actor: Actor, by: str, gone: dict[str, Move]) -> None:
    """结束出了库的企业现行的一对，连同专员看得到它的资料；历史留着。"""
    found = Pairing.objects.select_for_update(of=("self",)).filter(until__isnull=True, enterprise__in=sorted(gone))
    held = list(found.select_related("person").order_by("enterprise"))
    if not held:
        return
    with act(actor, "pair.assign", f"出库而结束分工：{len(held)} 家") as doing:
        for one in held:
            move = gone[one.enterprise]
            one.until, one.open_key, one.left, one.version = today(), None, move, one.version + 1
            one.ended_by, one.ended_why = by, departure(move)
        Pairing.objects.bulk_update(held, ("until", "open_key", "left", "version", "ended_by", "ended_why"))
        _close(actor, held)
        doing.after = {"结束": {one.enterprise: one.ended_why for one in held}}


def _close(actor: Actor, ended: Sequence[Pairing]) -> None:
    """收回各人账号看得到的这几家；别家的不动，账号有什么不妥也不挡变动。"""
    for one in ended:
        account = one.person.account
        held = account and account.charges.filter(enterprise=one.enterprise, until__isnull=True).exists()
        if account and held and one.enterprise not in Opened.to(account):
            release(actor, account.pk, one.enterprise, district=None)


def _restore(actor: Actor, by: str, undone: Move) -> None:
    """接着由原来的专员服务：另起一对，原来的一对留着；他现在不能服务、账号看不了企业的不恢复，留待统筹，日志里写明为什么。"""
    of_firm = Pairing.objects.filter(enterprise=undone.member.enterprise)
    last = of_firm.select_related("person", "left").order_by("-pk").first()
    if last is None or last.left is None:  # 没有因出库而结束的，或出库以后另分了一对（最后的一对不是因出库结束的）
        return
    with act(actor, "pair.assign", f"回库而恢复分工：{last.name}—{last.person.name}", reason=undone.reason) as doing:
        try:
            may_serve(last.person, last)
            with transaction.atomic():
                made = _again(last, by)
                charges(actor, {last.person_id})
        except Wrong as wrong:
            doing.after = {"没有恢复": str(wrong)}
            return
        doing.after = {"恢复": made.pk, "原来的一对": last.pk}


def _again(last: Pairing, by: str) -> Pairing:
    return Pairing.objects.create(
        enterprise=last.enterprise, name=last.name, district=last.district, county=last.county, tier=last.tier,
        person=last.person, draft=last.draft, since=today(), open_key=last.enterprise, pinned=last.pinned,
        reason=last.reason, why_not=last.why_not, handover=last.handover, by=by,
    )  # fmt: skip
