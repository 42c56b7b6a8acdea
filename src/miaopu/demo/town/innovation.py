"""创新条目：知识产权、研发机构、科技奖励、标准；一件一行，号码一律 XG 打头的虚构号。"""

from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from miaopu.demo import draw
from miaopu.demo.plan import Plan


def patents(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """每件一行：firm、kind、number、granted、acquired、transfer_date、holder_rank、legal、related、applied。"""
    rng = draw.stream(plan.seed, "patents")
    parts = [_counted(plan, rng, city, law) for law in plan.innovation["patents"]]
    table = pl.concat(parts).sort("firm", "kind", maintain_order=True)
    return _details(plan, rng, city, table).sort("firm", "kind", "granted", "number")


def _counted(plan: Plan, rng: np.random.Generator, city: pl.DataFrame, law: dict[str, Any]) -> pl.DataFrame:
    size, quality = city["size"].to_numpy(), city["quality"].to_numpy()
    mean = np.exp(float(law["base"]) + float(law["quality"]) * quality + float(law["size"]) * size)
    mean = np.where(city["doer"].to_numpy(), mean, mean * float(law["other"]))
    own = city["section"].is_in(law["sections"]).to_numpy() & ~city["kind"].is_in(["branch", "cooperative"]).to_numpy()
    luck = rng.gamma(1.4, 1 / 1.4, plan.firms)
    counts = np.minimum(rng.poisson(np.where(own, mean * luck, 0.0)), plan.innovation["patent_largest"])
    repeated = np.repeat(np.arange(plan.firms, dtype=np.uint32), counts)
    return pl.DataFrame({"firm": repeated}).with_columns(kind=pl.lit(law["kind"]), digit=pl.lit(law["digit"]))


def _details(plan: Plan, rng: np.random.Generator, city: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    many, law = table.height, plan.innovation
    born = city["established"].gather(table["firm"]).to_numpy().astype("datetime64[D]")
    granted = _between(rng, np.maximum(born, np.datetime64("2012-01-01")), plan.today)
    moved = rng.random(many) < float(law["transferred"])
    bought = _between(rng, granted, plan.today)
    rank = np.where(rng.random(many) < float(law["rank_first"]), 1, rng.integers(2, 6, many))
    return table.with_columns(
        number=_numbers(table, granted),
        granted=pl.Series(granted),
        acquired=pl.Series(np.where(moved, "转让", "自主研发")),
        transfer_date=pl.when(pl.Series(moved)).then(pl.Series(bought)),
        holder_rank=pl.Series(rank),
        legal=pl.Series(np.where(rng.random(many) < float(law["lapsed"]), "失效", "有效")),
        related=pl.Series(rng.random(many) < 0.85),
        applied=pl.Series(rng.random(many) < 0.72),
    ).drop("digit")


def _between(rng: np.random.Generator, start: NDArray[np.datetime64], end: date) -> NDArray[np.datetime64]:
    span = (np.datetime64(end) - start).astype(np.int64)
    return start + (span * rng.beta(1.6, 1.1, len(start))).astype("timedelta64[D]")


def _numbers(table: pl.DataFrame, granted: NDArray[np.datetime64]) -> pl.Series:
    year = pl.Series(granted).dt.year() - 2
    serial = pl.Series(np.arange(1, table.height + 1)).cast(pl.String).str.zfill(7)
    return table.select(
        number=pl.when(pl.col("digit") == 0)
        .then(pl.format("XG{}SR{}", year + 2, serial))
        .when(pl.col("digit") == 9)
        .then(pl.format("XGCNA{}{}", year, serial))
        .otherwise(pl.format("XG{}{}{}.X", year, "digit", serial))
    )["number"]


def institutions(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """每个机构一行：firm、institution、level、form、since、until。"""
    rng, parts = draw.stream(plan.seed, "institutions"), []
    push = np.exp(0.5 * city["quality"].to_numpy() + 0.4 * city["size"].to_numpy() - 0.6)
    for law in plan.innovation["institutions"]:
        have = city["doer"].to_numpy() & (rng.random(plan.firms) < float(law["chance"]) * push)
        have[draw.best(rng, np.where(city["doer"].to_numpy(), push, -np.inf), 1)] = True
        parts.append(_institution(rng, plan, city.filter(pl.Series(have)), law))
    return pl.concat(parts).sort("firm", "institution", "level")


def _institution(rng: np.random.Generator, plan: Plan, some: pl.DataFrame, law: dict[str, Any]) -> pl.DataFrame:
    born = some["established"].to_numpy().astype("datetime64[D]")
    since = pl.Series(_between(rng, np.maximum(born, np.datetime64("2015-01-01")), plan.today))
    lasts = pl.Series(rng.random(some.height) < 0.5)
    return some.select(
        "firm",
        institution=pl.concat_str(pl.lit(f"虚构{law['level']}"), "product", pl.lit(law["name"])),
        level=pl.lit(law["level"]),
        form=pl.lit(law["form"]),
        since=since,
        until=pl.when(lasts).then(since.dt.offset_by("5y")),
    )


def awards(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """每项奖励一行：firm、award、level、rank、date；名次有前有后。"""
    rng, parts = draw.stream(plan.seed, "awards"), []
    score = np.where(city["doer"].to_numpy(), city["quality"].to_numpy() + city["size"].to_numpy(), -np.inf)
    for law in plan.innovation["awards"]:
        who = draw.best(rng, score, plan.scaled(law["count"]))
        born = city["established"].gather(who).to_numpy().astype("datetime64[D]")
        day = _between(rng, np.maximum(born, np.datetime64("2019-01-01")), plan.today)
        rank = np.array(plan.innovation["award_ranks"])[rng.integers(0, 10, len(who))]
        title = pl.select(pl.format(f"{{}}年{law['name']}（虚构）", pl.Series(day).dt.year())).to_series()
        parts.append(
            pl.DataFrame(
                {
                    "firm": pl.Series(who, dtype=pl.UInt32),
                    "award": title,
                    "level": law["level"],
                    "rank": rank,
                    "date": day,
                }
            )
        )
    return pl.concat(parts).sort("firm", "award", "date")


def standards(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """每项标准一行：firm、number、level、role、date。"""
    rng, parts = draw.stream(plan.seed, "standards"), []
    score = np.where(city["doer"].to_numpy(), 1.2 * (city["quality"] + city["size"]).to_numpy(), -np.inf)
    for law in plan.innovation["standards"]:
        who = draw.best(rng, score, plan.scaled(law["count"]))
        day = _between(rng, np.full(len(who), np.datetime64("2014-01-01")), plan.today)
        lead = np.where(rng.random(len(who)) < float(law["lead"]), "主持", "参与")
        number = [f"{law['prefix']} {90001 + at}—{str(when)[:4]}" for at, when in enumerate(day)]
        parts.append(
            pl.DataFrame(
                {
                    "firm": pl.Series(who, dtype=pl.UInt32),
                    "number": number,
                    "level": law["level"],
                    "role": lead,
                    "date": day,
                }
            )
        )
    return pl.concat(parts).sort("firm", "number")
