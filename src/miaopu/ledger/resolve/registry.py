"""主体名册的索引：代码、归一名（现用与曾用）、核心名、住所；一次建好，供各批来源行查对。"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

import polars as pl

from miaopu.ledger.resolve.candidates import Finder
from miaopu.terms import names, uscc
from miaopu.terms.district import District, Districts
from miaopu.terms.names import Cores

REGISTRY_SCHEMA = {
    "enterprise": pl.String,
    "uscc": pl.String,
    "name": pl.String,
    "former_names": pl.List(pl.String),
    "region": pl.String,
    "address": pl.String,
    "entity_type": pl.String,
}
"""主体名册：一家一行；缺的列为 null。"""


@dataclass(frozen=True)
class Registry:
    """table 是 REGISTRY_SCHEMA 的表；districts 用来去地区词、读住所里的县区。"""

    table: pl.DataFrame
    districts: Districts

    @cached_property
    def cores(self) -> Cores:
        """去地区词与组织形式的工具。"""
        return Cores(self.districts)

    @cached_property
    def firms(self) -> pl.DataFrame:
        """一家一行：enterprise、code、name、folded、branch、region（现行代码）、address。"""
        table = self.table.select(pl.col(one).cast(kind) for one, kind in REGISTRY_SCHEMA.items())
        checked = uscc.check_column(table["uscc"])
        folded = names.fold_column(table["name"])
        code = checked.select(pl.when("valid").then("normalized").alias("code")).to_series()
        return table.with_columns(
            code,
            checked["normalized"].alias("written_code"),
            folded.alias("folded"),
            (names.branch_column(folded) | (table["entity_type"] == "branch").fill_null(False)).alias("branch"),
            current_regions(table["region"], table["address"], self.districts).alias("region"),
        )

    @cached_property
    def finder(self) -> Finder:
        """找相近企业的索引；用到才建，建一次。"""
        firms = self.firms.select("enterprise", "name", "region", "branch", self.cores.places(self.firms["address"]))
        return Finder(self.titles, firms, self.cores)

    @cached_property
    def titles(self) -> pl.DataFrame:
        """一名一行：folded、enterprise、former（是否曾用名）；同一家同一名只留一行，现用优先。"""
        current = self.firms.select("folded", "enterprise", pl.lit(False).alias("former"))
        old = self.firms.select("former_names", "enterprise").explode("former_names").drop_nulls()
        old = old.select(
            names.fold_column(old["former_names"]).alias("folded"), "enterprise", pl.lit(True).alias("former")
        )
        return (
            pl.concat([current, old])
            .drop_nulls("folded")
            .unique(["folded", "enterprise"], keep="first", maintain_order=True)
        )

    @cached_property
    def by_name(self) -> pl.DataFrame:
        """一名一行：folded、holders（用过此名的企业）、holder（只有一家时）、former。"""
        grouped = self.titles.group_by("folded", maintain_order=True).agg(
            pl.col("enterprise").alias("holders"), pl.col("former").first()
        )
        only = pl.when(pl.col("holders").list.len() == 1).then(pl.col("holders").list.first())
        return grouped.with_columns(only.alias("holder"))

    @cached_property
    def by_code(self) -> pl.DataFrame:
        """一码一行：code、owner、owner_name、owner_branch；名册里几家共用的代码 owner 为 null、code_shared 为真。"""
        coded = self.firms.drop_nulls("code").with_columns(code_shared=pl.len().over("code") > 1)
        owners = coded.unique("code", keep="first", maintain_order=True)
        owner, name, branch = (pl.when(~pl.col("code_shared")).then(one) for one in ("enterprise", "folded", "branch"))
        return owners.select("code", "code_shared", owner=owner, owner_name=name, owner_branch=branch)


def current_regions(region: pl.Series, address: pl.Series, districts: Districts) -> pl.Series:
    """区划栏（代码或名称）化为现行代码；栏里没有或只到市时从住所读县区；都没有时 null。"""
    frame = pl.DataFrame({"region": region.cast(pl.String), "address": address.cast(pl.String)})
    stated = {one: districts.find(one) for one in frame["region"].drop_nulls().unique()}
    places = frame.unique().with_columns(pl.struct("region", "address").alias("both"))
    codes = [_region(stated.get(row["region"]), row["address"], districts) for row in places["both"]]
    known = places.select("region", "address", pl.Series("code", codes, dtype=pl.String))
    return frame.join(known, on=["region", "address"], how="left", nulls_equal=True, maintain_order="left")["code"]


def _region(stated: District | None, address: str | None, districts: Districts) -> str | None:
    if stated is not None and (stated.level == "county" or not address):
        return stated.code
    read = districts.in_address(address, stated.code if stated else None) if address else None
    if read is None or (stated is not None and not districts.is_within(read.code, stated.code)):
        return stated.code if stated else None
    return read.code


def new_key(folded: str) -> str:
    """没有代码的新主体的企业号：E 加归一名摘要的前 12 位十六进制。"""
    return "E" + sha256(folded.encode()).hexdigest()[:12]
