"""对主体的总步骤：归一与查名册、人工决定、逐条规则、给剩下的行找候选，合成 RESOLUTION_SCHEMA 的结果。"""

from collections.abc import Iterable
from functools import cache

import polars as pl

from miaopu.ledger.reading.workbook.budget import Share, unheard
from miaopu.ledger.record import RESOLUTION_SCHEMA, Outcome
from miaopu.ledger.resolve import decided, exact, likeness
from miaopu.ledger.resolve.candidates import KEEP, NOTHING
from miaopu.ledger.resolve.registry import Registry, new_key
from miaopu.ledger.resolve.wording import SENTENCES
from miaopu.ledger.ruling import Decision
from miaopu.terms.catalog import Catalog
from miaopu.terms.district import Districts

NEAR = 85.0
"""没有代码的新主体与在册企业相似到这个得分，先由人看。"""
FOUND = 0.4
"""定下去向约占四成，其余是找候选。"""


def resolve(
    rows: pl.DataFrame,
    registry: pl.DataFrame | Registry,
    decisions: Iterable[Decision] | None = None,
    *,
    may_create: bool,
    districts: Districts | None = None,
    tell: Share = unheard,
) -> pl.DataFrame:
    """把来源行（ROW_SCHEMA）对到名册（REGISTRY_SCHEMA），给 RESOLUTION_SCHEMA，一行一行、次序不变。

    may_create 只给登记来源；conflict 与 review 的 enterprise 为 null，另列至多五个候选与理由。
    districts 缺省用随软件发布的区划。tell 听做到几成，抛错即停。
    """
    if not isinstance(registry, Registry):
        registry = Registry(registry, districts or packaged_districts())
    entries = tuple(decisions or ())
    described = exact.describe(rows, registry)
    tell(0.2)
    described = likeness.measure(described, registry.cores)
    tell(0.3)
    ruled = exact.decide(decided.said(described), may_create=may_create)
    ruled = _hold_back_doubles(_name_new(ruled))
    refused = decided.refusals(entries)
    tell(FOUND)
    ruled = _use_candidates(decided.refuse(ruled, refused), refused, registry, tell)
    tell(1.0)
    return _present(decided.apply_rulings(ruled, entries, registry.firms["enterprise"]))


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


def _hold_back_doubles(rows: pl.DataFrame) -> pl.DataFrame:
    """没有代码的新主体，同一文件里同名而住所不同的，先由人看。"""
    places = pl.col("address").drop_nulls().n_unique().over("folded") > 1
    doubtful = (pl.col("why") == "new_name") & places
    return decided.settle(rows, doubtful, Outcome.REVIEW, None, "same_name_two_places")


def _use_candidates(rows: pl.DataFrame, refused: pl.DataFrame, registry: Registry, tell: Share) -> pl.DataFrame:
    """给没有定下的行列候选；核心名与住所都同的唯一一家对上；没有代码的新主体与在册企业太像的，先由人看。"""
    waiting = pl.col("outcome").is_in([Outcome.CONFLICT, Outcome.REVIEW]) | (pl.col("why") == "new_name")
    listed = _candidates(rows.filter(waiting), refused, registry, tell)
    rows = rows.join(listed, on="row_id", how="left", maintain_order="left")
    best = pl.col("candidates").list.get(0, null_on_oob=True).struct.field("score")
    near = (pl.col("why") == "new_name") & (best >= NEAR)
    rows = decided.settle(rows, near, Outcome.REVIEW, None, "new_but_near")
    sure = pl.col("why").is_in(["unknown", "code_broken", "new_but_near"]) & pl.col("sure").is_not_null()
    return decided.settle(rows, sure, Outcome.MATCHED, pl.col("sure"), "core_and_place")


def _present(rows: pl.DataFrame) -> pl.DataFrame:
    empty = pl.lit([], RESOLUTION_SCHEMA["candidates"])
    reason = pl.col("why").replace_strict(SENTENCES, return_dtype=pl.String)
    settled = pl.col("outcome").is_in([Outcome.MATCHED, Outcome.NEW])
    listed = pl.when(settled).then(empty).otherwise(pl.coalesce("candidates", empty))
    shown = rows.with_columns(reason.alias("reason"), listed.alias("candidates"))
    return shown.select(pl.col(one).cast(kind) for one, kind in RESOLUTION_SCHEMA.items())


def _candidates(rows: pl.DataFrame, refused: pl.DataFrame, registry: Registry, tell: Share) -> pl.DataFrame:
    """代码与名称直接指到的企业在前，相近的在后，同一企业只列一次；人已排除的不列。"""
    if rows.is_empty():
        return NOTHING
    pointed = _pointed(rows, registry)
    found = registry.finder.find(rows, lambda share: tell(FOUND + share * (1 - FOUND)))
    alike = found.select("row_id", "candidates").explode("candidates").unnest("candidates")
    both = pl.concat([pointed, alike.select(pointed.columns)])
    both = both.unique(["row_id", "enterprise"], keep="first", maintain_order=True)
    excluded = rows.select("row_id", *decided.SAID).join(refused, on=decided.SAID).select("row_id", "enterprise")
    both = both.join(excluded, on=["row_id", "enterprise"], how="anti", maintain_order="left")
    item = pl.struct("enterprise", "name", "score", "reason").head(KEEP)
    listed = both.group_by("row_id", maintain_order=True).agg(item.alias("candidates"))
    sure = found.select("row_id", "sure").join(
        excluded, left_on=["row_id", "sure"], right_on=["row_id", "enterprise"], how="anti"
    )
    return listed.join(sure, on="row_id", how="left")


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
