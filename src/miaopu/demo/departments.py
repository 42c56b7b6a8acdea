"""各部门文件：从真值裁出各部门看得见的那一部分，表头用部门自己的写法；不含脏数据。"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from miaopu.demo import draw
from miaopu.demo.plan import Plan
from miaopu.demo.reports import report_files
from miaopu.demo.sheet import NAME, Sheet, covered, cut, yes, yuan
from miaopu.demo.town.population import Population


def department_files(plan: Plan, town: Population) -> Iterator[Sheet]:
    """逐份给出干净的部门文件；大表在前。"""
    yield from _registration(town.firms)
    yield from _tax(plan, town.firms)
    yield from _staff_and_assets(plan, town.firms)
    yield from _market(town)
    yield _rights(town)
    yield from _science(town)
    yield from _bureau(plan, town)
    yield from _rest(plan, town)
    yield from report_files(plan, town)


def _registration(city: pl.DataFrame) -> Iterator[Sheet]:
    register = cut(
        city,
        NAME,
        主体类型="entity_type",
        登记状态="status",
        成立日期="established",
        注册资本__万元="capital",
        行业代码="industry",
        所属县区="county",
        住所="address",
        经营范围="scope",
    )
    yield Sheet("registration", "全市市场主体登记信息.csv", register, "gb18030")
    renamed = city.filter(pl.col("former_name").is_not_null())
    names = cut(renamed, NAME, 曾用名="former_name", 变更日期="former_until")
    yield Sheet("registration", "企业名称变更登记.xlsx", names)


def _tax(plan: Plan, city: pl.DataFrame) -> Iterator[Sheet]:
    cover = {key: float(value) for key, value in plan.city["coverage"].items()}
    rng = draw.stream(plan.seed, "tax grade")
    grade = pl.Series(np.array(["A", "B", "M", "C", "D"])[draw.choose(rng, plan.firms, [8, 42, 38, 8, 4])])
    rated = pl.when(covered(plan, "tax rated", cover["tax_credit"])).then(grade)
    known = city.with_columns(grade=rated).filter(covered(plan, "tax", cover["tax"]))
    years = {f"{year}年营业收入__元": yuan(f"tax_revenue_{year}") for year in (2023, 2024, 2025)}
    yield Sheet("tax", "企业营业收入.xlsx", cut(known, "纳税人名称", **years, 纳税信用等级="grade"))
    yield Sheet("tax", "研发费用加计扣除.csv", _deduction(plan, city))


def _deduction(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """加计扣除基数小于审计研发费用，且只有申报了的企业才有。"""
    rng = draw.stream(plan.seed, "deduction")
    claims, part = pl.Series(rng.random(plan.firms) < 0.78), pl.Series(rng.beta(9, 2, plan.firms))
    doers = city.with_columns(claims=claims, part=part).filter(pl.col("doer") & pl.col("claims"))
    base = (pl.col("rd") * pl.col("part") / 10_000).round().cast(pl.Int64) * 100.0
    wide = {f"rd_{year}": str(year) for year in (2023, 2024, 2025)}
    long = (
        doers.rename(wide)
        .unpivot(list(wide.values()), index=["firm", "uscc", "name", "part"], variable_name="year", value_name="rd")
        .drop_nulls("rd")
        .sort("firm", "year")
    )
    return cut(long, "纳税人名称", 年度="year", 加计扣除基数__元=base)


def _staff_and_assets(plan: Plan, city: pl.DataFrame) -> Iterator[Sheet]:
    seen = covered(plan, "annual", float(plan.city["coverage"]["annual"])) & (city["established"].dt.year() <= 2025)
    report = city.filter(seen & ~city["status"].is_in(["注销", "迁出"]))
    told = {
        "2025年从业人数（人）": "employees_2025",
        "2025年末资产总额（万元）": pl.col("assets_2025") / 1_000_000,
        "2025年末负债总额（万元）": pl.col("liabilities_2025") / 1_000_000,
        "2025年主营业务收入（万元）": pl.col("main_revenue_2025") / 1_000_000,
    }
    annual = cut(report, NAME, **told)
    yield Sheet("registry_report", "企业年报.csv", annual)
    insured = city.filter((pl.col("insured_staff_2025") > 0) & covered(plan, "hrss", 0.45) | city["surveyed"])
    frame = insured.rename({"insured_staff_2025": "staff"})
    yield Sheet("hrss", "单位参保人数.xlsx", cut(frame, "单位名称", **{"2025年12月参保人数__人": "staff"}))


def _market(town: Population) -> Iterator[Sheet]:
    city = town.firms
    black = city.filter(pl.col("abnormal") | pl.col("dishonest"))
    lists = cut(black, NAME, 经营异常名录=yes("abnormal"), 严重违法失信=yes("dishonest"))
    yield Sheet("market", "经营异常与严重违法失信名单.csv", lists, "gb18030")
    marks = {
        "质量管理体系认证": "quality_cert",
        "管理体系认证": "mgmt_system_cert",
        "自主品牌": "own_brand",
        "省级以上质量奖": "quality_award",
        "发达国家和地区产品认证": "foreign_product_cert",
    }
    known = city.filter(pl.col("doer") | pl.col("surveyed"))
    certs = cut(known, NAME, **{key: yes(value) for key, value in marks.items()})
    yield Sheet("market", "认证与品牌.xlsx", certs)
    items = town.named(town.standards)
    work = cut(items, NAME, 标准编号="number", 标准级别="level", 参与方式="role", 发布日期="date")
    yield Sheet("market", "标准制修订.xlsx", work)


def _rights(town: Population) -> Sheet:
    rights = cut(
        town.named(town.patents),
        "权利人",
        类别="kind",
        专利号="number",
        授权公告日="granted",
        取得方式="acquired",
        转让日期="transfer_date",
        权利人排名="holder_rank",
        法律状态="legal",
    )
    return Sheet("ip", "授权专利与知识产权.csv", rights)


def _science(town: Population) -> Iterator[Sheet]:
    held = town.named(town.titles.filter(pl.col("title").is_in(["hte", "tech_sme"])))
    yield Sheet("science", "科技称号.xlsx", cut(held, NAME, 称号="text", 发证日期="since", 有效期至="until"))
    bodies = cut(
        town.named(town.institutions),
        NAME,
        机构名称="institution",
        级别="level",
        类型="form",
        认定日期="since",
        有效期至="until",
    )
    yield Sheet("science", "研发机构.xlsx", bodies)
    prizes = cut(town.named(town.awards), NAME, 奖励名称="award", 级别="level", 名次="rank", 落款日期="date")
    yield Sheet("science", "科技奖励.xlsx", prizes)


def _bureau(plan: Plan, town: Population) -> Iterator[Sheet]:
    held = town.named(town.titles.filter(~pl.col("title").is_in(["hte", "tech_sme"])))
    frame = cut(held, NAME, 称号="text", 批次="batch", 有效期起="since", 有效期止="until")
    yield Sheet("miit", "工信称号.xlsx", frame)
    yield Sheet("miit", "平台得分.xlsx", _platform(plan, town.firms))


def _platform(plan: Plan, city: pl.DataFrame) -> pl.DataFrame:
    """培育平台两个年度的得分；数字化评测只写在企业最近的一行。"""
    law = plan.reported["coverage"]
    last, now = covered(plan, "platform", 0.72), covered(plan, "platform 2026", float(law["platform_2026"]))
    old = city.filter(pl.col("surveyed") & last).with_columns(
        year=pl.lit("2025"), score="eval_score", newest=~pl.Series(now).filter(city["surveyed"] & last)
    )
    new = city.filter(pl.col("surveyed") & now).with_columns(
        year=pl.lit("2026"), score="eval_score_2026", newest=pl.lit(True)
    )
    known = [
        pl.Series(draw.stream(plan.seed, "scored").random(old.height) < 0.6),
        pl.Series(draw.stream(plan.seed, "scored 2026").random(new.height) < float(law["scored_2026"])),
    ]
    both = pl.concat([old, new]).with_columns(known=pl.concat(known)).sort("firm", "year")
    level = pl.col("digital_level").replace_strict({1: "一级", 2: "二级", 3: "三级", 4: "四级"})
    return cut(
        both.filter(pl.col("known") | pl.col("newest")),
        NAME,
        年度="year",
        发展评价得分=pl.when("known").then(pl.col("score") / 10),
        数字化得分=pl.when("newest").then(pl.col("digital_score") / 10),
        数字化等级=pl.when("newest").then(level),
    )


def _rest(plan: Plan, town: Population) -> Iterator[Sheet]:
    city = town.firms.with_columns(year=pl.lit("2025"), mark=pl.lit("是"))
    big = city.filter(pl.col("above_scale"))
    scaled = cut(big, "单位名称", 行业代码="industry", 年度="year", 规上标志="mark")
    yield Sheet("statistics", "规上企业名录.xlsx", scaled)
    tied = pl.any_horizontal("surveyed", "controlled", "same_group", "listed_control")
    control = cut(
        city.filter(tied | (pl.col("board") != "无")),
        NAME,
        与小巨人控股关系=yes("controlled"),
        同集团相似产品=yes("same_group"),
        上市板块="board",
        上市公司控股或并购=yes("listed_control"),
    )
    yield Sheet("sasac", "控股关系.xlsx", control)
    bad = town.named(town.incidents).with_columns(
        number=pl.format("虚构〔{}〕{}号", pl.col("date").dt.year(), pl.int_range(1, pl.len() + 1))
    )
    frame = cut(bad, NAME, 事项编号="number", 事项类型="type", 认定日期="date")
    yield Sheet("credit", "事故与违法事项.txt", frame, "utf-16")
