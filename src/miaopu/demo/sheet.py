"""一份部门文件的样子：来源、文件名、表；裁表、换单位、写是否的写法。"""

from dataclasses import dataclass

import polars as pl

from miaopu.demo import draw
from miaopu.demo.plan import Plan

CODE, NAME = "统一社会信用代码", "企业名称"


@dataclass(frozen=True)
class Sheet:
    """一份部门文件：来源代码、文件名（后缀定格式）、表、编码。"""

    source: str
    file: str
    frame: pl.DataFrame
    encoding: str = "utf-8-sig"


def yuan(column: str) -> pl.Expr:
    """分 → 元（百元的整倍数，浮点可精确表示）。"""
    return pl.col(column) / 100


def yes(column: str) -> pl.Expr:
    """是或否。"""
    return pl.when(pl.col(column)).then(pl.lit("是")).otherwise(pl.lit("否"))


def cut(frame: pl.DataFrame, name: str, **columns: str | pl.Expr) -> pl.DataFrame:
    """代码、名称两列打头，其余按给定次序；列名中的半角下划线后缀是单位，如 注册资本__万元。"""
    titled = {key.replace("__", "（") + ("）" if "__" in key else ""): value for key, value in columns.items()}
    exprs = [(pl.col(value) if isinstance(value, str) else value).alias(key) for key, value in titled.items()]
    return frame.select(pl.col("uscc").alias(CODE), pl.col("name").alias(name), *exprs)


def covered(plan: Plan, purpose: str, share: float) -> pl.Series:
    """全城每户是否在这份文件里：按覆盖率抽。"""
    return pl.Series(draw.stream(plan.seed, purpose).random(plan.firms) < share)
