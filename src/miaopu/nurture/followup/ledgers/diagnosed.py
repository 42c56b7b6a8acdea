"""专家诊断的两张清单：申报企业做过没有、问题一条一行；页面与导出同一处来。"""

from __future__ import annotations

from miaopu.access.actor import Actor
from miaopu.nurture.followup.ledgers.form import Given
from miaopu.nurture.followup.models import Point
from miaopu.nurture.followup.policy.lights import of_point
from miaopu.nurture.followup.policy.rules import rules
from miaopu.nurture.followup.queries.diagnoses import Applicant, applicants, points
from miaopu.selection.city import today

Row = dict[str, str | None]
NEVER = "没有做过"


def applicant_rows(actor: Actor, given: Given) -> list[Row]:
    """申报企业各一行。"""
    return [applicant_row(one) for one in applicants(actor, given)]


def applicant_row(one: Applicant) -> Row:
    """一家。"""
    return {
        "name": one.member.name, "county": one.member.county, "tier": one.member.tier_title, "state": one.member.at.title,
        "held": str(one.held), "last": one.last.isoformat() if one.last else None, "points": str(one.points),
        "live": str(one.live),
    }  # fmt: skip


def point_rows(actor: Actor, given: Given) -> list[Row]:
    """问题各一行。"""
    return [point_row(one) for one in points(actor, given).order_by("due", "pk").prefetch_related("steps__files")]


def point_row(one: Point) -> Row:
    """一条；evidence 是最近一次报整改的佐证。"""
    mended = [step for step in one.steps.all() if step.act == "mend"]
    evidence = "、".join(file.name for file in mended[-1].files.all()) or mended[-1].proof if mended else None
    return {
        "light": of_point(one, today()).word, "name": one.diagnosis.name, "county": one.diagnosis.county,
        "about": one.about, "words": one.words, "advice": one.advice,
        "party": rules().diagnoses.parties.get(one.party, one.party), "due": one.due.isoformat(), "state": one.at.word,
        "evidence": evidence, "expert": one.diagnosis.expert, "on": one.diagnosis.on.isoformat(),
    }  # fmt: skip
