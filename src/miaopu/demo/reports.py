"""部门另外报来的文件：股权融资、创客中国、重点支持、信用评分、环保、科技型评价、资质、冠军与专利应用摸底；不含脏数据。"""

from collections.abc import Iterator

import polars as pl

from miaopu.demo import draw
from miaopu.demo.plan import Plan
from miaopu.demo.sheet import NAME, Sheet, covered, cut, yes, yuan
from miaopu.demo.town.population import Population


def report_files(plan: Plan, town: Population) -> Iterator[Sheet]:
    """逐份给出。"""
    yield _equity(town)
    yield _maker(town)
    yield from _key_giants(town)
    yield from _credit(plan, town.firms)
    yield _evaluation(plan, town.firms, town.titles)
    yield from _county(plan, town)


def _equity(town: Population) -> Sheet:
    told = {
        "变更登记编号": "number",
        "增资日期": "date",
        "新增股权融资额（万元）": pl.col("amount") / 1_000_000,
        "合格机构投资者": yes("qualified"),
        "实缴到位": yes("paid_in"),
        "出让股权比例（%）": pl.col("dilution") / 100,
    }
    frame = cut(town.named(town.equity), NAME, **told)
    return Sheet("registration", "增资扩股变更登记.xlsx", frame)


def _maker(town: Population) -> Sheet:
    named = town.named(town.makers)
    return Sheet(
        "miit",
        "创客中国大赛结果.xlsx",
        cut(named, NAME, 项目名称="project", 赛事级别="level", 名次="rank", 公布日期="date"),
    )


def _key_giants(town: Population) -> Iterator[Sheet]:
    """支持情况是全部小巨人逐家写明；推进计划与估值只有报了的。"""
    named = town.named(town.supports)
    yield Sheet("miit", "重点小巨人支持名单.xlsx", cut(named, NAME, 已获重点小巨人支持=yes("supported")))
    plans = named.drop_nulls("investment")
    if plans.height:
        money = pl.col("investment") / 1_000_000
        yield Sheet("miit", "重点小巨人推进计划.xlsx", cut(plans, NAME, 推进计划投资总额__万元=money))
    worth = town.named(town.valuations)
    if worth.height:
        told = {"最近一轮融资估值__万元": pl.col("valuation") / 1_000_000, "折合亿美元": pl.col("usd") / 100}
        yield Sheet("miit", "高成长企业估值.xlsx", cut(worth, NAME, **told))


def _credit(plan: Plan, city: pl.DataFrame) -> Iterator[Sheet]:
    share = float(plan.reported["coverage"]["credit"])
    rated = city.filter(pl.col("surveyed") & covered(plan, "credit rated", share))
    yield Sheet("credit", "第三方综合信用评分.xlsx", cut(rated, NAME, 综合信用评分=pl.col("credit") / 10))
    marked = city.filter("red_yellow")
    yield Sheet("credit", "环保信用红黄标名单.csv", cut(marked, NAME, 环保红黄标=yes("red_yellow")))


def _evaluation(plan: Plan, city: pl.DataFrame, titles: pl.DataFrame) -> Sheet:
    """科技型评价：有过科技型称号的与一部分做研发的摸底企业。"""
    held = pl.col("firm").is_in(titles.filter(pl.col("title") == "tech_sme")["firm"].unique().implode())
    more = pl.col("surveyed") & pl.col("doer") & covered(plan, "evaluated", float(plan.reported["evaluated"]))
    some = city.filter((held | more) & pl.col("employees_2025").is_not_null()).with_columns(year=pl.lit("2025"))
    frame = cut(some, NAME, 年度="year", 科技人员__人="tech_staff", 成本费用总额__元=yuan("cost"))
    return Sheet("science", "科技型中小企业评价信息.xlsx", frame)


def _county(plan: Plan, town: Population) -> Iterator[Sheet]:
    """县区汇总报来的三份：冠军摸底、建筑业资质、Ⅰ类知识产权的应用。"""
    ranked = town.named(town.champions)
    told = {
        "从事相关领域年限__年": pl.col("field_years") / 10,
        "属新产品": yes("new_product"),
        "全球排名": "global_rank",
        "省内排名": "provincial_rank",
        "企业类申报": yes("enterprise_application"),
    }
    yield Sheet("county", "单项冠军企业摸底表.xlsx", cut(ranked, NAME, **told))
    built = town.firms.filter("qualified")
    yield Sheet("county", "建筑业资质企业名单.csv", cut(built, NAME, 有建筑业资质=yes("qualified")))
    yield Sheet(
        "county",
        "知识产权应用摸底表.csv",
        cut(_applied(plan, town), NAME, 专利号="number", 是否已应用且相关=yes("used")),
    )


def _applied(plan: Plan, town: Population) -> pl.DataFrame:
    """摸底企业的Ⅰ类知识产权逐件问是否已应用且相关；有的企业没有报。"""
    rng = draw.stream(plan.seed, "applied")
    told = pl.Series(rng.random(plan.firms) < float(plan.reported["coverage"]["patents"]))
    asked = town.firms.filter(pl.col("surveyed") & told)["firm"].implode()
    first = pl.col("kind").is_in(plan.survey["class_one"]) & pl.col("firm").is_in(asked)
    return town.named(town.patents.filter(first)).with_columns(used=pl.col("applied") & pl.col("related"))
