"""取数冲突的查询：当前一轮里各来源说法不同的数，减去（或标明）此后已由人定了的；按县区收窄。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import polars as pl

from miaopu.access.act import Denied, permit
from miaopu.access.actor import Actor
from miaopu.ledger.decision import decisions
from miaopu.ledger.journal import Entry, active
from miaopu.selection.city import city, today
from miaopu.selection.intake.preview import cell_of, title_of, value_of
from miaopu.selection.intake.queries.roster import roster, stamp
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.queries import current
from miaopu.standards.run import WIDE

CONFLICTS = "conflicts.parquet"
BASIS = "basis"
KINDS = {"value": "值不同", BASIS: "口径不同"}
OPEN, RULED, DECIDED = "open", "ruled", "decided"
STANDS = {OPEN: "未取值，须裁定", RULED: "已按规则取值", DECIDED: "已由人裁定"}
_YEAR = re.compile(r"_t(\d)$")


@dataclass(frozen=True)
class Said:
    """一个来源的说法和它的格。"""

    source: str
    title: str
    basis: str
    value: str
    period: str
    file: str
    place: str
    received: date | None
    batch: str
    by: str
    chosen: bool


@dataclass(frozen=True)
class Conflict:
    """一处冲突。indicator、period、item 是裁定时要写的；decided 是此处有效的决定（没有为 None）。"""

    enterprise: str
    name: str
    district: str | None
    county: str | None
    column: str
    indicator: str
    item: str
    period: str | None
    title: str
    kind: str
    stand: str
    rule: str
    chosen: str | None
    values: tuple[Said, ...]
    decided: Mapping[str, Any] | None
    used: str = ""

    @property
    def query(self) -> str:
        """网址里问号之后的一段（连问号）：条目、口径不同的写明类型；都没有为空串。"""
        told = {"item": self.item, "kind": BASIS if self.kind == KINDS[BASIS] else ""}
        text = urlencode({name: value for name, value in told.items() if value})
        return f"?{text}" if text else ""

    @property
    def adopted(self) -> str:
        """当前一轮采用的：来源与值；没有取值为空串。口径不同的，列出的说法都没有取，值照这一轮的宽表。"""
        if not self.chosen:
            return ""
        told = next((f"{one.title}的 {one.value}" for one in self.values if one.chosen), "")
        source = city().sources.get(self.chosen)
        return told or f"{source.title if source else self.chosen}的另一口径 {self.used}".strip()

    @property
    def word(self) -> str:
        """处置情况。"""
        return STANDS[self.stand]


def conflicts(actor: Actor) -> pl.DataFrame:
    """看得到的冲突：各列见 _known，另有 stand、decision；未取值的在前。"""
    reach = permit(actor, "intake.view")
    round = current()
    if round is None or not (reach.everywhere or reach.districts):
        return _known("", "", "").clear().with_columns(stand=pl.lit(OPEN), decision=pl.lit(None, pl.String))
    table = _known(round.code, round.folder, stamp())
    if not reach.everywhere:
        table = table.filter(pl.col("district").is_in(sorted(reach.districts)))
    made = _choices()
    found = table.join(made, on="slot", how="left", maintain_order="left")
    settled = pl.when(pl.col("chosen").is_not_null()).then(pl.lit(RULED)).otherwise(pl.lit(OPEN))
    stand = pl.when(pl.col("decision").is_not_null()).then(pl.lit(DECIDED)).otherwise(settled)
    order = pl.col("stand").replace_strict({OPEN: 0, RULED: 1, DECIDED: 2}, return_dtype=pl.Int8)
    return found.with_columns(stand=stand).sort(order, "enterprise", "column", maintain_order=True)


@lru_cache(maxsize=2)
def _known(code: str, folder: str, stamp: str) -> pl.DataFrame:
    """一轮的冲突表，带企业名、县区、指标、期间；读表没有换新就只读一次。"""
    schema = {"enterprise": pl.String, "column": pl.String, "item": pl.String, "kind": pl.String, "chosen": pl.String}
    path = Path(folder) / CONFLICTS
    if not code or not path.is_file():
        blank = ("rule", "name", "district", "county", "indicator", "period", "slot", "title")
        return pl.DataFrame(schema={**schema, **dict.fromkeys(blank, pl.String), "values": pl.List(pl.Null)})
    table = pl.read_parquet(path, glob=False).filter(pl.col("kind").is_in(list(KINDS)))
    about = _columns(table["column"].unique().to_list(), Round.objects.get(code=code).assessed_on)
    told = table.join(roster(), on="enterprise", how="left", maintain_order="left").join(about, on="column", how="left")
    return told.with_columns(slot=_slot())


def _columns(names: list[str], assessed_on: date) -> pl.DataFrame:
    space, rows = city(), []
    for name in names:
        one = space.library.vocabulary.indicator(name)
        year = _YEAR.search(name) if one is not None and one.period == "year" else None
        period = str(assessed_on.year - int(year[1])) if year else None
        rows.append((name, name if "." in name else one.key if one else name, period, title_of(space, name)))
    schema = dict.fromkeys(["column", "indicator", "period", "title"], pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _slot() -> pl.Expr:
    parts = [pl.col(name).fill_null("") for name in ("enterprise", "indicator", "item", "period")]
    return pl.concat_str(parts, separator="|")


def _choices() -> pl.DataFrame:
    """有效的取舍：不限期间的管每一年。"""
    made = decisions(active(city().ledger, today())).filter(pl.col("kind") == "choice")
    blank = pl.Series("period", _periods(), dtype=pl.String)
    whole = made.filter(pl.col("period").is_null()).drop("period").join(blank.to_frame(), how="cross")
    every = pl.concat([made.filter(pl.col("period").is_not_null()), whole.select(made.columns)])
    last = every.with_columns(slot=_slot()).unique("slot", keep="last", maintain_order=True)
    return last.select(
        "slot", "decision", decided_by="by", decided_day="day", decided_source="source", decided_reason="reason"
    )


def _periods() -> list[str]:
    year = today().year
    return ["", *(str(one) for one in range(year - 5, year + 1))]


def conflict(actor: Actor, enterprise: str, column: str, item: str = "", kind: str = "") -> Conflict:
    """一处冲突，各说法连同文件与格；看不到与不存在一样。kind 空串时值不同的在前。"""
    table = conflicts(actor)
    same = (pl.col("enterprise") == enterprise) & (pl.col("column") == column) & (pl.col("item") == item)
    found = table.filter(same, pl.col("kind") == kind if kind else pl.lit(True)).sort(pl.col("kind") == BASIS)
    if found.is_empty():
        raise Denied("当前一轮里没有这处冲突，或不在您的范围里；可能已由更正的文件消除")
    return shown(found.row(0, named=True), {one.id: one for one in city().ledger.entries()})


def shown(row: Mapping[str, Any], entries: Mapping[str, Entry]) -> Conflict:
    """表里的一行 → 一处冲突。"""
    keys = ("enterprise", "district", "county", "column", "indicator", "item", "period", "stand", "chosen")
    made = {name: row[f"decided_{name}"] for name in ("by", "day", "source", "reason")} | {"decision": row["decision"]}
    return Conflict(
        **{name: row[name] for name in keys},
        name=row["name"] or row["enterprise"],
        title=row["title"],
        kind=KINDS[row["kind"]],
        rule=row["rule"] or "",
        values=tuple(_said(row, one, entries) for one in row["values"] or ()),
        used=_used(row) if row["kind"] == BASIS else "",
        decided=made if row["decision"] else None,
    )


def _said(row: Mapping[str, Any], one: Mapping[str, Any], entries: Mapping[str, Entry]) -> Said:
    space, entry = city(), entries.get(one["batch"])
    source = space.sources.get(one["source"])
    return Said(
        source=one["source"],
        title=source.title if source else one["source"],
        basis=one["basis"] or "",
        value=value_of(space, row["column"], one["value"], one["text"]),
        period=one["period"] or "",
        file=entry.body["file"] if entry else "",
        place=" ".join(filter(None, (one["sheet"], cell_of(one["row"], one["column"])))),
        received=one["received"],
        batch=one["batch"],
        by=entry.by if entry else "",
        chosen=one["source"] == row["chosen"] and row["kind"] != BASIS,
    )


def _used(row: Mapping[str, Any]) -> str:
    """当前一轮宽表里这一格的值；宽表没有这一列（条目字段）、没有值为空串。"""
    round = current()
    path = Path(round.folder) / WIDE if round else None
    if path is None or not path.is_file():
        return ""
    wide = pl.scan_parquet(path, glob=False)
    if row["column"] not in wide.collect_schema():
        return ""
    found = wide.filter(pl.col("enterprise") == row["enterprise"]).select(row["column"]).collect().to_series()
    value = found[0] if len(found) else None
    if value is None:
        return ""
    return (
        value_of(city(), row["column"], None, value)
        if isinstance(value, str)
        else value_of(city(), row["column"], value, None)
    )


def by_source(table: pl.DataFrame) -> dict[str, int]:
    """还没有人定的冲突，按来源数。"""
    if table.is_empty():
        return {}
    told = (
        table.filter(pl.col("stand") == OPEN)
        .select("slot", source=pl.col("values").list.eval(_source()))
        .explode("source")
    )
    return dict(told.unique().group_by("source").len().iter_rows())


def _source() -> pl.Expr:
    return pl.element().struct.field("source")
