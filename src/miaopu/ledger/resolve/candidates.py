"""候选：给没有确定去向的行找名册里相近的企业，按核心名相似并以县区、住所、代码片段佐证排序。

只在确定部分剩下的行上做；每行只比罕见双字相同的少数企业，费用随行数线性增长。
"""

import polars as pl
from rapidfuzz import fuzz, process

from miaopu.ledger.reading.workbook.budget import Share, unheard
from miaopu.terms import names
from miaopu.terms.names import Cores

GRAM_CAP = 200
"""一个双字在名册里出现超过多少次就不用它找。"""
BUDGET = 200
"""每行从最罕见的双字用起，已经取到这么多个名称就不再取。"""
CORE_CAP = 100
"""核心名完全相同的企业不超过这么多家时全部比一遍。"""
KEEP = 5
"""每行最多列几个候选。"""
FLOOR = 55.0
"""低于这个得分（0—100）不列为候选。"""
NEAR_PLACE = 90.0
"""住所的比较写法相似到这个程度（0—100）说“住所相近”。"""
CHUNK = 20_000
"""一次比这么多行，内存有界。"""


class Finder:
    """名册的双字索引；建一次，可多次查。"""

    def __init__(self, titles: pl.DataFrame, firms: pl.DataFrame, cores: Cores) -> None:
        self._cores = cores
        titles = titles.with_row_index("title").with_columns(cores.column(titles["folded"]))
        self._titles = titles.join(firms, on="enterprise", how="left")
        grams = _grams(self._titles.select("title", "core"), "title")
        self._grams = grams.filter(pl.len().over("gram") <= GRAM_CAP)
        alike = self._titles.select("core", "title").filter(pl.len().over("core") <= CORE_CAP)
        self._common_cores = alike.drop_nulls()
        self._counts = grams.group_by("gram").agg(pl.len().alias("count"))

    def find(self, rows: pl.DataFrame, tell: Share = unheard) -> pl.DataFrame:
        """rows 需 row_id、folded、region、address、branch；给 row_id、candidates（高分在前，至多 KEEP 个）、sure。

        sure 是核心名相同、住所也相同的唯一一家；没有或不止一家时为 null。
        """
        rows = rows.drop_nulls("folded")
        rows = rows.with_columns(self._cores.column(rows["folded"]), self._cores.places(rows["address"]))
        parts = []
        for part in rows.iter_slices(CHUNK):
            tell(len(parts) * CHUNK / rows.height)
            parts.append(self._find(part))
        return pl.concat(parts) if parts else NOTHING

    def _find(self, rows: pl.DataFrame) -> pl.DataFrame:
        scored = _score(self._pairs(rows))
        best = scored.sort(["row_id", "score", "enterprise"], descending=[False, True, False])
        best = best.unique(["row_id", "enterprise"], keep="first", maintain_order=True)
        best = best.filter(pl.col("score") >= FLOOR).group_by("row_id", maintain_order=True).head(KEEP)
        item = pl.struct("enterprise", "name", "score", "reason")
        certain = pl.col("enterprise").filter("sure")
        only = pl.when(certain.len() == 1).then(certain.first())
        return best.group_by("row_id", maintain_order=True).agg(item.alias("candidates"), only.alias("sure"))

    def _pairs(self, rows: pl.DataFrame) -> pl.DataFrame:
        """每行与共享罕见双字的名册名称配对，先按共享双字的多少留前 20 个。"""
        grams = _grams(rows.select("row_id", "core"), "row_id").join(self._counts, on="gram")
        grams = grams.filter(pl.col("count") <= GRAM_CAP).sort("row_id", "count", "gram")
        spent = pl.col("count").cum_sum().over("row_id") - pl.col("count")
        grams = grams.filter(spent < BUDGET)
        shared = (
            grams.join(self._grams, on="gram")
            .group_by("row_id", "title")
            .agg((1 / pl.col("count").sqrt()).sum().alias("weight"))
        )
        shared = shared.sort(["row_id", "weight", "title"], descending=[False, True, False])
        near = shared.group_by("row_id", maintain_order=True).head(20).select("row_id", "title")
        same = rows.select("row_id", "core").join(self._common_cores, on="core").select("row_id", "title")
        near = pl.concat([near, same]).unique()
        left = rows.select("row_id", "core", "folded", "region", "place", "branch")
        return near.join(left, on="row_id").join(self._titles, on="title", suffix="_firm")


def _grams(cores: pl.DataFrame, key: str) -> pl.DataFrame:
    """每个核心名的双字（不重复）：相邻的，和隔一字的（错一字、漏一字时仍有相同的）。"""
    text, place = pl.col("core"), pl.col("place")
    places = pl.int_ranges(0, text.str.len_chars().cast(pl.Int64) - 1)
    long = cores.drop_nulls("core").with_columns(places.alias("place")).explode("place").drop_nulls("place")
    skipped = pl.concat_str(text.str.slice(place, 1), text.str.slice(place + 2, 1))
    both = [long.select(key, one.alias("gram")) for one in (text.str.slice(place, 2), skipped)]
    return pl.concat(both).filter(pl.col("gram").str.len_chars() == 2).unique()


def _score(pairs: pl.DataFrame) -> pl.DataFrame:
    """核心名相似度加佐证：住所、县区一致加分，县区不同、分支与否不同减分。"""
    cores = _similar(pairs, "core", "core_firm")
    whole = _similar(pairs, "folded", "folded_firm")
    place = _similar(pairs, "place", "place_firm")
    pairs = pairs.with_columns(core_score=cores, whole_score=whole, place_score=place)
    same, known = pl.col("region") == pl.col("region_firm"), _comparable()
    near = (pl.col("place_score") >= NEAR_PLACE) & pl.col("place").is_not_null() & pl.col("place_firm").is_not_null()
    score = (
        pl.col("core_score") * 0.5
        + pl.col("whole_score") * 0.45
        + pl.when(near).then(4).otherwise(0)
        + pl.when(known & same).then(1).when(known).then(-3).otherwise(0)
        - pl.when(pl.col("branch") != pl.col("branch_firm")).then(15).otherwise(0)
        - pl.when(_ordinals_differ()).then(10).otherwise(0)
    )
    return pairs.with_columns(
        score.clip(0, 100).round(1).alias("score"), _reason(near, known, same).alias("reason"), _sure().alias("sure")
    )


def _sure() -> pl.Expr:
    """核心名相同，住所去掉省市县后一字不差且写到门牌，同是或同不是分支机构。"""
    place = pl.col("place")
    there = (place == pl.col("place_firm")) & (place.str.len_chars() >= 5) & place.str.contains(r"\d")
    alike = (pl.col("core") == pl.col("core_firm")) & (pl.col("core").str.len_chars() >= 3)
    return (there & alike & (pl.col("branch") == pl.col("branch_firm"))).fill_null(False)


def _ordinals_differ() -> pl.Expr:
    return (names.ordinals("core") != names.ordinals("core_firm")).fill_null(False)


def _comparable() -> pl.Expr:
    """两边都到县级才能比县区；只到市的，只有市不同才算不同。"""
    left, right = pl.col("region"), pl.col("region_firm")
    counties = ~left.str.ends_with("00") & ~right.str.ends_with("00")
    return ((left.str.slice(0, 4) != right.str.slice(0, 4)) | counties).fill_null(False)


def _similar(pairs: pl.DataFrame, left: str, right: str) -> pl.Series:
    if pairs.is_empty():
        return pl.Series(dtype=pl.Float64)
    scores = process.cpdist(
        pairs[left].fill_null("").to_list(), pairs[right].fill_null("").to_list(), scorer=fuzz.ratio
    )
    return pl.Series(scores).cast(pl.Float64)


def _reason(near: pl.Expr, known: pl.Expr, same: pl.Expr) -> pl.Expr:
    said = [
        pl.format("核心名相似{}%", pl.col("core_score").round(0).cast(pl.Int64)),
        pl.when(pl.col("former")).then(pl.lit("比的是曾用名")),
        pl.when(near).then(pl.lit("住所相近")),
        pl.when(known & same).then(pl.lit("县区一致")).when(known).then(pl.lit("县区不同")),
        pl.when(_ordinals_differ()).then(pl.lit("序数或方位字不同")),
        pl.when(pl.col("branch") & ~pl.col("branch_firm")).then(pl.lit("来源行是分支机构")),
        pl.when(~pl.col("branch") & pl.col("branch_firm")).then(pl.lit("该候选是分支机构")),
    ]
    return pl.concat_str(said, separator="；", ignore_nulls=True)


_CANDIDATE = pl.Struct({"enterprise": pl.String, "name": pl.String, "score": pl.Float64, "reason": pl.String})
NOTHING = pl.DataFrame(schema={"row_id": pl.UInt32, "candidates": pl.List(_CANDIDATE), "sure": pl.String})
