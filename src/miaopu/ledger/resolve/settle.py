"""对主体的总步骤：归一与查名册、人工决定、逐条规则、给剩下的行找候选，合成 RESOLUTION_SCHEMA 的结果。"""

from collections.abc import Iterable
from functools import cache

import polars as pl

from miaopu.ledger.record import RESOLUTION_SCHEMA, Outcome
from miaopu.ledger.resolve import exact, likeness
from miaopu.ledger.resolve.candidates import KEEP, NOTHING, Finder
from miaopu.ledger.resolve.decided import apply_decisions
from miaopu.ledger.resolve.decisions import DecisionEntry
from miaopu.ledger.resolve.registry import Registry, new_key
from miaopu.ledger.resolve.wording import SENTENCES
from miaopu.terms.catalog import Catalog
from miaopu.terms.district import Districts


def resolve(
    rows: pl.DataFrame,
    registry: pl.DataFrame | Registry,
    decisions: Iterable[DecisionEntry] | None = None,
    *,
    may_create: bool,
    districts: Districts | None = None,
) -> pl.DataFrame:
    """把来源行（ROW_SCHEMA）对到名册（REGISTRY_SCHEMA），给 RESOLUTION_SCHEMA，一行一行、次序不变。

    may_create 只给登记来源；conflict 与 review 的 enterprise 为 null，另列至多五个候选与理由。
    districts 缺省用随软件发布的区划。
    """
    if not isinstance(registry, Registry):
        registry = Registry(registry, districts or packaged_districts())
    described = likeness.measure(exact.describe(rows, registry), registry.cores)
    decided = exact.decide(described, may_create=may_create)
    decided = _hold_back_lookalikes(_name_new(decided))
    decided = apply_decisions(decided, tuple(decisions or ()))
    return _present(decided, registry)


@cache
def packaged_districts() -> Districts:
    """随软件发布的区划。"""
    return Districts.read(Catalog.default())


def _name_new(rows: pl.DataFrame) -> pl.DataFrame:
    wanted = rows.filter(pl.col("why") == "new_name")["folded"].unique()
    keys = {one: new_key(one) for one in wanted}
    made = pl.col("folded").replace_strict(keys, default=None, return_dtype=pl.String)
    return rows.with_columns(
        pl.when(pl.col("why") == "new_name").then(made).otherwise("enterprise").alias("enterprise")
    )


def _hold_back_lookalikes(rows: pl.DataFrame) -> pl.DataFrame:
    """没有代码的新主体，同一文件里同名而住所不同的，先由人看。"""
    places = pl.col("address").drop_nulls().n_unique().over("folded") > 1
    doubtful = (pl.col("why") == "new_name") & places
    return rows.with_columns(
        pl.when(doubtful).then(pl.lit(str(Outcome.REVIEW))).otherwise("outcome").alias("outcome"),
        pl.when(doubtful).then(None).otherwise("enterprise").alias("enterprise"),
        pl.when(doubtful).then(pl.lit("same_name_two_places")).otherwise("why").alias("why"),
    )


def _present(rows: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    open_rows = rows.filter(pl.col("outcome").is_in([Outcome.CONFLICT, Outcome.REVIEW]))
    shown = _upgrade(rows.join(_candidates(open_rows, registry), on="row_id", how="left", maintain_order="left"))
    empty = pl.lit([], RESOLUTION_SCHEMA["candidates"])
    reason = pl.col("why").replace_strict(SENTENCES, return_dtype=pl.String)
    settled = pl.col("outcome").is_in([Outcome.MATCHED, Outcome.NEW])
    listed = pl.when(settled).then(empty).otherwise(pl.coalesce("candidates", empty))
    shown = shown.with_columns(reason.alias("reason"), listed.alias("candidates"))
    return shown.select(pl.col(one).cast(kind) for one, kind in RESOLUTION_SCHEMA.items())


def _upgrade(rows: pl.DataFrame) -> pl.DataFrame:
    """没有有效代码、名称也不在册的行，核心名与住所都同一家相同时对上：相近的名称有了第二个相符的事实。"""
    sure = pl.col("why").is_in(["unknown", "code_broken"]) & pl.col("sure").is_not_null()
    return rows.with_columns(
        pl.when(sure).then(pl.lit(str(Outcome.MATCHED))).otherwise("outcome").alias("outcome"),
        pl.when(sure).then("sure").otherwise("enterprise").alias("enterprise"),
        pl.when(sure).then(pl.lit("core_and_place")).otherwise("why").alias("why"),
    )


def _candidates(rows: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """代码与名称直接指到的企业在前，相近的在后，同一企业只列一次。"""
    pointed = _pointed(rows, registry)
    found = Finder(registry).find(rows) if not rows.is_empty() else NOTHING
    alike = found.select("row_id", "candidates").explode("candidates").unnest("candidates")
    both = pl.concat([pointed, alike.select(pointed.columns)]).unique(
        ["row_id", "enterprise"], keep="first", maintain_order=True
    )
    item = pl.struct("enterprise", "name", "score", "reason").head(KEEP)
    listed = both.group_by("row_id", maintain_order=True).agg(item.alias("candidates"))
    return listed.join(found.select("row_id", "sure"), on="row_id", how="left")


def _pointed(rows: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    """代码、名称、代码片段直接指到的企业。"""
    by_code = _hint(rows, "owner", 100.0, "代码相同")
    by_name = _hint(rows.explode("holders"), "holders", 99.0, "名称相同")
    part = registry.firms.drop_nulls("code").select(
        pl.col("code").str.slice(8, 9).alias("organisation"), kin="enterprise"
    )
    given = rows.with_columns(pl.coalesce(pl.col("suggestion").str.slice(8, 9), "organisation").alias("organisation"))
    by_part = _hint(
        given.join(part, on="organisation"), "kin", 90.0, "组织机构代码相同（代码第9—17位、旧税号后九位或形近字改正后）"
    )
    every = pl.concat([by_code, by_name, by_part]).unique(["row_id", "enterprise"], keep="first", maintain_order=True)
    firms = registry.firms.select("enterprise", "name")
    return every.join(firms, on="enterprise", how="left", maintain_order="left").sort("row_id", maintain_order=True)


def _hint(rows: pl.DataFrame, column: str, score: float, reason: str) -> pl.DataFrame:
    return rows.drop_nulls(column).select("row_id", enterprise=column, score=pl.lit(score), reason=pl.lit(reason))
