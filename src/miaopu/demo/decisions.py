"""人的决定：专家核定、取数取舍、主体复核，写成决定文件（xlsx）；真值只管定得对，定不定、定哪些由抽样，有的留着不定。"""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from miaopu.demo import draw, write
from miaopu.demo.plan import Plan
from miaopu.demo.town.population import Population
from miaopu.terms.catalog import Catalog

FOLDER = "decisions"
JUDGED, CHOSEN, REVIEWED = "专家核定.xlsx", "取数决定.xlsx", "主体复核决定.xlsx"
"""复核决定要等入了账、有了复核清单才写得出（见 review_file）。"""
SIGNED = date(2026, 11, 12)
RARE = {
    "reviewed_plan": "supports",
    "reviewed_private_equity": "equity",
    "reviewed_four_new": "equity",
    "reviewed_quality_leading": "champions",
    "reviewed_innovation_leading": "champions",
    "reviewed_revenue_relaxation": "champions",
}
"""只对这些企业才核的指标 → 真值里的名单；其余指标对全部送核企业。"""


def decision_files(plan: Plan, town: Population, truth: dict[str, pl.DataFrame], folder: Path) -> list[tuple[str, int]]:
    """写专家核定与取数决定，返回文件名与行数；truth 是摸底文件的 faults 与 rows。"""
    frames = {JUDGED: judgements(plan, town), CHOSEN: choices(plan, town.firms, truth)}
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    for file, frame in frames.items():
        write.xlsx(folder / FOLDER / file, frame)
    return [(file, frame.height) for file, frame in frames.items()]


def judgements(plan: Plan, town: Population) -> pl.DataFrame:
    """专家核定：一家一项一行；“决定”空着的是没有核完的，头几行的有效期已过。"""
    rng, law = draw.stream(plan.seed, "judgements"), plan.reported["judgements"]
    parts = [_judged(rng, law, key, float(rate), _sent(plan, town, key)) for key, rate in law["rates"].items()]
    table = pl.concat(parts).with_row_index("at")
    expired = pl.col("at") < law["expired"]
    late = pl.when(expired).then(pl.lit(plan.today - timedelta(days=60))).otherwise(pl.lit(date(2027, 12, 31)))
    return table.select(
        pl.lit("核定").alias("类型"),
        pl.col("uscc").alias("企业"),
        pl.col("name").alias("企业名称"),
        pl.col("key").alias("指标"),
        pl.col("version").alias("标准版本"),
        pl.col("said").alias("决定"),
        pl.lit("专家组现场核查（虚构）").alias("理由"),
        pl.lit("评审纪要（虚构）第3号").alias("依据"),
        pl.lit("虚构专家组").alias("决定人"),
        pl.when(expired).then(pl.lit(date(2025, 9, 20))).otherwise(pl.lit(SIGNED)).alias("决定日期"),
        late.alias("有效至"),
    )


def _sent(plan: Plan, town: Population, key: str) -> pl.DataFrame:
    """送核的企业：少数指标看名单，其余取摸底企业里素质、规模靠前而带运气的若干家。"""
    city = town.firms
    if key in RARE:
        return city.filter(pl.col("firm").is_in(getattr(town, RARE[key])["firm"].unique().implode()))
    score = np.where(city["surveyed"].to_numpy(), (1.5 * city["quality"] + city["size"]).to_numpy(), -np.inf)
    who = draw.best(draw.stream(plan.seed, "sent"), score, plan.scaled(plan.reported["judgements"]["count"], 40))
    return city[who.tolist()]


def _judged(rng: np.random.Generator, law: dict[str, Any], key: str, rate: float, some: pl.DataFrame) -> pl.DataFrame:
    chance = np.clip(rate + 0.12 * some["quality"].to_numpy(), 0.03, 0.97)
    said = np.where(rng.random(some.height) < chance, "是", "否")
    said = np.where(rng.random(some.height) < float(law["open"]), "", said)
    return some.select("uscc", "name", key=pl.lit(key), version=pl.lit(law["version"][key]), said=pl.Series(said))


def choices(plan: Plan, city: pl.DataFrame, truth: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """整份用错单位的县区：核实过的企业，营业收入改取税务的数；其余等县区重报。"""
    wrong = truth["faults"].filter(pl.col("kind") == "wrong_unit_file")["file"].unique()
    firms = truth["rows"].filter(pl.col("file").is_in(wrong.implode()))["firm"].drop_nulls().unique().sort()
    share = float(plan.reported["review_decided"])
    decided = firms.filter(pl.Series(draw.stream(plan.seed, "choices").random(len(firms)) < share)).implode()
    return city.filter(pl.col("firm").is_in(decided)).select(
        pl.lit("取数").alias("类型"),
        pl.col("uscc").alias("企业"),
        pl.col("name").alias("企业名称"),
        pl.lit("revenue").alias("指标"),
        pl.lit("税务").alias("决定"),
        pl.lit("县区一览表单位写错，已与企业核实（虚构）").alias("理由"),
        pl.lit("电话核实记录（虚构）").alias("依据"),
        pl.lit("虚构经办").alias("决定人"),
        pl.lit(SIGNED).alias("决定日期"),
    )


def review_file(catalog: Catalog, folder: Path, waiting: pl.DataFrame, seed: int) -> Path | None:
    """复核清单里由人定了的一部分；waiting 是台账的复核行，另有 source、file 列。没有可定的不写，给 None。"""
    rows = pl.read_parquet(folder / "truth" / "rows.parquet").drop("sheet").unique(["source", "file", "row"])
    firms = pl.read_parquet(folder / "truth" / "firms.parquet").select("firm", true="uscc")
    share = float(catalog.read("demo/reported.yaml")["review_decided"])
    told = waiting.join(rows, on=["source", "file", "row"], how="inner", maintain_order="left")
    told = told.join(firms, on="firm", how="inner", maintain_order="left").sort("file", "row")
    decided = told.filter(pl.Series(draw.stream(seed, "reviewed").random(told.height) < share))
    if decided.is_empty():
        return None
    path = folder / FOLDER / REVIEWED
    path.parent.mkdir(parents=True, exist_ok=True)
    write.xlsx(path, _ruled(decided))
    return path


def _ruled(decided: pl.DataFrame) -> pl.DataFrame:
    return decided.select(
        pl.lit("主体").alias("类型"),
        pl.col("batch").alias("批次"),
        pl.col("row_id").alias("行编号"),
        pl.col("name_raw").alias("来源名称"),
        pl.lit("指定企业").alias("决定"),
        pl.col("true").alias("指定企业号"),
        pl.lit("与县区核对证照（虚构）").alias("决定理由"),
        pl.lit("营业执照复印件（虚构）").alias("依据"),
        pl.lit("虚构经办").alias("决定人"),
        pl.lit(SIGNED + timedelta(days=3)).alias("决定日期"),
    )
