"""把人的身份决定用到来源行上：写法（归一名与归一代码）相同的行，照决定办，先于一切规则。"""

import polars as pl

from miaopu.ledger.record import Outcome
from miaopu.ledger.resolve.registry import new_key
from miaopu.ledger.ruling import Decision, Kind, Ruling
from miaopu.terms import names, uscc

SAID = ["said_name", "said_code"]


def said(rows: pl.DataFrame) -> pl.DataFrame:
    """来源行加上决定所用的写法：归一名（没有为空串）与归一代码。"""
    return rows.with_columns(said_name=pl.col("folded").fill_null(""), said_code=pl.col("normalized"))


def refusals(decisions: tuple[Decision, ...]) -> pl.DataFrame:
    """“不是这一家”的决定：写法与被排除的企业。"""
    table = _table([one for one in decisions if one.ruling == Ruling.NOT_SAME])
    return table.select(*SAID, enterprise="chosen").unique(maintain_order=True)


def refuse(rows: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """规则恰好对到被排除的企业的行，退回人工。"""
    no = refused.with_columns(refused=pl.lit(True))
    marked = rows.join(no, on=[*SAID, "enterprise"], how="left", maintain_order="left")
    taken = pl.col("refused").fill_null(False)
    return settle(marked, taken, Outcome.REVIEW, pl.lit(None, pl.String), "decided_not_same").drop("refused")


def apply_rulings(rows: pl.DataFrame, decisions: tuple[Decision, ...], known: pl.Series) -> pl.DataFrame:
    """same 对到所指企业（须在 known 里，否则退回人工）；new 立新主体，已经立了的对上它。后写的决定算数。

    new 没有写企业号时，用行内有效代码，再没有用名称摘要。
    """
    table = _table([one for one in decisions if one.ruling in (Ruling.SAME, Ruling.NEW)])
    if table.is_empty():
        return rows
    table = table.unique(SAID, keep="last", maintain_order=True)
    ruled = rows.join(table, on=SAID, how="left", maintain_order="left")
    same, new = pl.col("ruling") == Ruling.SAME, pl.col("ruling") == Ruling.NEW
    ruled = settle(ruled, same, Outcome.MATCHED, pl.col("chosen"), "decided_same")
    ruled = settle(ruled, same & ~pl.col("chosen").is_in(known.implode()), Outcome.REVIEW, None, "decided_unknown")
    keys = {one: new_key(one) for one in ruled.filter(new)["said_name"].unique()}
    made = pl.col("said_name").replace_strict(keys, default=None, return_dtype=pl.String)
    given = pl.when(pl.col("chosen") != "").then("chosen")
    ruled = settle(ruled, new, Outcome.NEW, pl.coalesce(given, "code", made), "decided_new")
    stands = new & pl.col("enterprise").is_in(known.implode())
    return settle(ruled, stands, Outcome.MATCHED, pl.col("enterprise"), "decided_new").drop("ruling", "chosen")


def settle(rows: pl.DataFrame, when: pl.Expr, outcome: Outcome, enterprise: pl.Expr | None, why: str) -> pl.DataFrame:
    """合条件的行改去向、企业与理由。"""
    when = when.fill_null(False)
    return rows.with_columns(
        pl.when(when).then(pl.lit(str(outcome))).otherwise("outcome").alias("outcome"),
        pl.when(when).then(enterprise).otherwise("enterprise").cast(pl.String).alias("enterprise"),
        pl.when(when).then(pl.lit(why)).otherwise("why").alias("why"),
    )


def _table(decisions: list[Decision]) -> pl.DataFrame:
    entries = [one for one in decisions if one.kind == Kind.IDENTITY and (one.name or one.uscc)]
    rows = [(names.fold(one.name), uscc.normalize(one.uscc), str(one.ruling), one.enterprise or "") for one in entries]
    return pl.DataFrame(rows, schema=dict.fromkeys([*SAID, "ruling", "chosen"], pl.String), orient="row")
