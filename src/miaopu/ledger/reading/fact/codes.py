"""代码：行业代码找回丢掉的前导零（凭名称，不凭数字），县区文字换成现行区划代码。"""

import re
from collections.abc import Mapping
from functools import cache

import polars as pl

from miaopu.ledger.reading.fact.values import Answer, answered
from miaopu.ledger.source import Sources
from miaopu.terms.indicator import fold
from miaopu.terms.quantity import is_missing, plain

JOINT = "\x1f"


def industry(text: str, name: str, industries: Mapping[str, str]) -> Answer:
    """一格行业代码。171 可能是 171（中类），也可能是丢了零的 0171（小类）：只凭同一行的行业名称断定。"""
    if is_missing(text):
        return Answer()
    bare = re.sub(r"^[A-Ta-t](?=\d)", "", plain(text))
    if not re.fullmatch(r"\d{1,4}", bare):
        return Answer(problem="不是行业代码")
    options = [code for code in (bare, f"0{bare}") if len(code) <= 4 and code in industries]
    if not options:
        return Answer(problem="不在 GB/T 4754-2017 之内（可能是旧版代码）")
    named = [code for code in options if name and fold(industries[code]) == fold(name)]
    if len(named) == 1:
        return Answer(text=named[0], note=None if named[0] == bare else f"前导零已按行业名称补上，记作 {named[0]}")
    if options == [bare]:
        return Answer(text=bare)
    listed = "、".join(f"{code} {industries[code]}" for code in options)
    return Answer(problem=f"可能丢了前导零（{listed}），没有行业名称可以断定")


def industries_of(codes: pl.Series, names: pl.Series | None, sources: Sources) -> pl.DataFrame:
    """一列行业代码连同行业名称列；形状同 values.parse。"""
    known = names if names is not None else pl.Series([None], dtype=pl.String).new_from_index(0, len(codes))
    pairs = (codes + JOINT + known.fill_null("")).alias("raw")
    return answered(pairs, lambda pair: industry(*pair.split(JOINT), sources.industries))


def regions_of(texts: pl.Series, sources: Sources) -> pl.DataFrame:
    """一列县区文字或代码；已撤的区划换成继任者（371523 → 371503）。"""

    @cache
    def one(text: str) -> Answer:
        if is_missing(text):
            return Answer()
        found = sources.districts.find(text, sources.city) or sources.districts.find(text)
        if found is None:
            return Answer(problem="不是认得的县区")
        digits = plain(text)[:6]
        moved = digits.isdigit() and len(digits) == 6 and digits != found.code
        return Answer(
            text=found.code, note=f"区划代码 {digits} 已撤销，记作 {found.code}（{found.name}）" if moved else None
        )

    return answered(texts, one)
