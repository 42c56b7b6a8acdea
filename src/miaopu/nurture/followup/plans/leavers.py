"""企业出了培育库，没办完的怎么了结：登记为培育库变动的后续，同在一个事务里。

这一级的方案（起草、等批准、执行中）当即撤回，步骤不再到期；撤销那次变动，方案回到原来的一步。哪个层级也不在库的：
转给专员的诉求改转县区（照样要答），专员登记的今后的走访取消、让出名额；这两样撤销以后不再换回，重新登记、转办即可。
推荐还在库里，什么也不了结；部门、县区登记的走访与技术需求不靠培育库，照旧。
"""

from __future__ import annotations

from collections.abc import Sequence

from miaopu.access.act import act
from miaopu.access.actor import Actor, system
from miaopu.nurture.followup.actions import requests, visits
from miaopu.nurture.followup.actions.plans import LONG, changed
from miaopu.nurture.followup.models import Paper, PaperMove, Request, Visit
from miaopu.nurture.followup.policy.rules import COUNTY, SPECIALIST
from miaopu.nurture.followup.queries.plans import LIVE
from miaopu.nurture.followup.states import Asked, Seen
from miaopu.nurture.followup.states import Paper as At
from miaopu.selection.city import today
from miaopu.selection.library.entry import departure, departures, follow
from miaopu.selection.library.models import Member, Move
from miaopu.selection.library.states import flow


@follow
def wind_up(by: str, moves: Sequence[Move]) -> None:
    """一批变动以后：出了库的了结，撤销的恢复。"""
    actor, gone = system(f"培育库（{by}）"), departures(moves)
    _withdraw(actor, gone)
    for one in moves:
        if one.undoes_id:
            _restore(actor, one)
    held = Member.objects.filter(enterprise__in=[one.member.enterprise for one in gone], state__in=flow().inside)
    inside = set(held.values_list("enterprise", flat=True))
    _hand_over(actor, {one.member.enterprise: one for one in gone if one.member.enterprise not in inside})


def _withdraw(actor: Actor, gone: Sequence[Move]) -> None:
    """撤回这一级还没有了结的方案。"""
    why = {f"{one.member.enterprise}:{one.member.tier}": one for one in gone}
    firms = {one.member.enterprise for one in gone}
    found = Paper.objects.select_for_update().filter(enterprise__in=firms, state__in=LIVE).order_by("pk")
    held = [(one, why[key]) for one in found if (key := f"{one.enterprise}:{one.tier}") in why]
    if not held:
        return
    with act(actor, "plan.adopt", f"出库而撤回方案：{len(held)} 份") as doing:
        for one, move in held:
            changed(actor, one, At.WITHDRAWN, departure(move), move, open_key=None, force_key=None)
        doing.after = {"撤回": {str(one.pk): departure(move) for one, move in held}}


def _restore(actor: Actor, undone: Move) -> None:
    """方案回到撤回以前的一步；这期间另有了新的一份的，不恢复，日志里写明。"""
    for last in PaperMove.objects.filter(left=undone.undoes_id).select_related("paper").order_by("pk"):
        one, before = last.paper, At(last.before)
        key = {"force_key" if before is At.FORCE else "open_key": f"{one.enterprise}:{one.tier}"}
        if one.moves.latest("pk") != last:
            continue
        with act(actor, "plan.adopt", f"撤销变动而恢复方案 {one.pk} {one.name}", reason=undone.reason) as doing:
            if Paper.objects.filter(**key).exists():
                doing.after = {"没有恢复": "这期间另有了新的一份"}
                continue
            changed(actor, one, before, f"撤销了出库：{undone.reason}", **key)
            doing.after = {"状态": before.word}


def _hand_over(actor: Actor, gone: dict[str, Move]) -> None:
    """专员不再看得到它：转给专员的诉求改转县区，专员登记的今后的走访取消。"""
    asked = Request.objects.filter(enterprise__in=gone, state=Asked.ROUTED.value, target=SPECIALIST)
    for one in asked.order_by("pk"):
        requests.route(actor, one.pk, one.version, COUNTY, departure(gone[one.enterprise])[:LONG])
    going = Visit.objects.filter(enterprise__in=gone, state=Seen.PLANNED.value, body=SPECIALIST, on__gte=today())
    for visit in going.order_by("pk"):
        visits.cancel(actor, visit.pk, visit.version, departure(gone[visit.enterprise])[:LONG])
