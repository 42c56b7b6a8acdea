"""灯：诉求按这一步的期限，方案的一步按完成日，诊断的问题按整改期限；界线来自目录，日期由调用者给。"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q

from miaopu.nurture.followup.policy.rules import GREEN, GREY, RED, YELLOW, Light, rules
from miaopu.nurture.followup.states import Asked, Mend, Pace

WAITING = (Asked.RAISED.value, Asked.ROUTED.value)
DONE = (Asked.ANSWERED.value, Asked.CLOSED.value)


def of_request(one: Any, today: date) -> Light:
    """一件诉求的灯：没有办的过了期限红、快到黄；办了的迟了黄、没迟绿；撤回灰。"""
    lights = rules().lights
    if one.state in WAITING:
        return lights[RED if today > one.due else YELLOW if today >= one.soon else GREEN]
    if one.state in DONE:
        return lights[YELLOW if one.answered_on is not None and one.answered_on > one.due else GREEN]
    return lights[GREY]


def in_light(code: str, today: date) -> Q:
    """同样的界线，写成查询条件；不认得的代码给空条件。"""
    waiting, done = Q(state__in=WAITING), Q(state__in=DONE)
    late = done & Q(answered_on__gt=F("due"))
    found = {
        RED: waiting & Q(due__lt=today),
        YELLOW: (waiting & Q(due__gte=today, soon__lte=today)) | late,
        GREEN: (waiting & Q(soon__gt=today, due__gte=today)) | (done & ~Q(answered_on__gt=F("due"))),
        GREY: Q(state=Asked.WITHDRAWN.value),
    }
    return found.get(code, Q())


def of_stage(one: Any, today: date) -> Light:
    """方案一步的灯：完成的按时绿、迟了黄；没完成的过了完成日红、快到黄，待核（等数入账）的没过也黄；不再办灰。"""
    lights = rules().lights
    if one.at is Pace.DROPPED:
        return lights[GREY]
    if one.at is Pace.DONE:
        return lights[YELLOW if one.ended and one.ended > one.due else GREEN]
    soon = one.at is Pace.CHECKING or today >= one.due - timedelta(days=rules().plans.soon_days)
    return lights[RED if today > one.due else YELLOW if soon else GREEN]


def patient(one: Any, today: date) -> bool:
    """等着数入账、还没有过完成日的一步：不算快到期，也不急在别步前面。"""
    return one.at is Pace.CHECKING and today <= one.due


def of_point(one: Any, today: date) -> Light:
    """诊断问题的灯：销号的按时绿、迟了黄；不再跟灰；没了结的过了期限红，没过而报了整改的、快到的黄。"""
    lights = rules().lights
    if one.at is Mend.DROPPED:
        return lights[GREY]
    if one.at is Mend.CLOSED:
        return lights[YELLOW if one.ended and one.ended > one.due else GREEN]
    soon = one.due - timedelta(days=rules().diagnoses.soon_days)
    if today > one.due:
        return lights[RED]
    return lights[YELLOW if one.at is Mend.MENDED or today >= soon else GREEN]
