"""进库与变动怎样写：由动作在 act(...) 里调用，自己不查权限、不开事务；集合写法，不逐行改。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from django.utils import timezone

from miaopu.access.act import Doing, Wrong
from miaopu.access.text import clean
from miaopu.allocation.quota import load_quotas
from miaopu.screening import Settings, load_settings
from miaopu.selection.city import city, today
from miaopu.selection.library import evidence
from miaopu.selection.library.evidence import Given
from miaopu.selection.library.models import Member, Move
from miaopu.selection.library.states import Step, flow
from miaopu.selection.library.watch.baseline import freeze
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.rounds.kept import LIST, Kept, kept
from miaopu.terms.shown import day

MOST = 500
"""一次至多变动几家。"""
Versions = Mapping[int, int]
"""编号 → 页面上看到的版本。"""

Follower = Callable[[str, Sequence[Move]], None]
FOLLOWERS: list[Follower] = []


def follow(work: Follower) -> Follower:
    """后面的一层登记：一批变动写下以后，在同一个事务里接着办什么（谁办的，那些变动）；培育库不认识它们。"""
    FOLLOWERS.append(work)
    return work


def followed(by: str, moves: Sequence[Move]) -> None:
    """变动写下以后，登记了的都接着办。"""
    for work in FOLLOWERS:
        work(by, moves)


def departures(moves: Sequence[Move]) -> list[Move]:
    """其中由在库变为不在库的（推荐还在库里，不算）。"""
    states = flow().states
    return [one for one in moves if one.before and states[one.before].inside and not states[one.after].inside]


def departure(move: Move) -> str:
    """出库的一句：哪种变动、什么理由。"""
    return f"出了培育库（{move.words}）：{move.reason}"


def reasoned(text: str, what: str = "培育库的变动") -> str:
    """理由；没有的不办。"""
    told = clean(text, "理由", 1_000)
    if not told:
        raise Wrong(f"{what}要写明理由；没有理由不能办")
    return told


def round_of(code: str) -> tuple[Round, Kept]:
    """一轮与它的存表；空串是当前一轮。"""
    found = Round.objects.filter(**({"pk": code} if code else {"current": True})).first()
    if found is None:
        raise Wrong(f"没有轮次 {code}；请从近选名单进入" if code else "还没有评估结果；请先运行一轮")
    return found, kept(found)


def listed_tier(held: Kept, tier: str) -> None:
    """有名单的层级才有库；没有的抛 Wrong，说明为什么。"""
    if tier not in held.lists:
        told = lacking(tier) or f"没有层级“{tier}”的名单"
        raise Wrong(f"轮次 {held.code}：{told}；有名单的是 {'、'.join(held.lists)}")


Lacks = tuple[Mapping[str, str], Settings]
"""没有库的层级 → 缘由；梯次。"""


def lacks() -> Lacks:
    """读一回目录，一页上几处共用。"""
    return load_quotas(city().catalog).without, load_settings(city().catalog)


def lacking(tier: str, book: Lacks | None = None) -> str:
    """没有自己的名单与库的层级：为什么、在哪里看；梯次上几个层级并成的一级（如 BASE）逐个说。别的为空串。"""
    without, known = book or lacks()
    rung = known.rungs.get(tier) or known.rung_of(tier)
    wanted = rung.tiers if rung and rung.code == tier else (tier,)
    told = "；".join(without[one] for one in wanted if one in without)
    return f"“{rung.title}”没有自己的名单与库。{told}" if rung and told else ""


def lackings(book: Lacks) -> list[str]:
    """梯次上没有库的各级：缘由，一级一句。"""
    return [told for one in book[1].rungs if (told := lacking(one, book))]


def rows_of(held: Kept, tier: str, wanted: Sequence[str]) -> dict[str, dict[str, Any]]:
    """名单里的若干行；不在名单里的抛 Wrong。"""
    listed_tier(held, tier)
    listed = held.scan(LIST).filter((pl.col("tier") == tier) & pl.col("enterprise").is_in(list(wanted))).collect()
    rows = {one["enterprise"]: one for one in listed.sort("rank", "enterprise").to_dicts()}
    if lacking := [one for one in wanted if one not in rows]:
        raise Wrong(f"有 {len(lacking)} 家不在这份名单里，不能提名；只能从近选名单提名")
    return rows


def entered(
    by: str, found: Round, held: Kept, rows: Iterable[Mapping[str, Any]], step: Step, reason: str, proof: Given
) -> list[Member]:
    """新进若干家；进的是在库状态的当场冻结基线。调用前先去掉已在册的。"""
    members = [_member(by, held, row, step) for row in rows]
    if members and flow().states[step.after].inside:
        _settle(members, members[0].tier, found)
    Member.objects.bulk_create(members)
    made = list(Member.objects.filter(open_key__in=[one.open_key for one in members]).order_by("pk"))
    _moves(by, made, step, reason, proof, {one.pk: None for one in made})
    return made


def _member(by: str, held: Kept, row: Mapping[str, Any], step: Step) -> Member:
    own = {name: row[name] for name in ("enterprise", "uscc", "name", "district", "tier", "rank", "verdict", "band")}
    return Member(
        **own,
        county=held.counties.get(row["district"] or ""),
        tier_title=held.tiers[row["tier"]]["rung"],
        year=today().year,
        state=step.after,
        open_key=f"{row['enterprise']}:{row['tier']}",
        round=held.code,
        situation=_situation(held, row),
        by=by,
    )


def _situation(held: Kept, row: Mapping[str, Any]) -> str:
    """进来时的情形：轮次、标准、结论、差距、名次，一行一句。"""
    about, standard = held.about, held.tiers[row["tier"]]
    mark = "（未核原文）" if standard["unchecked"] else ""
    lines = [
        f"轮次 {held.code}：数据截至{day(about['known_on'])}，按{day(about['assessed_on'])}的规则，快照 {about['snapshot'][:16]}",
        f"标准 {standard['standard']}{mark}：{standard['label']}，指纹 {standard['fingerprint'][:12]}",
        f"结论：{row['verdict_word']}，{row['band']}；不满足 {row['short']} 项、待核 {row['unknown']} 项、须人工 {row['manual']} 项",
        f"差距：{row['distance'] or '没有确定不满足的'}",
        f"待核的要求：{row['unknown_titles'] or '无'}",
        f"须人工的要求：{row['manual_titles'] or '无'}",
        f"名次：全市第 {row['rank']}，县区第 {row['county_rank']}，得分 {row['score']}；现有称号：{row['held_title']}",
    ]
    return "\n".join(lines)


def _settle(members: Sequence[Member], tier: str, found: Round) -> None:
    """入库：记日期，冻结基线。"""
    freeze(members, tier, found)
    for one in members:
        one.entered = today()


def moved(by: str, found: Sequence[Member], step: Step, reason: str, proof: Given) -> None:
    """变动若干件；头一回入库的冻结基线（按进来时的那一轮），不再算数的让出名额。"""
    if step.needs_evidence and proof.blank:
        raise Wrong(f"“{step.title}”要有依据：写明依据的文字（文号、会议、核查情况），或附文件")
    before = {one.pk: one.state for one in found}
    after = flow().states[step.after]
    fresh = [one for one in found if after.inside and one.baseline_file is None]
    for key in sorted({(one.tier, one.round) for one in fresh}):
        turned = Round.objects.filter(pk=key[1]).first() or Round.objects.get(current=True)
        _settle([one for one in fresh if (one.tier, one.round) == key], key[0], turned)
    for one in found:
        one.state = after.code
        one.open_key = f"{one.enterprise}:{one.tier}" if after.open else None
    saved(found)
    followed(by, _moves(by, found, step, reason, proof, before))


COLUMNS = (
    "state",
    "open_key",
    "version",
    "updated",
    "entered",
    "watched",
    "baseline_file",
    "baseline_line",
    "baseline_seal",
)


def saved(found: Sequence[Member]) -> None:
    """存下变了的列，版本各加一。"""
    for one in found:
        one.version += 1
        one.updated = timezone.now()
    Member.objects.bulk_update(found, COLUMNS, batch_size=50)


def _moves(
    by: str, found: Sequence[Member], step: Step, reason: str, proof: Given, before: Mapping[int, str | None]
) -> list[Move]:
    last = Move.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    Move.objects.bulk_create(
        Move(
            member=one, code=step.code, before=before[one.pk], after=step.after, reason=reason, proof=proof.text, by=by
        )
        for one in found
    )
    made = list(Move.objects.filter(pk__gt=last, member__in=found, by=by).select_related("member"))
    if proof.files:
        evidence.keep(made, proof)
    return made


def locked(doing: Doing, numbers: Versions) -> list[Member]:
    """锁住若干件，查范围与版本；别人先动过的说清是谁。同一企业别的层级的也锁：两个层级同时出库，后办的要看见先办的。"""
    if not numbers or len(numbers) > MOST:
        raise Wrong(f"请选 1 至 {MOST} 家，现在选了 {len(numbers)} 家")
    firms = Member.objects.filter(pk__in=list(numbers)).values("enterprise")
    every = Member.objects.filter(enterprise__in=firms).select_for_update().order_by("pk")
    found = [one for one in every if one.pk in numbers]
    if len(found) != len(numbers):
        raise Wrong("所选的有已不在册的；请刷新后再选")
    for one in found:
        doing.within(district=one.district or "", enterprise=one.enterprise)
        if one.version != numbers[one.pk]:
            raise _overtaken(one)
    return found


def _overtaken(one: Member) -> Wrong:
    last = one.moves.order_by("-pk").first()
    who = f"{last.by}在 {last.on:%Y-%m-%d} " if last else "别人"
    return Wrong(f"“{one.name}”已由{who}改过，现在是“{one.at.title}”，没有办；请刷新后再看")
