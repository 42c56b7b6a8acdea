"""后台的活：给培育库里的企业起草一企一策；已有的不动，做到一半没了从头再做也不会编两份。"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.urls import reverse

from miaopu.access.act import Wrong
from miaopu.access.actor import system
from miaopu.jobs.kinds import Assignment, Cancelled, Outcome, Progress, job
from miaopu.nurture.followup.actions.plans import DRAFTS, lay
from miaopu.nurture.followup.models import Paper
from miaopu.nurture.followup.plans.solve import solved
from miaopu.nurture.followup.states import Paper as At
from miaopu.plan.result import Failed


@dataclass
class _Made:
    """做到哪里：起草了几份、其中做不到的、没有编成的。"""

    fresh: int = 0
    locked: int = 0
    wrong: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        """一句话。"""
        told = f"起草 {self.fresh} 份，其中 {self.locked} 份到期做不到（写明最早哪年、因为哪几条）"
        return told + (f"；{len(self.wrong)} 份没有编成：{'；'.join(self.wrong[:5])}" if self.wrong else "")


@job(DRAFTS, "起草一企一策", needs="plan.view")
def drafts(given: Assignment, progress: Progress) -> Outcome:
    """逐家求解、存下；给出新起草几份、做不到几份、没有编成的。取消的，已起草的留着。"""
    pairs, made = sorted(((tier, enterprise) for enterprise, tier in given.params["pairs"])), _Made()
    try:
        progress.expect(len(pairs))
        for tier, rows in groupby(pairs, key=lambda one: one[0]):
            _tier(given, progress, tier, [enterprise for _, enterprise in rows], made)
    except Cancelled as stop:
        raise Cancelled(f"已取消：{made.sentence()}；其余没有编，再点起草会接着编") from stop
    told = f"{made.sentence()}；{len(pairs) - made.fresh - len(made.wrong)} 份早已有"
    return Outcome(told, {"made": made.fresh, "impossible": made.locked, "page": reverse("followup:plans")})


def _tier(given: Assignment, progress: Progress, tier: str, wanted: list[str], made: _Made) -> None:
    who, fresh = system(f"代{given.by}"), [one for one in wanted if not _has(one, tier)]
    progress.tell(f"{tier}：{len(fresh)} 家")
    progress.advance(len(wanted) - len(fresh))
    for enterprise, found in solved(fresh, tier, date.fromisoformat(given.params["judged"][tier])):
        if isinstance(found, Failed):
            made.wrong.append(found.why)
            progress.advance()
            continue
        try:
            paper = lay(who, enterprise, tier, found, given.params["reason"])
            made.fresh, made.locked = made.fresh + 1, made.locked + (not paper.possible)
        except Wrong as error:
            made.wrong.append(f"{enterprise}：{error}")
        progress.advance()


def _has(enterprise: str, tier: str) -> bool:
    return Paper.objects.filter(enterprise=enterprise, tier=tier, state__in=(At.DRAFT, At.AGREED, At.FORCE)).exists()
