"""求一家的方案：当前一轮、下一个申报日；不查权限（由调用的动作查），不写数据库。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from miaopu.access.act import Wrong
from miaopu.desk.planning import plan_many
from miaopu.plan.result import Failed, Planned
from miaopu.plan.rules import load_planning
from miaopu.selection.city import city, today
from miaopu.selection.screening.opening import reading_of
from miaopu.selection.screening.queries import current


def next_window(tier: str) -> date:
    """这个层级今天以后的第一个申报日。"""
    return load_planning(city().catalog).coming(tier, today())


def solved(
    enterprises: Iterable[str], tier: str, judged_on: date | None = None
) -> Iterator[tuple[str, Planned | Failed]]:
    """逐家给出（企业号，方案；没有编成的为 Failed）；还没有评估、没有适用的标准抛 Wrong。"""
    now = current()
    if now is None:
        raise Wrong("还没有评估结果，编不出方案；请先在“筛选”运行一轮")
    try:
        yield from plan_many(reading_of(now), enterprises, tier, judged_on or next_window(tier))
    except LookupError as error:
        raise Wrong(f"层级“{tier}”在那天没有适用的标准；请换一个层级") from error
