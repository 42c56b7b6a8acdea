"""写法的远近：代码对上而名称不同的看核心名，名称对上而代码写坏的看代码；只在这些行上算。"""

from collections.abc import Callable

import polars as pl
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from miaopu.terms import names
from miaopu.terms.names import Cores

NEAR_EDITS = 2
"""写坏的代码与登记代码相差不超过几个字符仍算同一个代码。"""


def measure(rows: pl.DataFrame, cores: Cores) -> pl.DataFrame:
    """加两列：likeness（0—100，代码主人的名称与行内名称的相近程度）、code_near（写坏的代码与名称主人的代码不相抵触）。"""
    differ = pl.col("owner").is_not_null() & pl.col("folded").is_not_null() & ~pl.col("agrees")
    unlike = rows.filter(differ).select("row_id", "folded", "owner_name")
    scores = _likeness(unlike["folded"], unlike["owner_name"].cast(pl.String), cores)
    broken = rows.filter(pl.col("holder_code").is_not_null() & ~pl.col("valid"))
    near = [_near(*one) for one in broken.select("normalized", "code_reason", "holder_code").iter_rows()]
    return (
        rows.join(
            unlike.select("row_id", scores.alias("likeness")),
            on="row_id",
            how="left",
            maintain_order="left",
        )
        .join(
            broken.select("row_id", pl.Series("code_near", near, dtype=pl.Boolean)),
            on="row_id",
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.col("code_near").fill_null(True))
    )


def _likeness(left: pl.Series, right: pl.Series, cores: Cores) -> pl.Series:
    """核心名的相似度；全名只差一字算 100；序数或方位字不同的算 0。"""
    pair = pl.DataFrame({"left": cores.column(left), "right": cores.column(right)})
    core = _pairs(pair["left"], pair["right"], fuzz.ratio)
    slip = _pairs(left, right, Levenshtein.distance) <= 1
    same = (names.ordinals("left") == names.ordinals("right")).fill_null(False)
    alike = pl.when(~same).then(0.0).when("slip").then(100.0).otherwise("core")
    return pair.with_columns(core=core, slip=slip).select(alike.alias("likeness")).to_series()


def _pairs(left: pl.Series, right: pl.Series, scorer: Callable[..., float]) -> pl.Series:
    if left.is_empty():
        return pl.Series(dtype=pl.Float64)
    scores = process.cpdist(left.fill_null("").to_list(), right.fill_null("").to_list(), scorer=scorer)
    return pl.Series(scores).cast(pl.Float64)


def _near(written: str, reason: str, registered: str) -> bool:
    """18 位写坏的看相差几个字符；被存坏的看余下的前几位；其余写法（太短、文字）不构成反证。"""
    if reason == "lossy":
        kept = _kept(written)
        return registered.startswith(kept) if registered[: len(kept)].isdigit() else False
    if len(written) != len(registered):
        return True
    return Levenshtein.distance(written, registered) <= NEAR_EDITS


def _kept(written: str) -> str:
    """存坏的代码里可信的前几位：科学计数法去掉可能进位的末位，长数字取 14 位。"""
    if "E" not in written:
        return written[:14]
    digits = written.split("E")[0].replace(".", "")
    return digits[:-1] if len(digits) > 1 else ""
