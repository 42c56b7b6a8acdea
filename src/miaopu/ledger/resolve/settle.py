"""对主体的总步骤：归一与查名册、人工决定、逐条规则、给剩下的行找候选，合成 RESOLUTION_SCHEMA 的结果。"""

from collections.abc import Iterable
from functools import cache

import polars as pl

from miaopu.ledger.record import RESOLUTION_SCHEMA, Outcome
from miaopu.ledger.resolve import exact, likeness
from miaopu.ledger.resolve.candidates import KEEP, Finder
from miaopu.ledger.resolve.decided import apply_decisions
from miaopu.ledger.resolve.decisions import DecisionEntry
from miaopu.ledger.resolve.registry import Registry, new_key
from miaopu.ledger.resolve.wording import SENTENCES
from miaopu.terms.catalog import Catalog
from miaopu.terms.district import Districts
from miaopu.terms.names import Cores


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
    cores = Cores(registry.districts)
    described = likeness.measure(exact.describe(rows, registry), cores)
    decided = exact.decide(described, may_create=may_create)
    decided = _hold_back_lookalikes(_name_new(decided))
    decided = apply_decisions(decided, tuple(decisions or ()))
    return _present(decided, registry, cores)


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


def _present(rows: pl.DataFrame, registry: Registry, cores: Cores) -> pl.DataFrame:
    open_rows = rows.filter(pl.col("outcome").is_in([Outcome.CONFLICT, Outcome.REVIEW]))
    listed = _candidates(open_rows, registry, cores)
    empty = pl.lit([], RESOLUTION_SCHEMA["candidates"])
    shown = rows.join(listed, on="row_id", how="left", maintain_order="left")
    reason = pl.col("why").replace_strict(SENTENCES, return_dtype=pl.String)
    shown = shown.with_columns(reason.alias("reason"), pl.coalesce("candidates", empty).alias("candidates"))
    return shown.select(pl.col(one).cast(kind) for one, kind in RESOLUTION_SCHEMA.items())


def _candidates(rows: pl.DataFrame, registry: Registry, cores: Cores) -> pl.DataFrame:
    """代码与名称直接指到的企业在前，相近的在后，同一企业只列一次。"""
    pointed = _pointed(rows, registry)
    alike = rows.join(pointed.select("row_id").unique(), on="row_id", how="anti")
    found = Finder(registry, cores).find(alike) if not alike.is_empty() else None
    given = pointed.group_by("row_id", maintain_order=True).agg(
        pl.struct("enterprise", "name", "score", "reason").head(KEEP).alias("candidates")
    )
    return given if found is None else pl.concat([given, found.cast(given.schema)])


def _pointed(rows: pl.DataFrame, registry: Registry) -> pl.DataFrame:
    by_code = rows.drop_nulls("owner").select(
        "row_id", enterprise="owner", score=pl.lit(100.0), reason=pl.lit("代码相同")
    )
    by_name = rows.drop_nulls("holders").select("row_id", "holders").explode("holders")
    by_name = by_name.select("row_id", enterprise="holders", score=pl.lit(99.0), reason=pl.lit("名称相同"))
    both = pl.concat([by_code, by_name]).unique(["row_id", "enterprise"], keep="first", maintain_order=True)
    return both.join(
        registry.firms.select("enterprise", "name"), on="enterprise", how="left", maintain_order="left"
    ).sort("row_id", maintain_order=True)
