"""全部县区一览表、知识产权应用摸底表与企业竖式表：写文件，给清单与真值。"""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from miaopu.demo import write
from miaopu.demo.plan import Plan
from miaopu.demo.survey.fault import Ledger
from miaopu.demo.survey.form import form_files
from miaopu.demo.survey.record import records, spoil
from miaopu.demo.survey.workbook import county_file
from miaopu.demo.town.population import Population

CLASS_ONE = ["发明", "植物新品种"]


@dataclass(frozen=True)
class Written:
    """一份写好的文件：来源、文件名、数据行数、单元格数。"""

    source: str
    file: str
    rows: int
    cells: int


def survey_files(plan: Plan, town: Population, folder: Path) -> tuple[list[Written], dict[str, pl.DataFrame]]:
    """写到 folder/county 与 folder/firm；真值为 faults（毛病）与 rows（哪一行是哪家）。"""
    ledger, known, out = Ledger(), records(plan, town.firms), []
    for style in plan.survey["counties"]:
        rows = spoil(plan, town.firms, style, known.get(style["county"], []))
        out.append(Written("county", style["file"], *county_file(plan, style, rows, folder / "county", ledger)))
    out.append(_applied(plan, town, folder / "county"))
    out += [Written("firm", file, 1, cells) for file, cells in form_files(plan, town.firms, folder / "firm", ledger)]
    return out, {"faults": ledger.fault_table(), "rows": ledger.row_table()}


def _applied(plan: Plan, town: Population, folder: Path) -> Written:
    """知识产权应用情况：摸底企业的Ⅰ类知识产权，一件一行。"""
    seen = town.firms.filter("surveyed").select("firm")
    items = town.patents.filter(pl.col("kind").is_in(CLASS_ONE)).join(seen, on="firm", how="semi")
    used = pl.when(pl.col("applied") & pl.col("related")).then(pl.lit("是")).otherwise(pl.lit("否"))
    frame = town.named(items).select(
        pl.col("uscc").alias("统一社会信用代码"),
        pl.col("name").alias("企业名称"),
        pl.col("number").alias("专利号"),
        used.alias("已应用且相关的专利"),
    )
    file = "知识产权应用摸底表.xlsx"
    write.xlsx(folder / file, frame, "知识产权应用摸底表")
    return Written("county", file, frame.height, (frame.height + 1) * frame.width)
