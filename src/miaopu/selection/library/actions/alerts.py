"""预警的动作：照当前一轮监测一遍（作业或命令发起），处置预警要写明理由。"""

from __future__ import annotations

from collections.abc import Collection

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.jobs.actions import start
from miaopu.jobs.models import Job
from miaopu.selection.city import today
from miaopu.selection.library.entry import reasoned
from miaopu.selection.library.models import Alert, Member
from miaopu.selection.library.states import flow
from miaopu.selection.library.watch.drift import drifted
from miaopu.selection.screening.queries import current

KIND = "library.watch"


def watch(actor: Actor) -> int:
    """照当前一轮监测库里全部企业，给新写的预警条数；同一轮再监测不重复写。"""
    found = current()
    if found is None:
        raise Wrong("还没有评估结果；请先运行一轮再监测")
    with act(actor, "library.watch", f"监测培育库（轮次 {found.code}）") as doing:
        if not doing.reach.everywhere:
            raise Wrong("监测是全市一起做的；请市局发起")
        inside = Member.objects.filter(state__in=flow().inside).order_by("pk")
        made: list[Alert] = []
        for tier in sorted(set(inside.values_list("tier", flat=True))):
            made += drifted(found, tier, list(inside.filter(tier=tier)))
        before = Alert.objects.count()
        Alert.objects.bulk_create(made, ignore_conflicts=True, batch_size=200)
        inside.update(watched=found.code)
        fresh = Alert.objects.count() - before
        doing.after = {"在库": inside.count(), "预警": fresh}
    return fresh


def begin(actor: Actor) -> Job:
    """发起一次监测（作业）；同时只有一件在做。"""
    with act(actor, "library.watch", "发起监测") as doing:
        started = start(actor, KIND, {}, title="监测培育库", key=KIND)
        doing.after = {"作业": started.pk}
    return started


def acknowledge(actor: Actor, numbers: Collection[int], reason: str) -> int:
    """处置若干条预警；已处置的不再盖掉。"""
    told = reasoned(reason, "处置预警")
    with act(actor, "library.watch", f"处置预警 {len(numbers)} 条", reason=told) as doing:
        found = list(Alert.objects.select_for_update().filter(pk__in=list(numbers)).order_by("pk"))
        if not found or len(found) != len(set(numbers)):
            raise Wrong("请选要处置的预警；有的已经没有了，请刷新后再选")
        members = {one.pk: one for one in Member.objects.filter(pk__in=[one.member_id for one in found])}
        for one in found:
            doing.within(district=members[one.member_id].district or "", enterprise=members[one.member_id].enterprise)
            if one.acked_on:
                raise Wrong(f"“{members[one.member_id].name}”的一条已由{one.acked_by}处置，没有办；请刷新后再看")
        known = Alert.objects.filter(pk__in=[one.pk for one in found])
        known.update(acked_by=actor.name, acked_on=today(), ack_reason=told)
        doing.after = {"条": len(found)}
    return len(found)
