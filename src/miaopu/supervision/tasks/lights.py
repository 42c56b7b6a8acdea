"""红黄绿灯：界线读 catalog/supervision.yaml；只用整数比，绿黄的线交叉相乘，不做舍入。"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from miaopu.supervision.tasks.states import GREEN, GREY, RED, STATES, YELLOW
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "supervision.yaml"


@dataclass(frozen=True)
class Limits:
    """落后多少算黄（百分数，含）、理由、快到期的天数。"""

    behind_percent: int
    reason: str
    due_soon_days: int

    @property
    def definition(self) -> tuple[tuple[str, str], ...]:
        """印在页面上的定义：（灯，说明）。"""
        x = self.behind_percent
        return (
            (GREEN, "已办结，或达到进度线；没有计数目标的，本期有进展填报"),
            (YELLOW, f"落后进度线不超过 {x}%；或临期：{self.due_soon_days} 天内到期，还没有办结也没有达到目标"),
            (RED, f"到期没有办结，或落后进度线超过 {x}%"),
            (GREY, "没有填报又没有临期、未到开始日、暂停、不再办，或方案没有启用"),
        )


@dataclass(frozen=True)
class Pace:
    """一个目标的进度：目标数、完成数（没有报过为 None）、进度线的起止。"""

    goal: int
    done: int | None
    since: date
    due: date


@dataclass(frozen=True)
class Work:
    """算灯要的：起止日、状态、填报了几条、各目标的进度。"""

    since: date
    due: date
    state: str
    entries: int
    counts: tuple[Pace, ...] = ()


@cache
def limits() -> Limits:
    """读界线；写错报文件与行号。"""
    catalog = Catalog.default()
    data, path = catalog.read(FILE)["lights"], catalog.file(FILE)
    for name in ("behind_percent", "due_soon_days"):
        if not isinstance(data.get(name), int) or data[name] < 0:
            raise CatalogError(path, line_of(data, name), f"“{name}”应是不小于 0 的整数")
    return Limits(data["behind_percent"], data["reason"], data["due_soon_days"])


def overdue(due: date, state: str, today: date) -> bool:
    """到期没有了结；暂停的不计。"""
    return today > due and STATES[state].timed


def soon(due: date, state: str, today: date, days: int) -> bool:
    """临期：days 天内到期，还没有了结；暂停的不计。"""
    return STATES[state].timed and due - timedelta(days=days) <= today <= due


def light(work: Work, today: date, behind_percent: int, days: int) -> str:
    """一盏灯的代码；days 天内到期算临期。"""
    found = _light(work, today, behind_percent)
    reached = bool(work.counts) and all((one.done or 0) >= one.goal for one in work.counts)
    near = today >= work.since and not reached and soon(work.due, work.state, today, days)
    return YELLOW if near and found in (GREEN, GREY) else found


def _light(work: Work, today: date, behind_percent: int) -> str:
    state = STATES[work.state]
    if state.ended or not state.timed:
        return GREEN if work.state == "done" else GREY
    if overdue(work.due, work.state, today):
        return RED
    known = [one for one in work.counts if one.done is not None]
    if today < work.since or not work.entries:
        return GREY
    if not work.counts:
        return GREEN
    if not known:
        return GREY
    return worst(_pace(one, one.done or 0, today, behind_percent) for one in known)


def worst(codes: Iterable[str]) -> str:
    """几盏灯里最差的：红、黄、绿，都没有数为灰。"""
    order = (RED, YELLOW, GREEN)
    found = set(codes)
    return next((code for code in order if code in found), GREY)


def _pace(one: Pace, done: int, today: date, behind: int) -> str:
    """进度线是目标乘以已过天数占全程天数（含首尾两日）。"""
    whole, passed = _days(one.since, one.due, today)
    if done * whole >= one.goal * passed:
        return GREEN
    return YELLOW if done * whole * 100 >= one.goal * passed * (100 - behind) else RED


def expected(goal: int, since: date, due: date, today: date) -> int:
    """今天该完成多少（进度线，向上取整）；未开始为 0，到期后为全部。"""
    whole, passed = _days(since, due, today)
    return -(-goal * passed // whole)


def _days(since: date, due: date, today: date) -> tuple[int, int]:
    """（全程天数，已过天数），已过的不小于 0、不大于全程。"""
    whole = (due - since).days + 1
    return whole, min(max((today - since).days + 1, 0), whole)
