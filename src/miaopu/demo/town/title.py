"""认定称号：按看不见的素质加运气授予，不看任何标准的门槛；给有效期，含已过期与续认的行。"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from miaopu.demo import draw
from miaopu.demo.plan import Plan

_AFTER = {
    "srdi": "innovative",
    "little_giant": "srdi",
    "gazelle": "innovative",
    "single_champion": "little_giant",
    "tech_demo": "srdi",
}
_LEAN = {
    "tech_sme": 0.6,
    "hte": 1.6,
    "innovative": 1.5,
    "municipal_srdi": 1.8,
    "srdi": 2.4,
    "little_giant": 3.2,
    "gazelle": 2.4,
    "single_champion": 3.6,
    "tech_demo": 3.4,
}
"""各称号对规模的偏好：科技型偏小，单项冠军偏大。"""
_SECTION = {"C": 0.0, "I": -0.6, "M": -2.2}
"""越往上越是制造业；科学研究、技术服务业少。"""


def titles(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """每个称号每个有效期一行：firm、title（代码）、text、batch、since、until（含当日）。"""
    rng = draw.stream(plan.seed, "titles")
    held: dict[str, NDArray[np.int64]] = {}
    parts = []
    for key, law in plan.city["titles"].items():
        score = _score(plan, city, key, held.get(_AFTER.get(key, "")))
        count = plan.scaled(law["valid"])
        held[key] = draw.best(rng, score, count)
        score[held[key]] = -np.inf
        former = draw.best(rng, score, max(1, round(count * float(law["expired"]))))
        parts += [_valid(plan, rng, city, key, held[key]), _expired(plan, rng, key, former)]
    rows = pl.concat(parts).sort("firm", "title", "since")
    return rows.filter(pl.col("since") > city["established"].gather(rows["firm"]))


def _score(plan: Plan, city: pl.DataFrame, key: str, stage: NDArray[np.int64] | None) -> NDArray[np.float64]:
    """越高越可能：素质、规模、研发；已有下一级称号的大大加分；不适合的为 -inf。"""
    fit = (
        (city["kind"].is_in(["limited", "corporate"]))
        & (city["status"].str.starts_with("存续"))
        & (city["section"].is_in(["C"] if key == "single_champion" else ["C", "I", "M"]))
        & (city["revenue_2025"] > 0)
        & (city["established"].dt.year() <= (2021 if key in _AFTER else 2023))
        & (city["doer"] if key not in ("innovative", "municipal_srdi") else True)
    ).to_numpy()
    level = 1.8 * city["quality"].to_numpy() + _LEAN[key] * city["size"].to_numpy()
    lean = city["section"].replace_strict(_SECTION, default=0.0).to_numpy()
    score = level + lean * (1 + (key in _AFTER)) + 1.2 * city["doer"].to_numpy()
    if stage is not None:
        score[stage] += 4.0
    return np.where(fit, score, -np.inf)


def _rows(plan: Plan, key: str, who: NDArray[np.int64], since: NDArray[np.datetime64]) -> pl.DataFrame:
    law = plan.city["titles"][key]
    start = pl.Series(since)
    return (
        pl.DataFrame({"firm": pl.Series(who, dtype=pl.UInt32), "since": start})
        .with_columns(
            title=pl.lit(key),
            text=pl.lit(law["text"]),
            batch=pl.format("{}年度", start.dt.year()),
            until=start.dt.offset_by(f"{law['years']}y").dt.offset_by("-1d"),
        )
        .select("firm", "title", "text", "batch", "since", "until")
    )


def _valid(plan: Plan, rng: np.random.Generator, city: pl.DataFrame, key: str, who: NDArray[np.int64]) -> pl.DataFrame:
    """现在有效的；其中一部分是期满续认的，另有上一期。"""
    years = plan.city["titles"][key]["years"]
    ago = rng.integers(5, 365 * years - 1, len(who))
    born = city["established"].gather(who).to_numpy().astype("datetime64[D]")
    since = np.maximum(np.datetime64(plan.today) - ago.astype("timedelta64[D]"), born + np.timedelta64(90, "D"))
    again = rng.random(len(who)) < 0.3
    before = pl.Series(since[again]).dt.offset_by(f"-{years}y").to_numpy()
    return pl.concat([_rows(plan, key, who, since), _rows(plan, key, who[again], before)])


def _expired(plan: Plan, rng: np.random.Generator, key: str, who: NDArray[np.int64]) -> pl.DataFrame:
    years = plan.city["titles"][key]["years"]
    ago = rng.integers(365 * years + 2, 365 * years + 900, len(who))
    return _rows(plan, key, who, np.datetime64(plan.today) - ago.astype("timedelta64[D]"))


def surveyed(plan: Plan, city: pl.DataFrame, held: pl.DataFrame) -> pl.Series:
    """县区摸底的对象：有过称号的都在，其余按规模与素质挑制造业、软件业和少数种业企业；产业园区外也有。"""
    law, rng = plan.city["survey"], draw.stream(plan.seed, "surveyed")
    chosen = np.zeros(plan.firms, dtype=bool)
    chosen[held["firm"].unique().to_numpy()] = True
    fit = city["kind"].is_in(["limited", "corporate"]) & city["status"].str.starts_with("存续")
    alive = (fit & (city["revenue_2025"] > 0).fill_null(False)).to_numpy() & ~chosen
    lean = city["section"].replace_strict({"C": 4.0, "I": 4.0, "M": 1.5, "A": 1.6, "B": -0.5}, default=-np.inf)
    score = 1.6 * city["quality"].to_numpy() + 1.8 * city["size"].to_numpy() + lean.to_numpy()
    count = plan.scaled(law["rows"], law["minimum"]) - int(chosen.sum())
    score = np.where(alive, score + 1.5 * city["doer"].to_numpy(), -np.inf)
    chosen[draw.best(rng, score, max(count, 0))] = True
    for county in plan.city["counties"]:
        here = (city["county"] == county["name"]).to_numpy()
        short = law["per_county"] - int((chosen & here).sum())
        chosen[draw.best(rng, np.where(here & ~chosen, score, -np.inf), max(short, 0))] = True
    for county, count in law["farming"].items():
        farm = city["section"].eq("A") & city["county"].eq(county) & city["status"].str.starts_with("存续")
        alive = (farm & city["revenue_2025"].gt(0).fill_null(False)).to_numpy() & ~chosen
        chosen[draw.best(rng, np.where(alive, 2 * city["size"].to_numpy(), -np.inf), plan.scaled(count, 2))] = True
    return pl.Series("surveyed", chosen)
