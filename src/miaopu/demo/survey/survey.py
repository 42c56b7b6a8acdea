"""全部县区一览表与企业竖式表：写文件，给清单与真值。"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from miaopu.demo.plan import Plan
from miaopu.demo.survey.fault import Ledger
from miaopu.demo.survey.form import form_files
from miaopu.demo.survey.record import records, spoil
from miaopu.demo.survey.workbook import county_file
from miaopu.demo.town.population import Population


@dataclass(frozen=True)
class Written:
    """一份写好的文件：来源、文件名、数据行数、单元格数。"""

    source: str
    file: str
    rows: int
    cells: int


def survey_files(
    plan: Plan, town: Population, folder: Path, tell: Callable[[str, int], None]
) -> tuple[list[Written], dict[str, pl.DataFrame]]:
    """写到 folder/county 与 folder/firm；真值为 faults（毛病）与 rows（哪一行是哪家）。"""
    ledger, known, out = Ledger(), records(plan, town), []
    for style in plan.survey["counties"]:
        tell(style["file"], len(out))
        rows = spoil(plan, town.firms, style, known.get(style["county"], []))
        out.append(Written("county", style["file"], *county_file(plan, style, rows, folder / "county", ledger)))
    out += [Written("firm", file, 1, cells) for file, cells in form_files(plan, town.firms, folder / "firm", ledger)]
    return out, {"faults": ledger.fault_table(), "rows": ledger.row_table()}
