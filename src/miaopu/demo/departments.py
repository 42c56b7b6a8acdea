"""各部门文件：从真值裁出各部门看得见的那一部分，表头用部门自己的写法；不含脏数据。"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from miaopu.demo import draw
from miaopu.demo.plan import Plan


@dataclass(frozen=True)
class Sheet:
    """一份部门文件：来源代码、文件名（后缀定格式）、表、编码。"""

    source: str
    file: str
    frame: pl.DataFrame
    encoding: str = "utf-8-sig"


def department_files(plan: Plan, city: pl.DataFrame) -> Iterator[Sheet]:
    """逐份给出干净的部门文件。"""
    yield _register(city)
    yield _tax(plan, city)


def covered(plan: Plan, purpose: str, share: float) -> pl.Series:
    """某部门有没有这家企业。"""
    return pl.Series(draw.stream(plan.seed, purpose).random(plan.firms) < share)


def yuan(column: str) -> pl.Expr:
    """分 → 元（百元的整倍数，浮点可精确表示）。"""
    return pl.col(column) / 100


def _register(city: pl.DataFrame) -> Sheet:
    frame = city.select(
        统一社会信用代码="uscc", 企业名称="name", 主体类型="entity_type", 登记状态="status", 成立日期="established",
        注册资本=pl.col("capital"), 行业代码="industry", 所属县区="county", 住所="address", 经营范围="scope",
    ).rename({"注册资本": "注册资本（万元）"})
    return Sheet("registration", "全市市场主体登记信息.csv", frame, "gb18030")


def _tax(plan: Plan, city: pl.DataFrame) -> Sheet:
    grade = np.array(["A", "B", "M", "C", "D"])
    index = draw.choose(draw.stream(plan.seed, "tax grade"), plan.firms, [8, 42, 38, 8, 4])
    rated = covered(plan, "tax rated", float(plan.city["coverage"]["tax_credit"]))
    table = city.with_columns(grade=pl.when(rated).then(pl.Series(grade[index])))
    frame = table.filter(covered(plan, "tax", float(plan.city["coverage"]["tax"]))).select(
        pl.col("uscc").alias("统一社会信用代码"), pl.col("name").alias("纳税人名称"),
        *(yuan(f"revenue_{year}").alias(f"{year}年营业收入（元）") for year in (2023, 2024, 2025)),
        pl.col("grade").alias("纳税信用等级"),
    )
    return Sheet("tax", "企业营业收入.xlsx", frame)
