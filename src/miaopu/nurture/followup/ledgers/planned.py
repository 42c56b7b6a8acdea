"""工作台账里方案的一行：一份执行中的方案走了几步、哪几步快到、过了完成日，下一步是什么、哪天完成；改的只有下一步的完成日。"""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.urls import reverse

from miaopu.access.act import Wrong
from miaopu.access.actor import Actor
from miaopu.nurture.followup.actions.stages import hand
from miaopu.nurture.followup.ledgers.form import Change, Given, Line
from miaopu.nurture.followup.matter import changed, day
from miaopu.nurture.followup.models import Paper, Stage
from miaopu.nurture.followup.policy.lights import of_stage, patient
from miaopu.nurture.followup.policy.rules import RED, YELLOW
from miaopu.nurture.followup.queries.plans import plans
from miaopu.nurture.followup.states import Pace
from miaopu.nurture.followup.states import Paper as At
from miaopu.selection.city import today

SORT = "plan"


def plan_lines(actor: Actor, given: Given) -> list[Line]:
    """执行中的方案，一份一行；日期是最近一条进展的（没有进展的是批准的）。"""
    wanted = {name: given.get(name, "") for name in ("district", "enterprise", "q")} | {"state": At.FORCE.value}
    found = plans(actor, wanted).prefetch_related("moves", "stages__notes__files")
    lines = [_line(one) for one in found]
    since, until = (
        day(given[name], what) if given.get(name) else None for name, what in (("since", "从"), ("until", "到"))
    )
    return [one for one in lines if _inside(one.cells["on"], since, until)]


def _inside(on: str | None, since: date | None, until: date | None) -> bool:
    return not ((since and (on or "") < since.isoformat()) or (until and (on or "9") > until.isoformat()))


def _line(one: Paper) -> Line:
    stages = list(one.stages.all())
    notes = sorted((note for stage in stages for note in stage.notes.all()), key=lambda note: (note.on, note.pk))
    adopted = [move for move in one.moves.all() if move.after == At.FORCE.value]
    last = notes[-1] if notes else adopted[-1]
    step = next_stage(stages)
    done = [stage for stage in stages if stage.at is Pace.DONE]
    files = dict.fromkeys(file.name for note in notes for file in note.files.all())
    cells = {
        "name": one.name,
        "county": one.county,
        "on": last.on.isoformat(),
        "who": last.by,
        "matter": f"一企一策：{one.tier_title} 第 {one.number} 版",
        "gap": "、".join(dict.fromkeys(stage.clauses for stage in done if stage.clauses)) or None,
        "progress": progress(stages),
        "next_step": f"{step.title}（{step.person or step.party}）" if step else None,
        "next_on": step.due.isoformat() if step else None,
        "evidence": "、".join(files) or None,
    }
    version = _version(one, stages)
    latest = max((one, *stages), key=lambda each: each.updated)
    return Line(SORT, one.pk, version, one.name, changed(latest), reverse("followup:plan", args=[one.pk]), cells)


def _version(one: Paper, stages: list[Stage]) -> int:
    """一行的版本：方案的，加上各步的。"""
    return one.version + sum(stage.version for stage in stages)


def next_stage(stages: list[Stage]) -> Stage | None:
    """还没有了结的里面完成日最早的一步；等着核而没有过完成日的在最后。"""
    waiting = (one for one in stages if not one.at.ended)
    return min(waiting, key=lambda one: (patient(one, today()), one.due, one.place_order), default=None)


def progress(stages: list[Stage]) -> str:
    """“5 步：完成 2，快到 1，过期 1”；没有步骤的写明。"""
    if not stages:
        return "没有要办的步骤"
    counts = Counter(one.at for one in stages)
    lights = Counter(of_stage(one, today()).code for one in stages if not (one.at.ended or patient(one, today())))
    told = [("完成", counts[Pace.DONE]), ("待核", counts[Pace.CHECKING]), ("在办", counts[Pace.DOING]), ("未开始", counts[Pace.UNSTARTED]),
            ("不再办", counts[Pace.DROPPED]), ("其中快到", lights[YELLOW]), ("其中过期", lights[RED])]  # fmt: skip
    return f"{len(stages)} 步：" + "，".join(f"{word} {count}" for word, count in told if count)


def replan(actor: Actor, line: Line, change: Change, reason: str) -> None:
    """改下一步的完成日；措施本身在方案里改。"""
    stages = list(Stage.objects.filter(paper=line.number))
    if line.version != _version(Paper.objects.get(pk=line.number), stages):
        raise Wrong("读表以后这份方案又有改动；请重新导出再改")
    step = next_stage(stages)
    if step is None:
        raise Wrong("这份方案的步骤都了结了，没有下一步可改")
    if "next_step" in change:
        raise Wrong("方案的下一步是方案里的措施，不能在这里改；要改期限请改“下次日期”，要换措施请重编方案")
    if not change.get("next_on"):
        raise Wrong("方案下一步的完成日不能空着；请写日期，如 2026-12-31")
    hand(actor, step.pk, step.version, step.person or "", day(change["next_on"] or "", "下次日期"), reason)
