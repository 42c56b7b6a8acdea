"""一企一策的动作：编制、选方案、企业同意或不同意、县区批准或退回、撤回、评审。每次变动都有理由。"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError

from miaopu.access.act import Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.jobs.actions import start
from miaopu.jobs.models import Job
from miaopu.nurture.followup.matter import card, firm_of, jotted, locked, reasoned, required, saved, still_inside
from miaopu.nurture.followup.models import Paper, PaperMove, Stage
from miaopu.nurture.followup.plans.frozen import digest, freeze, options, thaw
from miaopu.nurture.followup.plans.solve import next_window, solved
from miaopu.nurture.followup.policy.rules import rules
from miaopu.nurture.followup.states import Paper as At
from miaopu.plan.result import Failed, Impossible, Plan, Planned
from miaopu.selection.city import today
from miaopu.selection.library.models import Move

LONG = 300
DRAFTS = "followup.drafts"


def draft(actor: Actor, enterprise: str, tier: str, reason: str, judged_on: date | None = None) -> Paper:
    """求解并起草一家的方案；先查权限与理由，求解不在事务里。"""
    with act(actor, "plan.make", f"求解企业 {enterprise} 的方案", reason=jotted(reason)) as doing:
        firm_of(doing, enterprise)
        told = reasoned(doing, reason, "编制的理由", LONG)
    found = next(iter(solved([enterprise], tier, judged_on)))[1]
    if isinstance(found, Failed):
        raise Wrong(found.why)
    return lay(actor, enterprise, tier, found, told)


def lay(actor: Actor, enterprise: str, tier: str, found: Planned, reason: str) -> Paper:
    """存下一份求好的方案。与起草中、执行中的同样的给出那一份；起草中的不同的由新版取代；等批准的不动。"""
    text = freeze(found)
    try:
        with act(actor, "plan.make", f"企业 {enterprise} 的方案", reason=jotted(reason)) as doing:
            firm = firm_of(doing, enterprise)
            told = reasoned(doing, reason, "编制的理由", LONG)
            key = f"{enterprise}:{tier}"
            same = Paper.objects.filter(enterprise=enterprise, tier=tier, digest=digest(text))
            known = same.filter(state__in=(At.DRAFT, At.AGREED, At.FORCE)).first()
            if known is not None:
                return known
            _superseded(actor, key, told)
            made = _laid(actor, card(firm), tier, found, text)
            doing.target, doing.after = _target(made), {"企业": firm.name, "层级": tier, "步数": made.stages.count()}
            _move(actor, made, None, told)
            return made
    except IntegrityError as error:
        raise Wrong("刚刚有人也在给这家编方案，没有办；请刷新后再看") from error


def _superseded(actor: Actor, key: str, told: str) -> None:
    last = Paper.objects.select_for_update().filter(open_key=key).first()
    if last is not None and last.at is At.AGREED:
        raise Wrong(f"第 {last.number} 版企业已同意、等县区批准；请先批准或退回，再编新版")
    if last is not None:
        changed(actor, last, At.REVISED, f"由新版取代：{told}", open_key=None)


def _laid(actor: Actor, told: dict[str, Any], tier: str, found: Planned, text: str) -> Paper:
    best, first = found.best, next(iter(options(found)), None)
    last = Paper.objects.filter(enterprise=told["enterprise"], tier=tier).order_by("-number").first()
    low, high = first.cost if first else (0, 0)
    made = Paper.objects.create(
        **told, tier=tier, standard=best.standard, number=last.number + 1 if last else 1, low=low, high=high,
        possible=not isinstance(best, Impossible), earliest=best.earliest if isinstance(best, Impossible) else None,
        known_on=best.known_on, judged_on=best.judged_on, frozen=text, digest=digest(text),
        open_key=f"{told['enterprise']}:{tier}", made_by=actor.name, updated_by=actor.name,
    )  # fmt: skip
    _steps(made, first)
    return made


def _steps(paper: Paper, plan: Plan | None) -> None:
    paper.stages.all().delete()
    Stage.objects.bulk_create(
        Stage(
            paper=paper, place_order=at, measure=one.measure, title=one.title[:200], low=one.cost[0],
            high=one.cost[1], start=one.start, due=one.ready, clauses="、".join(one.clauses)[:LONG] or None,
            party=one.owner[:80], evidence=one.evidence[:LONG] or None,
        )
        for at, one in enumerate(plan.steps if plan else ())
    )  # fmt: skip


def choose(actor: Actor, number: int, version: int, index: int, reason: str) -> Paper:
    """起草中的方案换一个备选。"""
    with act(actor, "plan.make", f"方案 {number}", reason=jotted(reason)) as doing:
        one = opened(doing, number, version, At.DRAFT)
        told = reasoned(doing, reason, "换方案的理由", LONG)
        listed = options(thaw(one.frozen))
        if not 0 <= index < len(listed):
            raise Wrong("没有这个备选方案；请刷新后再选")
        doing.before, doing.after = {"方案": one.choice}, {"方案": index}
        _steps(one, listed[index])
        low, high = listed[index].cost
        made = saved(actor, one, choice=index, low=low, high=high)
        _move(actor, made, At.DRAFT, f"换成第 {index + 1} 个方案：{told}")
        return made


def agree(actor: Actor, number: int, version: int, words: str) -> Paper:
    """企业同意。"""
    return _moved(actor, "plan.agree", number, version, (At.DRAFT, At.AGREED), words or "同意")


def decline(actor: Actor, number: int, version: int, reason: str) -> Paper:
    """企业不同意：写明理由，请专员重编；方案还是起草。"""
    return _moved(actor, "plan.agree", number, version, (At.DRAFT, At.DRAFT), reason, "不同意的理由", "企业不同意：")


def send_back(actor: Actor, number: int, version: int, reason: str) -> Paper:
    """县区退回：回到起草。"""
    return _moved(actor, "plan.adopt", number, version, (At.AGREED, At.DRAFT), reason, "退回的理由", "退回：")


def adopt(actor: Actor, number: int, version: int, reason: str) -> Paper:
    """县区批准：开始执行；原来执行中的由它取代；定下评审日。"""
    with act(actor, "plan.adopt", f"方案 {number}", reason=jotted(reason)) as doing:
        one = opened(doing, number, version, At.AGREED)
        told = reasoned(doing, reason, "批准的理由", LONG)
        still_inside(one)
        key = f"{one.enterprise}:{one.tier}"
        last = Paper.objects.select_for_update().filter(force_key=key).first()
        if last is not None:
            changed(actor, last, At.REVISED, f"由第 {one.number} 版取代", force_key=None)
        doing.before, doing.after = {"状态": one.at.word}, {"状态": At.FORCE.word}
        return changed(actor, one, At.FORCE, told, open_key=None, force_key=key, review_on=_review_day(today()))


def withdraw(actor: Actor, number: int, version: int, reason: str) -> Paper:
    """撤回：起草的由编制的人撤，执行中的由批准的人撤。"""
    state = Paper.objects.filter(pk=number).values_list("state", flat=True).first()
    operation = "plan.make" if state == At.DRAFT else "plan.adopt"
    with act(actor, operation, f"方案 {number}", reason=jotted(reason)) as doing:
        one = opened(doing, number, version, At.DRAFT if operation == "plan.make" else At.FORCE)
        told = reasoned(doing, reason, "撤回的理由", LONG)
        doing.before, doing.after = {"状态": one.at.word}, {"状态": At.WITHDRAWN.word}
        return changed(actor, one, At.WITHDRAWN, told, open_key=None, force_key=None)


def review(actor: Actor, number: int, version: int, words: str) -> Paper:
    """按年评审：写下结论，定下一次评审日。"""
    with act(actor, "plan.adopt", f"方案 {number}", reason=jotted(words)) as doing:
        one = opened(doing, number, version, At.FORCE)
        told = reasoned(doing, words, "评审结论")
        doing.before, doing.after = {"评审日": one.review_on}, {"评审日": _review_day(today())}
        return changed(actor, one, At.FORCE, f"评审：{told}", review_on=_review_day(today()))


def make_drafts(actor: Actor, pairs: list[tuple[str, str]], reason: str) -> Job:
    """发起作业：给若干（企业，层级）起草；已有起草中、执行中的不动。"""
    with act(actor, "plan.make", f"起草方案 {len(pairs)} 份", reason=jotted(reason)) as doing:
        if not pairs:
            raise Wrong("没有要起草的企业：培育库里的都有方案了，或库里还没有企业")
        for enterprise, _ in pairs:
            firm_of(doing, enterprise)
        told = reasoned(doing, reason, "编制的理由", LONG)
        params = {"pairs": pairs, "reason": told, "judged": {tier: next_window(tier) for _, tier in pairs}}
        return start(actor, DRAFTS, params, title=f"起草一企一策 {len(pairs)} 份", key=f"{DRAFTS}:{actor.account}")


def _review_day(since: date) -> date:
    """下一次评审日：若干个月以后的同一天（没有这天取月末）。"""
    months = since.month - 1 + rules().plans.review_months
    year, month = since.year + months // 12, months % 12 + 1
    return next(day for cut in range(4) if (day := _date(year, month, since.day - cut)) is not None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _moved(
    actor: Actor, operation: str, number: int, version: int, states: tuple[At, At], words: str, what: str = "理由",
    head: str = "",
) -> Paper:  # fmt: skip
    with act(actor, operation, f"方案 {number}", reason=jotted(words)) as doing:
        one = opened(doing, number, version, states[0])
        told = doing.reason = f"{head}{required(words, what, LONG)}"
        if states[1] is At.AGREED:
            still_inside(one)
        doing.before, doing.after = {"状态": one.at.word}, {"状态": states[1].word}
        return changed(actor, one, states[1], told)


def opened(doing: Doing, number: int, version: int, state: At) -> Paper:
    seen = locked(doing, Paper, number, None)
    doing.within(district=seen.district, enterprise=seen.enterprise)
    one = locked(doing, Paper, number, version)
    doing.target = _target(one)
    if one.at is not state:
        raise Wrong(f"这份方案现在是“{one.at.word}”，不能这样办；请刷新后再看")
    return one


def _target(one: Paper) -> str:
    return f"方案 {one.pk} {one.name}·{one.tier}·第{one.number}版"


def changed(actor: Actor, one: Paper, state: At, words: str, left: Move | None = None, **more: Any) -> Paper:
    made = saved(actor, one, state=state.value, **more)
    _move(actor, made, At(one.state), words, left)
    return made


def _move(actor: Actor, one: Paper, before: At | None, words: str, left: Move | None = None) -> None:
    told = {"by": actor.name, "role": actor.titles[:120], "on": today(), "reason": words, "left": left}
    PaperMove.objects.create(paper=one, before=before.value if before else None, after=one.state, **told)
