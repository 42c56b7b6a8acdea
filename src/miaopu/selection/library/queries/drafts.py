"""名额与选配草案的查询。草案是全市的，县区只看得到本县区的各行。"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl
from django.db.models import QuerySet

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.allocation.quota import COUNTY, DIMENSIONS, Line, lines_of, load_quotas
from miaopu.screening.target import targets
from miaopu.selection.city import city, today
from miaopu.selection.library.entry import round_of
from miaopu.selection.library.models import Choice, Draft, Member, QuotaSet
from miaopu.selection.library.states import flow
from miaopu.selection.screening.rounds.kept import LIST

SEPARATE = "文件没有写这座城市这一层级的名额；总数与各县区的数都请自己定"


@dataclass(frozen=True)
class Suggested:
    """目录给的名额：总数（没有为 0）、各条、出处的话、所指的目标。"""

    total: int
    lines: tuple[Line, ...]
    note: str


def quotas(actor: Actor, tier: str = "") -> QuerySet[QuotaSet]:
    """名额的各版，新的在前。"""
    permit(actor, "library.view")
    return QuotaSet.objects.filter(**({"tier": tier} if tier else {})).prefetch_related("lines")


def quota(actor: Actor, tier: str) -> QuotaSet | None:
    """现行的一版（今年）；没有为 None。"""
    return quotas(actor, tier).filter(year=today().year).first()


def candidates(actor: Actor, tier: str) -> dict[str, int]:
    """各县区名单上的候选家数。"""
    reach = permit(actor, "library.view")
    rows = round_of("")[1].seen(LIST, reach).filter(pl.col("tier") == tier, pl.col("district").is_not_null())
    return dict(rows.group_by("district").len().collect().iter_rows())


def suggested(actor: Actor, tier: str, total: int | None = None) -> Suggested:
    """照目录拟的名额；total 是另定的总数，按它拟各条；文件没有写的只列县区。"""
    held, space = round_of("")[1], city()
    place, counties = held.about["place"]["code"], held.counties
    book = load_quotas(space.catalog)
    found = book.find(tier, place, today().year)
    if found is None:
        told = "：".join(one for one in (SEPARATE, book.libraries.get(tier)) if one)
        return Suggested(0, tuple(Line(COUNTY, code, name, None, None) for code, name in counties.items()), told)
    found = replace(found, total=total) if total else found
    lines = lines_of(found, counties, candidates(actor, tier))
    row = next(one for one in targets(space.catalog).to_dicts() if one["code"] == found.target)
    parts = (
        f"{row['document']}：“{row['quote']}”",
        f"公式 {row['expression']}；{row['gap_word']}；{row['rounding']}",
        f"{found.years_note}；{found.reason}",
        f"各县区之和 {sum(one.least or 0 for one in lines if one.dimension == COUNTY)}",
    )
    return Suggested(found.total, tuple(lines), "。".join(parts))


def drafts(actor: Actor) -> QuerySet[Draft]:
    """选配草案，新的在前。"""
    permit(actor, "library.view")
    return Draft.objects.select_related("quota")


def choices(actor: Actor, made: Draft) -> QuerySet[Choice]:
    """一份草案里看得到的各行。"""
    return permit(actor, "library.view").firms(made.choices.all())


@dataclass(frozen=True)
class Filled:
    """一条名额的家数：要多少、候选几家、草案选了几家、现在在库几家。"""

    line: Line
    word: str
    candidates: int | None
    picked: int | None
    inside: int | None


def filled(actor: Actor, given: QuotaSet, made: Draft | None = None) -> list[Filled]:
    """各条名额的家数；县区的才数候选与在库。"""
    known = candidates(actor, given.tier)
    held = _inside(actor, given.tier)
    picked = _picked(actor, made) if made is not None and not made.clash else None
    out = []
    for one in given.lines.all():
        line = Line(one.dimension, one.value, one.title, one.least, one.most)
        mine = one.dimension == COUNTY
        out.append(
            Filled(
                line, DIMENSIONS[one.dimension], known.get(one.value, 0) if mine else None,
                picked.get(one.value, 0) if mine and picked is not None else None,
                held.get(one.value, 0) if mine else None,
            )
        )  # fmt: skip
    return out


def _inside(actor: Actor, tier: str) -> dict[str, int]:
    found = permit(actor, "library.view").firms(Member.objects.filter(tier=tier, state__in=flow().inside))
    out: dict[str, int] = {}
    for district in found.values_list("district", flat=True):
        out[district or ""] = out.get(district or "", 0) + 1
    return out


def _picked(actor: Actor, made: Draft) -> dict[str, int]:
    out: dict[str, int] = {}
    for district in choices(actor, made).filter(chosen=True).values_list("district", flat=True):
        out[district or ""] = out.get(district or "", 0) + 1
    return out


@dataclass(frozen=True)
class Difference:
    """两份草案之差：这一份新选的、不再选的。"""

    added: tuple[Choice, ...]
    dropped: tuple[Choice, ...]
    same: int


def difference(actor: Actor, made: Draft, other: Draft) -> Difference:
    """这一份与另一份比。"""
    mine = {one.enterprise: one for one in choices(actor, made).filter(chosen=True)}
    theirs = {one.enterprise: one for one in choices(actor, other).filter(chosen=True)}
    return Difference(
        tuple(one for key, one in mine.items() if key not in theirs),
        tuple(one for key, one in theirs.items() if key not in mine),
        len(mine.keys() & theirs.keys()),
    )
