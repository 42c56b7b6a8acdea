"""跟进命令的做法：参数 → 同样的动作与查询 →（给人的行，给程序的数据，有没有意见）；装起网站以后才引入。"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from miaopu.access.act import Wrong
from miaopu.access.actor import Actor
from miaopu.jobs.models import Job
from miaopu.nurture.followup.actions import ledgers, plans, records, requests, visits
from miaopu.nurture.followup.actions.records import Found, Told
from miaopu.nurture.followup.actions.requests import Want
from miaopu.nurture.followup.actions.visits import Intent
from miaopu.nurture.followup.ledgers.write import export
from miaopu.nurture.followup.models import Paper, Request, Visit
from miaopu.nurture.followup.policy.lights import of_request
from miaopu.nurture.followup.queries import plans as planned
from miaopu.nurture.followup.queries import requests as asked
from miaopu.nurture.followup.queries import visits as seen
from miaopu.nurture.followup.queries.own import firms_for
from miaopu.selection.city import today

Answer = tuple[list[str], Any, bool]
SHOWN = 200
"""列出的至多几行。"""


def _firm(actor: Actor, operation: str, given: Namespace) -> str:
    found = firms_for(actor, operation, given.firm).first() if given.firm else None
    if found is None:
        raise Wrong("请用 --firm 写企业号、信用代码或全名；没有这家，或不在您的范围里")
    return found.enterprise


def _at(found: Any, given: Namespace) -> Any:
    """范围里的一件。"""
    one = found.filter(pk=given.number or 0).first()
    if one is None:
        raise Wrong("请用 --number 写编号；没有这一件，或不在您的范围里")
    return one


def _told(rows: Iterable[Any], line: Callable[[Any], str], *names: str) -> Answer:
    listed = list(rows)[:SHOWN]
    data = [{"number": one.pk, **{name: getattr(one, name) for name in names}} for one in listed]
    return [line(one) for one in listed] or ["没有"], data, False


def _request(one: Request) -> str:
    light = of_request(one, today()).word
    return f"{one.pk}　{light}　{one.at.word}　{one.name}　{one.title}　期限 {one.due.isoformat()}"


def _requests(rows: Iterable[Request]) -> Answer:
    return _told(rows, _request, "enterprise", "title", "state", "target", "due", "solved")


def _visits(rows: Iterable[Visit]) -> Answer:
    names = ("enterprise", "on", "purpose", "body", "asked", "state")
    return _told(rows, lambda one: f"{one.pk}　{one.on.isoformat()}　{one.at.word}　{one.name}　{one.purpose}", *names)


def _plans(rows: Iterable[Paper]) -> Answer:
    names = ("enterprise", "tier", "state", "possible", "earliest", "low", "high")
    words = "{0.pk}　{0.at.word}　{0.name}　{0.tier}　第 {0.number} 版　{1}"
    return _told(
        rows, lambda one: words.format(one, "做得到" if one.possible else f"最早 {one.earliest or '看不到'}"), *names
    )


def _stepped(
    told: Callable[[Iterable[Any]], Answer], rows: Callable[[Actor], Any], action: Callable[..., Any], *names: str
) -> Callable[[Actor, Namespace], Answer]:
    """办一步：范围里的一件（rows），交给动作；names 是动作另要的参数。"""

    def work(actor: Actor, given: Namespace) -> Answer:
        one = _at(rows(actor), given)
        return told([action(actor, one.pk, one.version, *(getattr(given, name) for name in names))])

    return work


def _raise(actor: Actor, given: Namespace) -> Answer:
    want = Want(given.kind, given.title, given.words)
    return _requests([requests.raise_request(actor, _firm(actor, "request.raise", given), want)])


def _lacking(actor: Actor, given: Namespace) -> Answer:
    rows = [one for one in asked.answered(actor) if not one.met]
    told = [f"{one.firm.enterprise}　{one.firm.name}　提了 {one.raised} 件，办成 {one.solved} 件" for one in rows]
    return told or ["都达到了"], [{"enterprise": one.firm.enterprise, "solved": one.solved} for one in rows], False


def _intent(given: Namespace) -> Intent:
    return Intent(given.on or today(), given.purpose, given.invitation, over=given.reason)


def _plan(actor: Actor, given: Namespace) -> Answer:
    firm = seen.named_firm(actor, given.firm or "")
    if firm is None:
        raise Wrong("请用 --firm 写企业号、信用代码或全名；没有这家，或不在您的范围里")
    return _visits([visits.plan(actor, firm.enterprise, _intent(given))])


def _join(actor: Actor, given: Namespace) -> Answer:
    return _visits([visits.join(actor, _at(seen.agenda(actor), given).pk, given.words)])


def _record(actor: Actor, given: Namespace) -> Answer:
    """有编号的填那一次，没有的登记与记录一次办。"""
    found = tuple(Found(words) for words in given.finding)
    told = Told(
        given.on or today(), given.purpose, given.people, findings=found, next_step=given.next, why=given.reason
    )
    if given.number is None:
        firm = _firm(actor, "visit.record", given)
        return _visits([records.drop_in(actor, firm, _intent(given), told)])
    one = _at(seen.visits(actor), given)
    return _visits([records.record(actor, one.pk, one.version, told)])


def _make(actor: Actor, given: Namespace) -> Answer | Job:
    """写了企业的起草一家；没有写的发起作业，给在库而没有方案的都起草。"""
    if given.firm:
        return _plans([plans.draft(actor, _firm(actor, "plan.make", given), given.tier, given.reason)])
    return plans.make_drafts(actor, planned.lacking(actor), given.reason)


def _export(actor: Actor, given: Namespace) -> Answer:
    path = export(actor, given.book, {}, given.out)
    return [f"已导出 {path}"], {"file": str(path)}, False


def _import(actor: Actor, given: Namespace) -> Answer:
    if given.file is None or not given.file.is_file():
        raise Wrong("请用 --file 写改过的工作簿；没有这个文件")
    made = ledgers.take_back(actor, given.book, given.file.name, given.file.read_bytes(), given.reason)
    data = {"rows": made.rows, "changes": made.changes, "complaints": made.complaints, "book": made.path}
    told = f"读了 {made.rows} 行，改了 {made.changes} 处，意见 {made.complaints} 条"
    return [told, *(made.told or "").splitlines()], data, made.complaints > 0


WORK: Mapping[str, Callable[[Actor, Namespace], Answer | Job]] = {
    "requests.list": lambda actor, given: _requests(asked.requests(actor)[:SHOWN]),
    "requests.raise": _raise,
    "requests.route": _stepped(_requests, asked.requests, requests.route, "target", "reason"),
    "requests.answer": _stepped(_requests, asked.requests, requests.answer, "words"),
    "requests.rate": _stepped(_requests, asked.requests, requests.rate, "score", "words"),
    "requests.withdraw": _stepped(_requests, asked.requests, requests.withdraw, "reason"),
    "requests.lacking": _lacking,
    "visits.list": lambda actor, given: _visits(seen.visits(actor)[:SHOWN]),
    "visits.agenda": lambda actor, given: _visits(seen.agenda(actor)[:SHOWN]),
    "visits.plan": _plan,
    "visits.join": _join,
    "visits.record": _record,
    "visits.cancel": _stepped(_visits, seen.visits, visits.cancel, "reason"),
    "visits.sign": _stepped(_visits, seen.visits, records.sign, "words"),
    "plans.list": lambda actor, given: _plans(planned.plans(actor, {"state": "live"})[:SHOWN]),
    "plans.make": _make,
    "plans.agree": _stepped(_plans, planned.plans, plans.agree, "reason"),
    "plans.adopt": _stepped(_plans, planned.plans, plans.adopt, "reason"),
    "plans.withdraw": _stepped(_plans, planned.plans, plans.withdraw, "reason"),
    "ledgers.export": _export,
    "ledgers.import": _import,
}
