"""跟进命令的做法：参数 → 同样的动作与查询 →（给人的行，给程序的数据，有没有意见）；装起网站以后才引入。"""

from __future__ import annotations

import shutil
from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from miaopu.access.act import Wrong
from miaopu.access.actor import Actor
from miaopu.cli.account import attached
from miaopu.cli.context import Context
from miaopu.cli.nurture.agreed import WORK as PLANS
from miaopu.cli.nurture.answer import Answer, firm_of, one_of, rows_of
from miaopu.cli.nurture.job import finished
from miaopu.jobs.models import Job
from miaopu.jobs.queries import file, result
from miaopu.nurture.followup.actions import ledgers, records, requests, visits
from miaopu.nurture.followup.actions.records import Found, Told
from miaopu.nurture.followup.actions.requests import Want
from miaopu.nurture.followup.actions.visits import Intent
from miaopu.nurture.followup.ledgers.write import export
from miaopu.nurture.followup.models import Request, Visit
from miaopu.nurture.followup.policy.lights import of_request
from miaopu.nurture.followup.queries import requests as asked
from miaopu.nurture.followup.queries import visits as seen
from miaopu.selection.city import today


def after(context: Context, actor: Actor, job: Job) -> Answer:
    """发起的是作业：当场做完；有结果文件的放到 --out。"""
    done = finished(context, actor, job)
    data = dict(result(actor, done)) | ({"joined": job.joined} if job.joined else {})
    if done.file is None:
        return [done.message or ""], data, False
    source, folder = file(actor, done.pk), Path(context.arguments.out)
    folder.mkdir(parents=True, exist_ok=True)
    path = shutil.copyfile(source, folder / source.name)
    return [f"{done.message}；已写 {path}"], data | {"file": str(path)}, False


def _request(one: Request) -> str:
    light = of_request(one, today()).word
    return f"{one.pk}　{light}　{one.at.word}　{one.name}　{one.title}　期限 {one.due.isoformat()}"


def _requests(rows: Iterable[Request]) -> Answer:
    return rows_of(rows, _request, "enterprise", "title", "state", "target", "due", "solved")


def _visits(rows: Iterable[Visit]) -> Answer:
    names = ("enterprise", "on", "purpose", "body", "asked", "state")
    return rows_of(
        rows, lambda one: f"{one.pk}　{one.on.isoformat()}　{one.at.word}　{one.name}　{one.purpose}", *names
    )


def _stepped(
    told: Callable[[Iterable[Any]], Answer], rows: Callable[[Actor], Any], action: Callable[..., Any], *names: str
) -> Callable[[Actor, Namespace], Answer]:
    """办一步：范围里的一件（rows），交给动作；names 是动作另要的参数。"""

    def work(actor: Actor, given: Namespace) -> Answer:
        one = one_of(rows(actor), given)
        return told([action(actor, one.pk, one.version, *(getattr(given, name) for name in names))])

    return work


def _raise(actor: Actor, given: Namespace) -> Answer:
    want, files = Want(given.kind, given.title, given.words), attached(given.file)
    return _requests([requests.raise_request(actor, firm_of(actor, "request.raise", given), want, files)])


def _answer(actor: Actor, given: Namespace) -> Answer:
    one = one_of(asked.requests(actor), given)
    return _requests([requests.answer(actor, one.pk, one.version, given.words, attached(given.file))])


def _lacking(actor: Actor, given: Namespace) -> Answer:
    rows = [one for one in asked.answered(actor) if not one.met]
    told = [f"{one.firm.enterprise}　{one.firm.name}　提了 {one.raised} 件，办成 {one.solved} 件" for one in rows]
    return told or ["都达到了"], [{"enterprise": one.firm.enterprise, "solved": one.solved} for one in rows], False


def _intent(given: Namespace) -> Intent:
    return Intent(given.on or today(), given.purpose, given.invitation, over=given.over)


def _plan(actor: Actor, given: Namespace) -> Answer:
    firm = seen.named_firm(actor, given.firm or "")
    if firm is None:
        raise Wrong("请用 --firm 写企业号、信用代码或全名；没有这家，或不在您的范围里")
    return _visits([visits.plan(actor, firm.enterprise, _intent(given))])


def _join(actor: Actor, given: Namespace) -> Answer:
    return _visits([visits.join(actor, one_of(seen.agenda(actor), given).pk, given.words)])


def _record(actor: Actor, given: Namespace) -> Answer:
    """有编号的填那一次，没有的登记与记录一次办。"""
    found = tuple(Found(words) for words in given.finding)
    told = Told(
        given.on or today(), given.purpose, given.people, findings=found, next_step=given.next, why=given.reason
    )
    if given.number is None:
        firm = firm_of(actor, "visit.record", given)
        return _visits([records.drop_in(actor, firm, _intent(given), told, attached(given.file))])
    one = one_of(seen.visits(actor), given)
    return _visits([records.record(actor, one.pk, one.version, told, attached(given.file))])


def _postpone(actor: Actor, given: Namespace) -> Answer:
    one = one_of(seen.visits(actor), given)
    return _visits([visits.postpone(actor, one.pk, one.version, _intent(given), given.reason)])


def _sign(actor: Actor, given: Namespace) -> Answer:
    """企业账号签认；有 --file 的是纸面签认，附签字页的照片并写理由。"""
    one = one_of(seen.visits(actor), given)
    if given.file:
        return _visits([records.sign_paper(actor, one.pk, one.version, given.reason, attached(given.file))])
    return _visits([records.sign(actor, one.pk, one.version, given.words)])


def _export(actor: Actor, given: Namespace) -> Answer:
    path = export(actor, given.book, {}, given.out)
    return [f"已导出 {path}"], {"file": str(path)}, False


def _import(actor: Actor, given: Namespace) -> Answer:
    if given.file is None or not given.file.is_file():
        raise Wrong("请用 --file 写改过的工作簿；没有这个文件")
    made = ledgers.take_back(actor, given.book, given.file.name, given.file.read_bytes(), given.reason)
    data = {
        "rows": made.rows,
        "changes": made.changes,
        "complaints": made.complaints,
        "missing": made.missing,
        "book": made.path,
    }
    told = f"读了 {made.rows} 行，改了 {made.changes} 处，意见 {made.complaints} 条"
    gone = [f"少了 {made.missing} 行，{ledgers.KEPT}：", *(made.gone or "").splitlines()] if made.missing else []
    return [told, *(made.told or "").splitlines(), *gone], data, made.complaints > 0


WORK: Mapping[str, Callable[[Actor, Namespace], Answer | Job]] = {
    "requests.list": lambda actor, given: _requests(asked.requests(actor)),
    "requests.raise": _raise,
    "requests.route": _stepped(_requests, asked.requests, requests.route, "target", "reason"),
    "requests.answer": _answer,
    "requests.rate": _stepped(_requests, asked.requests, requests.rate, "score", "words"),
    "requests.back": _stepped(_requests, asked.requests, requests.send_back, "reason"),
    "requests.withdraw": _stepped(_requests, asked.requests, requests.withdraw, "reason"),
    "requests.close": _stepped(_requests, asked.requests, requests.close, "reason"),
    "requests.lacking": _lacking,
    "visits.list": lambda actor, given: _visits(seen.visits(actor)),
    "visits.agenda": lambda actor, given: _visits(seen.agenda(actor)),
    "visits.plan": _plan,
    "visits.join": _join,
    "visits.record": _record,
    "visits.leave": _stepped(_visits, seen.visits, visits.leave, "reason"),
    "visits.postpone": _postpone,
    "visits.cancel": _stepped(_visits, seen.visits, visits.cancel, "reason"),
    "visits.sign": _sign,
    "ledgers.export": _export,
    "ledgers.import": _import,
    **PLANS,
}
