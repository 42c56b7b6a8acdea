"""企业竖式表：一家一份，项目在左、年份在右；金额单位各行写明。"""

from pathlib import Path
from typing import Any

import polars as pl

from miaopu.demo.plan import Plan
from miaopu.demo.survey.column import MONEY
from miaopu.demo.survey.fault import Ledger
from miaopu.demo.survey.grid import Grid, to_xlsx
from miaopu.demo.town.economy import YEARS

SOURCE = "firm"


def form_files(plan: Plan, city: pl.DataFrame, folder: Path, ledger: Ledger) -> list[tuple[str, int]]:
    """写若干家的竖式表，返回文件名与单元格数；取素质高的做研发企业。"""
    some = city.filter(pl.col("surveyed") & pl.col("doer") & (pl.col("established").dt.year() < 2022))
    chosen = some.sort("quality", "firm", descending=[True, False]).head(plan.survey["forms"])
    folder.mkdir(parents=True, exist_ok=True)
    return [_form(one, folder, ledger) for one in chosen.iter_rows(named=True)]


def _form(one: dict[str, Any], folder: Path, ledger: Ledger) -> tuple[str, int]:
    grid, file = Grid("企业基本情况表"), f"企业填报表_{one['name']}.xlsx"
    grid.put(0, 0, "企业基本情况表（虚构）")
    grid.merge(0, 0, 0, 4)
    for row, (label, value) in enumerate(_basic(one), start=1):
        grid.put(row, 0, label)
        grid.put(row, 1, value)
        grid.merge(row, 1, row, 4)
    top = 1 + len(_basic(one))
    for at, label in enumerate(("项目", "单位", *(f"{year}年" for year in YEARS))):
        grid.put(top, at, label)
    for row, line in enumerate(_lines(one), start=top + 1):
        for at, value in enumerate(line):
            grid.put(row, at, value)
    grid.put(top + 1 + len(_lines(one)), 0, "填报人：虚一　　填报时间：2026年10月30日")
    to_xlsx(folder / file, [grid])
    ledger.rows.append((SOURCE, file, grid.name, 2, one["firm"]))
    return file, len(grid.cells)


def _basic(one: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        ("企业名称", one["name"]),
        ("统一社会信用代码", one["uscc"]),
        ("所属县区", one["county"]),
        ("成立日期", f"{one['established']:%Y-%m-%d}"),
        ("主导产品", one["product"]),
    ]


def _lines(one: dict[str, Any]) -> list[list[Any]]:
    money = [[title, "万元", *(_wan(one[f"{key}_{year}"]) for year in YEARS)] for key, title in MONEY.items()]
    staff = [
        ["从业人员", "人", *(one[f"employees_{year}"] for year in YEARS)],
        ["研发人员", "人", *(one[f"rd_staff_{year}"] for year in YEARS)],
    ]
    share = [
        ["主导产品占比", "%", None, None, one["lead_share"] / 100],
        ["市场占有率", "%", None, None, one["market_share"] / 100],
    ]
    return money + staff + share


def _wan(fen: int | None) -> float | None:
    return None if fen is None else fen / 1_000_000
