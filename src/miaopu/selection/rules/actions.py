"""提案的动作：提出、改内容、提交、核对、退回、批准、撤回、停用、算影响；每一步都查权限、写日志、留经过。"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import yaml
from django.utils.timezone import localtime

from miaopu.access.act import Denied, Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.models import Account
from miaopu.access.text import clean
from miaopu.desk.rules.draft import CASES, CODE, VERSION, derive, with_expected
from miaopu.jobs.actions import start
from miaopu.jobs.models import Job
from miaopu.selection.city import city, today
from miaopu.selection.rules.drafts import examined, must_be_shallow
from miaopu.selection.rules.effects import EFFECT
from miaopu.selection.rules.models import Proposal, ProposalFile, Step
from miaopu.selection.rules.queries import barred
from miaopu.selection.rules.release import must_be_measured, must_pass, release, retire_from
from miaopu.selection.rules.shelf import standard_of
from miaopu.selection.rules.states import LIVE, MOVES, Move, State
from miaopu.standards.tree.source import with_heads, with_limit

LONGEST = 400_000
"""一个文件最多多少字。"""


@dataclass(frozen=True)
class Terms:
    """依据、理由、起止与事项（None 为新申请与复核都用）。"""

    basis: str
    reason: str
    starts: date
    kind: str | None = None
    ends: date | None = None


@dataclass(frozen=True)
class Asked:
    """提出一份提案要填的。"""

    base: str
    release: str
    code: str
    terms: Terms


def propose(actor: Actor, asked: Asked) -> Proposal:
    """由一版标准起一份提案。名字已有、日期已过、依据或理由没写，抛 Wrong。"""
    base = standard_of(asked.base)
    _check_names(asked, base.name)
    with act(actor, "rule.propose", f"提案 {asked.code}", reason=asked.terms.reason) as doing:
        draft = derive(city().catalog, base, asked.release, asked.code, asked.terms.basis, asked.terms.starts)
        made = Proposal.objects.create(
            folder=base.name,
            release=asked.release,
            code=asked.code,
            base=base.code,
            title=base.title,
            **vars(asked.terms),
            proposer=_account(actor),
            proposed_on=today(),
            updated_by=actor.name,
        )
        ProposalFile.objects.bulk_create(ProposalFile(proposal=made, name=n, text=t) for n, t in draft.files.items())
        _step(actor, made, "propose", f"由 {base.code} 起草", None)
        doing.target = f"提案 {made.pk}"
        doing.after = {"标准": made.code, "改自": made.base, "起": made.starts.isoformat()}
    return made


def _check_names(asked: Asked, folder: str) -> None:
    if not VERSION.fullmatch(asked.release):
        raise Wrong("版本名要用小写字母、数字和短横，如 2026-lc")
    if not CODE.fullmatch(asked.code):
        raise Wrong("标准代码要用大写字母、数字和短横，如 SRDI-2026-LC")
    _check_days(asked.terms.starts, asked.terms.ends)
    library = city().library
    known = {f"{one.name}@{one.version}" for one in library.standards.values()}
    if asked.code in library.standards or f"{folder}@{asked.release}" in known:
        raise Wrong("这个代码或版本名已经有了；旧版不改，请换一个")
    live = Proposal.objects.filter(state__in=LIVE)
    same = live.filter(code=asked.code) | live.filter(folder=folder, release=asked.release)
    if same.exists():
        raise Wrong(f"提案 {same[0].pk} 正在用这个代码或版本名；请换一个，或改那一份")


def _check_days(starts: date, ends: date | None) -> None:
    if starts < today():
        raise Wrong(f"施行日 {starts} 早于今天；旧日期仍由旧版答复，请写今天或以后的日期")
    if ends is not None and ends < starts:
        raise Wrong("用到哪天早于从哪天起用；请核对两个日期")


def revise(actor: Actor, number: int, version: int, files: Mapping[str, str]) -> Proposal:
    """改内容（整份文字）。别人先改过的抛 Wrong，说是谁、何时。"""

    def change(proposal: Proposal, doing: Doing) -> None:
        now = dict(proposal.files.values_list("name", "text"))
        changed = {name: text.replace("\r\n", "\n") for name, text in files.items() if name in now}
        changed = {name: text for name, text in changed.items() if text.strip() != now[name].strip()}
        if not changed:
            raise Wrong("内容没有变化，没有保存")
        for name, text in changed.items():
            clean(text, name, LONGEST)
            must_be_shallow(text, name)
            proposal.files.filter(name=name).update(text=text)
        doing.before, doing.after = {name: now[name] for name in changed}, changed
        _step(actor, proposal, "revise", f"改 {'、'.join(changed)}", None)

    return _changed(actor, number, version, change)


def set_limits(actor: Actor, number: int, version: int, limits: Mapping[tuple[str, int], str]) -> Proposal:
    """改界线：（条款，第几个）→ 新的数；条文与旗标里的同一个数一并改。"""

    def change(proposal: Proposal, doing: Doing) -> None:
        main = proposal.files.get(name=f"{proposal.release}.yaml")
        text = main.text
        try:
            for (clause, index), value in limits.items():
                text = with_limit(text, clause, index, value)
        except ValueError as error:
            raise Wrong(str(error)) from error
        except yaml.YAMLError as error:
            raise _unreadable(main.name) from error
        if text == main.text:
            raise Wrong("界线没有变化，没有保存")
        doing.before, doing.after = {main.name: main.text}, {main.name: text}
        proposal.files.filter(pk=main.pk).update(text=text)
        _step(actor, proposal, "revise", f"改界线：{'、'.join(sorted({clause for clause, _ in limits}))}", None)

    return _changed(actor, number, version, change)


def set_terms(actor: Actor, number: int, version: int, terms: Terms) -> Proposal:
    """改依据、理由、事项与起止；主文件里的文件名与施行日一并改。"""

    def change(proposal: Proposal, doing: Doing) -> None:
        _check_days(terms.starts, terms.ends)
        doing.before, doing.after = _terms(proposal), {**vars(terms)}
        for name, value in vars(terms).items():
            setattr(proposal, name, value)
        main = proposal.files.get(name=f"{proposal.release}.yaml")
        heads = {"document": json.dumps(terms.basis, ensure_ascii=False), "effective": terms.starts.isoformat()}
        try:
            text = with_heads(main.text, heads)
        except (yaml.YAMLError, AttributeError, TypeError, ValueError) as error:
            raise _unreadable(main.name) from error
        proposal.files.filter(pk=main.pk).update(text=text)
        _step(actor, proposal, "revise", "改依据、理由或起止", None)

    return _changed(actor, number, version, change)


def _unreadable(name: str) -> Wrong:
    return Wrong(f"{name} 现在的文字读不成 YAML，没有改动；请先在“改文字”里照核验的提示改好")


def _terms(proposal: Proposal) -> dict[str, object]:
    return {name: getattr(proposal, name) for name in Terms.__dataclass_fields__}


def accept_cases(actor: Actor, number: int, version: int) -> Proposal:
    """把不符的判例预期改成现算的结果；判例里要有人逐条看过，改了哪些都记下来给核对的人看。"""

    def change(proposal: Proposal, doing: Doing) -> None:
        wrong = [(one.id, miss) for one in examined(proposal).wrong for miss in one.mismatches]
        if not wrong:
            raise Wrong("没有不符的判例")
        for one in proposal.files.filter(name__endswith=CASES):
            try:
                text = with_expected(one.text, wrong)
            except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
                raise _unreadable(one.name) from error
            if text != one.text:
                proposal.files.filter(pk=one.pk).update(text=text)
        doing.before = {f"{name} {miss.row} {miss.key}": str(miss.expected) for name, miss in wrong}
        doing.after = {f"{name} {miss.row} {miss.key}": str(miss.actual) for name, miss in wrong}
        _step(actor, proposal, "revise", f"{len(wrong)} 处判例预期改成现算的结果", None)

    return _changed(actor, number, version, change)


def _changed(actor: Actor, number: int, version: int, change: Callable[[Proposal, Doing], None]) -> Proposal:
    with act(actor, "rule.propose", f"提案 {number}") as doing:
        proposal = _locked(number, version)
        if not State(proposal.state).open:
            raise Wrong(f"提案现在是“{State(proposal.state).word}”，不能改内容；要改请先退回")
        proposal.edition += 1
        change(proposal, doing)
        proposal.version += 1
        proposal.updated_by = actor.name
        proposal.save()
    return proposal


def move(actor: Actor, number: int, version: int, code: str, opinion: str = "", starts: date | None = None) -> Proposal:
    """走一步。不该由这个人走的抛 Denied；内容不合的抛 Wrong，提案不变。"""
    taken = MOVES[code]
    if taken.opinion and not opinion.strip():
        raise Wrong(f"{taken.title}要写意见或原因")
    with act(actor, taken.operation, f"提案 {number}", reason=opinion.strip() or None) as doing:
        proposal = _locked(number, version)
        told = barred(actor, proposal, taken)
        if told:
            raise Denied(told)
        doing.before = {"状态": State(proposal.state).word}
        _effects(actor, proposal, taken, opinion.strip(), starts)
        before, proposal.state = proposal.state, taken.target.value
        proposal.version += 1
        proposal.updated_by = actor.name
        proposal.save()
        _step(actor, proposal, code, taken.title, opinion.strip() or None, before)
        doing.after = {"状态": taken.target.word, "标准": proposal.code}
    return proposal


def _effects(actor: Actor, proposal: Proposal, taken: Move, opinion: str, starts: date | None) -> None:
    """各步自己的事。"""
    match taken.code:
        case "submit":
            must_pass(proposal)
            _measure(actor, proposal)
        case "check":
            must_pass(proposal)
            must_be_measured(proposal)
            proposal.checker, proposal.checked_on = _account(actor), today()
        case "approve":
            must_pass(proposal)
            must_be_measured(proposal)
            proposal.approver, proposal.approved_on = _account(actor), today()
            release(proposal)
        case "retire":
            retire_from(proposal, starts, actor.name, opinion)


def measure_again(actor: Actor, number: int) -> Job:
    """重新算影响；批准、撤回以后不再算，批准的人看过的名单要留着。"""
    with act(actor, "rule.draft", f"提案 {number}") as doing:
        if not (actor.may("rule.propose") or actor.may("rule.check")):
            raise Denied("只有提出或核对规则修改的人能算影响")
        proposal = Proposal.objects.select_for_update().filter(pk=number).first()
        if proposal is None:
            raise Wrong("没有这份提案；请从提案清单重新进入")
        if not State(proposal.state).live:
            raise Wrong(f"提案现在是“{State(proposal.state).word}”，不再重算影响；批准时看过的名单留着备查")
        started = _measure(actor, proposal)
        proposal.save(update_fields=["effect_job", "effect_edition"])
        doing.after = {"作业": started.pk}
    return started


def _measure(actor: Actor, proposal: Proposal) -> Job:
    title = f"算提案 {proposal.pk}（{proposal.code}）的影响"
    key = f"{EFFECT}:{proposal.pk}:{proposal.edition}"
    started = start(actor, EFFECT, {"proposal": proposal.pk, "edition": proposal.edition}, title=title, key=key)
    proposal.effect_job, proposal.effect_edition = started, proposal.edition
    return started


def _locked(number: int, version: int) -> Proposal:
    """锁住一份提案；别人先改过的告诉后来的人。"""
    found = Proposal.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if found is None:
        raise Wrong("没有这份提案；请从提案清单重新进入")
    if found.version != version:
        when = f"{localtime(found.updated):%Y-%m-%d %H:%M}"
        raise Wrong(f"{found.updated_by}在 {when} 改过这份提案；您填的内容没有保存，请对照最新的内容再改")
    return found


def _step(
    actor: Actor, proposal: Proposal, code: str, title: str, opinion: str | None, before: str | None = None
) -> None:
    Step.objects.create(
        proposal=proposal,
        account=_account(actor),
        name=actor.name,
        move=code,
        title=title[:120],
        before=before,
        after=proposal.state,
        edition=proposal.edition,
        opinion=opinion,
    )


def _account(actor: Actor) -> Account:
    """行为人的账号；系统自己不能提案。"""
    if actor.account is None:
        raise Denied("规则的提出、核对、批准须由登录的人来做")
    return Account.objects.get(pk=actor.account)
