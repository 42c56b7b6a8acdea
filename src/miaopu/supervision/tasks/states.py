"""任务的状态与灯：全是数据；能转到哪、算不算了结，都写在这里，不从名字里猜。"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class State:
    """一个状态。ended 已了结（不再催）；timed 计不计超期；after 可以转到哪些；sign 是图标。"""

    code: str
    word: str
    ended: bool
    timed: bool
    after: tuple[str, ...]
    colour: str
    sign: str


STATES = {
    one.code: one
    for one in (
        State("todo", "未开始", False, True, ("doing", "done", "paused", "dropped"), "secondary", "clock"),
        State("doing", "在办", False, True, ("done", "paused", "dropped"), "primary", "player-play"),
        State("done", "办结", True, False, ("doing",), "success", "circle-check"),
        State("paused", "暂停", False, False, ("doing", "done", "dropped"), "warning", "hourglass"),
        State("dropped", "不再办", True, False, ("doing",), "secondary", "ban"),
    )
}
UNSTARTED, DOING, DONE, PAUSED, DROPPED = STATES
OVERDUE = "超期"
"""超期不是存下来的状态：到期没有了结、又计超期的，显示为超期。"""
NEEDS_REASON = frozenset({DROPPED, PAUSED})
"""暂停、不再办，以及把办结的重新打开，要写理由。"""


def needs_reason(before: str, after: str) -> bool:
    """这样改要不要写理由。"""
    return before != after and (after in NEEDS_REASON or STATES[before].ended)


@dataclass(frozen=True)
class Light:
    """一盏灯：颜色之外另有字与形状。"""

    code: str
    word: str
    colour: str
    sign: str


LIGHTS = {
    one.code: one
    for one in (
        Light("red", "红", "danger", "circle-x"),
        Light("yellow", "黄", "warning", "alert-triangle"),
        Light("green", "绿", "success", "circle-check"),
        Light("grey", "灰", "secondary", "help-circle"),
    )
}
RED, YELLOW, GREEN, GREY = LIGHTS
