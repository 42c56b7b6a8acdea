"""须人工核定的查询：当前一轮里卡在人工条款上的企业，已有的核定与将到期的；按县区收窄。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import polars as pl

from miaopu.access.act import Denied, permit
from miaopu.access.actor import Actor
from miaopu.ledger.decision import decisions
from miaopu.ledger.journal import Active, active
from miaopu.ledger.snapshot.judgement import judgements
from miaopu.selection.city import city, today
from miaopu.selection.intake.models import Evidence
from miaopu.selection.intake.queries.roster import roster, stamp
from miaopu.selection.screening.models import Firm, Listing
from miaopu.selection.screening.queries import current
from miaopu.standards.engine.bind import NEW, Program
from miaopu.standards.engine.column import Columns
from miaopu.standards.run import VERDICTS, select
from miaopu.standards.tree.clause import SOURCES, Clause
from miaopu.standards.tree.node import Person

SOON = timedelta(days=90)
"""提前多久提醒核定将到期。"""


@dataclass(frozen=True)
class Asked:
    """一项要人核定的要求：层级、标准、条款、指标。bits 是它与各上级在掩码里的位。"""

    tier: str
    standard: str
    title: str
    clause: str
    heading: str
    text: str
    cite: str
    mark: str
    evidence: str
    indicator: str
    column: str
    bits: int


@lru_cache(maxsize=4)
def asked(code: str, assessed_on: date) -> tuple[Asked, ...]:
    """评估日适用的各标准里要人核定的条款；轮次号盖住了目录，同一轮只绑定一次。"""
    space = city()
    every = select(space.library, space.catalog, assessed_on)
    return tuple(one for item in every if item.program.kind == NEW for one in _asked(item.tier, item.program))


def _asked(tier: str, program: Program) -> Iterator[Asked]:
    places = {bound.id: bit for bit, bound in enumerate(program.clauses)}
    standard = program.standard
    notices = (clause for notice in program.notices for clause in notice.clauses)
    for top in (*standard.clauses, *notices):
        for leaf, above in _leaves(top, ()):
            bits = sum(1 << places[one] for one in {leaf.id, *above} if one in places)
            body = leaf.body
            assert isinstance(body, Person)  # _leaves 只给这种
            yield Asked(
                tier, standard.code, standard.title, leaf.id, leaf.title or leaf.text, leaf.text, leaf.cite,
                SOURCES[leaf.source], leaf.evidence, body.input.name, Columns(standard.code).manual, bits,
            )  # fmt: skip


def _leaves(clause: Clause, above: tuple[str, ...]) -> Iterator[tuple[Clause, tuple[str, ...]]]:
    if isinstance(clause.body, Person):
        yield clause, above
    for child in clause.children:
        yield from _leaves(child, (*above, clause.id))


def pending(actor: Actor) -> pl.DataFrame:
    """卡在人工条款上的企业与条款：enterprise、name、county、district、tier、rank、clause、indicator；按层级与位次。

    条款连同它的上级都是“须人工”才算卡住：上级已由别的条款满足的不必核。此后已核定的不再列。
    """
    reach, round = permit(actor, "intake.view"), current()
    schema = dict.fromkeys(["enterprise", "name", "county", "district", "tier", "clause", "indicator"], pl.String)
    if round is None or not (reach.everywhere or reach.districts):
        return pl.DataFrame(schema={**schema, "rank": pl.Int64})
    table = _pending(round.code, round.folder, round.assessed_on, stamp())
    if not reach.everywhere:
        table = table.filter(pl.col("district").is_in(sorted(reach.districts)))
    now = judgements(decisions(active(city().ledger, today())), round.assessed_on).filter("current")
    return table.join(
        now.select("enterprise", "indicator"), on=["enterprise", "indicator"], how="anti", maintain_order="left"
    )


@lru_cache(maxsize=2)
def _pending(code: str, folder: str, assessed_on: date, stamp: str) -> pl.DataFrame:
    """读表没有换新就只算一次。"""
    listed = pl.DataFrame(
        list(Listing.objects.filter(manual__gt=0).values_list("tier", "rank", "enterprise", "district")),
        schema={"tier": pl.String, "rank": pl.Int64, "enterprise": pl.String, "district": pl.String},
        orient="row",
    )
    verdicts = pl.scan_parquet(Path(folder) / VERDICTS, glob=False)
    firms = verdicts.filter(pl.col("enterprise").is_in(listed["enterprise"].unique().implode()))
    present = set(verdicts.collect_schema().names())
    parts = [_stuck(firms, one, listed) for one in asked(code, assessed_on) if one.column in present]
    every = pl.concat(parts) if parts else listed.with_columns(clause=pl.lit(""), indicator=pl.lit("")).clear()
    return every.join(roster().select("enterprise", "name", "county"), on="enterprise", how="left").sort(
        "tier", "rank", "clause"
    )


def _stuck(firms: pl.LazyFrame, one: Asked, listed: pl.DataFrame) -> pl.DataFrame:
    hit = firms.filter(pl.col(one.column) & one.bits == one.bits).select("enterprise").collect()
    mine = listed.filter(pl.col("tier") == one.tier).join(hit, on="enterprise", how="semi")
    return mine.with_columns(clause=pl.lit(one.clause), indicator=pl.lit(one.indicator))


def asked_of(indicator: str, tier: str | None = None) -> tuple[Asked, ...]:
    """要核定这个指标的条款。"""
    round = current()
    every = asked(round.code, round.assessed_on) if round else ()
    return tuple(one for one in every if one.indicator == indicator and tier in (None, one.tier))


def firm_of(actor: Actor, enterprise: str) -> Firm:
    """一家看得到的企业（只要收数的权限）。"""
    found = permit(actor, "intake.view").firms(Firm.objects.all()).filter(enterprise=enterprise).first()
    if found is None:
        raise Denied("没有这家企业，或不在您的范围里")
    return found


def made(actor: Actor) -> pl.DataFrame:
    """已有的核定：各列见 snapshot.judgement，另有 name、county、expiry（expired、soon、空）、together（同一决定里的条数）。"""
    reach = permit(actor, "intake.view")
    every = decisions(active(city().ledger, today()))
    table = judgements(every, today())
    counted = every.group_by("decision").agg(together=pl.len())
    names = roster()
    mine = names if reach.everywhere else names.filter(pl.col("district").is_in(sorted(reach.districts)))
    how = "left" if reach.everywhere else "inner"
    expiry = (
        pl.when(~pl.col("current")).then(pl.lit("expired")).when(pl.col("until") <= today() + SOON).then(pl.lit("soon"))
    )
    told = table.join(mine, on="enterprise", how=how, maintain_order="left").with_columns(expiry=expiry)
    return told.join(counted, on="decision", how="left", maintain_order="left").sort(
        pl.col("until").fill_null(date.max), "enterprise"
    )


def judged(now: Active, enterprise: str | None, indicator: str | None) -> pl.DataFrame:
    """一家一项的有效核定，先后有序。"""
    same = (pl.col("enterprise") == enterprise) & (pl.col("indicator") == indicator)
    return decisions(now).filter(pl.col("kind") == "judgement", same)


def last_judged(actor: Actor, enterprise: str, indicator: str) -> str:
    """填表时看到的上一份核定的决定号；没有为空串。"""
    firm_of(actor, enterprise)
    found = judged(active(city().ledger, today()), enterprise, indicator)
    return found["decision"][-1] if found.height else ""


def evidence_of(found: list[str]) -> dict[tuple[str, str], list[Evidence]]:
    """决定与企业 → 附件。"""
    out: dict[tuple[str, str], list[Evidence]] = {}
    for one in Evidence.objects.filter(decision__in=found):
        out.setdefault((one.decision, one.enterprise), []).append(one)
    return out
