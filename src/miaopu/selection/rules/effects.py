"""影响作业：把提案的新版与原版在当前一轮的全市宽表上各判一遍，写下变了的企业与工作簿；不改任何结论。"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl
from django.conf import settings
from django.urls import reverse

from miaopu.access.act import Wrong
from miaopu.desk.rules.book import write_effect
from miaopu.desk.rules.effect import Effect, effect
from miaopu.desk.screened import place_of
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job
from miaopu.papers.marks import Marks, StandardMark
from miaopu.screening import load_settings
from miaopu.selection.city import city, today
from miaopu.selection.rules.drafts import examined
from miaopu.selection.rules.models import Proposal
from miaopu.selection.rules.queries import CHANGED
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.queries import current
from miaopu.standards.applicability import choose, load_rules
from miaopu.standards.engine.bind import NEW, REVIEW
from miaopu.standards.run import WIDE
from miaopu.standards.tree.clause import Standard
from miaopu.standards.tree.reading import KINDS

EFFECT = "rules.effect"


@job(EFFECT, "算提案的影响", needs="rule.view")
def measure(given: Assignment, progress: Progress) -> Outcome:
    """给一份提案算影响；内容改过的按新内容另发一件。"""
    proposal = Proposal.objects.get(pk=given.params["proposal"])
    round_ = current()
    if round_ is None:
        raise Wrong("还没有跑过全市评估，算不出影响；请先在“筛选”里跑一轮")
    progress.expect(3)
    progress.tell("读新版")
    found = examined(proposal)
    if found.standard is None or found.library is None or proposal.base not in city().library.standards:
        raise Wrong("新版读不进，或原版不在目录；请先按核验的提示改好")
    proposed, library = found.standard, found.library
    progress.advance()
    progress.tell("全市各判一遍")
    wide = Path(round_.folder) / WIDE
    place = place_of(city(), pl.read_parquet(wide, columns=["region"]))
    parts = []
    for kind, held in kinds(proposal, proposed.tier):
        base = in_force(proposal, proposed.tier, kind)
        told = effect(wide, library, base, proposed, round_.assessed_on, kind, place.counties, held)
        parts.append((kind, base, told))
    changed = pl.concat(told.changed.with_columns(kind=pl.lit(KINDS[kind])) for kind, _, told in parts)
    progress.advance()
    progress.tell("写名单")
    folder = Path("rules") / str(proposal.pk) / str(given.job)
    (Path(settings.FILES) / folder).mkdir(parents=True, exist_ok=True)
    changed.write_parquet(Path(settings.FILES) / folder / CHANGED)
    book = folder / f"{proposal.code}影响企业名单.xlsx"
    marks = marks_of(round_, [*{base.code: base for _, base, _ in parts}.values(), proposed], place.name)
    named = [(KINDS[kind], base, told) for kind, base, told in parts]
    write_effect(Path(settings.FILES) / book, named, changed, proposed, marks)
    progress.advance()
    data = {"page": reverse("rules:effect", args=[proposal.pk]), "edition": proposal.edition}
    data |= {"changed": str(folder / CHANGED), "round": round_.code, "parts": [_part(*one) for one in parts]}
    said = "；".join(f"{KINDS[kind]}判 {told.firms} 家，变了 {told.changed.height} 家" for kind, _, told in parts)
    return Outcome(said, data, book)


def kinds(proposal: Proposal, tier: str) -> list[tuple[str, tuple[str, ...]]]:
    """要算的事项与只判哪些称号的持有企业：新申请判全部，复核判现在持有这一级的；没有这一级称号数据的不算复核。"""
    rung = load_settings(city().catalog).rung_of(tier)
    held = rung.held if rung else ()
    both = [(NEW, ()), *([(REVIEW, held)] if held or proposal.kind == REVIEW else [])]
    return [one for one in both if proposal.kind in (None, one[0])]


def in_force(proposal: Proposal, tier: str, kind: str) -> Standard:
    """没有这份提案时，起用那天用的是哪一版；那天没有收录的标准，照它改自的那一版。"""
    space = city()
    found = choose(load_rules(space.catalog), tier, proposal.starts, kind)
    standing = space.library.standards.get(found.standard) if found else None
    return standing if standing is not None and standing.clauses else space.library.find(proposal.base)


def _part(kind: str, base: Standard, told: Effect) -> dict[str, object]:
    return {
        "kind": KINDS[kind],
        "against": base.code,
        "firms": told.firms,
        "counts": told.counts.to_dicts(),
        "counties": told.counties.to_dicts(),
        "moved": told.moved.to_dicts(),
    }


def marks_of(round_: Round, used: Sequence[Standard], city_name: str) -> Marks:
    """工作簿的标记：这一轮的两个日期与快照，用到的标准。"""
    standards = tuple(
        StandardMark(one.code, one.title, f"{one.name}@{one.version}", one.document, one.fingerprint, one.unchecked)
        for one in used
    )
    return Marks(
        f"{city_name}工业和信息化局",
        today(),
        round_.known_on,
        round_.assessed_on,
        round_.snapshot,
        standards,
        settings.DEMO,
    )
