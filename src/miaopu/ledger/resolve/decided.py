"""把人的身份决定用到来源行上：写法（归一名与归一代码）相同的行，照决定办，先于一切规则。"""

import polars as pl

from miaopu.ledger.record import Outcome
from miaopu.ledger.resolve.decisions import DecisionEntry, Kind, Ruling
from miaopu.ledger.resolve.registry import new_key
from miaopu.terms import names, uscc


def apply_decisions(rows: pl.DataFrame, decisions: tuple[DecisionEntry, ...]) -> pl.DataFrame:
    """same 对到所指企业；new 立为所指企业号（没写时用有效代码，再没有用名称摘要）；not_same 只在规则恰好对到该企业时退回人工。后写的决定算数。"""
    table = _table(decisions)
    if table.is_empty():
        return rows
    keyed = rows.with_columns(
        pl.col("folded").fill_null("").alias("said_name"), pl.col("normalized").alias("said_code")
    )
    said = keyed.join(table, on=["said_name", "said_code"], how="left", maintain_order="left")
    same, new = pl.col("ruling") == Ruling.SAME, pl.col("ruling") == Ruling.NEW
    refused = (pl.col("ruling") == Ruling.NOT_SAME) & (pl.col("enterprise") == pl.col("chosen"))
    unnamed = said.filter(new & pl.col("chosen").eq("") & pl.col("code").is_null())["said_name"].unique()
    keys = {one: new_key(one) for one in unnamed}
    made = pl.coalesce("code", pl.col("said_name").replace_strict(keys, default=None, return_dtype=pl.String))
    said = said.with_columns(pl.when(new & pl.col("chosen").eq("")).then(made).otherwise("chosen").alias("chosen"))
    return said.with_columns(
        pl.when(same).then(pl.lit(str(Outcome.MATCHED))).when(new).then(pl.lit(str(Outcome.NEW)))
        .when(refused).then(pl.lit(str(Outcome.REVIEW))).otherwise("outcome").alias("outcome"),
        pl.when(same | new).then("chosen").when(refused).then(None).otherwise("enterprise").alias("enterprise"),
        pl.when(same).then(pl.lit("decided_same")).when(new).then(pl.lit("decided_new"))
        .when(refused).then(pl.lit("decided_not_same")).otherwise("why").alias("why"),
    ).drop("said_name", "said_code", "ruling", "chosen")  # fmt: skip


def _table(decisions: tuple[DecisionEntry, ...]) -> pl.DataFrame:
    entries = [one for one in decisions if one.kind == Kind.IDENTITY and (one.name or one.uscc)]
    rows = [(names.fold(one.name), uscc.normalize(one.uscc), str(one.ruling), one.enterprise or "") for one in entries]
    table = pl.DataFrame(rows, schema=["said_name", "said_code", "ruling", "chosen"], orient="row", strict=False)
    return table.cast(pl.String).unique(["said_name", "said_code"], keep="last", maintain_order=True)
