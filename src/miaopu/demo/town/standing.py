"""名录、事故、认证、平台得分、国资关系、上市与主导产品：各部门另外掌握的企业情况。"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from miaopu.demo import draw
from miaopu.demo.plan import Plan


def listed(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """经营异常、严重失信：每户两个是否；小企业更可能。"""
    rng, law = draw.stream(plan.seed, "lists"), plan.innovation
    push = np.exp(-0.5 * city["size"].to_numpy() - 0.1)
    flags = {
        "abnormal": rng.random(plan.firms) < float(law["abnormal"]) * push,
        "dishonest": rng.random(plan.firms) < float(law["dishonest"]) * push,
    }
    for values in flags.values():
        values[int(rng.integers(0, plan.firms))] = True
    return pl.DataFrame(flags)


def incidents(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """每件事故一行：firm、type、date；大多在三年之外或小企业，少数落在有称号的企业。"""
    rng, parts = draw.stream(plan.seed, "incidents"), []
    for kind, count in plan.innovation["incidents"].items():
        who = draw.best(rng, city["size"].to_numpy() * 0.8, plan.scaled(count))
        ago = rng.integers(20, 365 * 6, len(who)).astype("timedelta64[D]")
        day = np.datetime64(plan.today) - ago
        parts.append(pl.DataFrame({"firm": pl.Series(who, dtype=pl.UInt32), "date": day, "type": kind}))
    return pl.concat(parts).select("firm", "type", "date").sort("firm", "date", "type")


def certificates(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """认证与品牌四个是否，每户一行。"""
    rng, law = draw.stream(plan.seed, "certificates"), plan.innovation["certificates"]
    making, doer = city["section"].is_in(["C", "I"]).to_numpy(), city["doer"].to_numpy()
    push = np.where(doer, np.exp(0.25 * city["quality"].to_numpy()), np.where(making, 0.12, 0.02))
    return pl.DataFrame({key: rng.random(plan.firms) < float(rate) * push for key, rate in law.items()})


def platform(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """国家平台与数字化评测的记录值（虚构）：eval_score、digital_score 为十分之一分的整数，digital_level 一至四级。"""
    rng, quality = draw.stream(plan.seed, "platform"), city["quality"].to_numpy()
    score = np.clip(58 + 7 * quality + rng.normal(0, 7, plan.firms), 20, 98)
    digital = np.clip(42 + 8 * quality + 4 * city["size"].to_numpy() + rng.normal(0, 11, plan.firms), 5, 97)
    level = np.searchsorted([20, 40, 60, 80], digital, side="right").clip(1, 4)
    return pl.DataFrame(
        {
            "eval_score": np.rint(score * 10).astype(np.int64),
            "digital_score": np.rint(digital * 10).astype(np.int64),
            "digital_level": level,
        }
    )


def ownership(plan: Plan, city: pl.DataFrame, giants: NDArray[np.int64]) -> pl.DataFrame:
    """与小巨人控股关系、同集团相似产品、上市板块；没有板块为“无”。"""
    rng, law = draw.stream(plan.seed, "ownership"), plan.innovation
    score = np.where(city["section"].is_in(["C", "I"]).to_numpy(), city["size"].to_numpy() * 1.5, -np.inf)
    score[giants] = -np.inf
    flags = {key: np.zeros(plan.firms, dtype=bool) for key in ("controlled", "same_group")}
    for key, values in flags.items():
        values[draw.best(rng, score, plan.scaled(law[key]))] = True
    board = np.full(plan.firms, "无", dtype="<U8")
    for name, count in sorted(law["boards"].items(), key=lambda one: one[1], reverse=True):
        board[draw.best(rng, score * 1.5, plan.scaled(count))] = name
    return pl.DataFrame(flags | {"board": board})


def products(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """主导产品与市场：年限（十分之一年）、占比与占有率（百分之一个百分点）、国内排名（可缺）、产业链（可缺）。"""
    rng, quality = draw.stream(plan.seed, "market"), city["quality"].to_numpy()
    age = (np.datetime64("2025-12-31") - city["established"].to_numpy().astype("datetime64[D]")).astype(float) / 365.25
    years = np.clip(age * rng.beta(4, 1.3, plan.firms), 0, None)
    share = np.clip(rng.beta(9, 2.2, plan.firms), 0.15, 1)
    part = np.clip(np.exp(-4.6 + 0.75 * quality + rng.normal(0, 1.1, plan.firms)), 0.0003, 0.62)
    rank = np.clip(np.rint(np.exp(3.4 - 0.9 * quality + rng.normal(0, 0.9, plan.firms))), 1, 400).astype(np.int64)
    knows = pl.Series(rng.random(plan.firms) < 0.62)
    table = pl.DataFrame(
        {
            "segment_years": np.rint(years * 10).astype(np.int64),
            "lead_share": np.rint(share * 1e4).astype(np.int64),
            "market_share": np.rint(part * 1e4).astype(np.int64),
            "rank": rank,
        }
    )
    chain = city["industry"].str.slice(0, 2).replace_strict(plan.innovation["chains"], default=None)
    return table.with_columns(rank=pl.when(knows).then("rank"), chain=chain)


def above_scale(plan: Plan, city: pl.DataFrame) -> pl.Series:
    """在规上名录里：2025 年营收够大（各门类一个大致的数，取自演示目录）且正常经营。"""
    lines = {key: value * 1_000_000 for key, value in plan.innovation["above_scale"].items()}
    line = city["section"].replace_strict(lines, default=10**18, return_dtype=pl.Int64)
    late = pl.Series(draw.stream(plan.seed, "above scale").random(plan.firms) < 0.93)
    return (city["revenue_2025"] >= line).fill_null(False) & late & ~city["kind"].is_in(["branch", "sole"])


def declared(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """向税务申报的营业收入 tax_revenue_<年>：多数与审计数相同，少数摸底企业相差百分之几。"""
    rng, share = draw.stream(plan.seed, "declared"), float(plan.city["coverage"]["tax_differs"])
    differs = city["surveyed"] & pl.Series(rng.random(plan.firms) < share)
    factor = pl.Series(1 + rng.choice([-1, 1], plan.firms) * rng.uniform(0.004, 0.05, plan.firms))
    names = [name for name in city.columns if name.startswith("revenue_")]
    other = {name: (pl.col(name) * factor / 10_000).round().cast(pl.Int64) * 10_000 for name in names}
    return city.select(pl.when(differs).then(other[name]).otherwise(name).alias(f"tax_{name}") for name in names)
