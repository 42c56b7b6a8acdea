"""对照标准：判定与说理 → 页面上一份份标准、一行行条款；结论照判定的，不重新判定。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from miaopu.desk.figure import clauses
from miaopu.desk.scored import Scored
from miaopu.selection.screening.opening import Opened
from miaopu.standards.engine.bind import REVIEW
from miaopu.standards.explain import Reason
from miaopu.standards.explain.firm import Assessed
from miaopu.standards.tree.state import State
from miaopu.web.firm.link import Links, pairs
from miaopu.web.templatetags.show import badge

STATES = {
    State.pass_: ("success", "circle-check"),
    State.exempt: ("success", "circle-check"),
    State.manual: ("info", "user-question"),
    State.unknown: ("warning", "help-circle"),
    State.fail_: ("danger", "circle-x"),
    State.not_applicable: ("secondary", ""),
    State.not_evaluated: ("secondary", ""),
}
"""条款状态 → 标签的颜色与图标。"""


@dataclass(frozen=True)
class Row:
    """判定里的一行：缩进几层、编号、名称、要求、状态、实际与距离、用到的数、依据、可信标记、为何未定、谁来补、歧义。"""

    depth: int
    id: str
    title: str
    requirement: str
    badge: SafeString
    actual: SafeString | str
    gap: SafeString | str
    inputs: SafeString
    cite: str
    mark: str
    why: str
    departments: str
    flags: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Score:
    """评分表的一行：评分项（或合计）、得分、用到的数。"""

    told: Scored
    number: SafeString
    inputs: SafeString


@dataclass(frozen=True)
class Verdict:
    """一份标准的判定。"""

    anchor: str
    title: str
    open: bool
    review: bool
    code: int
    assessed: Assessed
    counts: str
    flags: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    scores: tuple[Score, ...]


def verdicts(opened: Opened, links: Links) -> list[Verdict]:
    """对各标准的判定，下一级在前并展开。"""
    first = opened.dossier.of_tier(opened.firm.next_tier)
    found = [_verdict(opened, links, one, one is first) for one in opened.dossier.assessed]
    return sorted(found, key=lambda one: not one.open)


def _verdict(opened: Opened, links: Links, one: Assessed, first: bool) -> Verdict:
    judgement = one.judgement
    flags = dict.fromkeys((*one.selected.choice.flags, *judgement.flags))
    rows = tuple(_rows(opened, links, one))
    return Verdict(
        anchor(one), judgement.standard.title, first, one.selected.program.kind == REVIEW, int(judgement.verdict), one,
        _counts(one), tuple((code, ambiguity(opened, code)) for code in flags), rows,
        tuple(_scores(links, one)),
    )  # fmt: skip


def anchor(one: Assessed) -> str:
    """页内的位置。"""
    return f"standard-{one.judgement.standard.code}"


def _counts(one: Assessed) -> str:
    """最上一层的要求各几项。"""
    words = [reason.state.word for reason in one.reasons]
    return "，".join(f"{word}{words.count(word)}项" for word in dict.fromkeys(words))


def _rows(opened: Opened, links: Links, one: Assessed) -> Iterator[Row]:
    depths = [depth for reason in one.reasons for depth, _ in reason.walk()]
    blank = {item.clause: item.inputs for item in one.judgement.undecided}
    for depth, (column, reason) in zip(depths, clauses(one), strict=True):
        wanted = dict.fromkeys(links.figures.missing(name) for name in blank.get(reason.id, ()))
        yield _row(opened, links, column, reason, depth, "；".join(wanted))


def _scores(links: Links, one: Assessed) -> Iterator[Score]:
    code = f"{one.judgement.standard.code}:"
    for column, told in links.figures.scores.items():
        if column.startswith(code):
            yield Score(told, links.number(column, told.shown), _inputs(links, links.figures.used(told)))


def _row(opened: Opened, links: Links, column: str, reason: Reason, depth: int, departments: str) -> Row:
    return Row(
        depth, reason.id, reason.title, reason.requirement, state_badge(reason.state),
        links.number(column, reason.actual) if reason.actual else "", links.number(column, reason.gap) if reason.gap else "",
        _inputs(links, () if reason.children else reason.inputs), reason.cite, reason.mark, reason.why, departments,
        tuple((code, ambiguity(opened, code)) for code in reason.flags),
    )  # fmt: skip


def _inputs(links: Links, columns: Sequence[str]) -> SafeString:
    return format_html_join("", "<div>{} {}</div>", ((one.title, one.number) for one in pairs(links, columns)))


@lru_cache(maxsize=16)
def state_badge(state: State) -> SafeString:
    """条款状态的标签；一页有两百多条，写法只有几种。"""
    colour, sign = STATES[state]
    return badge(state.word, colour, sign)


def ambiguity(opened: Opened, code: str) -> str:
    """一个歧义旗标的说明：问题与本软件的取法。"""
    told = opened.dossier.reading.ambiguities.get(code, {})
    parts = (told.get("question", ""), f"取法：{told['default']}" if told.get("default") else "")
    return "；".join(part for part in parts if part) or f"见 {told.get('where', code)}"
