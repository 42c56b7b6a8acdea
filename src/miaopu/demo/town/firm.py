"""虚构企业的身份：名称、代码、县区、行业、主体类型、成立日期、住所；每户一行，名称都含“虚构”。"""

from datetime import date

import numpy as np
import polars as pl

from miaopu.demo import draw
from miaopu.demo.plan import Plan
from miaopu.demo.town.code import codes
from miaopu.demo.town.name import names


def firms(plan: Plan) -> pl.DataFrame:
    """全城企业，一户一行；size、quality 是看不见的规模与素质（标准正态）。"""
    frame = pl.DataFrame({"firm": np.arange(plan.firms, dtype=np.uint32)})
    for step in (_section, _latent, _county, _form, _industry, _age, _name, _code, _capital, _place, _status):
        frame = frame.with_columns(step(plan, frame))
    return frame


def _section(plan: Plan, frame: pl.DataFrame) -> list[pl.Series]:
    fixed = {key: plan.scaled(plan.city["totals"][key]) for key in ("C", "I")}
    shares = {key: float(value) for key, value in plan.city["shares"].items()}
    rest = draw.portions(plan.firms - sum(fixed.values()), list(shares.values()))
    counts = fixed | dict(zip(shares, rest.tolist()))
    sections = np.repeat(list(counts), list(counts.values()))
    return [pl.Series("section", draw.stream(plan.seed, "section").permutation(sections))]


def _latent(plan: Plan, frame: pl.DataFrame) -> list[pl.Series]:
    rng = draw.stream(plan.seed, "latent")
    size, own = rng.standard_normal((2, plan.firms))
    return [pl.Series("size", size), pl.Series("quality", 0.35 * size + np.sqrt(1 - 0.35**2) * own)]


def _county(plan: Plan, frame: pl.DataFrame) -> list[pl.Series]:
    counties = plan.city["counties"]
    index = draw.choose(draw.stream(plan.seed, "county"), plan.firms, [float(one["share"]) for one in counties])
    titles = {"county": "name", "region_code": "code", "short": "short"}
    return [pl.Series(title, np.array([one[key] for one in counties])[index]) for title, key in titles.items()]


def _form(plan: Plan, frame: pl.DataFrame) -> list[pl.Series]:
    forms, rng = plan.city["forms"], draw.stream(plan.seed, "form")
    farming = frame["section"].to_numpy() == "A"
    weights = np.array([float(one["share"]) for one in forms])
    coop = np.array([one["kind"] == "cooperative" for one in forms])
    index = np.where(
        farming,
        draw.choose(rng, plan.firms, np.where(coop, 180, weights)),
        draw.choose(rng, plan.firms, np.where(coop, 0, weights)),
    )
    suffix = np.array(
        [
            one["suffixes"][turn % len(one["suffixes"])]
            for one, turn in zip((forms[i] for i in index.tolist()), rng.integers(0, 12, plan.firms).tolist())
        ]
    )
    return [
        pl.Series("kind", np.array([one["kind"] for one in forms])[index]),
        pl.Series("entity_type", np.array([one["text"] for one in forms])[index]),
        pl.Series("suffix", suffix),
    ]


def _industry(plan: Plan, frame: pl.DataFrame) -> list[pl.Series]:
    rng, sections = draw.stream(plan.seed, "industry"), frame["section"].to_numpy()
    table, chosen = plan.industries, np.zeros(plan.firms, dtype=np.int64)
    for section in sorted(set(sections)):
        rows = [place for place, one in enumerate(table) if one["section"] == section]
        here = np.flatnonzero(sections == section)
        chosen[here] = np.array(rows)[draw.choose(rng, len(here), [table[row]["weight"] for row in rows])]
    product = [
        table[i]["products"][turn % len(table[i]["products"])]
        for i, turn in zip(chosen.tolist(), rng.integers(0, 12, plan.firms).tolist())
    ]
    return [
        pl.Series("industry", np.array([one["code"] for one in table])[chosen]),
        pl.Series("industry_name", np.array([one["name"] for one in table])[chosen]),
        pl.Series("product", product),
    ]


def _age(plan: Plan, frame: pl.DataFrame) -> list[pl.Series]:
    rng = draw.stream(plan.seed, "age")
    years = np.clip(rng.gamma(2.0, 3.1, plan.firms) * np.exp(0.22 * frame["size"].to_numpy()), 0.25, 34)
    born = np.datetime64(plan.today) - (years * 365.25).astype("timedelta64[D]")
    return [pl.Series("established", born)]


def _name(plan: Plan, frame: pl.DataFrame) -> list[pl.Series]:
    return names(plan, frame).get_columns()


def _code(plan: Plan, frame: pl.DataFrame) -> list[pl.Series]:
    old = {one["name"]: one["retired"] for one in plan.city["counties"] if "retired" in one}
    region = (
        pl.when(pl.col("established") < date(2019, 9, 1))
        .then(pl.col("county").replace_strict(old, default=pl.col("region_code")))
        .otherwise(pl.col("region_code"))
    )
    kind = pl.when(pl.col("kind") == "cooperative").then(pl.lit("93")).otherwise(pl.lit("91"))
    table = frame.select("firm", kind.alias("authority"), region.alias("region"))
    made = codes(table["firm"].to_numpy(), table["authority"].to_list(), table["region"].to_list(), plan.seed)
    return [pl.Series("uscc", made)]


def _capital(plan: Plan, frame: pl.DataFrame) -> list[pl.Series]:
    rng = draw.stream(plan.seed, "capital")
    raw = np.exp(4.9 + 0.75 * frame["size"].to_numpy() + rng.normal(0, 0.9, plan.firms))
    steps = np.array([3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 600, 1000, 2000, 3000, 5000, 10000, 20000, 50000])
    amount = steps[np.clip(np.searchsorted(steps, raw), 0, len(steps) - 1)]
    return [pl.Series("capital", np.where(frame["kind"].to_numpy() == "branch", 0, amount))]


def _place(plan: Plan, frame: pl.DataFrame) -> list[pl.Series]:
    rng, counties = draw.stream(plan.seed, "place"), {one["name"]: one["places"] for one in plan.city["counties"]}
    turn = rng.integers(0, 60, plan.firms).tolist()
    towns = [counties[county][at % len(counties[county])] for county, at in zip(frame["county"].to_list(), turn)]
    street, number = draw.words(rng, plan.firms, plan.names["streets"]), rng.integers(1, 400, plan.firms)
    parts = frame.select("county", town=pl.Series(towns), street=pl.Series(street, dtype=pl.String), number=number)
    prefix = pl.when(pl.col("county").str.starts_with("聊城")).then(pl.lit("山东省")).otherwise(pl.lit("山东省聊城市"))
    address = parts.select(address=pl.concat_str(prefix, "county", "town", "street", "number", pl.lit("号（虚构）")))
    deeds = {"C": "制造、销售", "F": "批发、零售", "A": "种植养殖、销售"}
    deed = pl.col("section").replace_strict(deeds, default="服务")
    tail = pl.lit("；技术服务；货物进出口（虚构经营范围）")
    scope = frame.select(scope=pl.concat_str("product", deed, pl.lit("；"), "industry_name", tail))
    return [address["address"], scope["scope"]]


def _status(plan: Plan, frame: pl.DataFrame) -> list[pl.Series]:
    table, rng = plan.city["statuses"], draw.stream(plan.seed, "status")
    index = draw.choose(rng, plan.firms, [float(value) for value in table.values()])
    return [pl.Series("status", np.array(list(table))[index])]
