"""一企一策命令的做法：起草、看、企业同意（账号或书面）、批准、退回、记进展、写材料；装起网站以后才引入。"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Mapping

from miaopu.access.act import Wrong
from miaopu.access.actor import Actor
from miaopu.cli.account import attached
from miaopu.cli.nurture.answer import Answer, firm_of, one_of, rows_of
from miaopu.jobs.models import Job
from miaopu.nurture.followup.actions import plans, stages
from miaopu.nurture.followup.actions.agreed import adopt_all, agree_on_paper
from miaopu.nurture.followup.actions.stages import Note
from miaopu.nurture.followup.models import Paper, Stage
from miaopu.nurture.followup.plans.papers import write_papers
from miaopu.nurture.followup.plans.shown import whole
from miaopu.nurture.followup.queries import plans as queries
from miaopu.nurture.followup.states import Paper as At
from miaopu.selection.city import today


def _rows(found: Iterable[Paper]) -> Answer:
    names = ("enterprise", "name", "tier", "state", "possible", "earliest", "low", "high", "version")
    return rows_of(found, _line, *names)


def _line(one: Paper) -> str:
    told = "做得到" if one.possible else f"最早 {one.earliest}" if one.earliest else "往后几年的申报窗口都没有办法"
    return f"{one.pk}　{one.at.word}　{one.name}　{one.tier}　第 {one.number} 版　{told}"


def _wanted(given: Namespace, state: str = "live") -> dict[str, str]:
    return {"state": state, "district": given.county, "tier": given.tier}


def _list(actor: Actor, given: Namespace) -> Answer:
    return _rows(queries.plans(actor, {"state": "live", "district": given.county}))


def _show(actor: Actor, given: Namespace) -> Answer:
    """一份：结论、做不到的条款、各步的编号与可作佐证的数。"""
    one = one_of(queries.plans(actor), given)
    told = whole(one)
    clauses = [{"clause": each.clause, "title": each.title, "why": each.why, "earliest": each.earliest,
                "never": each.never} for each in told.clashes]  # fmt: skip
    steps = [
        {"stage": each.stage.pk, "title": each.stage.title, "state": each.stage.state, "start": each.stage.start,
         "due": each.stage.due, "person": each.stage.person, "party": each.stage.party, "cost": each.cost,
         "columns": [moved.name for moved in each.effects]}
        for each in told.steps
    ]  # fmt: skip
    lines = [_line(one)]
    lines += [f"　做不到：{each['clause']} {each['title']}：{each['never'] or each['why']}" for each in clauses]
    lines += [
        f"　步骤 {each['stage']}　{each['title']}　{each['start']}至{each['due']}　{each['cost']}　"
        f"{_who(each['party'], each['person'])}{'　佐证可用 ' + '、'.join(each['columns']) if each['columns'] else ''}"
        for each in steps
    ]
    data = {"number": one.pk, "state": one.state, "earliest": one.earliest, "clauses": clauses, "stages": steps}
    return lines, data, False


def _make(actor: Actor, given: Namespace) -> Answer | Job:
    """写了企业的起草一家；没有写的发起作业，给在库而没有方案的都起草。"""
    if given.firm:
        return _rows([plans.draft(actor, firm_of(actor, "plan.make", given), given.tier, given.reason)])
    return plans.make_drafts(actor, queries.lacking(actor), given.reason)


def _decided(action: Callable[..., Paper]) -> Callable[[Actor, Namespace], Answer]:
    def work(actor: Actor, given: Namespace) -> Answer:
        one = one_of(queries.plans(actor), given)
        return _rows([action(actor, one.pk, one.version, given.reason)])

    return work


def _numbers(actor: Actor, given: Namespace, state: At) -> dict[int, int]:
    """--number 的一份；--all 是范围里这个状态的全部。"""
    if not given.all:
        one = one_of(queries.plans(actor), given)
        return {one.pk: one.version}
    found = dict(queries.plans(actor, _wanted(given, state.value)).values_list("pk", "version"))
    if not found:
        raise Wrong(f"范围里没有“{state.word}”的方案，没有要办的")
    return found


def _agree(actor: Actor, given: Namespace) -> Answer:
    """企业账号同意；有 --file 的是代录书面同意。"""
    if given.file:
        numbers = _numbers(actor, given, At.DRAFT)
        return _rows(agree_on_paper(actor, numbers, given.reason, attached(given.file)))
    return _decided(plans.agree)(actor, given)


def _adopt(actor: Actor, given: Namespace) -> Answer:
    return _rows(adopt_all(actor, _numbers(actor, given, At.AGREED), given.reason))


def _choose(actor: Actor, given: Namespace) -> Answer:
    one = one_of(queries.plans(actor), given)
    return _rows([plans.choose(actor, one.pk, one.version, given.index, given.reason)])


def _staged(actor: Actor, given: Namespace) -> Stage:
    if given.stage is None:
        raise Wrong("请用 --stage 写步骤的编号；plans show 列出各步的编号")
    return queries.stage(actor, given.stage)


def _stage(one: Stage) -> Answer:
    told = {"stage": one.pk, "state": one.state, "party": one.party, "person": one.person, "due": one.due,
            "version": one.version}  # fmt: skip
    return [f"步骤 {one.pk}　{one.title}　{one.at.word}　{one.due}　{_who(one.party, one.person)}"], told, False


def _who(party: str | None, person: str | None) -> str:
    return f"{party or ''}（{person}）" if person else f"{party or ''}（还没有定到人）"


def _step(actor: Actor, given: Namespace) -> Answer:
    one = _staged(actor, given)
    note = Note(given.on or today(), given.words, given.state, given.column)
    return _stage(stages.progress(actor, one.pk, one.version, note, attached(given.file)))


def _hand(actor: Actor, given: Namespace) -> Answer:
    one = _staged(actor, given)
    return _stage(stages.hand(actor, one.pk, one.version, given.person, given.on or one.due, given.reason))


def _papers(actor: Actor, given: Namespace) -> Job:
    """所筛的（或一份）写成提升报告与提升规划，打成一包；包由命令放到 --out。"""
    found = queries.plans(actor, _wanted(given))
    found = found.filter(pk=given.number) if given.number else found
    return write_papers(actor, list(found))


WORK: Mapping[str, Callable[[Actor, Namespace], Answer | Job]] = {
    "plans.list": _list,
    "plans.show": _show,
    "plans.make": _make,
    "plans.choose": _choose,
    "plans.agree": _agree,
    "plans.decline": _decided(plans.decline),
    "plans.adopt": _adopt,
    "plans.back": _decided(plans.send_back),
    "plans.withdraw": _decided(plans.withdraw),
    "plans.review": _decided(plans.review),
    "plans.step": _step,
    "plans.hand": _hand,
    "plans.papers": _papers,
}
