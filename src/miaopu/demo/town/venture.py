"""股权融资、创客中国名次、重点小巨人支持与推进计划、估值：少数企业才有的事，一件一行；按素质加运气抽，不看任何标准。"""

import numpy as np
import polars as pl

from miaopu.demo import draw
from miaopu.demo.plan import Plan


def equity(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """每轮增资扩股一行：firm、number、date、amount（分）、qualified、paid_in、dilution（百分之一个百分点）。"""
    rng, law = draw.stream(plan.seed, "equity"), plan.reported["equity"]
    score = np.where(_company(city), 1.3 * city["quality"].to_numpy() + 0.9 * city["doer"].to_numpy(), -np.inf)
    first = draw.best(rng, score, plan.scaled(law["count"], 4))
    who = np.sort(np.concatenate([first, first[rng.random(len(first)) < float(law["again"])]]))
    ago = rng.integers(15, 365 * 5, len(who)).astype("timedelta64[D]")
    day = np.datetime64(plan.today) - ago
    wan = np.exp(np.log(float(law["median"])) + 0.5 * city["size"].to_numpy()[who] + rng.normal(0, 0.9, len(who)))
    born = city["established"].gather(who).to_numpy().astype("datetime64[D]")
    table = pl.DataFrame(
        {
            "firm": pl.Series(who, dtype=pl.UInt32),
            "date": day,
            "amount": np.rint(wan).astype(np.int64).clip(20) * 1_000_000,
            "qualified": rng.random(len(who)) < float(law["qualified"]),
            "paid_in": rng.random(len(who)) < float(law["paid_in"]),
            "dilution": np.rint(rng.beta(2.2, 11, len(who)) * 10_000).astype(np.int64).clip(50),
        }
    ).filter(pl.Series(day > born))
    number = pl.format("虚构增〔{}〕{}号", pl.col("date").dt.year(), pl.int_range(1, pl.len() + 1))
    return table.sort("firm", "date").with_columns(number=number)


def _company(city: pl.DataFrame) -> np.ndarray:
    alive = (city["kind"] == "limited") & city["status"].str.starts_with("存续") & (city["revenue_2025"] > 0)
    return (alive.fill_null(False) & city["section"].is_in(["C", "I", "M"])).to_numpy()


def makers(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """每个获名次的参赛项目一行：firm、project、level、rank、date。"""
    rng, parts = draw.stream(plan.seed, "makers"), []
    score = np.where(_company(city) & city["doer"].to_numpy(), 1.5 * city["quality"].to_numpy(), -np.inf)
    for law in plan.reported["makers"]:
        who = draw.best(rng, score, plan.scaled(law["count"]))
        year = rng.integers(2021, 2027, len(who))
        day = [np.datetime64(f"{one}-{law['month']:02d}-25") for one in np.minimum(year, 2026).tolist()]
        rows = city[who.tolist()].select(
            "firm",
            project=pl.format("{}项目（虚构）", pl.col("product")),
            level=pl.lit(law["level"]),
            rank=pl.Series(rng.integers(1, law["ranks"] + 1, len(who))),
            date=pl.Series(np.array(day, dtype="datetime64[D]")),
        )
        parts.append(rows.with_columns(project=pl.format("{}年{}{}", pl.col("date").dt.year(), "level", "project")))
    return pl.concat(parts).sort("firm", "level", "date")


def supports(plan: Plan, city: pl.DataFrame, held: pl.DataFrame) -> pl.DataFrame:
    """小巨人里：supported 已获重点支持的，其余部分报了推进计划 investment（分，可缺）；一家一行。"""
    rng, law = draw.stream(plan.seed, "supports"), plan.reported["supports"]
    now = pl.col("title").eq("little_giant") & (pl.col("since") <= plan.today) & (pl.col("until") >= plan.today)
    giants = held.filter(now)["firm"].unique().sort()
    score = city["quality"].gather(giants).to_numpy()
    had = np.zeros(len(giants), dtype=bool)
    had[draw.best(rng, score, min(plan.scaled(law["supported"]), len(giants) // 2))] = True
    wan = np.exp(np.log(float(law["median"])) + rng.normal(0, 0.7, len(giants)))
    planned = ~had & (rng.random(len(giants)) < float(law["planned"]))
    money = pl.Series(np.rint(wan).astype(np.int64) * 1_000_000)
    return pl.DataFrame({"firm": giants, "supported": had}).with_columns(
        investment=pl.when(pl.Series(planned)).then(money)
    )


def valuations(plan: Plan, rounds: pl.DataFrame) -> pl.DataFrame:
    """有过融资的一部分企业最近一轮的估值（分）与折合美元（万分之一亿美元）：投资额除以出让比例，再有出入。"""
    rng, law = draw.stream(plan.seed, "valuations"), plan.reported["valuations"]
    last = rounds.unique("firm", keep="last", maintain_order=True)
    worth = last["amount"].to_numpy() / last["dilution"].to_numpy() * 10_000 * np.exp(rng.normal(0, 0.2, last.height))
    known = pl.Series(rng.random(last.height) < float(law["known"]))
    fen = np.rint(worth / 100_000_000).astype(np.int64) * 100_000_000
    usd = np.rint(fen / 1e10 / float(law["yuan_per_dollar"]) * 100).astype(np.int64)
    return last.select("firm", valuation=pl.Series(fen), usd=pl.Series(usd)).filter(known)
