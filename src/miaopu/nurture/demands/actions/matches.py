"""对接的动作：推荐一项成果、记对接会、登记签约或未成；排先后的是打分，推荐的是人，理由必填。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError

from miaopu.access.act import Denied, Wrong, act
from miaopu.access.actor import Actor
from miaopu.nurture.demands.forms import TITLES, needed, words
from miaopu.nurture.demands.models import Demand, Match, Move
from miaopu.nurture.demands.queries import candidates, demands
from miaopu.nurture.demands.states import Step, choices
from miaopu.nurture.typed import reasoned, wan
from miaopu.selection.city import today
from miaopu.selection.files import Given, check, keep

FOLDER = "contracts"


def recommend(actor: Actor, number: int, result: int, reason: str) -> Match:
    """把一项成果推荐给一项需求；县区审核通过以后的才可以。"""
    told = reasoned(reason, "推荐成果")
    try:
        with act(actor, "demand.match", f"推荐成果 {result} 给技术需求 {number}", reason=told) as doing:
            one = _open(actor, number)
            found = next((pair for pair in candidates(actor, one) if pair[1].pk == result), None)
            if found is None:
                raise Wrong("没有这项成果，或已经推荐过；请刷新候选再选")
            candidate, chosen = found
            scored = f"得分 {float(candidate.score):.1f}：{candidate.sentence}"
            made = Match.objects.create(demand=one, result=chosen, told=scored)
            _note(made, actor, "推荐成果", None, told, f"{chosen.institute}《{chosen.title}》")
            doing.after = {"对接": made.pk, "得分": scored}
    except IntegrityError as error:
        raise Wrong("刚刚有人推荐了这项成果；请刷新页面再看") from error
    return made


def _open(actor: Actor, number: int) -> Demand:
    """锁住一项可以撮合的需求；看不到的拒绝。"""
    if not demands(actor).filter(pk=number).exists():
        raise Denied(f"没有技术需求 {number}，或不在您的范围里")
    one = Demand.objects.select_for_update().get(pk=number)
    if one.state not in choices().visible:
        raise Wrong(f"“{one.title}”的状态是“{one.at.title}”；县区审核通过以后才能对接")
    return one


def move(
    actor: Actor, number: int, version: int, code: str, reason: str,
    typed: Mapping[str, str] | None = None, file: UploadedFile | None = None,
) -> Match:  # fmt: skip
    """办一步：对接会、签约、未成。签约可附合同文件。"""
    step = choices().match_steps.get(code)
    if step is None:
        raise Wrong("没有这一步；请刷新页面再办")
    told, given = reasoned(reason, step.title), needed(typed or {}, step.needs, today())
    if file is None or code != "sign":
        return _move(actor, number, version, step, told, given, None)
    return _move(actor, number, version, step, told, given, check([file], "合同")[0])


def _move(
    actor: Actor, number: int, version: int, step: Step, told: str, given: dict[str, Any], kept: Given | None
) -> Match:
    with act(actor, step.operation, f"{step.title}：对接 {number}", reason=told) as doing:
        one = _locked(actor, number, version)
        if one.state not in step.before:
            raise Wrong(f"这次对接的状态是“{one.at.title}”，不能{step.title}；请刷新页面再看")
        before, one.state = one.state, step.after
        _fill(one, given)
        one.version += 1
        if kept:
            one.file, one.path = kept.name, keep(FOLDER, kept)
        one.save()
        _note(one, actor, step.title, before, told, words(_shown(given)))
        doing.before, doing.after = before, {"状态": one.at.title, "所填": words(_shown(given)), "文件": one.file}
    return one


def _fill(one: Match, given: Mapping[str, Any]) -> None:
    """会议纪要写在那一步里；会的日期不早于上一次，签约不早于会。"""
    day = given.get("met_on") or given.get("signed_on")
    if day is not None and one.met_on is not None and day < one.met_on:
        name = "met_on" if "met_on" in given else "signed_on"
        raise Wrong(f"{TITLES[name]} {day.isoformat()} 早于上一次对接 {one.met_on.isoformat()}；请核对日期")
    number = given.get("contract_number")
    if number and Match.objects.filter(demand=one.demand_id, contract_number=number).exclude(pk=one.pk).exists():
        raise Wrong(f"合同编号“{number}”在这项需求的另一次对接里登记过；请核对")
    for name, value in given.items():
        if name != "minutes":
            setattr(one, name, value)


def _shown(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: f"{wan(value)} 万元" if name == "amount" else value for name, value in given.items()}


def _locked(actor: Actor, number: int, version: int) -> Match:
    found = Match.objects.filter(pk=number, demand__in=demands(actor)).first()
    if found is None:
        raise Denied(f"没有对接 {number}，或不在您的范围里")
    one = Match.objects.select_for_update(of=("self",)).select_related("demand", "result").get(pk=number)
    if one.version != version:
        last = one.moves.order_by("-pk").first()
        raise Wrong(
            f"这次对接已由{last.by if last else '别人'}改为“{one.at.title}”，没有办；您填的还在，请对过最新的情形再办"
        )
    if one.demand.state not in choices().visible:
        raise Wrong(f"这项需求已是“{one.demand.at.title}”，对接不能再办；请与企业联系")
    return one


def _note(one: Match, actor: Actor, title: str, before: str | None, reason: str, given: str | None) -> None:
    own = {"demand": one.demand, "match": one, "title": title, "before": before, "after": one.state}
    Move.objects.create(**own, reason=reason, given=given, by=actor.name)
