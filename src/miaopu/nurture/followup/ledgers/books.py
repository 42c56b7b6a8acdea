"""三本台账各有哪些行与列、改一行交给哪个动作；行都来自已收窄的查询。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from miaopu.access.act import Wrong
from miaopu.access.actor import Actor
from miaopu.nurture.followup.actions import requests as asking
from miaopu.nurture.followup.actions.records import Found, Told, record
from miaopu.nurture.followup.ledgers.form import Change, Given, Ledger, Line
from miaopu.nurture.followup.ledgers.planned import SORT, plan_lines, replan
from miaopu.nurture.followup.matter import changed, day
from miaopu.nurture.followup.models import Finding, Record, Request, Visit
from miaopu.nurture.followup.policy.lights import of_request
from miaopu.nurture.followup.policy.rules import rules
from miaopu.nurture.followup.queries.requests import requests
from miaopu.nurture.followup.queries.visits import visits
from miaopu.nurture.followup.states import Seen
from miaopu.papers.layout import Field
from miaopu.selection.city import today

MOST = 20_000
CLOSED, ANY = "【补上】", "其他"
"""发现一格里，缺口补上了的打头；没有写关于什么的写法。"""
NAME, COUNTY = Field(("企业名称",), "name", width=30), Field(("县区",), "county", width=10)
VISITED = (Seen.RECORDED.value, Seen.SIGNED.value)


def _span(found: QuerySet[Any], given: Given, field: str) -> QuerySet[Any]:
    """按起止日收窄；写错抛 Wrong。"""
    for name, look, what in (("since", "gte", "从"), ("until", "lte", "到")):
        if given.get(name):
            found = found.filter(**{f"{field}__{look}": day(given[name], what)})
    return found[: MOST + 1]


def _iso(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _line(one: Any, sort: str, page: str, cells: Mapping[str, str | None]) -> Line:
    told = {"name": one.name, "county": one.county, **cells}
    return Line(sort, one.pk, one.version, one.name, changed(one), reverse(page, args=[one.pk]), told)


def _latest(one: Visit) -> Record | None:
    """最新的一版（已预取，新的在前）。"""
    return next(iter(one.records.all()), None)


def _visits(actor: Actor, given: Given) -> QuerySet[Visit]:
    found = visits(actor, given).prefetch_related("joined", "records__findings", "records__files", "records__signing")
    return _span(found.order_by("on", "pk"), given, "on")


def visit_lines(actor: Actor, given: Given) -> list[Line]:
    """走访台账的行。"""
    return [_line(one, "visit", "followup:visit", _visit_cells(one)) for one in _visits(actor, given)]


def _visit_cells(one: Visit) -> dict[str, str | None]:
    last = _latest(one)
    joined = "、".join(each.body_title for each in one.going)
    signing = getattr(last, "signing", None) if last else None
    return {
        "on": _iso(one.on),
        "body": f"{one.body_title}（同去：{joined}）" if joined else one.body_title,
        "purpose": one.purpose,
        "asked": "应邀" if one.asked else f"破例：{one.over_reason}" if one.over else "未经邀请",
        "people": last.people if last else None,
        "firm_people": last.firm_people if last else None,
        "findings": _findings(last),
        "next_step": last.next_step if last else None,
        "next_on": _iso(last.next_on) if last else None,
        "state": one.at.word,
        "signed": f"{signing.by} {_iso(signing.on)}" if signing else None,
    }


def _findings(last: Record | None) -> str | None:
    """一条一行：补上的打头写“【补上】”，关于什么在冒号前；读得回来（_found）。"""
    told = [_finding(each) for each in (last.findings.all() if last else ())]
    return "\n".join(told) or None


def _finding(one: Finding) -> str:
    about = (one.about or ANY).replace("：", ":")
    return f"{CLOSED if one.closed else ''}{about}：{' '.join(one.words.split())}"


def _found(text: str) -> tuple[Found, ...]:
    """发现一格 → 各条；没有写关于什么的整行算话。"""
    rows = [(CLOSED in line[: len(CLOSED)], line.removeprefix(CLOSED)) for line in text.splitlines() if line.strip()]
    parts = [(closed, *line.partition("：")) for closed, line in rows]
    return tuple(
        Found(words if mark else about, "" if about == ANY or not mark else about, closed)
        for closed, about, mark, words in parts
    )


def _correct(actor: Actor, line: Line, change: Change, reason: str) -> None:
    """改走访记录：另成一版，理由记在上面。"""
    last = Record.objects.filter(visit=line.number).prefetch_related("findings").first()
    if last is None:
        raise Wrong("这次走访还没有记录，请先在页面上填")
    names = ("on", "purpose", "people", "firm_people", "next_step", "next_on")
    told: dict[str, Any] = {name: getattr(last, name) for name in names}
    told |= {name: value or "" for name, value in change.items() if name not in ("next_on", "findings")}
    if "next_on" in change:
        told["next_on"] = day(change["next_on"] or "", "下次日期") if change["next_on"] else None
    told = {name: value if value is not None or name == "next_on" else "" for name, value in told.items()}
    kept = tuple(Found(one.words, one.about or "", one.closed) for one in last.findings.all())
    found = _found(change["findings"] or "") if "findings" in change else kept
    record(actor, line.number, line.version, Told(findings=found, why=reason, **told))


def request_lines(actor: Actor, given: Given) -> list[Line]:
    """诉求台账的行。"""
    found = _span(requests(actor, given).order_by("raised_on", "pk"), given, "raised_on")
    return [_line(one, "request", "followup:request", _request_cells(one)) for one in found]


def _request_cells(one: Request) -> dict[str, str | None]:
    kind = rules().requests.kinds.get(one.kind)
    rated = f"{one.score} 分" if one.score else "不满意" if one.solved is False or one.reopened else None
    return {
        "kind": kind.title if kind else one.kind,
        "title": one.title,
        "words": one.words,
        "raised": _iso(one.raised_on),
        "target": rules().targets.get(one.target or ""),
        "due": _iso(one.due),
        "light": of_request(one, today()).word,
        "state": one.at.word,
        "answer": one.answer,
        "answered": _iso(one.answered_on),
        "rated": rated,
        "said": one.rated_words,
    }


def _answer(actor: Actor, line: Line, change: Change, reason: str) -> None:
    """在表里写了答复的，就是答复。"""
    asking.answer(actor, line.number, line.version, change.get("answer") or "")


def work_lines(actor: Actor, given: Given) -> list[Line]:
    """工作台账的行：走访、诉求与执行中的方案，按日期。"""
    rows = [one for one in _visits(actor, given) if one.state in VISITED]
    lines = [_line(one, "visit", "followup:visit", _worked(one)) for one in rows]
    answered = _span(requests(actor, given).filter(answered_on__isnull=False), given, "answered_on")
    lines += [_line(one, "request", "followup:request", _helped(one)) for one in answered]
    lines += plan_lines(actor, given)
    return sorted(lines, key=lambda one: (one.cells["on"] or "", one.sort, one.number))


def _worked(one: Visit) -> dict[str, str | None]:
    last = _latest(one)
    closed = [each.about or each.words for each in (last.findings.all() if last else ()) if each.closed]
    files = [each.name for each in (last.files.all() if last else ())]
    return {
        "on": _iso(one.on),
        "who": last.by if last else one.planned_by,
        "matter": f"走访：{one.purpose}",
        "gap": "、".join(closed) or None,
        "progress": None,
        "next_step": last.next_step if last else None,
        "next_on": _iso(last.next_on) if last else None,
        "evidence": "、".join(files) or None,
    }


def _helped(one: Request) -> dict[str, str | None]:
    told = {"on": _iso(one.answered_on), "who": one.answered_by, "matter": f"诉求：{one.title}"}
    return told | {"gap": None, "progress": None, "next_step": None, "next_on": None, "evidence": one.answer}


def _stepped(actor: Actor, line: Line, change: Change, reason: str) -> None:
    """工作台账里能改的是走访的下一步与下次日期、方案下一步的完成日。"""
    if line.sort == SORT:
        return replan(actor, line, change, reason)
    if line.sort != "visit":
        raise Wrong("诉求没有“下一步”可在工作台账里改；请到诉求台账")
    _correct(actor, line, change, reason)


def _fields(*told: tuple[str, str, float]) -> tuple[Field, ...]:
    dates = {"on", "next_on", "raised", "due", "answered"}
    return tuple(Field((head,), name, "date" if name in dates else "text", wide) for head, name, wide in told)


LEDGERS: Mapping[str, Ledger] = {
    one.code: one
    for one in (
        Ledger(
            "visits", "走访台账",
            (NAME, COUNTY, *_fields(("日期", "on", 12), ("部门", "body", 16), ("目的", "purpose", 20),
             ("应邀", "asked", 12), ("参加人员", "people", 16), ("企业方", "firm_people", 12),
             ("发现", "findings", 30), ("下一步", "next_step", 22), ("下次日期", "next_on", 12),
             ("状态", "state", 12), ("签认", "signed", 14))),
            frozenset({"people", "firm_people", "findings", "next_step", "next_on"}), visit_lines, _correct,
        ),
        Ledger(
            "requests", "诉求台账",
            (NAME, COUNTY, *_fields(("种类", "kind", 12), ("事由", "title", 20), ("内容", "words", 26),
             ("提出日", "raised", 12), ("转给", "target", 14), ("期限", "due", 12), ("灯", "light", 6),
             ("状态", "state", 12), ("答复", "answer", 28), ("答复日", "answered", 12), ("满意度", "rated", 9),
             ("评价", "said", 14))),
            frozenset({"answer"}), request_lines, _answer, frozenset({"light"}),
        ),
        Ledger(
            "work", "工作台账",
            (NAME, COUNTY, *_fields(("日期", "on", 12), ("谁办的", "who", 14), ("事项", "matter", 30),
             ("补上的缺口", "gap", 20), ("方案进展", "progress", 22), ("下一步", "next_step", 26), ("下次日期", "next_on", 12),
             ("佐证", "evidence", 30))),
            frozenset({"next_step", "next_on"}), work_lines, _stepped, frozenset({"progress"}),
        ),
    )
}  # fmt: skip


def ledger(code: str) -> Ledger:
    """一本台账；没有抛 Wrong。"""
    if code not in LEDGERS:
        raise Wrong("没有这本台账；请从走访、诉求、工作里选")
    return LEDGERS[code]


def rows_of(actor: Actor, book: Ledger, given: Given) -> Iterable[Line]:
    """看得到的行；太多抛 Wrong。"""
    found = book.lines(actor, given)
    if len(found) > MOST:
        raise Wrong(f"超过 {MOST} 行，一本装不下；请缩短起止日或换个县区")
    return found
