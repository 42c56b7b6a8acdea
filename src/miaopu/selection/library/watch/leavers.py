"""企业出了库，等着处置的预警当即了结，写明缘由；撤销那次变动又等着。登记为培育库变动的后续，同在一个事务里。"""

from __future__ import annotations

from collections.abc import Sequence

from miaopu.access.act import act
from miaopu.access.actor import system
from miaopu.selection.city import today
from miaopu.selection.library.entry import departure, departures, follow
from miaopu.selection.library.models import Alert, Move


@follow
def settle(by: str, moves: Sequence[Move]) -> None:
    """一批变动以后：出了这个层级的库的，等着处置的预警了结；撤销那次变动的，又等着。"""
    actor = system(f"培育库（{by}）")
    gone = {one.member_id: one for one in departures(moves)}
    waiting = Alert.objects.select_for_update().filter(member__in=gone, acked_on=None).order_by("pk")
    back = Alert.objects.filter(left__in=[one.undoes_id for one in moves if one.undoes_id])
    if gone and (closed := list(waiting)):
        with act(actor, "library.watch", f"出库而了结预警 {len(closed)} 条") as doing:
            for one in closed:
                one.left = gone[one.member_id]
                one.acked_by, one.acked_on, one.ack_reason = actor.name, today(), departure(one.left)
            Alert.objects.bulk_update(closed, ("acked_by", "acked_on", "ack_reason", "left"), batch_size=200)
            doing.after = {"预警": {str(one.pk): one.ack_reason for one in closed}}
    if count := back.count():
        with act(actor, "library.watch", f"撤销变动而重开预警 {count} 条") as doing:
            doing.after = {"预警": sorted(back.values_list("pk", flat=True))}
            back.update(acked_by=None, acked_on=None, ack_reason=None, left=None)
