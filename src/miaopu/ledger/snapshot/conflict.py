"""裁定：同一个值有几种说法时取哪一个；同源后收到的更正先收到的，异源按声明的先后，口径不混用，冲突都留下。"""

from dataclasses import dataclass

import polars as pl

SIDE = ("key", "source", "batch", "basis", "value", "text", "received", "sheet", "row", "column", "period")
PLACED = ("batch", "sheet", "row", "column")
FIRST = -(2**31)
NEVER_MIXED = ("合并", "单体")
RULES = {
    "person": "人工取舍",
    "precedence": "按来源先后取值",
    "undecided": "来源先后相同而值不同，待人工取舍",
    "basis": "口径不同，取覆盖年份最多的口径",
    "ground": "另有来源的资料不得作为认定或奖励的依据，只供对照，不取",
    "apart": "金额相差一千倍以上，疑单位写错，不按先后取，待人工取舍",
}
APART = 1000
"""同一个金额两种说法相差这么多倍，多半是元、万元、亿元写错：取错不如不取。"""
CONFLICT_SCHEMA = {
    "key": pl.UInt64,
    "kind": pl.String,
    "chosen": pl.String,
    "rule": pl.String,
    "values": pl.List(
        pl.Struct(
            {
                "source": pl.String,
                "batch": pl.String,
                "basis": pl.String,
                "value": pl.Int64,
                "text": pl.String,
                "received": pl.Date,
                "sheet": pl.String,
                "row": pl.UInt32,
                "column": pl.UInt16,
                "period": pl.String,
            }
        )
    ),
}


@dataclass(frozen=True)
class Settled:
    """裁定结果：chosen 每个键至多一行（候选值原样）；conflicts 见 CONFLICT_SCHEMA，键仍是编号。"""

    chosen: pl.DataFrame
    conflicts: pl.DataFrame


def settle(candidates: pl.DataFrame, choices: pl.DataFrame) -> Settled:
    """候选值 → 每个键取一个值。

    candidates：key、series（同一指标各年同号）、firm、money、source、rank（小者优先）、when（大者为新）、
    basis、yearly、value、text 与出处；可另有 same，不空的以它比较异同（条目键字段的写法不同
    不算分歧）。choices：key、source、basis（空为不限），人的取舍，优先于一切。
    """
    told = candidates.filter(pl.col("value").is_not_null() | pl.col("text").is_not_null())
    if "same" not in told.columns:
        told = told.with_columns(same=pl.lit(None, pl.String))
    plain = _plain(told)
    if plain.all():
        return Settled(told, pl.DataFrame(schema=CONFLICT_SCHEMA))
    placed = told.filter(~plain).sort("key", *PLACED)  # 联结不保次序：说法的先后、同值时取哪一格，由出处定
    hard = _preferred(_latest(placed), choices)
    kept, mixed = _one_basis(hard)
    decided, differing = _one_source(kept)
    chosen = pl.concat([told.filter(plain), decided.select(told.columns)])
    return Settled(chosen, pl.concat([_conflicts(differing), _mixtures(mixed, decided)]))


def _plain(told: pl.DataFrame) -> pl.Series:
    """无须裁定的：只有一种说法，且所在主体、指标没有口径之别。"""
    single = pl.len().over("key") == 1
    uniform = pl.col("basis_no").min().over("series") == pl.col("basis_no").max().over("series")
    mixed = told.filter("money", pl.col("basis").is_in(NEVER_MIXED)).group_by("ent").agg(pl.col("basis_no").n_unique())
    firms = mixed.filter(pl.col("basis_no") > 1)["ent"]
    clean = ~pl.col("ent").is_in(firms.implode()) | ~pl.col("money")
    return told.select(single & uniform & clean).to_series()


def _latest(told: pl.DataFrame) -> pl.DataFrame:
    """同一来源、同一口径，后收到的更正先收到的；同批同值的只留一行。"""
    by = ("key", "source", "basis_no")
    newest = told.filter(pl.col("when") == pl.col("when").max().over(by))
    return newest.unique([*by, "value", "text"], keep="first", maintain_order=True)


def _preferred(hard: pl.DataFrame, choices: pl.DataFrame) -> pl.DataFrame:
    picked = hard.with_row_index("line").join(choices, on="key", how="inner", suffix="_wanted")
    fits = [
        pl.col(f"{name}_wanted").is_null() | (pl.col(f"{name}_wanted") == pl.col(name)) for name in ("source", "basis")
    ]
    lines = picked.filter(*fits)["line"]
    mark = pl.int_range(pl.len(), dtype=pl.UInt32).is_in(lines.implode())
    return hard.with_columns(picked=mark, rank=pl.when(mark).then(FIRST).otherwise("rank"))


def _one_basis(hard: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """每家的金额指标不混用合并与单体，每个指标三年只用一种口径；返回（留下的, 舍去的）。"""
    definite = pl.col("basis").is_in(NEVER_MIXED)
    firm = _winning(hard.filter("money", definite), "ent")
    first = hard.join(firm, on="ent", how="left", maintain_order="left")
    stays = pl.col("picked") | ~pl.col("money") | ~definite | (pl.col("basis_no") == pl.col("won")).fill_null(True)
    left = first.filter(stays).drop("won")
    second = left.join(_winning(left, "series"), on="series", how="left", maintain_order="left")
    agrees = pl.col("picked") | (pl.col("basis_no") == pl.col("won")).fill_null(True)
    kept = second.filter(agrees).drop("won")
    dropped = pl.concat([first.filter(~stays), second.filter(~agrees)]).drop("won")
    return kept, dropped


def _winning(frame: pl.DataFrame, group: str) -> pl.DataFrame:
    """组内覆盖（指标×年份）最多的口径；并列时先取人选定的，再取来源在前的，再按 合并、单体、未说明。"""
    counted = frame.group_by(group, "basis_no").agg(covered=pl.col("key").n_unique(), best=pl.col("rank").min())
    ordered = counted.sort([group, "covered", "best", "basis_no"], descending=[False, True, False, False])
    return ordered.unique(group, keep="first", maintain_order=True).select(group, won="basis_no")


def _one_source(kept: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """取先后最前的来源；它自己说法不一、或与别的来源相差悬殊时不取。返回（取定的, 有分歧的键的全部说法）。"""
    top = pl.col("rank") == pl.col("rank").min().over("key")
    said = pl.coalesce("same", pl.col("value").cast(pl.String), pl.col("text"))
    ranked = kept.with_columns(top=top, said=said)
    spread = ranked.with_columns(
        ways=pl.col("said").n_unique().over("key"),
        apart=_apart(),
        one=pl.col("said").filter("top").n_unique().over("key") == 1,
    ).with_columns(sure=pl.col("one") & ~pl.col("apart"))
    first = spread.filter("top", "sure").sort("key", "when", descending=[False, True], maintain_order=True)
    return first.unique("key", keep="first", maintain_order=True), spread.filter(pl.col("ways") > 1)


def _apart() -> pl.Expr:
    """金额的正数说法相差悬殊，又没有人选定。"""
    size = pl.when(pl.col("money") & (pl.col("value") > 0)).then("value")
    far = (size.max().over("key") // APART >= size.min().over("key")).fill_null(False)
    return far & ~pl.col("picked").any().over("key")


def _conflicts(differing: pl.DataFrame) -> pl.DataFrame:
    chosen = pl.col("source").filter("top").first()
    grouped = differing.sort("key", "rank", "source", maintain_order=True).group_by("key", maintain_order=True)
    told = grouped.agg(
        pl.when(pl.col("sure").first()).then(chosen).alias("chosen"),
        _reason(),
        pl.struct(SIDE[1:]).alias("values"),
    )
    return _shape(told.with_columns(kind=pl.lit("value")))


def _reason() -> pl.Expr:
    by_hand = pl.when(pl.col("picked").any()).then(pl.lit(RULES["person"])).otherwise(pl.lit(RULES["precedence"]))
    unsure = pl.when(pl.col("apart").first()).then(pl.lit(RULES["apart"])).otherwise(pl.lit(RULES["undecided"]))
    return pl.when(pl.col("sure").first()).then(by_hand).otherwise(unsure).alias("rule")


def _mixtures(mixed: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    grouped = mixed.sort("key", "rank", "source", maintain_order=True).group_by("key", maintain_order=True)
    told = grouped.agg(pl.struct(SIDE[1:]).alias("values"))
    named = told.join(decided.select("key", chosen="source"), on="key", how="left", maintain_order="left")
    return _shape(named.with_columns(kind=pl.lit("basis"), rule=pl.lit(RULES["basis"])))


def _shape(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(kind) for name, kind in CONFLICT_SCHEMA.items())


def withheld(candidates: pl.DataFrame, chosen: pl.DataFrame) -> pl.DataFrame:
    """不得作依据的来源所说、与取定的值不同（或没有取定值）的，列为种类 ground 的旁证；形状同 CONFLICT_SCHEMA。"""
    told = candidates.filter(pl.col("value").is_not_null() | pl.col("text").is_not_null())
    taken = chosen.select("key", chosen="source", taken_value="value", taken_text="text")
    known = told.join(taken, on="key", how="left", maintain_order="left")
    agrees = pl.col("value").eq_missing(pl.col("taken_value")) & pl.col("text").eq_missing(pl.col("taken_text"))
    grouped = known.filter(~agrees).sort("key", "source", maintain_order=True).group_by("key", maintain_order=True)
    listed = grouped.agg(pl.col("chosen").first(), pl.struct(SIDE[1:]).alias("values"))
    return _shape(listed.with_columns(kind=pl.lit("ground"), rule=pl.lit(RULES["ground"])))
