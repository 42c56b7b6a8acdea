"""名单里往后各申报日都申报不了的企业：逐家求一遍方案，给出是哪几条挡着；只读，不写。"""

from __future__ import annotations

import polars as pl

from miaopu.access.act import Wrong, permit
from miaopu.access.actor import Actor
from miaopu.desk.planning import plan_many
from miaopu.plan.result import Failed, Impossible, Planned
from miaopu.plan.rules import load_planning
from miaopu.selection.city import city, today
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.opening import reading_of
from miaopu.selection.screening.rounds.kept import LIST, Kept

MOST = 2_000
"""名单至多几家才逐家求。"""


def hopeless(actor: Actor, found: Round, held: Kept, tier: str) -> dict[str, str]:
    """企业号 → 为什么往后各申报日都不行的一句话；说得出最早年份的、没有算完的、没有编成的不在内。选配要看全市，所以不收窄。"""
    permit(actor, "library.pick")
    listed = held.scan(LIST).filter(pl.col("tier") == tier).select("enterprise").collect()["enterprise"].to_list()
    if len(listed) > MOST:
        raise Wrong(f"名单有 {len(listed)} 家，逐家求方案至多 {MOST} 家；请不要勾“看方案”，或收紧筛选口径")
    judged_on = load_planning(city().catalog).coming(tier, today())
    try:
        told = plan_many(reading_of(found), listed, tier, judged_on)
        return {one: why for one, planned in told if (why := _why(planned))}
    except LookupError as error:
        raise Wrong(f"层级“{tier}”在那天没有适用的标准，求不出方案；请不要勾“看方案”") from error


def _why(planned: Planned | Failed) -> str:
    best = None if isinstance(planned, Failed) else planned.best
    if not isinstance(best, Impossible) or not best.proven or best.earliest is not None:
        return ""
    told = "、".join(f"{one.clause} {one.title}".strip() for one in best.never)
    until = f"到 {best.until:%Y-%m-%d} 的各申报日" if best.until else "哪一年"
    return f"{until}都申报不了，一直过不了的是{told or '申报主体'}"
