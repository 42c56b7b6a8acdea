"""台账的查询：批次、撤回、各来源的收数情况、台账比当前一轮变了没有；按行为人的来源收窄。"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import polars as pl
from django.utils.timezone import localtime

from miaopu.access.act import Denied, permit
from miaopu.access.actor import Actor
from miaopu.ledger.decision import decisions
from miaopu.ledger.journal import Active, Entry, active
from miaopu.ledger.snapshot.take import fingerprint_of
from miaopu.ledger.source import Source
from miaopu.selection.city import city, today
from miaopu.selection.intake.queries.uploads import sources_of, uploads
from miaopu.selection.intake.states import State
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.queries import current

ORIGIN = "origin.parquet"


@dataclass(frozen=True)
class Shown:
    """一个批次给人看的样子：上传件编号、撤回的那一行（没有撤回为 None）。"""

    entry: Entry
    upload: int | None
    gone: Entry | None

    @property
    def posted(self) -> datetime:
        """入账的时刻。"""
        return datetime.fromisoformat(self.entry.at)


def entry_of(id: str, kind: str) -> Entry:
    """台账里的一行；没有抛 Denied（与看不到一样）。"""
    found = next((one for one in city().ledger.entries() if one.id == id and one.kind == kind), None)
    if found is None:
        raise Denied("台账里没有这个编号，或不在您的范围里")
    return found


def kinds_of(decision: str) -> set[str]:
    """一组有效的决定里有哪几种（identity、choice、judgement）；已撤回的为空。"""
    made = decisions(active(city().ledger, today()))
    return set(made.filter(pl.col("decision") == decision)["kind"])


def moment_of(now: Active, decision: str) -> str:
    """一个决定入账的时刻。"""
    entry = next((one for one in now.decisions if one.id == decision), None)
    return f"{localtime(datetime.fromisoformat(entry.at)):%Y-%m-%d %H:%M}" if entry else "先前"


def batches(actor: Actor, source: str) -> list[Shown]:
    """一个来源的批次，新的在前；县区只看本县区上传的。"""
    if source not in sources_of(actor):
        raise Denied("没有这个来源，或不在您的范围里")
    entries = city().ledger.entries()
    gone = {one.body["target"]: one for one in entries if one.kind == "withdraw"}
    mine = dict(uploads(actor).filter(batch__isnull=False).values_list("batch", "pk"))
    found = (one for one in reversed(entries) if one.kind == "batch" and one.body["source"] == source)
    return [Shown(one, mine.get(one.id), gone.get(one.id)) for one in narrowed(actor, found)]


def narrowed(actor: Actor, found: Iterable[Entry]) -> list[Entry]:
    """批次里看得到的：县区只看本县区上传的，别人不限（部门由调用的先收窄）。"""
    reach = permit(actor, "intake.view")
    if reach.everywhere or not reach.districts:
        return list(found)
    mine = set(uploads(actor).filter(batch__isnull=False).values_list("batch", flat=True))
    return [one for one in found if one.id in mine]


def batch(actor: Actor, id: str) -> Shown:
    """一个批次。"""
    entry = entry_of(id, "batch")
    found = next((one for one in batches(actor, entry.body["source"]) if one.entry.id == id), None)
    if found is None:
        raise Denied("台账里没有这个批次，或不在您的范围里")
    return found


@dataclass(frozen=True)
class Gathered:
    """一个来源的收数情况：最近一批、有效批次数、数据项、企业数、最新期间、距今几天、待办数。"""

    source: Source
    periods: str
    key: str
    last: Entry | None
    live: int
    facts: int
    latest: str
    days: int | None
    complaints: int
    conflicts: int
    reviews: int


def gathered(actor: Actor, conflicts: dict[str, int], reviews: dict[str, int]) -> list[Gathered]:
    """看得到的各来源；conflicts、reviews 是来源 → 待办数。"""
    space, now = city(), active(city().ledger, today())
    open_complaints, mine_only = _complaints(actor), _own_batches(actor)
    found = []
    for code in sources_of(actor):
        mine = [one for one in now.batches if one.body["source"] == code and (mine_only is None or one.id in mine_only)]
        source, last = space.sources[code], mine[-1] if mine else None
        found.append(
            Gathered(
                source=source,
                periods=_periods(source),
                key=_key(source),
                last=last,
                live=len(mine),
                facts=sum(one.body["facts"] for one in mine),
                latest=max((_latest(now.ledger.folder(one) / "facts.parquet") for one in mine), default=""),
                days=(today() - last.day).days if last else None,
                complaints=open_complaints.get(code, 0),
                conflicts=conflicts.get(code, 0),
                reviews=reviews.get(code, 0),
            )
        )
    return found


def _own_batches(actor: Actor) -> dict[str, int] | None:
    """县区只看本县区上传的批次：批次 → 上传件；别的人不限，为 None。"""
    reach = permit(actor, "intake.view")
    if reach.everywhere or not reach.districts:
        return None
    return dict(uploads(actor).filter(batch__isnull=False).values_list("batch", "pk"))


def _complaints(actor: Actor) -> dict[str, int]:
    """还没有了结的意见：待接收、拒收的上传件里的。"""
    found: dict[str, int] = {}
    waiting = uploads(actor).filter(state__in=[State.PREVIEWED, State.REFUSED])
    for source, seen in waiting.values_list("source", "complaints"):
        found[source or ""] = found.get(source or "", 0) + (seen or 0)
    return found


def _periods(source: Source) -> str:
    """按年、按时点、有效期。"""
    known = city().indicators
    kinds = {known[key.partition(".")[0]].period for table in source.tables for key in table.indicators}
    words = {"year": "按年", "day": "时点", "event": "逐件", "validity": "有效期"}
    return "、".join(words[one] for one in words if one in kinds)


def _key(source: Source) -> str:
    roles = {one.role for table in source.tables for one in table.columns}
    words = {"uscc": "统一社会信用代码", "name": "企业名称", "item": "编号", "year": "年度"}
    return "、".join(words[one] for one in words if one in roles)


@lru_cache(maxsize=4096)
def _latest(path: Path) -> str:
    """一批事实里最新的年度；批次入账后不变，只读一次。"""
    if not path.is_file():
        return ""
    period = pl.col("period")
    found = pl.scan_parquet(path, glob=False).filter(period.str.contains(r"^\d{4}$")).select(period.max()).collect()
    return found["period"][0] or "" if found.height else ""


@dataclass(frozen=True)
class Consequence:
    """撤回一批会怎样：事实、待复核行、用着它的数的企业与数、由它立的主体；known 为假是当前一轮还没有用到它。"""

    facts: int
    reviews: int
    firms: int
    values: int
    named: int
    known: bool


def consequence(entry: Entry) -> Consequence:
    """看当前一轮取了它多少数；不重算。"""
    round, folder = current(), city().ledger.folder(entry)
    names = folder / "enterprises.parquet"
    named = pl.scan_parquet(names, glob=False).select(pl.len()).collect().item() if names.is_file() else 0
    told = {"facts": entry.body["facts"], "reviews": entry.body["review"], "named": named}
    path = Path(round.folder) / ORIGIN if round else None
    if path is None or not path.is_file():
        return Consequence(firms=0, values=0, known=False, **told)
    mine = pl.scan_parquet(path, glob=False).filter(pl.col("batch").cast(pl.String) == entry.id)
    found = mine.select(firms=pl.col("enterprise").n_unique(), values=pl.len()).collect()
    return Consequence(firms=found["firms"][0], values=found["values"][0], known=entry.day <= round.known_on, **told)


@dataclass(frozen=True)
class Stale:
    """台账比当前一轮新：那一轮、之后记的各条。"""

    round: Round
    added: Sequence[Entry]


def stale() -> Stale | None:
    """台账自当前一轮以来有变化；没有变为 None。"""
    round = current()
    if round is None:
        return None
    entries = city().ledger.entries()
    later = [one for one in entries if one.day > round.known_on]
    now = active(city().ledger, round.known_on)
    if not later and fingerprint_of(now, round.known_on, round.assessed_on) == round.snapshot:
        return None
    made = round.made
    return Stale(round, [one for one in entries if datetime.fromisoformat(one.at) >= made.replace(microsecond=0)])
