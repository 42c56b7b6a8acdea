"""摸排与小升规关注：重点门类的全部企业、接近或已过规模线的候选；按县区等条件收窄。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from miaopu.access.act import Wrong
from miaopu.access.actor import Reach
from miaopu.access.text import clean
from miaopu.screening import load_settings
from miaopu.screening.focus import focus
from miaopu.selection.city import city
from miaopu.selection.screening.rounds.kept import FIRMS, WATCH, Kept
from miaopu.selection.screening.rounds.lists import UNKNOWN

STATES = ("代看：主营业务收入待补", "已过线，不在规上名录", "已过线，规上情况不详", "临近")
CANDIDATES = ("是", "待核", "否")


@dataclass(frozen=True)
class Narrow:
    """条件：县区代码、候选资格、状态、名称或代码；空串是不限。"""

    county: str = ""
    candidate: str = ""
    state: str = ""
    q: str = ""


def parse(held: Kept, given: Mapping[str, str]) -> Narrow:
    """网址参数 → 条件。"""
    return Narrow(*(clean(given.get(one, ""), one) for one in ("county", "candidate", "state", "q")))


def words(held: Kept, wanted: Narrow) -> str:
    """条件的一句话。"""
    told = {"县区": held.counties.get(wanted.county, wanted.county), "候选资格": wanted.candidate}
    told |= {"状态": wanted.state, "名称或代码": wanted.q}
    return "；".join(f"{name}：{value}" for name, value in told.items() if value) or "不限"


def section(held: Kept, given: Mapping[str, str]) -> str:
    """要看的门类字母；没有写的给第一个，不是重点门类的抛 Wrong。"""
    known = held.about["focus"]
    asked = given.get("section", "") or next(iter(known))
    if asked not in known:
        raise Wrong(f"“{asked}”不是重点行业；可选：{'、'.join(known.values())}")
    return asked


def focus_rows(held: Kept, reach: Reach, letter: str, wanted: Narrow) -> pl.DataFrame:
    """一个重点门类的摸排名单（screening.focus 的列）。"""
    rows = held.seen(FIRMS, reach).filter(pl.col("section") == letter, *_conditions(wanted))
    return focus(rows.collect(), letter, load_settings(city().catalog))


def watch_rows(held: Kept, reach: Reach, wanted: Narrow) -> pl.DataFrame:
    """小升规关注名单（screening.scale_watch 的列加 district）。"""
    if "state" not in held.scan(WATCH).collect_schema():
        return pl.DataFrame()
    return held.seen(WATCH, reach).filter(*_conditions(wanted)).collect()


def _conditions(wanted: Narrow) -> list[pl.Expr]:
    found = []
    if wanted.county:
        blank = pl.col("district").is_null()
        found.append(blank if wanted.county == UNKNOWN else pl.col("district") == wanted.county)
    if wanted.candidate:
        found.append(pl.col("candidate") == wanted.candidate)
    if wanted.state:
        found.append(pl.col("state") == wanted.state)
    if wanted.q:
        code = pl.col("uscc").str.contains(wanted.q.upper(), literal=True)
        found.append(pl.col("name").str.contains(wanted.q, literal=True) | code)
    return found
