"""对主体的确定部分：来源行的归一、按代码与全名查名册、同一文件内的自相矛盾、逐行的去向与理由。"""

import polars as pl

from miaopu.ledger.record import ROW_SCHEMA, Outcome
from miaopu.ledger.resolve.registry import Registry, current_regions
from miaopu.terms import names, uscc


def describe(rows: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """来源行加上归一后的代码、名称、曾用名、县区、住所，以及名册里代码与名称各自的主人。"""
    rows = rows.select(
        pl.col(one).cast(kind) if one in rows.columns else pl.lit(None, kind).alias(one)
        for one, kind in ROW_SCHEMA.items()
    )
    checked = uscc.check_column(rows["uscc_raw"]).rename({"reason": "code_reason", "region": "code_region"})
    folded = names.fold_column(rows["name_raw"])
    described = pl.concat([rows, checked], how="horizontal").with_columns(
        pl.when("valid").then("normalized").alias("code"),
        folded.alias("folded"),
        names.fold_column(rows["former_raw"]).alias("former_folded"),
        names.fold_column(rows["address_raw"]).alias("address"),
        names.branch_column(folded).alias("branch"),
        current_regions(rows["region_raw"], rows["address_raw"], registry.districts).alias("region"),
    )
    return _look_up(described, registry)


def _look_up(rows: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """按代码、名称、行内曾用名各查一次名册（等值连接，行序不变）。"""
    same = registry.titles.select("folded", owner="enterprise", agrees=pl.lit(True))
    old = registry.by_name.select(former_folded="folded", former_holder="holder")
    firm = registry.firms.select(holder="enterprise", holder_code="code")
    for known, on in (
        (registry.by_code, ["code"]),
        (registry.by_name, ["folded"]),
        (same, ["folded", "owner"]),
        (old, ["former_folded"]),
        (firm, ["holder"]),
    ):
        rows = rows.join(_asked(known, rows, on[0]), on=on, how="left", maintain_order="left")
    return rows.with_columns(
        pl.col("agrees").fill_null(False), _contradicts("code", "folded"), _contradicts("folded", "code")
    )


def _asked(known: pl.DataFrame, rows: pl.DataFrame, key: str) -> pl.DataFrame:
    """名册里这些行问到的部分：县区文件只有几十行，不必为它给全城的名册建一次散列。"""
    if rows.height * FEW > known.height:
        return known
    return known.filter(pl.col(key).is_in(rows[key].drop_nulls().unique().implode()))


FEW = 10
"""行数不到名册的几分之一时先筛名册。"""


def _contradicts(key: str, other: str) -> pl.Expr:
    """同一 key 在本文件里配了两个以上不同的 other。"""
    many = pl.col(other).drop_nulls().n_unique().over(key) > 1
    return (pl.col(key).is_not_null() & many).fill_null(False).alias(f"{key}_split")


OWNER = pl.col("owner").is_not_null()
NAMED = pl.col("folded").is_not_null()
HELD = pl.col("holders").is_not_null()
ALONE = pl.col("holder").is_not_null()
CODED = pl.col("code").is_not_null()
BROKEN = pl.col("code_reason").is_in(uscc.BROKEN)


def decide(rows: pl.DataFrame, *, may_create: bool) -> pl.DataFrame:
    """每行的 outcome、target（企业）、why（规则号）；规则自上而下，先合者定。"""
    rules = [*_conflicts(), *_matches(may_create=may_create), *_creations(may_create=may_create)]
    outcome, target, why = pl.when(False).then(None), pl.when(False).then(None), pl.when(False).then(None)
    for condition, result, enterprise, rule in rules:
        outcome = outcome.when(condition).then(pl.lit(str(result)))
        target = target.when(condition).then(enterprise if enterprise is not None else pl.lit(None, pl.String))
        why = why.when(condition).then(pl.lit(rule))
    return rows.with_columns(
        outcome.otherwise(pl.lit(str(Outcome.REVIEW))).alias("outcome"),
        target.otherwise(pl.lit(None, pl.String)).cast(pl.String).alias("enterprise"),
        why.otherwise(pl.lit("unknown")).alias("why"),
    )


def _conflicts() -> list[tuple]:
    other = HELD & ~pl.col("holders").list.contains(pl.col("owner"), nulls_equal=False).fill_null(False)
    coded = ALONE & pl.col("holder_code").is_not_null()
    return [
        (pl.col("code_shared").fill_null(False), Outcome.CONFLICT, None, "code_shared"),
        (OWNER & pl.col("code_split") & ~pl.col("agrees") & NAMED, Outcome.CONFLICT, None, "one_code_two_names"),
        (CODED & ~OWNER & pl.col("code_split"), Outcome.CONFLICT, None, "one_code_two_names"),
        (CODED & pl.col("folded_split") & ~pl.col("agrees"), Outcome.CONFLICT, None, "one_name_two_codes"),
        (~CODED & pl.col("folded_split"), Outcome.REVIEW, None, "one_name_two_codes"),
        (OWNER & other, Outcome.CONFLICT, None, "code_and_name_differ"),
        (CODED & ~OWNER & coded, Outcome.CONFLICT, None, "name_has_other_code"),
        (CODED & ~OWNER & HELD & ~ALONE, Outcome.CONFLICT, None, "name_shared_code_unknown"),
        (
            OWNER & NAMED & ~pl.col("agrees") & (pl.col("branch") != pl.col("owner_branch")),
            Outcome.CONFLICT,
            None,
            "branch_and_head",
        ),
    ]


def _matches(*, may_create: bool) -> list[tuple]:
    owner, holder = pl.col("owner"), pl.col("holder")
    renamed = pl.lit(may_create)
    return [
        (OWNER & pl.col("agrees"), Outcome.MATCHED, owner, "code_and_name"),
        (OWNER & ~NAMED, Outcome.MATCHED, owner, "code_only"),
        (OWNER & (pl.col("former_holder") == owner), Outcome.MATCHED, owner, "code_and_former"),
        (OWNER & (pl.col("likeness") >= LIKE), Outcome.MATCHED, owner, "code_and_similar"),
        (OWNER & renamed, Outcome.MATCHED, owner, "renamed"),
        (OWNER, Outcome.REVIEW, None, "code_name_unlike"),
        (CODED & ALONE, Outcome.MATCHED, holder, "name_code_new"),
        (BROKEN & ALONE & ~pl.col("code_near"), Outcome.REVIEW, None, "name_code_far"),
        (ALONE & pl.col("former"), Outcome.MATCHED, holder, "former_name"),
        (ALONE, Outcome.MATCHED, holder, "full_name"),
        (HELD, Outcome.REVIEW, None, "name_shared"),
    ]


def _creations(*, may_create: bool) -> list[tuple]:
    allowed = pl.lit(may_create)
    return [
        (~NAMED, Outcome.REVIEW, None, "nothing"),
        (allowed & CODED, Outcome.NEW, pl.col("code"), "new_code"),
        (allowed & ~BROKEN & ~CODED, Outcome.NEW, None, "new_name"),
        (CODED, Outcome.REVIEW, None, "code_unknown"),
        (BROKEN, Outcome.REVIEW, None, "code_broken"),
    ]


LIKE = 80.0
"""代码已对上时，核心名相似到这个程度（百分）算书写出入；低于它要人看。"""
