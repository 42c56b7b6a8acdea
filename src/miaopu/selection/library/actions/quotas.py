"""名额的动作：照目录立一版、市局改一版；版版留着，合计对不上的不收。"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.allocation.quota import Line, faults
from miaopu.selection.library.entry import lacking, reasoned
from miaopu.selection.library.models import QuotaLine, QuotaSet

LARGEST = 100_000


def set_quota(
    actor: Actor, tier: str, year: int, version: int, total: int, lines: Sequence[Line], note: str, reason: str
) -> QuotaSet:
    """立新的一版名额；version 是看到的现行版本（还没有为 0），别人先改了的抛 Wrong。"""
    told = reasoned(reason, "调整名额")
    if why := lacking(tier):
        raise Wrong(f"{why}；不用立名额")
    numbers = [total, *(number for one in lines for number in (one.least, one.most) if number is not None)]
    if any(not 0 <= one <= LARGEST for one in numbers) or total < 1:
        raise Wrong(f"名额应是 0 至 {LARGEST} 的整数，总数至少 1 家；没有改")
    if wrong := faults(total, lines):
        raise Wrong(f"名额合计对不上，没有改：{'；'.join(wrong)}")
    try:
        with act(actor, "library.quota", f"{tier} {year} 年度名额第 {version + 1} 版", reason=told) as doing:
            last = QuotaSet.objects.filter(tier=tier, year=year).first()
            if (last.version if last else 0) != version:
                raise Wrong(
                    f"名额已由{last.by if last else '别人'}改到第 {last.version if last else 0} 版，没有改；请刷新后再看"
                )
            doing.before = _told(last)
            made = QuotaSet.objects.create(
                tier=tier, year=year, version=version + 1, total=total, note=note, reason=told, by=actor.name
            )
            QuotaLine.objects.bulk_create(QuotaLine(quota=made, **one.__dict__) for one in lines)
            doing.after = _told(made)
    except IntegrityError as error:
        raise Wrong("刚刚有人改了名额，没有改；请刷新后再看") from error
    return made


def _told(made: QuotaSet | None) -> dict[str, object] | None:
    """写进日志的样子。"""
    if made is None:
        return None
    lines = {one.title: [one.least, one.most] for one in made.lines.all()}
    return {"版本": made.version, "总数": made.total, "各条": lines}
