"""虚构名称：地名＋虚构＋字号＋产品＋组织形式；全城不重名，分支机构跟随本部名称，另给曾用名。"""

import numpy as np
import polars as pl

from miaopu.demo import draw
from miaopu.demo.plan import Plan


def names(plan: Plan, frame: pl.DataFrame) -> pl.DataFrame:
    """列 name、head（分支机构的本部序号）、former_name、former_until（没有则为 null）。"""
    rng = draw.stream(plan.seed, "name")
    parts = _parts(plan, rng, frame)
    full = _unique(rng, plan, parts)
    branch = frame["kind"] == "branch"
    name, head = _branches(rng, frame, full, branch)
    former = _former(plan, frame, parts, branch, name)
    return pl.DataFrame({"name": name, "head": head}).hstack(former)


def _parts(plan: Plan, rng: np.random.Generator, frame: pl.DataFrame) -> pl.DataFrame:
    words, county = plan.names, frame["county"].to_numpy().astype(str)
    local = (rng.random(plan.firms) < 0.35) & ~np.char.startswith(county, "聊城")
    place = np.where(local, county, draw.words(rng, plan.firms, words["prefixes"]).astype(str))
    return pl.DataFrame(
        {
            "place": place,
            "marker": [words["marker"]] * plan.firms,
            "brand": _brand(rng, plan),
            "product": frame["product"],
            "suffix": frame["suffix"],
        }
    )


def _brand(rng: np.random.Generator, plan: Plan) -> np.ndarray:
    first, second = (draw.words(rng, plan.firms, plan.names[key]).astype(str) for key in ("first", "second"))
    return np.char.add(first, second)


def _unique(rng: np.random.Generator, plan: Plan, parts: pl.DataFrame) -> pl.Series:
    """重名的第二家起字号加一字，直到全城不重名。"""
    while True:
        joined = parts.select(name=pl.concat_str(pl.all()))["name"]
        again = ~joined.is_first_distinct()
        if not again.any():
            return joined
        extra = pl.Series(draw.words(rng, plan.firms, plan.names["third"]), dtype=pl.String)
        longer = pl.when(again).then(pl.col("brand") + extra).otherwise("brand")
        parts = parts.with_columns(brand=longer)


def _branches(
    rng: np.random.Generator, frame: pl.DataFrame, full: pl.Series, branch: pl.Series
) -> tuple[pl.Series, pl.Series]:
    """分支机构：本部全称＋地名＋分公司；同一本部同一地名的编号。"""
    heads = np.flatnonzero(frame["kind"].to_numpy() == "limited")
    head = pl.Series(heads[rng.integers(0, len(heads), len(full))], dtype=pl.UInt32)
    table = pl.DataFrame({"own": full, "base": full.gather(head), "short": frame["short"], "branch": branch})
    nth = pl.int_range(pl.len()).over("base", "short", "branch") + 1
    mark = pl.when(nth > 1).then(pl.format("第{}", nth)).otherwise(pl.lit(""))
    named = pl.concat_str("base", "short", mark, pl.lit("分公司"))
    name = table.select(name=pl.when("branch").then(named).otherwise("own"))["name"]
    return name, pl.select(head=pl.when(branch).then(head))["head"]


def _former(plan: Plan, frame: pl.DataFrame, parts: pl.DataFrame, branch: pl.Series, name: pl.Series) -> pl.DataFrame:
    """少数企业改过名：旧字号不同，变更日在成立之后。"""
    rng = draw.stream(plan.seed, "former")
    changed = (rng.random(plan.firms) < float(plan.city["coverage"]["name_changed"])) & ~branch.to_numpy()
    old = parts.with_columns(brand=_brand(rng, plan)).select(name=pl.concat_str(pl.all()))["name"]
    born = frame["established"].to_numpy().astype("datetime64[D]")
    span = (np.datetime64(plan.today) - born).astype(np.int64)
    until = pl.Series(born + (span * rng.uniform(0.1, 0.95, plan.firms)).astype("timedelta64[D]"))
    keep = pl.Series(changed) & (old != name)
    return pl.select(former_name=pl.when(keep).then(old), former_until=pl.when(keep).then(until))
