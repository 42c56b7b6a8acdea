"""方案的材料：把看得到的若干份方案写成提升报告与提升规划并打包（作业）；发起时记日志，写一家核一家，不改方案。"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.desk.dossier import dossier
from miaopu.desk.figure import Figures
from miaopu.desk.improvement.pack import write_pack
from miaopu.desk.improvement.report import Subject
from miaopu.jobs.actions import start
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job
from miaopu.jobs.models import Job
from miaopu.nurture.followup.models import Paper
from miaopu.nurture.followup.plans.frozen import options, thaw
from miaopu.plan.result import Impossible, Planned
from miaopu.selection.city import today
from miaopu.selection.screening.opening import reading_of
from miaopu.selection.screening.queries import current
from miaopu.terms.complaint import Refusal

KIND, FOLDER = "followup.papers", "plan-papers"
FILLED_BY, SOME = "工业和信息化局", 5
"""填报单位；写不了的至多说出几家。"""


def write_papers(actor: Actor, found: list[Paper]) -> Job:
    """发起：这些方案（已收窄到看得到的）各写两份材料，打成一包。"""
    if not found:
        raise Wrong("按现在的条件一份方案也没有，没有材料可写；请放宽条件，或先起草")
    with act(actor, "service.export", f"写方案材料 {len(found)} 家") as doing:
        for one in found:
            doing.within(district=one.district or "", enterprise=one.enterprise)
        doing.after = {"方案": [one.pk for one in found]}
        params = {"papers": [one.pk for one in found]}
        return start(actor, KIND, params, title=f"写方案材料 {len(found)} 家", key=f"{KIND}:{actor.account}")


@job(KIND, "写方案材料", needs="service.export")
def work(given: Assignment, progress: Progress) -> Outcome:
    """从头重写，写好才换上；核对有不符的在一句话里说出家数，清单里写明哪一处。"""
    found = list(Paper.objects.filter(pk__in=given.params["papers"]).order_by("district", "enterprise"))
    root = Path(settings.FILES) / FOLDER / str(given.job)
    shutil.rmtree(root, ignore_errors=True)
    progress.expect(len(found))
    lost: list[str] = []
    done = write_pack(_subjects(found, progress, lost), root / "一企一策材料", progress.tell)
    if not done:
        raise Wrong(f"一家也写不了：{'；'.join(lost[:SOME])}")
    path = _packed(root, f"一企一策材料_{today():%Y%m%d}_{len(done)}家.zip")
    wrong, failed = sum(1 for one in done if one.faults), sum(1 for one in done if one.failed)
    told = f"{len(done) - failed} 家，各有提升报告与提升规划"
    told += f"；{wrong} 家核对有不符，见清单" if wrong else "；逐数核对无误" if len(done) > failed else ""
    told += f"；{failed} 家没有写成，缘由见清单" if failed else ""
    told += f"；{len(lost)} 家写不了：{'；'.join(lost[:SOME])}" if lost else ""
    return Outcome(told, {"firms": len(done), "page": reverse("followup:plans")}, path.relative_to(settings.FILES))


def _subjects(found: list[Paper], progress: Progress, lost: list[str]) -> Iterator[Subject]:
    """各家的材料；这一轮里没有的、那一级没有适用标准的记进 lost，别家照写。"""
    now = current()
    if now is None:
        raise Wrong("还没有评估结果，写不出材料；请先在“筛选”运行一轮")
    reading = reading_of(now)
    for one in found:
        progress.advance()
        try:
            figures = Figures(dossier(reading, one.enterprise))
        except Refusal as refusal:
            lost.append(f"{one.name}：{refusal.complaint.found}")
            continue
        assessed = figures.dossier.of_tier(one.tier)
        if assessed is None:
            lost.append(f"{one.name}：这一轮没有“{one.tier_title}”适用的标准")
            continue
        yield Subject(figures, assessed, chosen(one), f"{one.county or ''}{FILLED_BY}")


def chosen(paper: Paper) -> Planned:
    """存下的结果，选了备选的把备选当作方案，别的列在后面。"""
    found = thaw(paper.frozen)
    if isinstance(found.best, Impossible) or not paper.choice:
        return found
    listed = options(found)
    rest = tuple(one for at, one in enumerate(listed) if at != paper.choice)
    return Planned(listed[paper.choice], rest)


def _packed(root: Path, name: str) -> Path:
    """先写在旁边再换上；打好包，零散的文件不留。"""
    path, folder = root / name, root / "一企一策材料"
    aside = path.with_suffix(".tmp")
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as packed:
        for one in sorted(folder.iterdir()):
            packed.write(one, one.name)
    os.replace(aside, path)
    shutil.rmtree(folder)
    return path
