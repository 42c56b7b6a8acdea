"""三年经营：营业收入、主营、研发、利润、资产、负债、人员；金额为分（int64），当年未成立为 null。"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from miaopu.demo import draw
from miaopu.demo.plan import Plan

YEARS = (2023, 2024, 2025)
GRID = 10_000  # 分：数字一律取到百元，各部门换单位时才不会因四舍五入打架
Numbers = NDArray[np.float64]


def economy(plan: Plan, firms: pl.DataFrame) -> pl.DataFrame:
    """与 firms 同序；列为 <指标>_<年>，另有 doer（是否做研发）。"""
    rng, table = draw.stream(plan.seed, "economy"), _parameters(plan, firms)
    size, quality = firms["size"].to_numpy(), firms["quality"].to_numpy()
    doer, share = _research(plan, rng, firms, size, quality)
    revenue = _revenue(rng, table, size, quality, share)
    people = _employees(rng, table, revenue)
    money = {"revenue": revenue, "rd": revenue * share} | _accounts(rng, table, revenue, quality)
    columns = {key: _fen(values) for key, values in money.items()} | _staff(rng, people, doer)
    wide = {f"{key}_{year}": values[:, at] for key, values in columns.items() for at, year in enumerate(YEARS)}
    return _unborn(firms, pl.DataFrame(wide)).with_columns(doer=doer)


def _parameters(plan: Plan, firms: pl.DataFrame) -> dict[str, Numbers]:
    sections = firms["section"].unique().sort().to_list()
    rows = [plan.economy(section) for section in sections]
    at = np.searchsorted(np.array(sections), firms["section"].to_numpy().astype(str))
    return {key: np.array([row[key] for row in rows])[at] for key in rows[0]}


def _research(
    plan: Plan, rng: np.random.Generator, firms: pl.DataFrame, size: Numbers, quality: Numbers
) -> tuple[NDArray[np.bool_], Numbers]:
    """谁做研发、三年研发占营收的比例：素质高、规模大的更可能，比例本身各有高低。"""
    law, sections = plan.city["research"], firms["section"].unique().to_list()
    rate = {section: float(law.get(section, law["default"])) for section in sections}
    chance = firms["section"].replace_strict(rate, return_dtype=pl.Float64).to_numpy()
    legal = firms["kind"].is_in(["limited", "corporate"]).to_numpy()
    doer = (rng.random(plan.firms) < np.clip(chance * np.exp(1.0 * quality + 0.55 * size - 0.4), 0, 0.96)) & legal
    spread = float(law["intensity_sigma"]) * rng.standard_normal(plan.firms) + 0.28 * quality
    level = np.clip(float(law["intensity_median"]) * np.exp(spread), 0.001, 0.45)[:, None]
    wobble = np.exp(rng.normal([-0.08, -0.03, 0.02], 0.13, (plan.firms, 3)))
    return doer, np.where(doer[:, None], level * wobble, 0.0)


def _revenue(
    rng: np.random.Generator, table: dict[str, Numbers], size: Numbers, quality: Numbers, share: Numbers
) -> Numbers:
    """万元，列为 2023、2024、2025；增长与素质、研发有关，零申报的三年皆零。"""
    last = table["median"] * np.exp(table["sigma"] * size)
    trend = 0.02 + 0.045 * quality + 0.6 * np.minimum(share[:, 2], 0.15)
    growth = np.clip(trend[:, None] + rng.normal(0, 0.19, (len(size), 2)), -0.7, 1.8)
    middle = last / (1 + growth[:, 1])
    dormant = (rng.random(len(size)) < table["dormant"]) & (size < 0.6) & (share[:, 2] == 0)
    years = np.stack([middle / (1 + growth[:, 0]), middle, last], axis=1)
    return np.where(dormant[:, None], 0.0, years)


def _employees(rng: np.random.Generator, table: dict[str, Numbers], revenue: Numbers) -> Numbers:
    base = revenue / table["per_head"][:, None] * np.exp(rng.normal(0, 0.42, (len(revenue), 1)))
    return np.maximum(np.rint(base * np.exp(rng.normal(0, 0.05, revenue.shape))), 1)


def _accounts(
    rng: np.random.Generator, table: dict[str, Numbers], revenue: Numbers, quality: Numbers
) -> dict[str, Numbers]:
    many = revenue.shape
    main = revenue * np.clip(rng.beta(24, 1.4, (many[0], 1)) + rng.normal(0, 0.008, many), 0.2, 1)
    profit = revenue * (0.035 + 0.022 * quality[:, None] + rng.normal(0, 0.055, many))
    spread = np.exp(rng.normal(0, 0.5, (many[0], 1)) + rng.normal(0, 0.06, many))
    assets = (revenue + 3) * table["assets"][:, None] * spread
    debt = np.clip(rng.beta(4.2, 4.4, (many[0], 1)) + rng.normal(0, 0.03, many), 0.01, 1.25)
    return {"main_revenue": main, "net_profit": profit, "assets": assets, "liabilities": assets * debt}


def _staff(rng: np.random.Generator, people: Numbers, doer: NDArray[np.bool_]) -> dict[str, NDArray[np.int64]]:
    insured = np.floor(people * rng.beta(5, 2, (len(people), 1)) + rng.random((len(people), 1)))
    research = np.where(doer[:, None], np.maximum(np.rint(people * rng.uniform(0.05, 0.28, (len(people), 1))), 1), 0)
    named = {"employees": people, "insured_staff": insured, "rd_staff": np.minimum(research, people)}
    return {key: values.astype(np.int64) for key, values in named.items()}


def _fen(wan: Numbers) -> NDArray[np.int64]:
    """万元 → 分，取到百元。"""
    return np.rint(wan * 100).astype(np.int64) * GRID


def _unborn(firms: pl.DataFrame, wide: pl.DataFrame) -> pl.DataFrame:
    """成立当年以前没有数：null，不是零。"""
    born = firms["established"].dt.year()
    return wide.select(pl.when(pl.lit(born <= int(key.rsplit("_", 1)[1]))).then(key).alias(key) for key in wide.columns)
