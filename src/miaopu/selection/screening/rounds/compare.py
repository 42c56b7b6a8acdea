"""比较两轮：每个层级谁的结论变了、哪项要求变的、谁进了或出了名单；两轮的存表按企业号相接，不重新判定。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from miaopu.access.actor import Reach
from miaopu.screening.rank import WORDS
from miaopu.selection.screening.rounds.kept import FIRMS, LIST, Kept, within
from miaopu.standards.run import VERDICTS

WHO = ("enterprise", "uscc", "name", "county", "district")
ABSENT = "没有这家"
STATES = ("不满足", "满足", "待核", "须人工")


@dataclass(frozen=True, eq=False)
class Pair:
    """要比的两轮：old 在前，new 在后；两轮的存表相同就是同一个。"""

    old: Kept
    new: Kept

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pair) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def key(self) -> tuple[Path, Path]:
        """两轮存表的文件夹。"""
        return self.old.folder, self.new.folder

    @property
    def tiers(self) -> list[str]:
        """两轮都有的层级。"""
        return [one for one in self.new.tiers if one in self.old.tiers]


def changes(pair: Pair, tier: str, reach: Reach) -> pl.DataFrame:
    """结论变了的企业：WHO、before、after（结论的话；那一轮没有这家的写“没有这家”），按名称所在县区与企业号。"""
    found = _changed(*pair.key, tuple(pair.tiers), tier)
    return found.filter(within(reach))


@lru_cache(maxsize=64)
def _changed(old: Path, new: Path, tiers: tuple[str, ...], tier: str) -> pl.DataFrame:
    """一个层级变了的企业；轮次不变，结果也不变。"""
    both = _joined(old, new, tiers)
    moved = both.filter(pl.col(f"{tier}:old").ne_missing(pl.col(f"{tier}:new")))
    return moved.select(*WHO, before=_word(f"{tier}:old"), after=_word(f"{tier}:new"))


@lru_cache(maxsize=4)
def _joined(old: Path, new: Path, tiers: tuple[str, ...]) -> pl.DataFrame:
    """两个存表文件夹 → 有哪个层级变了的企业：WHO（以新的为准）与各层级两轮的结论；只读一遍。"""
    sides = [
        pl.scan_parquet(folder / f"{FIRMS}.parquet").select(
            *WHO, *(pl.col(f"{one}.verdict").alias(f"{one}:{side}") for one in tiers)
        )
        for folder, side in ((old, "old"), (new, "new"))
    ]
    both = sides[0].join(sides[1], on="enterprise", how="full", coalesce=True, suffix="_new")
    moved = both.filter(pl.any_horizontal(pl.col(f"{one}:old").ne_missing(pl.col(f"{one}:new")) for one in tiers))
    latest = [pl.coalesce(f"{one}_new", one).alias(one) for one in WHO if one != "enterprise"]
    return moved.with_columns(latest).sort("district", "enterprise", nulls_last=True).collect()


def _word(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(WORDS, default=ABSENT, return_dtype=pl.String)


def moves(pair: Pair, reach: Reach) -> list[dict[str, Any]]:
    """每个层级：标准换没换、变了几家、从什么到什么各几家、名单进出各几家。"""
    out = []
    for tier in pair.tiers:
        found = changes(pair, tier, reach)
        steps = found.group_by("before", "after").len().sort("len", "before", "after", descending=[True, False, False])
        both = tier in pair.new.lists and tier in pair.old.lists
        entered, left = crossed(pair, tier, reach) if both else (found.clear(), found.clear())
        old, new = pair.old.tiers[tier], pair.new.tiers[tier]
        out.append({
            "tier": tier, "title": new["title"], "rung": new["rung"], "changed": found.height,
            "steps": list(steps.iter_rows()), "entered": entered.height, "left": left.height,
            "restated": "" if old["fingerprint"] == new["fingerprint"] else f"{old['label']} → {new['label']}",
            "listed": both,
        })  # fmt: skip
    return out


def counties(found: pl.DataFrame, held: Kept) -> list[tuple[str, str, int]]:
    """变了的企业分县区的家数：代码、名称、家数，按行政次序。"""
    counts = dict(found.group_by("district").len().iter_rows())
    rows = [(code, title, counts[code]) for code, title in held.counties.items() if code in counts]
    return [*rows, *([("", "未知", counts[None])] if None in counts else [])]


def crossed(pair: Pair, tier: str, reach: Reach) -> tuple[pl.DataFrame, pl.DataFrame]:
    """新进名单的（新一轮的名单行）、出了名单的（旧一轮的名单行）；先比全市再收窄，换了县区的不算进出。"""
    old, new = (one.scan(LIST).filter(pl.col("tier") == tier).collect() for one in (pair.old, pair.new))
    entered, left = new.join(old, on="enterprise", how="anti"), old.join(new, on="enterprise", how="anti")
    return entered.filter(within(reach)), left.filter(within(reach))


def movers(pair: Pair, tier: str, reach: Reach) -> tuple[pl.DataFrame, pl.DataFrame]:
    """同 crossed，出了名单的另有 now：现在怎样。"""
    entered, left = crossed(pair, tier, reach)
    now = _now(pair.new, tier, left["enterprise"])
    told = left.join(now, on="enterprise", how="left", maintain_order="left")
    return entered, told.with_columns(pl.col("now").fill_null(ABSENT))


def _now(held: Kept, tier: str, firms: pl.Series) -> pl.DataFrame:
    """这些企业现在对这个层级的样子。"""
    short, unknown = (pl.col(f"{tier}.{one}").cast(pl.String) for one in ("short", "unknown"))
    counts = pl.concat_str(
        _word(f"{tier}.verdict"), pl.lit("，不满足"), short, pl.lit("项、待核"), unknown, pl.lit("项")
    )
    reason = pl.when(pl.col("candidate") == "否").then("不是候选：" + pl.col("not_candidate"))
    found = held.scan(FIRMS).filter(pl.col("enterprise").is_in(firms.to_list()))
    return found.select("enterprise", now=reason.otherwise(counts + "，已持有：" + pl.col("held_title"))).collect()


def clauses(pair: Pair, tier: str, reach: Reach, county: str = "") -> list[tuple[str, str, int]]:
    """结论变了的企业里，哪项要求的状态变了：编号、标题、家数，从多到少；标准换过的只比编号相同的。"""
    moved = _moved_clauses(pair, tier).filter(within(reach))
    moved = moved.filter(district=county) if county else moved
    counts = dict(moved.group_by("clause").len().iter_rows())
    titles = [(one, title) for _, one, title in pair.new.tiers[tier]["requirements"] if counts.get(one)]
    return sorted(((one, title, counts[one]) for one, title in titles), key=lambda row: -row[2])


@lru_cache(maxsize=32)
def _moved_clauses(pair: Pair, tier: str) -> pl.DataFrame:
    """结论变了的企业 × 变了的要求：enterprise、district、clause。"""
    found = _changed(*pair.key, tuple(pair.tiers), tier)
    states, wanted = _states(pair, tier, found["enterprise"])
    joined = states.join(found.select("enterprise", "district"), on="enterprise")
    parts = [joined.filter(_moved(one)).select("enterprise", "district", clause=pl.lit(one)) for one, _ in wanted]
    return (
        pl.concat(parts)
        if parts
        else pl.DataFrame(schema=dict.fromkeys(("enterprise", "district", "clause"), pl.String))
    )


def why(pair: Pair, tier: str, firms: pl.Series) -> dict[str, str]:
    """企业号 → 哪些要求变了、从什么到什么。"""
    states, wanted = _states(pair, tier, firms)
    parts = [
        pl.when(_moved(one)).then(
            pl.concat_str(pl.lit(f"{one} {title}：".replace(" ：", "：")), _state(f"{one}:old"), pl.lit("→"), _state(f"{one}:new"))
        )
        for one, title in wanted
    ]  # fmt: skip
    if not parts:
        return {}
    return dict(states.select("enterprise", pl.concat_str(parts, separator="；", ignore_nulls=True)).iter_rows())


def _moved(clause: str) -> pl.Expr:
    return pl.col(f"{clause}:old") != pl.col(f"{clause}:new")


def _state(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(dict(enumerate(STATES)), return_dtype=pl.String)


def _states(pair: Pair, tier: str, firms: pl.Series) -> tuple[pl.DataFrame, list[tuple[str, str]]]:
    """两轮里各要求的状态（STATES 的位次）与可比的要求。"""
    notes = [one.tiers[tier] for one in (pair.old, pair.new)]
    known = {clause for _, clause, _ in notes[0]["requirements"]}
    wanted = [(clause, title) for _, clause, title in notes[1]["requirements"] if clause in known]
    ids = [one for one, _ in wanted]
    old, new = (
        _masks(held, told, ids, side, firms)
        for held, told, side in zip((pair.old, pair.new), notes, ("old", "new"), strict=True)
    )
    return old.join(new, on="enterprise").collect(), wanted


def _masks(held: Kept, told: Mapping[str, Any], ids: list[str], side: str, firms: pl.Series) -> pl.LazyFrame:
    wanted = pl.LazyFrame({"enterprise": firms}, {"enterprise": pl.String})
    rows = pl.scan_parquet(held.results / VERDICTS).join(wanted, on="enterprise", how="semi")
    bits = {clause: bit for bit, clause, _ in told["requirements"]}
    states = []
    for one in ids:
        hit = pl.lit(1 << bits[one], pl.Int64)
        state = pl.when(pl.col(told["met"]) & hit != 0).then(1).when(pl.col(told["unknown"]) & hit != 0).then(2)
        if told["manual"]:
            state = state.when(pl.col(told["manual"]) & hit != 0).then(3)
        states.append(state.otherwise(0).alias(f"{one}:{side}"))
    return rows.select("enterprise", *states)
