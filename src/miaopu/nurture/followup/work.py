"""后台的活：给培育库里的企业起草一企一策；已有的不动，做到一半没了从头再做也不会编两份。"""

from __future__ import annotations

from datetime import date
from itertools import groupby

from django.urls import reverse

from miaopu.access.act import Wrong
from miaopu.access.actor import system
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job
from miaopu.nurture.followup.actions.plans import DRAFTS, lay
from miaopu.nurture.followup.models import Paper
from miaopu.nurture.followup.plans.solve import solved
from miaopu.nurture.followup.states import Paper as At
from miaopu.plan.result import Failed


@job(DRAFTS, "起草一企一策", needs="plan.view")
def drafts(given: Assignment, progress: Progress) -> Outcome:
    """逐家求解、存下；给出新起草几份、做不到几份、没有编成的。"""
    pairs = sorted(((tier, enterprise) for enterprise, tier in given.params["pairs"]))
    who, wrong, made, locked = system(f"代{given.by}"), [], 0, 0
    progress.expect(len(pairs))
    for tier, rows in groupby(pairs, key=lambda one: one[0]):
        wanted = [enterprise for _, enterprise in rows]
        fresh = [one for one in wanted if not _has(one, tier)]
        progress.tell(f"{tier}：{len(fresh)} 家")
        progress.advance(len(wanted) - len(fresh))
        for enterprise, found in solved(fresh, tier, date.fromisoformat(given.params["judged"][tier])):
            if isinstance(found, Failed):
                wrong.append(found.why)
                progress.advance()
                continue
            try:
                paper = lay(who, enterprise, tier, found, given.params["reason"])
                made, locked = made + 1, locked + (not paper.possible)
            except Wrong as error:
                wrong.append(f"{enterprise}：{error}")
            progress.advance()
    told = f"起草 {made} 份，其中 {locked} 份到期做不到（写明最早哪年、因为哪几条）；{len(pairs) - made - len(wrong)} 份早已有"
    told += f"；{len(wrong)} 份没有编成：{'；'.join(wrong[:5])}" if wrong else ""
    return Outcome(told, {"made": made, "impossible": locked, "page": reverse("followup:plans")})


def _has(enterprise: str, tier: str) -> bool:
    return Paper.objects.filter(enterprise=enterprise, tier=tier, state__in=(At.DRAFT, At.AGREED, At.FORCE)).exists()
