"""部门另外报来的数：经真正的门读回，逐个等于真值；少数企业的名单不重、不空、可复现。"""

from datetime import date

import polars as pl
import pytest

from miaopu.demo import DemoCity
from miaopu.ledger.reading.read import read
from miaopu.ledger.source import Sources, load_sources
from miaopu.terms.catalog import Catalog
from miaopu.terms.item_key import keys

EXACT = (
    "东昌府区企业数据一览表.xlsx",
    "莘县企业数据一览表.csv",
    "阳谷县企业数据一览表.xls",
    "临清市企业数据一览表.xlsx",
)
ANSWERS = {"prohibited_product": "prohibited", "lead_product_in_sei": "strategic", "product_field": "field",
           "it_supported_core_business": "informed"}  # fmt: skip
FIRMS = {  # 文件 → {指标: 真值列, 乘数}；都是一家一个数
    "credit/第三方综合信用评分.xlsx": {"credit_score": ("credit", 1000)},
    "credit/环保信用红黄标名单.csv": {"environment_red_yellow": ("red_yellow", 1)},
    "county/建筑业资质企业名单.csv": {"construction_qualified": ("qualified", 1)},
    "science/科技型中小企业评价信息.xlsx": {"tech_staff": ("tech_staff", 1), "cost": ("cost", 1)},
    "sasac/控股关系.xlsx": {"listed_control": ("listed_control", 1), "controlled_by_existing_lg": ("controlled", 1)},
    "registry_report/企业年报.csv": {"main_revenue": ("main_revenue_2025", 1), "employees": ("employees_2025", 1)},
    "market/认证与品牌.xlsx": {"foreign_product_cert": ("foreign_product_cert", 1)},
}


@pytest.fixture(scope="module")
def sources() -> Sources:
    return load_sources(Catalog.default())


def truth(city: DemoCity, name: str) -> pl.DataFrame:
    return pl.read_parquet(city.truth / f"{name}.parquet")


def posted(city: DemoCity, sources: Sources, path: str) -> pl.DataFrame:
    """一份干净文件的事实，连同代码。"""
    reading = read(city.folder / path, sources)
    return reading.facts.join(reading.rows.select("row_id", uscc="uscc_raw"), on="row_id")


@pytest.mark.parametrize("path", FIRMS)
def test_figures_of_a_department_are_the_true_ones(city: DemoCity, sources: Sources, path: str) -> None:
    facts, firms = posted(city, sources, path), truth(city, "firms")
    for indicator, (column, times) in FIRMS[path].items():
        true = firms.select("uscc", true=pl.col(column).cast(pl.Int64) * times)
        table = facts.filter(pl.col("indicator") == indicator).join(true, on="uscc")
        assert table.height >= 1
        assert table.filter(~pl.col("value").eq_missing(pl.col("true"))).select("uscc", "value", "true").rows() == []


@pytest.mark.parametrize("file", EXACT)
def test_survey_answers_are_the_true_ones_or_missing(city: DemoCity, sources: Sources, file: str) -> None:
    reading, firms = read(city.folder / "county" / file, sources), truth(city, "firms")
    rows = truth(city, "rows").filter(pl.col("file") == file).select("row", "firm").drop_nulls()
    for indicator, column in ANSWERS.items():
        told = reading.facts.filter(pl.col("indicator") == indicator).join(rows, on="row")
        table = told.join(firms.select("firm", true=pl.col(column).cast(pl.String)), on="firm")
        words = pl.col("true").replace({"true": "1", "false": "0"})
        found = pl.coalesce(pl.col("value").cast(pl.String), "text")
        assert 4 <= table.height <= reading.rows.height
        assert table.filter(found != words).select("row", "value", "text", "true").rows() == []


def test_scores_of_both_years_reach_their_year(city: DemoCity, sources: Sources) -> None:
    facts, firms = posted(city, sources, "miit/平台得分.xlsx"), truth(city, "firms")
    scores = facts.filter(pl.col("indicator") == "eval_score").join(firms, on="uscc")
    for year, column in {"2025": "eval_score", "2026": "eval_score_2026"}.items():
        one = scores.filter(pl.col("period") == year)
        assert one.height > 20 and (one["value"] == one[column] * 1000).all()
    digital = facts.filter(pl.col("indicator") == "digital_score")
    assert digital["uscc"].is_unique().all() and digital.height > 60


def test_financing_rounds_are_registered_item_by_item(city: DemoCity, sources: Sources) -> None:
    facts, rounds = posted(city, sources, "registration/增资扩股变更登记.xlsx"), truth(city, "equity")
    wide = facts.filter(pl.col("indicator").is_in(["equity.amount", "equity.qualified", "equity.dilution"]))
    wide = wide.pivot("indicator", index="item", values="value").join(rounds, left_on="item", right_on="number")
    assert wide.height == rounds.height >= 4
    assert (wide["equity.amount"] == wide["amount"]).all() and (wide["equity.dilution"] == wide["dilution"] * 100).all()
    assert (wide["equity.qualified"] == wide["qualified"].cast(pl.Int64)).all()
    assert rounds["date"].max() < date(2026, 11, 20) and rounds["dilution"].is_between(1, 10_000).all()


def test_applications_of_class_one_rights_are_asked_one_by_one(city: DemoCity, sources: Sources) -> None:
    facts, patents = posted(city, sources, "county/知识产权应用摸底表.csv"), truth(city, "patents")
    patents = patents.with_columns(keys(patents["number"], "patent_number"))
    told = facts.filter(pl.col("indicator") == "ip.applied").join(patents, left_on="item", right_on="number")
    assert told["kind"].is_in(["发明", "植物新品种"]).all() and set(told["value"]) == {0, 1}
    assert (told["value"] == (told["applied"] & told["related"]).cast(pl.Int64)).all()


def test_support_is_told_for_every_giant_and_never_beside_a_plan(city: DemoCity) -> None:
    held, supports = truth(city, "titles"), truth(city, "supports")
    today = date(2026, 11, 20)
    now = pl.col("title").eq("little_giant") & pl.col("since").le(today) & pl.col("until").ge(today)
    assert set(supports["firm"]) == set(held.filter(now)["firm"])
    assert supports.filter(pl.col("supported") & pl.col("investment").is_not_null()).is_empty()


def test_better_firms_do_better_without_a_line_between(city: DemoCity) -> None:
    firms = truth(city, "firms")
    for column in ("credit", "eval_score_2026", "informed"):
        assert firms.select(pl.corr("quality", column)).item() > 0.3
    assert firms["credit"].n_unique() > 300
    assert firms.filter("surveyed")["field"].n_unique() == 3
