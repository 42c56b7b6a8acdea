"""部门与县区另外掌握的情况：禁限类、领域档次、信息化、科技人员、信用评分、资质、冠军摸底；抽样不看任何标准。"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from miaopu.demo import draw
from miaopu.demo.plan import Plan


def answers(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """每户一行：prohibited、strategic 是否，field 领域档次（A、B、C），informed 采用信息系统的核心业务项数，

    tech_staff 2025 年科技人员，cost 2025 年成本费用（分）。
    """
    rng, law, quality = draw.stream(plan.seed, "answers"), plan.reported["answers"], city["quality"].to_numpy()
    making, doer = (city["section"] == "C").to_numpy(), city["doer"].to_numpy()
    strategic = np.where(doer, float(law["strategic_doer"]), float(law["strategic_other"])) * np.exp(0.3 * quality)
    level = 0.55 * quality + 0.25 * doer + rng.normal(0, 1, plan.firms)
    field = np.array(["C", "B", "A"])[np.searchsorted([float(one) for one in law["field_steps"]], level)]
    informed = np.clip(
        np.rint(1.1 + 0.6 * quality + 0.4 * city["size"].to_numpy() + rng.normal(0, 0.9, plan.firms)), 0, 6
    )
    return pl.DataFrame(
        {
            "prohibited": (rng.random(plan.firms) < float(law["prohibited"])) & making,
            "strategic": rng.random(plan.firms) < strategic,
            "field": field,
            "informed": informed.astype(np.int64),
            "tech_staff": _tech_staff(rng, city),
            "cost": _cost(rng, city),
        }
    )


def _tech_staff(rng: np.random.Generator, city: pl.DataFrame) -> pl.Series:
    """2025 年科技人员：研发人员之外另有技术服务、管理的；不超过从业人员。"""
    people = city["employees_2025"].fill_null(0).to_numpy()
    more = np.rint(people * rng.beta(1.5, 14, city.height)).astype(np.int64)
    return pl.Series(np.minimum(city["rd_staff_2025"].fill_null(0).to_numpy() + more, people))


def _cost(rng: np.random.Generator, city: pl.DataFrame) -> pl.Series:
    """2025 年成本费用：营收减利润，再差一点税金与营业外收支；取到百元。"""
    spent = (city["revenue_2025"] - city["net_profit_2025"]).fill_null(0).to_numpy()
    return pl.Series(np.rint(spent * rng.uniform(0.955, 1.0, city.height) / 10_000).astype(np.int64).clip(0) * 10_000)


def ratings(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """credit 第三方信用评分、eval_score_2026 本年发展评价得分（十分之一分）；

    red_yellow 环保红黄标、qualified 建筑业资质、listed_control 上市公司控股是否。
    """
    rng, law, quality = draw.stream(plan.seed, "ratings"), plan.reported["ratings"], city["quality"].to_numpy()
    credit = np.clip(float(law["credit_middle"]) + 5.5 * quality + rng.normal(0, 7, plan.firms), 25, 99)
    score = np.clip(city["eval_score"].to_numpy() / 10 + rng.normal(1.2, 3.5, plan.firms), 18, 99)
    building = (city["section"] == "E").to_numpy() & city["kind"].is_in(["limited", "corporate"]).to_numpy()
    chance = float(law["construction"]) * np.exp(0.6 * city["size"].to_numpy() - 0.2)
    return pl.DataFrame(
        {
            "credit": np.rint(credit * 10).astype(np.int64),
            "eval_score_2026": np.rint(score * 10).astype(np.int64),
            "red_yellow": _some(plan, rng, city, law["red_yellow"], -0.4 * quality),
            "qualified": building & (rng.random(plan.firms) < chance),
            "listed_control": _some(plan, rng, city, law["listed_control"], 1.6 * city["size"].to_numpy()),
        }
    )


def _some(plan: Plan, rng: np.random.Generator, city: pl.DataFrame, count: int, score: NDArray) -> NDArray[np.bool_]:
    """制造业、软件业公司里挑若干家（全城个数按户数折算）。"""
    fit = city["section"].is_in(["C", "I"]).to_numpy() & (city["kind"] == "limited").to_numpy()
    marked = np.zeros(plan.firms, dtype=bool)
    marked[draw.best(rng, np.where(fit, score, -np.inf), plan.scaled(count))] = True
    return marked


def champions(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """单项冠军摸底对象一家一行：firm、field_years（十分之一年）、global_rank（可缺）、provincial_rank、两个是否。"""
    rng, law = draw.stream(plan.seed, "champions"), plan.reported["champions"]
    fit = city["surveyed"].to_numpy() & (city["section"] == "C").to_numpy() & city["doer"].to_numpy()
    score = np.where(fit, 2.2 * city["size"].to_numpy() + 1.4 * city["quality"].to_numpy(), -np.inf)
    who = draw.best(rng, score, plan.scaled(law["count"], 3))
    some, many = city[who.tolist()], len(who)
    home = np.clip(np.rint(np.exp(1.9 - 0.7 * some["quality"].to_numpy() + rng.normal(0, 0.8, many))), 1, 90)
    world = np.clip(np.rint(home * np.exp(rng.normal(1.2, 0.6, many))), 1, 400)
    knows = pl.Series(rng.random(many) < float(law["knows_world"]))
    return some.select(
        "firm",
        field_years=pl.col("segment_years") + pl.Series(rng.integers(0, 40, many)),
        new_product=pl.Series(rng.random(many) < float(law["new_product"])),
        global_rank=pl.when(knows).then(pl.Series(world.astype(np.int64))),
        provincial_rank=pl.Series(home.astype(np.int64)),
        enterprise_application=pl.Series(rng.random(many) < float(law["enterprise"])),
    ).sort("firm")
