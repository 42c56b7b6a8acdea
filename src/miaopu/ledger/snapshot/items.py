"""条目：一件专利、一次奖励各成一行，字段逐个裁定；完整名单里没有的条目只算“可能有”。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from miaopu.ledger.snapshot import columns, gather
from miaopu.ledger.snapshot.columns import Column
from miaopu.ledger.snapshot.conflict import Settled, settle
from miaopu.ledger.snapshot.gather import WIDTH, Scope
from miaopu.ledger.snapshot.wide import widen
from miaopu.terms.indicator import Indicator
from miaopu.terms.item_key import FORMS


@dataclass(frozen=True)
class Items:
    """全部条目：index 一件一行（ent、family、item、first_known、listed），行号即条目号；settled 的键是 条目号×字段。"""

    index: pl.DataFrame
    fields: list[Column]
    settled: Settled

    def tables(self, firms: pl.Series) -> dict[str, pl.DataFrame]:
        """条目指标 → 一件一行：enterprise、ent、item、first_known、listed 与各字段。"""
        wide = widen(self.settled.chosen, self.fields, self.index.height)
        owner = firms.gather(self.index["ent"]).alias("enterprise")
        return {
            kind: self.index.with_columns(owner, *_fields(wide, kind)).filter(pl.col("family") == kind).drop("family")
            for kind in dict.fromkeys(one.name.partition(".")[0] for one in self.fields)
        }


def collect(scope: Scope, indicators: Iterable[Indicator]) -> Items:
    """取出并裁定全部条目。"""
    bases = [one for one in indicators if one.kind == "item"]
    fields = columns.fields(bases)
    told = gather.items(scope, fields, [one.key for one in bases])
    told = told.with_columns(family=pl.col("indicator").str.split_exact(".", 1).struct.field("field_0"))
    index = _index(scope, told)
    numbered = told.join(index.select("ent", "family", "item", "number"), on=["ent", "family", "item"], how="inner")
    keyed = numbered.filter(pl.col("col").is_not_null()).with_columns(
        key=pl.col("number").cast(pl.UInt64) * WIDTH + pl.col("col"), ent=pl.col("number"), basis_no=pl.lit(0, pl.UInt8)
    )
    named = [f"{one.key}.{one.key_field}" for one in bases if one.key_field]
    same = pl.when(pl.col("indicator").is_in(named)).then("item")
    forms = {one.key: one.key_form for one in bases}
    settled = settle(keyed.with_columns(series="key", same=same), _choices(scope, index, fields, forms))
    return Items(index.drop("number"), fields, settled)


def closed(scope: Scope) -> frozenset[str]:
    """有完整名单的条目指标：名单外即为“无”。"""
    return frozenset(key for _, key in scope.lists)


def _fields(wide: Mapping[str, pl.Series], kind: str) -> list[pl.Series]:
    return [series.alias(name.partition(".")[2]) for name, series in wide.items() if name.startswith(f"{kind}.")]


def _index(scope: Scope, told: pl.DataFrame) -> pl.DataFrame:
    whole = [(source, key) for source, key in scope.lists]
    lists = pl.DataFrame(whole, schema={"source": pl.String, "family": pl.String}, orient="row")
    known = told.join(lists.with_columns(whole=pl.lit(True)), on=["source", "family"], how="left")
    grouped = known.group_by("ent", "family", "item").agg(
        first_known=pl.col("received").min(), on_list=pl.col("whole").any()
    )
    open_kind = ~pl.col("family").is_in(lists["family"].unique().implode())
    listed = pl.when(open_kind | pl.col("on_list")).then(True).alias("listed")
    return grouped.sort("family", "ent", "item").with_columns(listed).drop("on_list").with_row_index("number")


def _choices(scope: Scope, index: pl.DataFrame, fields: list[Column], forms: Mapping[str, str]) -> pl.DataFrame:
    """条目字段的取舍；人写的条目键同样归一。"""
    wanted = scope.choices.filter(pl.col("item").is_not_null())
    family = pl.col("indicator").str.split_exact(".", 1).struct.field("field_0")
    found = (
        _tidied(wanted.with_columns(family=family), forms)
        .join(scope.owners, on="enterprise")
        .join(columns.table(fields), on="indicator")
    )
    numbered = found.join(index, on=["ent", "family", "item"])
    key = pl.col("number").cast(pl.UInt64) * WIDTH + pl.col("col")
    return numbered.select(key.alias("key"), "source", "basis").unique("key", keep="last", maintain_order=True)


def _tidied(wanted: pl.DataFrame, forms: Mapping[str, str]) -> pl.DataFrame:
    told = [FORMS[forms.get(family, "wording")](item) for family, item in wanted.select("family", "item").iter_rows()]
    return wanted.with_columns(pl.Series("item", told, dtype=pl.String))
