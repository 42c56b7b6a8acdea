"""选配的动作：照现行名额与当前一轮选一份草案；采用草案即提名或入库，一件事办妥。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl
from django.db import IntegrityError

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor, Reach
from miaopu.allocation.cohort import FIRM, LEAST, MOST, Clash, Cohort, Limit, pick
from miaopu.allocation.cohort_reasons import reasons
from miaopu.allocation.quota import Line, Quotas, candidates_of, limits_of, load_quotas
from miaopu.jobs.actions import start
from miaopu.jobs.models import Job
from miaopu.selection.city import city, today
from miaopu.selection.library.actions.members import BUSY
from miaopu.selection.library.entry import entered, lacking, listed_tier, moved, reasoned, round_of, rows_of
from miaopu.selection.library.evidence import NONE, Given
from miaopu.selection.library.models import Choice, Draft, Member, Move, QuotaSet
from miaopu.selection.library.queries.hopeless import hopeless
from miaopu.selection.library.states import flow
from miaopu.selection.screening.rounds.kept import FIRMS, LIST, Kept

KIND = "library.pick"
FAR = "差三项以上"
LARGEST = 20_000
"""名单至多几家才现选。"""


@dataclass(frozen=True)
class Asked:
    """选配的要求：层级、必选与必不选的企业（企业号、信用代码或全名，一行一家）；已在库的一律算必选，占着名额。

    planned 为真的逐家先求一遍方案：往后各申报日都申报不了的，分值照目录的 hopeless。
    """

    tier: str
    required: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    planned: bool = False


def draft(actor: Actor, asked: Asked) -> Draft:
    """选一份草案存下；做不到的也存，写明哪几条名额相抵。先看权限再求解，求解不在事务里；其间轮次、名额、在库的变了就不存。"""
    solved = _solved(actor, asked) if actor.reach("library.pick").everywhere else None
    with act(actor, "library.pick", f"选配：{asked.tier}") as doing:
        if solved is None:
            raise Wrong("选配要看全市的名单；县区请用提名")
        if _base(asked.tier) != solved.base:
            raise Wrong("选配的工夫里，当前一轮、名额或库里的企业有变动；这份没有存，请再选一次")
        made = _stored(actor, asked, solved)
        version = solved.quota.version
        doing.target = f"选配草案 {made.pk}：{made.tier_title}"
        doing.after = {"入选": made.chosen, "预期通过数": made.expected, "名额版本": version, "相抵": made.clash}
    return made


@dataclass(frozen=True)
class _Solved:
    """求好还没有存的：凭什么求的（_base）、名额、存表、名单各行、口径、结果、申报不了的。"""

    base: tuple[Any, ...]
    quota: QuotaSet
    held: Kept
    rows: list[dict[str, Any]]
    book: Quotas
    result: Cohort | Clash
    never: Mapping[str, str]


def _base(tier: str) -> tuple[Any, ...]:
    """草案凭什么求的：当前一轮、名额的一版、在库的企业。"""
    return round_of("")[0].code, _quota(tier).pk, sorted(_inside(tier))


def _solved(actor: Actor, asked: Asked) -> _Solved:
    base, quota, (found, held), book = _base(asked.tier), _quota(asked.tier), round_of(""), load_quotas(city().catalog)
    never = hopeless(actor, found, held, asked.tier) if asked.planned else {}
    rows = _candidates(held, asked.tier, actor.reach("library.pick"))
    rows += _kept(held, asked.tier, rows)
    return _Solved(base, quota, held, rows, book, _picked(rows, quota, book, asked, never), never)


def _stored(actor: Actor, asked: Asked, solved: _Solved) -> Draft:
    held, quota = solved.held, solved.quota
    made = Draft.objects.create(
        tier=asked.tier, tier_title=held.tiers[asked.tier]["rung"], year=quota.year, round=held.code, quota=quota,
        required="\n".join(asked.required) or None, barred="\n".join(asked.barred) or None, by=actor.name,
        **_told(solved.result),
    )  # fmt: skip
    if isinstance(solved.result, Cohort):
        rows = _choices(made, held, solved.rows, solved.result, solved.book, solved.never)
        Choice.objects.bulk_create(rows, batch_size=500)
    return made


def begin(actor: Actor, asked: Asked) -> Job:
    """看方案的选配要十几秒：发起作业，选好的草案在作业的结果里。"""
    with act(actor, "library.pick", f"发起选配：{asked.tier}") as doing:
        if not doing.reach.everywhere:
            raise Wrong("选配要看全市的名单；县区请用提名")
        _quota(asked.tier)
        job = start(actor, KIND, asdict(asked), title=f"选配（看方案）：{asked.tier}", key=f"{KIND}:{asked.tier}")
        doing.after = {"作业": job.pk}
    return job


def _quota(tier: str) -> QuotaSet:
    quota = QuotaSet.objects.filter(tier=tier, year=today().year).first()
    if quota is None:
        raise Wrong(lacking(tier) or f"层级“{tier}”{today().year} 年度还没有名额；请先在“名额”里立一版")
    return quota


def _candidates(held: Kept, tier: str, reach: Reach) -> list[dict[str, Any]]:
    listed_tier(held, tier)
    rows = held.seen(LIST, reach).filter(pl.col("tier") == tier).sort("rank", "enterprise").collect().to_dicts()
    if len(rows) > LARGEST:
        raise Wrong(f"名单有 {len(rows)} 家，现选至多 {LARGEST} 家；请收紧筛选口径")
    return rows


def _kept(held: Kept, tier: str, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """已在库而不在这份名单上的：也占名额，分档记作差三项以上，排在最后。"""
    known = {one["enterprise"] for one in rows}
    gone = [one for one in _inside(tier) if one not in known]
    if not gone:
        return []
    found = held.scan(FIRMS).filter(pl.col("enterprise").is_in(gone)).sort("enterprise").collect().to_dicts()
    return [{**one, "rank": LARGEST + at, "band": FAR} for at, one in enumerate(found, 1)]


def _inside(tier: str) -> list[str]:
    return list(Member.objects.filter(tier=tier, state__in=flow().inside).values_list("enterprise", flat=True))


def _picked(
    rows: Sequence[Mapping[str, Any]],
    quota: QuotaSet,
    book: Quotas,
    asked: Asked,
    never: Mapping[str, str],
) -> Cohort | Clash:
    candidates = candidates_of(rows, book.weights, dict.fromkeys(never, book.hopeless))
    lines = [Line(one.dimension, one.value, one.title, one.least, one.most) for one in quota.lines.all()]
    wanted = limits_of(quota.total, lines)
    listed = {one["enterprise"] for one in rows}
    inside = [one for one in _inside(asked.tier) if one in listed]
    firms = [_firm(LEAST, one, rows) for one in (*inside, *asked.required)]
    wanted += dict.fromkeys([*firms, *(_firm(MOST, one, rows) for one in asked.barred)])
    try:
        return pick(candidates, wanted)
    except ValueError as error:
        raise Wrong(f"{error}；没有选") from error


def _firm(kind: str, text: str, rows: Sequence[Mapping[str, Any]]) -> Limit:
    """必选或必不选的一家；对不上名单的抛 Wrong。"""
    mine = [one for one in rows if text in (one["enterprise"], one["uscc"], one["name"])]
    if len(mine) != 1:
        raise Wrong(f"“{text}”在名单里有 {len(mine)} 家；请写名单里一家的信用代码或全名")
    word, number = ("必选（或已在库）", 1) if kind == LEAST else ("必不选", 0)
    return Limit(kind, FIRM, mine[0]["enterprise"], number, f"{word}{mine[0]['name']}（{mine[0]['enterprise']}）")


def _told(result: Cohort | Clash) -> dict[str, Any]:
    if isinstance(result, Clash):
        return {"chosen": 0, "clash": result.sentence()}
    proof = result.proof if result.proven else f"{result.proof}，上界 {result.bound}"
    return {"chosen": len(result.chosen), "expected": str(result.expected), "bound": str(result.bound), "proof": proof}


def _choices(
    made: Draft, held: Kept, rows: Sequence[Mapping[str, Any]], result: Cohort, book: Quotas, never: Mapping[str, str]
) -> list[Choice]:
    told, names = reasons(result), {one["enterprise"]: one["name"] for one in rows}

    def choice(one: Mapping[str, Any]) -> Choice:
        found, why = told[one["enterprise"]], never.get(one["enterprise"])
        return Choice(
            draft=made, enterprise=one["enterprise"], name=one["name"], district=one["district"],
            county=held.counties.get(one["district"] or ""), section=one["section_title"], rank=one["rank"],
            band=one["band"], weight=str(book.hopeless if why else book.weights[one["band"]]), chosen=found.chosen,
            reason="；".join(each for each in (found.sentence(names), why) if each),
        )  # fmt: skip

    return [choice(one) for one in rows]


def adopt(actor: Actor, number: int, to: str, reason: str, proof: Given = NONE) -> tuple[list[Member], list[Member]]:
    """采用草案：to 是 nominate（提名）或 enrol（直接入库储备）。给（新进的，原来提名、这回确认入库的）；早已在库的不动。"""
    told = reasoned(reason, "采用草案")
    if to not in ("nominate", "enrol"):
        raise Wrong("采用只能是提名或选配入库；请从页面上选")
    step = flow().steps[to]
    try:
        with act(actor, "library.pick", f"采用选配草案 {number}", reason=told) as doing:
            if not actor.may(step.operation):
                raise Wrong(f"您没有“{step.title}”的权限；请改为提名，由市局管理员确认入库")
            made = _open(number)
            fresh, confirmed = _adopted(actor, made, to, told, proof)
            Draft.objects.filter(pk=number).update(
                adopted_by=actor.name, adopted_on=today(), adopted_why=f"{step.title}：{told}"
            )
            doing.after = {"新进": len(fresh), "确认": len(confirmed), "办法": step.title}
    except IntegrityError as error:
        raise Wrong(BUSY) from error
    return fresh, confirmed


def _open(number: int) -> Draft:
    made = Draft.objects.select_for_update().filter(pk=number).first()
    if made is None or made.clash:
        raise Wrong("没有这份草案，或它没有选成；请重新选配")
    if made.adopted_on:
        raise Wrong(f"草案 {number} 已由{made.adopted_by}采用；要再选请新做一份")
    newest = QuotaSet.objects.filter(tier=made.tier, year=made.year).first()
    if newest is not None and newest.pk != made.quota_id:
        raise Wrong(f"草案 {number} 以后名额改到了第 {newest.version} 版，不能再采用；请按新名额重选")
    return made


def _still_standing(made: Draft, chosen: Sequence[str]) -> None:
    """选配以后出了库的，不由这份草案再进来。"""
    since = Move.objects.filter(member__enterprise__in=chosen, member__tier=made.tier, member__open_key=None)
    gone = list(since.filter(at__gt=made.at, before__in=flow().inside).select_related("member").order_by("pk"))
    if gone:
        told = "、".join(f"{one.member.name}（{one.words}：{one.reason}）" for one in gone[:3])
        raise Wrong(f"草案 {made.pk} 选配以后有 {len(gone)} 家出了培育库：{told}；没有办，请重新选配")


def _adopted(actor: Actor, made: Draft, to: str, told: str, proof: Given) -> tuple[list[Member], list[Member]]:
    chosen = list(made.choices.filter(chosen=True).values_list("enterprise", flat=True))
    found, held = round_of(made.round)
    held_keys = [f"{one}:{made.tier}" for one in chosen]
    locked = Member.objects.filter(open_key__in=held_keys).select_for_update().order_by("pk")
    known = {one.enterprise: one for one in locked}
    _still_standing(made, chosen)
    rows = rows_of(held, made.tier, [one for one in chosen if one not in known])
    fresh = entered(actor.name, found, held, rows.values(), flow().steps[to], told, proof)
    waiting = [one for one in known.values() if one.state == "proposed"] if to == "enrol" else []
    if waiting:
        moved(actor.name, waiting, flow().steps["admit"], told, proof)
    return fresh, waiting
