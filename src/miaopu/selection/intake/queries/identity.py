"""主体复核的查询：等人认定的来源行，并排候选；县区只看本县区的（按来源行所写的县区、住所）。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from miaopu.access.act import Denied, permit
from miaopu.access.actor import Actor, Reach
from miaopu.ledger.decision import decisions, review
from miaopu.ledger.journal import active
from miaopu.selection.city import city, today
from miaopu.selection.intake.preview import value_of
from miaopu.selection.intake.queries.roster import roster
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.queries import current

WIDE = "wide.parquet"
UNSEEN = "等人认定的行里没有这一行（可能别人已经定了），或不在您的范围里；请刷新清单再办"
OUTCOMES = {"conflict": "冲突", "review": "待人工"}
COLUMNS = ("batch", "row_id", "sheet", "row", "uscc_raw", "name_raw", "region_raw", "address_raw", "former_raw",
           "outcome", "reason", "candidates", "source")  # fmt: skip


def waiting() -> pl.DataFrame:
    """全部等人认定的行。"""
    found = review(city().ledger, today())
    return found if found.width else pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))


def rows(actor: Actor) -> pl.DataFrame:
    """看得到的行，带 district 与 county（认不出县区的为空，只有市局看得到）；部门数据员看不到企业，没有。"""
    reach = permit(actor, "intake.view")
    table = waiting()
    codes = [county_of(row) for row in table.select("region_raw", "address_raw").to_dicts()]
    known = {code: _county(code) for code in set(codes) if code}
    placed = table.with_columns(
        district=pl.Series(codes, dtype=pl.String), county=pl.Series([known.get(one) for one in codes], dtype=pl.String)
    )
    if reach.everywhere:
        return placed
    return _within(placed.filter(pl.col("district").is_in(sorted(reach.districts))), reach)


HIDDEN = "（别的县区的企业，请市局认定）"


def _within(table: pl.DataFrame, reach: Reach) -> pl.DataFrame:
    """县区看的：别的县区的候选不列，来源行写的恰是别的县区企业的代码、名称也遮住。"""
    known = roster()
    unseen = known.filter(~pl.col("district").is_in(sorted(reach.districts)).fill_null(False))
    outside = set(unseen["enterprise"])
    kept = [[one for one in told or () if one["enterprise"] not in outside] for told in table["candidates"].to_list()]
    raw = {"uscc_raw": unseen["enterprise"], "name_raw": unseen["name"]}
    masked = [
        pl.when(pl.col(name).is_in(values.implode())).then(pl.lit(HIDDEN)).otherwise(pl.col(name)).alias(name)
        for name, values in raw.items()
    ]
    return table.with_columns(pl.Series("candidates", kept, dtype=table.schema["candidates"]), *masked)


def district_of(enterprise: str) -> str | None:
    """一家企业所在的县区；台账里还没有的为 None。"""
    found = roster().filter(pl.col("enterprise") == enterprise)
    return found["district"][0] if found.height else None


def county_of(row: Mapping[str, Any]) -> str | None:
    """来源行所写的县区代码：先看县区一栏，再看住所；认不出为 None。"""
    districts, round = city().districts, current()
    above = districts.find(round.city) if round else None
    within = above.code if above else None
    found = districts.find(row["region_raw"], within) if row["region_raw"] else None
    if found is None and row["address_raw"]:
        found = districts.in_address(row["address_raw"], within)
    return found.code if found is not None and found.level == "county" else None


def _county(code: str) -> str:
    found = city().districts.current(code)
    return found.name if found else code


@dataclass(frozen=True)
class Candidate:
    """一个候选：名册所载，与为什么像。"""

    enterprise: str
    name: str
    uscc: str | None
    address: str | None
    county: str | None
    form: str | None
    score: float
    why: str


@dataclass(frozen=True)
class Waiting:
    """一行等人认定的：来源行、候选、已说过“不是”的。"""

    row: Mapping[str, Any]
    word: str
    candidates: tuple[Candidate, ...]
    denied: tuple[Mapping[str, Any], ...]


def one(actor: Actor, batch: str, row_id: int) -> Waiting:
    """一行；看不到与不存在一样。已经定了的说清谁定的。"""
    found = rows(actor).filter(pl.col("batch") == batch, pl.col("row_id") == row_id)
    if found.is_empty():
        raise Denied(_settled(batch, row_id) if permit(actor, "intake.view").everywhere else UNSEEN)
    row = found.row(0, named=True)
    made = _made(batch, row_id).filter(pl.col("ruling") == "not_same").to_dicts()
    return Waiting(row, OUTCOMES.get(row["outcome"], ""), candidates(row["candidates"] or ()), tuple(made))


def _made(batch: str, row_id: int) -> pl.DataFrame:
    same = (pl.col("batch") == batch) & (pl.col("row_id") == row_id)
    return decisions(active(city().ledger, today())).filter(pl.col("kind") == "identity", same)


def made(actor: Actor) -> pl.DataFrame:
    """有效的主体裁定，新的在前：decision、ruling、batch、row_id、enterprise、name、reason、by、day；只有市局看得到。"""
    reach = permit(actor, "intake.view")
    every = decisions(active(city().ledger, today())).filter(pl.col("kind") == "identity")
    shown = every if reach.everywhere else every.clear()
    columns = ("decision", "ruling", "batch", "row_id", "enterprise", "other", "name", "reason", "by", "day")
    return shown.select(columns).reverse()


def _settled(batch: str, row_id: int) -> str:
    made = _made(batch, row_id).filter(pl.col("ruling") != "not_same").to_dicts()
    if made:
        return f"这一行已由{made[-1]['by']}于 {made[-1]['day']} 裁定（{made[-1]['reason']}），不必再定"
    return UNSEEN


def within(actor: Actor, batch: str, row_id: int) -> None:
    """县区看不到的一行（别的县区的、没有的、已经定了的）抛 Denied；市局的由动作去说。"""
    same = (pl.col("batch") == batch) & (pl.col("row_id") == row_id)
    if not permit(actor, "intake.view").everywhere and rows(actor).filter(same).is_empty():
        raise Denied(UNSEEN)


def candidates(told: Any) -> tuple[Candidate, ...]:
    """候选连同名册所载的代码、住所、县区、类型（取自当前一轮）。"""
    known = _known([item["enterprise"] for item in told])
    return tuple(_candidate(item, known.get(item["enterprise"], {})) for item in told)


def _candidate(item: Mapping[str, Any], known: Mapping[str, Any]) -> Candidate:
    region = known.get("region")
    return Candidate(
        item["enterprise"],
        item["name"],
        known.get("uscc"),
        known.get("address"),
        _county(region[:6]) if region else None,
        value_of(city(), "entity_type", None, known.get("entity_type")) or None,
        item["score"],
        item["reason"],
    )


def _known(firms: list[str]) -> dict[str, dict[str, Any]]:
    round: Round | None = current()
    path = Path(round.folder) / WIDE if round else None
    if path is None or not path.is_file():
        return {}
    wanted = pl.scan_parquet(path, glob=False).filter(pl.col("enterprise").is_in(firms))
    found = wanted.select("enterprise", "uscc", "address", "region", "entity_type").collect()
    return {row["enterprise"]: row for row in found.to_dicts()}


def by_source(actor: Actor) -> dict[str, int]:
    """等人认定的行，按来源数；县区只数本县区的。"""
    table = rows(actor) if permit(actor, "intake.view").districts else waiting()
    return dict(table.group_by("source").len().iter_rows()) if table.height else {}
