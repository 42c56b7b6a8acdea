"""服务类命令的做法：参数 → 同样的动作与查询 →（给人的行，给程序的数据，有没有意见）；装起网站以后才引入。"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from typing import Any

from miaopu.access.act import Denied, Wrong
from miaopu.access.actor import Actor
from miaopu.cli.account import attached
from miaopu.cli.nurture.answer import Answer, shortened
from miaopu.nurture.followup.actions import diagnoses as diagnosing
from miaopu.nurture.followup.actions.diagnoses import Issue, Session
from miaopu.nurture.followup.ledgers.diagnosed import applicant_row, point_row
from miaopu.nurture.followup.ledgers.listed import export_list
from miaopu.nurture.followup.ledgers.opinion import write_opinion
from miaopu.nurture.followup.matter import day, only
from miaopu.nurture.followup.queries import diagnoses as diagnosed
from miaopu.nurture.followup.queries.clauses import asks
from miaopu.nurture.followup.queries.own import firms_for
from miaopu.nurture.specialists.actions import contacts, events
from miaopu.nurture.specialists.books import contacts as directories
from miaopu.nurture.specialists.books import events as books
from miaopu.nurture.specialists.queries import contacts as named
from miaopu.nurture.specialists.queries import events as held
from miaopu.nurture.specialists.queries.benchmark import benchmark
from miaopu.selection.city import today
from miaopu.selection.library.narrow import Narrow
from miaopu.selection.screening.models import Firm

PARTS = 5
"""一条问题写几段。"""


def _firms(actor: Actor, operation: str, given: Namespace) -> list[Firm]:
    """--firm 指的各家，都要在范围里。"""
    found = []
    for text in given.firm:
        one = only(firms_for(actor, operation, text), text)
        if one is None:
            raise Denied(f"没有企业“{text}”，或不在您的范围里；--firm 写企业号、信用代码或全名")
        found.append(one)
    if not found:
        raise Wrong("请用 --firm 写明企业")
    return found


def _firm(actor: Actor, operation: str, given: Namespace) -> Firm:
    """只办一家的：--firm 写了几家的不办，不悄悄只办头一家。"""
    found = _firms(actor, operation, given)
    if len(found) > 1:
        raise Wrong(f"这一步一次只办一家，--firm 写了 {len(found)} 家；请分几次办")
    return found[0]


def _number(given: Namespace) -> int:
    if given.number is None:
        raise Wrong("请用 --number 写编号")
    return given.number


def _person(given: Namespace) -> int:
    digits = given.person.removeprefix("P")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):
        raise Wrong(f"--person 应是名册里的编号，如 P00003；现在是“{given.person or '空'}”")
    return int(digits)


def _directory(actor: Actor, given: Namespace) -> Answer:
    slots = named.directory(actor, _narrow(given))
    rows = [_slot(directories.row_of(one)) | {"contact": one.contact.pk if one.contact else None} for one in slots]
    gaps = [f"{rank.title}：在库 {total} 家，还没有联络员的 {lacking} 家" for rank, total, lacking in named.gaps(actor)]
    lines = [f"　{one['contact'] or '—'}　{one['name']}　{one['level']}　{one['person'] or '还没有'}" for one in rows]
    return gaps + shortened(lines, "没有合条件的", "格"), rows, False


def _slot(row: Mapping[str, Any]) -> dict[str, Any]:
    """一格给程序的：手机不给，要全的走导出（另有权限，记一行）。"""
    return {name: row[name] for name in ("enterprise", "name", "county", "level", "code", "person", "since")}


def _narrow(given: Namespace) -> dict[str, str]:
    return {"level": given.level, "county": given.county, "lack": "yes" if given.lack else ""}


def _name(actor: Actor, given: Namespace) -> Answer:
    firms = [one.enterprise for one in _firms(actor, "contact.name", given)]
    made = contacts.name(actor, given.level, firms, _person(given), given.reason, given.handover)
    return [f"已定 {len(made)} 家"], {"named": [one.enterprise for one in made]}, False


def _fill(actor: Actor, given: Namespace) -> Answer:
    person = _person(given) if given.person else None
    made, rest = contacts.fill(actor, given.level, given.county, person, given.reason)
    return [f"已定 {len(made)} 家，没有人可定的 {rest} 家"], {"named": len(made), "left": rest}, rest > 0


def _end(actor: Actor, given: Namespace) -> Answer:
    one = contacts.end(actor, _number(given), given.reason)
    return [f"{one.name}：不再由他联络"], {"ended": one.pk}, False


def _wrote(path: Any) -> Answer:
    return [f"已写 {path}"], {"file": str(path)}, False


def _import(actor: Actor, given: Namespace) -> Answer:
    if given.file is None or not given.file.is_file():
        raise Wrong("请用 --file 写改好的名录；没有这个文件")
    done, told = contacts.import_directory(actor, given.file, given.file.name, given.reason)
    return told or [f"换人与补定 {done} 家"], {"changed": done, "complaints": told}, bool(told)


def _events(actor: Actor, given: Namespace) -> Answer:
    rows = [
        {
            "number": one.pk,
            "on": one.on,
            "title": one.title,
            "invited": one.invited,
            "coming": one.coming,
            "came": one.came,
        }
        for one in held.tallied(actor).order_by("-on", "-pk")
    ]
    lines = [
        f"{one['number']}　{one['on']}　{one['title']}　请 {one['invited']}　参加 {one['coming']}　到场 {one['came']}"
        for one in rows
    ]
    return shortened(lines, "还没有活动", "场"), rows, False


def _announce(actor: Actor, given: Namespace) -> Answer:
    told = {name: getattr(given, name) for name in ("title", "kind", "on", "place")} | {"district": given.county}
    made = events.announce(actor, told)
    return [f"第 {made.pk} 场：{made.title}"], {"event": made.pk}, False


def _invite(actor: Actor, given: Namespace) -> Answer:
    fresh, known = events.invite(actor, _number(given), Narrow(tier=given.tier, county=given.county))
    return [f"新请 {fresh} 家，早已请过 {known} 家"], {"fresh": fresh, "known": known}, False


def _invitation(actor: Actor, given: Namespace) -> Any:
    firm = _firm(actor, "event.view", given)
    one = held.invitations(actor).filter(event=_number(given), enterprise=firm.enterprise).first()
    if one is None:
        raise Denied("这场活动没有请这家，或不在您的范围里")
    return one


def _reply(actor: Actor, given: Namespace) -> Answer:
    one = _invitation(actor, given)
    one = events.reply(actor, one.pk, one.version, not given.decline, given.reason)
    return [f"{one.name}：{one.at.word}"], {"reply": one.reply}, False


def _attend(actor: Actor, given: Namespace) -> Answer:
    one = _invitation(actor, given)
    events.attend(actor, one.event_id, [events.Came(one.pk, True, given.people)])
    return [f"{one.name}：到场"], {"present": one.enterprise}, False


def _cancel(actor: Actor, given: Namespace) -> Answer:
    one = events.cancel(actor, _number(given), given.reason)
    return [f"已取消：{one.title}"], {"cancelled": one.pk}, False


def _event_book(actor: Actor, given: Namespace) -> Answer:
    one = held.event(actor, _number(given))
    if one is None:
        raise Denied("没有这场活动，或不在您的范围里")
    return _wrote(books.export_event(actor, one, {"county": given.county}, given.out))


def _attended(actor: Actor, given: Namespace) -> Answer:
    return _wrote(books.export_attended(actor, {"county": given.county}, given.out))


def _benchmark(actor: Actor, given: Namespace) -> Answer:
    found = benchmark(actor, _firm(actor, "firm.view", given).enterprise)
    if found is None:
        raise Wrong("还没有评估结果；请先运行一轮")
    rows = [books.line_row(one) for one in found.lines]
    lines = [
        f"{one['title']}：{one['own']}；持有企业中位数 {one['median'] or '不给'}（{one['firms']} 家）；{one['place']}"
        for one in rows
    ]
    path = books.export_benchmark(actor, found, given.out)
    return [*lines, f"已写 {path}"], {"lines": rows, "file": str(path)}, False


def _points(actor: Actor, given: Namespace) -> Answer:
    found = diagnosed.points(actor, {"district": given.county}).order_by("due", "pk").prefetch_related("steps__files")
    rows = [
        {"number": one.pk, "diagnosis": one.diagnosis_id, "version": one.version, **point_row(one)} for one in found
    ]
    lines = [
        f"{one['number']}　{one['light']}　{one['state']}　{one['name']}　{one['words']}　{one['due']}" for one in rows
    ]
    return shortened(lines, "没有问题", "条"), rows, False


def _applicants(actor: Actor, given: Namespace) -> Answer:
    found = diagnosed.applicants(actor, {"district": given.county})
    rows, (total, lacking) = [applicant_row(one) for one in found], diagnosed.counts(actor, found)
    lines = [f"{one['name']}　{one['state']}　做过 {one['held']} 次，没了结 {one['live']} 条" for one in rows]
    told = shortened(lines, "没有申报企业", "家")
    return [f"申报企业 {total} 家，还没有做过诊断的 {lacking} 家", *told], rows, False


def _hold(actor: Actor, given: Namespace) -> Answer:
    firm = _firm(actor, "diagnosis.hold", given)
    title, listed = asks(actor, firm.enterprise)
    known, issues = {one.column: one.about for one in listed}, []
    for text in given.issue:
        parts = [one.strip() for one in text.split("|")]
        if len(parts) != PARTS:
            raise Wrong(f"--issue 应有五段：关于|问题|材料建议|谁来改|哪天前；“{text}”是 {len(parts)} 段")
        about, words, advice, party, due = parts
        if ":" in about and about not in known:
            have = "、".join(known) or "没有"
            raise Wrong(f"--issue 的“{about}”不是这家还没有满足、还不知道的条款；应是 {have} 之一，条款以外的空着")
        clause = about if about in known else ""
        issues.append(Issue(words, advice, party, day(due, "哪天前"), known.get(about, about), clause))
    told = Session(given.on or today(), given.way, given.words, tuple(issues), title or "没有要走的下一级")
    made = diagnosing.hold(actor, firm.enterprise, told)
    return [f"第 {made.pk} 次诊断，{made.points.count()} 条问题"], {"diagnosis": made.pk}, False


def _step(action: Callable[..., Any], files: bool = False) -> Callable[[Actor, Namespace], Answer]:
    def work(actor: Actor, given: Namespace) -> Answer:
        one = diagnosed.points(actor).filter(pk=_number(given)).first()
        if one is None:
            raise Denied("没有这条问题，或不在您的范围里")
        more = [attached(given.file)] if files else []
        one = action(actor, one.pk, one.version, given.words or given.reason, *more)
        return [f"{one.pk}　{one.at.word}"], {"point": one.pk, "state": one.state}, False

    return work


def _paper(actor: Actor, given: Namespace) -> Answer:
    return _wrote(write_opinion(actor, diagnosed.diagnosis(actor, _number(given)), given.out))


WORK: Mapping[str, Callable[[Actor, Namespace], Answer]] = {
    "contacts.list": _directory,
    "contacts.name": _name,
    "contacts.fill": _fill,
    "contacts.end": _end,
    "contacts.export": lambda actor, given: _wrote(contacts.export_directory(actor, _narrow(given), given.out)),
    "contacts.import": _import,
    "events.list": _events,
    "events.announce": _announce,
    "events.invite": _invite,
    "events.reply": _reply,
    "events.attend": _attend,
    "events.cancel": _cancel,
    "events.export": _event_book,
    "events.firms": _attended,
    "events.benchmark": _benchmark,
    "diagnoses.list": _points,
    "diagnoses.applicants": _applicants,
    "diagnoses.hold": _hold,
    "diagnoses.mend": _step(diagnosing.mend, True),
    "diagnoses.back": _step(diagnosing.send_back),
    "diagnoses.close": _step(diagnosing.close),
    "diagnoses.drop": _step(diagnosing.drop),
    "diagnoses.paper": _paper,
    "diagnoses.export": lambda actor, given: _wrote(
        export_list(actor, "points", {"district": given.county}, given.out)
    ),
}
