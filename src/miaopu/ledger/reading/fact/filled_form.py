"""竖式表成事实：一张竖式表是一行来源行，各项各年各成一条事实。"""

from collections.abc import Iterator

import polars as pl

from miaopu.ledger.reading.desk import Desk
from miaopu.ledger.reading.fact import codes, values
from miaopu.ledger.reading.notice import cell_complaints
from miaopu.ledger.reading.pile import Pile
from miaopu.ledger.reading.table.form import Cell, Form
from miaopu.ledger.record import READ_FACT_SCHEMA, ROW_SCHEMA
from miaopu.ledger.source import Sources


def harvest_form(form: Form, desk: Desk, row_id: int, sources: Sources, out: Pile) -> tuple[pl.DataFrame, pl.DataFrame]:
    """来源行、事实；意见放进 out。"""
    grid = form.grid
    row = {
        "row_id": row_id,
        "sheet": grid.sheet,
        "row": grid.line(form.top),
        "uscc_raw": form.text("uscc"),
        "name_raw": form.text("name"),
        "region_raw": form.text("region"),
        "address_raw": form.text("address"),
        "former_raw": form.text("former"),
    }
    facts = [
        fact
        for one in form.cells
        if one.matched.column.indicator
        for fact in _facts(form, one, desk, row_id, sources, out)
    ]
    out.extend(
        desk.warn(
            "unknown_column",
            f"项目“{text}”不认得，没有读入",
            "来源声明过的项目",
            "需要的请告知管理员补充",
            grid.line(r),
            c,
        )
        for r, c, text in form.unknown
    )
    return pl.DataFrame([row], schema=ROW_SCHEMA), pl.DataFrame(facts, schema=READ_FACT_SCHEMA, orient="row")


def _facts(form: Form, one: Cell, desk: Desk, row_id: int, sources: Sources, out: Pile) -> Iterator[dict[str, object]]:
    line = form.grid.line(one.row)
    if one.matched.problem:
        found = f"“{one.matched.heading.shown}”{one.matched.problem}，没有入账"
        out.append(desk.reject("column", found, "写明年度与单位", "改好后重报这一项", line, one.column))
        return
    parsed = _parsed(form, one, sources)
    marked = parsed.with_columns(row=pl.lit(line), raw=pl.lit(one.text))
    out.extend(cell_complaints(desk, one.matched, marked))
    answer = parsed.row(0, named=True)
    if answer["value"] is None and answer["text"] is None:
        return
    yield {
        "row_id": row_id,
        "indicator": one.matched.column.indicator,
        "item": "",
        "period": one.matched.period,
        "basis": form.source.basis,
        "value": answer["value"],
        "text": answer["text"],
        "sheet": form.grid.sheet,
        "row": line,
        "column": one.column,
    }


def _parsed(form: Form, one: Cell, sources: Sources) -> pl.DataFrame:
    cells = pl.Series([one.text], dtype=pl.String)
    if one.matched.column.indicator == "region":
        return codes.regions_of(cells, sources)
    numeric = pl.Series([one.row in form.grid.numeric_rows(one.column)])
    return values.parse(cells, one.matched.column, one.matched.unit, form.grid.epoch, numeric)
