"""提案的查询：看得到哪些、现在的核验结果、两版之差、影响到哪些企业（按看的人的范围收窄）。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from miaopu.access.act import Wrong, permit
from miaopu.access.actor import Actor
from miaopu.jobs.models import Job
from miaopu.jobs.todo import YELLOW, Todo
from miaopu.selection.rules.drafts import authors, measured
from miaopu.selection.rules.models import Proposal
from miaopu.selection.rules.states import AUTHOR, MOVES, SECOND, Move, State
from miaopu.selection.screening.models import Round

CHANGED = "changed.parquet"
"""影响作业写下的：结论变了的企业。"""


@dataclass(frozen=True)
class Part:
    """一种事项（新申请、复核）的影响：与哪一版比、判了几家、从什么到什么几家、各县区、各条款。"""

    kind: str
    against: str
    firms: int
    counts: list[dict[str, Any]]
    counties: list[dict[str, Any]]
    moved: list[dict[str, Any]]


@dataclass(frozen=True)
class Affected:
    """影响，各事项分开；changed 是看得到的、变了的企业。

    whole 为假的是看的人看不到全市：各数只数看得到的、变了的，条款不数；round 是按哪一轮算的（没有了为 None）。
    """

    parts: tuple[Part, ...]
    changed: pl.DataFrame
    job: Job
    stale: bool
    whole: bool
    round: Round | None

    @property
    def against(self) -> str:
        """与哪一版比。"""
        return "、".join(dict.fromkeys(one.against for one in self.parts))

    @property
    def judged(self) -> str:
        """各事项判了几家。"""
        return "，".join(f"{one.kind}判了 {one.firms} 家" for one in self.parts)


def proposals(actor: Actor) -> QuerySet[Proposal]:
    """全部提案，新的在前；还没有批准的规则只给局里与县区看。"""
    permit(actor, "rule.draft")
    return Proposal.objects.select_related("proposer", "checker", "approver")


def proposal(actor: Actor, number: int) -> Proposal:
    """一份提案；没有抛 Wrong。"""
    found = proposals(actor).filter(pk=number).first()
    if found is None:
        raise Wrong("没有这份提案；请从提案清单重新进入")
    return found


def barred(actor: Actor, proposal: Proposal, move: Move) -> str:
    """这个人为什么不能走这一步；能走为空串。"""
    if State(proposal.state) not in move.sources:
        return f"提案现在是“{State(proposal.state).word}”，不能{move.title}"
    wrote = actor.account in authors(proposal)
    if move.who == AUTHOR and not wrote:
        return f"只有提出或改过这份提案的人能{move.title}"
    if move.who == SECOND and wrote:
        return f"您提出或改过这份提案，不能由您{move.title}；须由另一个人来"
    return ""


def moves(actor: Actor, proposal: Proposal) -> list[Move]:
    """这个人现在能走的步。"""
    return [one for one in MOVES.values() if actor.may(one.operation) and not barred(actor, proposal, one)]


def affected(actor: Actor, proposal: Proposal) -> Affected | None:
    """最近一次算的影响；还没有算完、要重新算的为 None。变了的企业按看的人的范围收窄，没有范围的不给名单。"""
    told, job = measured(proposal), proposal.effect_job
    if told is None or job is None:
        return None
    table = pl.read_parquet(Path(settings.FILES) / told["changed"])
    mine, whole = seen(actor, table), actor.may("firm.view") and actor.reach("firm.view").everywhere
    parts = tuple(Part(**one) if whole else _seen_part(one, mine) for one in told["parts"])
    round_ = Round.objects.filter(pk=told["round"]).first()
    return Affected(parts, mine, job, proposal.effect_edition != proposal.edition, whole, round_)


def _seen_part(told: dict[str, Any], mine: pl.DataFrame) -> Part:
    """看不到全市的人：各数由看得到的、变了的企业现数。"""
    own = mine.filter(pl.col("kind") == told["kind"]) if mine.height else mine
    return Part(told["kind"], told["against"], told["firms"], _counts(own), _counties(own), [])


def _counts(changed: pl.DataFrame) -> list[dict[str, Any]]:
    if changed.is_empty():
        return []
    return changed.group_by("before", "after").agg(firms=pl.len()).sort("before", "after").to_dicts()


def _counties(changed: pl.DataFrame) -> list[dict[str, Any]]:
    if changed.is_empty():
        return []
    better, worse = pl.col("after") > pl.col("before"), pl.col("after") < pl.col("before")
    told = changed.group_by("county").agg(better=better.sum(), worse=worse.sum(), firms=pl.len())
    return told.sort("county").to_dicts()


def seen(actor: Actor, changed: pl.DataFrame) -> pl.DataFrame:
    """变了的企业里这个人看得到的；没有“查看企业档案”权限的一家也不给。"""
    if not actor.may("firm.view") or changed.is_empty():
        return changed.clear()
    reach = actor.reach("firm.view")
    if reach.everywhere:
        return changed
    inside = pl.col("region").is_in(sorted(reach.districts)) | pl.col("enterprise").is_in(sorted(reach.enterprises))
    return changed.filter(inside.fill_null(False))


def todo(actor: Actor) -> Iterator[Todo]:
    """等这个人核对、批准的提案，与退回给他修改的。"""
    if not actor.may("rule.draft"):
        return
    waiting = [moves(actor, one) for one in proposals(actor).filter(state__in=[State.CHECKING, State.CHECKED])]
    mine = sum(any(move.who == SECOND for move in found) for found in waiting)
    yield Todo("规则提案等您核对或批准", mine, reverse("rules:proposals"), YELLOW)
    back = proposals(actor).filter(state=State.RETURNED, proposer_id=actor.account).count()
    yield Todo("规则提案退回给您修改", back, reverse("rules:proposals"), YELLOW)
