"""培育库入口的动作：提名、确认、退回、撤回。没有理由的一律不办；同一企业同一层级已有的说明，不重复提名。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import IntegrityError
from django.utils import timezone

from miaopu.access.act import Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.selection.library.models import Move, Nomination
from miaopu.selection.library.states import State, Step, step
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.rounds.kept import LIST, Kept, kept

MOST = 200
"""一次至多提名、变动几家。"""

Moved = Mapping[int, int]
"""提名编号 → 页面上看到的版本。"""


@dataclass(frozen=True)
class Proposed:
    """提名的结果：新提名的，与早已有的。"""

    made: tuple[Nomination, ...]
    already: tuple[Nomination, ...]

    def sentence(self) -> str:
        """一句话。"""
        told = f"已提名 {len(self.made)} 家" if self.made else "没有新提名的"
        known = "、".join(
            f"{one.name}（{one.at.word}，{one.proposed_by} {one.proposed_at:%Y-%m-%d} 提名）" for one in self.already
        )
        return f"{told}；{len(self.already)} 家早已在册，没有重复提名：{known}" if known else told


def propose(actor: Actor, code: str, tier: str, enterprises: Sequence[str], reason: str) -> Proposed:
    """由一轮的近选名单提名若干家；不在那份名单里的抛 Wrong，不在范围里的抛 Denied，一家也不动。"""
    told, wanted = _reason(reason), list(dict.fromkeys(enterprises))
    if not wanted or len(wanted) > MOST:
        raise Wrong(f"请选 1 至 {MOST} 家企业，现在选了 {len(wanted)} 家")
    found = Round.objects.filter(pk=code).first()
    if found is None:
        raise Wrong(f"没有轮次 {code}；请从近选名单进入")
    held = kept(found)
    if tier not in held.lists:
        raise Wrong(f"轮次 {code} 没有层级“{tier}”的名单")
    title = held.tiers[tier]["rung"]
    try:
        with act(actor, "library.propose", f"提名入库：{title}，{len(wanted)} 家", reason=told) as doing:
            rows = _rows(held, tier, wanted)
            for one in rows.values():
                doing.within(district=one["district"] or "", enterprise=one["enterprise"])
            result = _propose(actor, held, tier, rows, told)
            doing.after = {"提名": [one.pk for one in result.made], "早已在册": [one.pk for one in result.already]}
    except IntegrityError as error:
        raise Wrong("刚刚有人提名了其中的企业，没有办；请刷新名单再试") from error
    return result


def _rows(held: Kept, tier: str, wanted: Sequence[str]) -> dict[str, dict[str, Any]]:
    listed = held.scan(LIST).filter((pl.col("tier") == tier) & pl.col("enterprise").is_in(list(wanted))).collect()
    rows = {one["enterprise"]: one for one in listed.to_dicts()}
    lacking = [one for one in wanted if one not in rows]
    if lacking:
        raise Wrong(f"有 {len(lacking)} 家不在这份名单里，不能提名；只能从近选名单提名")
    return rows


def _propose(actor: Actor, held: Kept, tier: str, rows: Mapping[str, dict[str, Any]], reason: str) -> Proposed:
    keys = {f"{one}:{tier}": row for one, row in rows.items()}
    already = tuple(Nomination.objects.filter(open_key__in=list(keys)).order_by("pk"))
    known = {one.open_key for one in already}
    made = tuple(_nominate(actor, held, key, row, reason) for key, row in keys.items() if key not in known)
    Move.objects.bulk_create(
        Move(nomination=one, before=None, after=State.PROPOSED.value, reason=reason, by=actor.name) for one in made
    )
    return Proposed(made, already)


def _nominate(actor: Actor, held: Kept, key: str, row: Mapping[str, Any], reason: str) -> Nomination:
    own = {name: row[name] for name in ("enterprise", "uscc", "name", "district", "tier", "rank", "verdict")}
    return Nomination.objects.create(
        **own,
        county=held.counties.get(row["district"] or ""),
        tier_title=held.tiers[row["tier"]]["rung"],
        open_key=key,
        reason=reason,
        round=held.code,
        baseline=_baseline(held, row),
        proposed_by=actor.name,
    )


def _baseline(held: Kept, row: Mapping[str, Any]) -> str:
    """提名时的情形：轮次、标准、结论、差距、名次，一行一句。"""
    about, standard = held.about, held.tiers[row["tier"]]
    mark = "（未核原文）" if standard["unchecked"] else ""
    lines = [
        f"轮次 {held.code}：数据截至 {about['known_on']}，按 {about['assessed_on']} 的规则，快照 {about['snapshot'][:16]}",
        f"标准 {standard['standard']}{mark}：{standard['label']}，指纹 {standard['fingerprint'][:12]}",
        f"结论：{row['verdict_word']}，{row['band']}；不满足 {row['short']} 项、待核 {row['unknown']} 项、须人工 {row['manual']} 项",
        f"差距：{row['distance'] or '没有确定不满足的'}",
        f"待核的要求：{row['unknown_titles'] or '无'}",
        f"须人工的要求：{row['manual_titles'] or '无'}",
        f"名次：全市第 {row['rank']}，县区第 {row['county_rank']}，得分 {row['score']}；现有称号：{row['held_title']}",
    ]
    return "\n".join(lines)


def move(actor: Actor, numbers: Moved, to: str, reason: str) -> list[Nomination]:
    """变动若干件提名；有一件不能动就全部不动。版本对不上的告诉后来的人。"""
    told = _reason(reason)
    if not numbers or len(numbers) > MOST:
        raise Wrong(f"请选 1 至 {MOST} 件提名，现在选了 {len(numbers)} 件")
    chosen = Nomination.objects.filter(pk__in=list(numbers))
    states = set(chosen.values_list("state", flat=True))
    steps = {one: step(one, to) for one in states}
    first = next(iter(steps.values()), None)
    if first is None or len(steps) > 1:
        words = "、".join(sorted(State(one).word for one in states)) or "没有这些提名"
        raise Wrong(f"所选的状态是“{words}”，不能这样变动；请刷新后再选")
    with act(actor, first.operation, f"{first.title}：{len(numbers)} 件", reason=told) as doing:
        found = list(chosen.select_for_update().order_by("pk"))
        for one in found:
            _check(doing, one, first, numbers)
        _record(actor, found, first, told)
        doing.before = {str(one.pk): one.at.word for one in found}
        doing.after = {str(one.pk): first.after.word for one in found}
    return list(chosen.order_by("pk"))


def _check(doing: Doing, one: Nomination, wanted: Step, numbers: Moved) -> None:
    doing.within(district=one.district or "", enterprise=one.enterprise)
    if one.state != wanted.before.value or one.version != numbers[one.pk]:
        last = one.moves.order_by("-pk").first()
        when = f"{timezone.localtime(last.at):%Y-%m-%d %H:%M}" if last else ""
        raise Wrong(f"“{one.name}”已由{last.by if last else '别人'}在 {when} 改为“{one.at.word}”，没有办；请刷新后再看")


def _record(actor: Actor, found: Sequence[Nomination], wanted: Step, reason: str) -> None:
    moves = [
        Move(nomination=one, before=one.state, after=wanted.after.value, reason=reason, by=actor.name) for one in found
    ]
    changed: dict[str, Any] = {"state": wanted.after.value, "decided_by": actor.name, "decided_at": timezone.now()}
    if not wanted.after.open:
        changed["open_key"] = None
    for one in found:
        changed["version"] = one.version + 1
        Nomination.objects.filter(pk=one.pk).update(**changed)
    Move.objects.bulk_create(moves)


def _reason(text: str) -> str:
    told = clean(text, "理由")
    if not told:
        raise Wrong("提名、确认、退回、撤回都要写明理由；没有理由不能办")
    return told
