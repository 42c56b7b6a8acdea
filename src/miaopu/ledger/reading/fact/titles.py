"""称号表：一行一个称号，称号的取值决定指标，发证与到期成为有效期。"""

from dataclasses import replace

import polars as pl

from miaopu.ledger.reading.desk import Desk
from miaopu.ledger.reading.fact import values
from miaopu.ledger.reading.fact.shape import shaped
from miaopu.ledger.reading.notice import cell_complaints
from miaopu.ledger.reading.pile import Pile
from miaopu.ledger.reading.table.fit import Fit, Matched
from miaopu.terms.indicator import fold


def facts(fit: Fit, data: pl.DataFrame, desk: Desk, out: Pile) -> pl.DataFrame:
    """每行一条：indicator 称号的键，value 1，period 为 起/止；称号或日期不认得的行不入账。"""
    one = fit.role("title")
    if one is None:
        raise ValueError("这张表没有称号列")
    named = data[str(one.index)]
    codes = {text: one.column.values.get(fold(text)) for text in named.drop_nulls().unique()}
    marked = data.with_columns(indicator=named.replace_strict(codes, default=None, return_dtype=pl.String))
    known = "、".join(dict.fromkeys(one.column.values))
    for row, text in marked.filter(pl.col("indicator").is_null()).select("row", str(one.index)).iter_rows():
        found = f"称号是“{text or ''}”，不认得"
        out.append(desk.reject("category", found, f"下列之一：{known[:80]}", "改正后重报这一行", row, one.index))
    bounds = {role: _bound(fit, role, data, desk, out) for role in ("from", "until")}
    marked = marked.with_columns(**bounds).drop_nulls(["from", "until"])
    period = pl.concat_str("from", pl.lit("/"), "until")
    return shaped(fit, marked, one, indicator=pl.col("indicator"), value=pl.lit(1), period=period, text=pl.lit(None))


def _bound(fit: Fit, role: str, data: pl.DataFrame, desk: Desk, out: Pile) -> pl.Series:
    """有效期一端的 ISO 日期；没有写的（或长期）为空串，写错的为 null。"""
    side = fit.role(role)
    if side is None:
        return pl.Series(role, [""], dtype=pl.String).new_from_index(0, data.height)
    numeric = data["line"].is_in(list(fit.region.grid.numeric_rows(side.index)))
    dated: Matched = replace(side, column=replace(side.column, kind="date"))
    parsed = values.parse(data[str(side.index)], dated.column, "", fit.region.grid.epoch, numeric)
    out.extend(cell_complaints(desk, dated, data.select("row", raw=str(side.index)).with_columns(parsed)))
    day = pl.when(pl.col("problem").is_null()).then(pl.col("text").fill_null(""))
    return parsed.select(day.alias(role))[role]
