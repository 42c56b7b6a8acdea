"""对照：把行式、列式、参照的结果写成同一种样子（每个条款的状态、得分、结论）。"""

from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl
from reference import Reference

from miaopu.standards.engine.bind import Program
from miaopu.standards.engine.column import Columns, evaluate
from miaopu.standards.engine.row import RowForm


def by_reference(program: Program, values: Mapping[str, object]) -> dict[str, object]:
    found = Reference(program.standard, program.kind, program.notices, values)
    states = {clause.id: found.state(clause) for top in found.top for clause in top.walk()}
    return {**states, **found.scores, "verdict": found.verdict()}


def by_row(form: RowForm, values: Mapping[str, object]) -> dict[str, object]:
    found = form.evaluate(values)
    states = {name: int(state) for name, state in found.states.items()}
    return {**states, **found.scores, "verdict": int(found.verdict)}


def by_column(programs: list[Program], table: object) -> list[list[dict[str, object]]]:
    """每份程序 → 每行的结果；状态只有不满足、满足（含免考、不适用）、待核、须人工四种。"""
    found = evaluate(table, programs)
    rows = sorted(_dicts(found), key=lambda row: row["enterprise"])
    return [[_decoded(program, row) for row in rows] for program in programs]


def in_engine(table: pl.DataFrame, engine: str, folder: Path) -> object:
    """同一张表，交给 polars、lazy（惰性）或 duckdb。"""
    if engine == "duckdb":
        path = folder / "rows.parquet"
        table.write_parquet(path)
        return duckdb.connect().read_parquet(str(path))
    return table.lazy() if engine == "lazy" else table


def _dicts(found: object) -> list[dict[str, object]]:
    if isinstance(found, duckdb.DuckDBPyRelation):
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    return (found.collect() if isinstance(found, pl.LazyFrame) else found).to_dicts()


def _decoded(program: Program, row: Mapping[str, object]) -> dict[str, object]:
    names = Columns(program.standard.code)
    out: dict[str, object] = {"verdict": row[names.verdict]}
    for bit, clause in enumerate(program.clauses):
        masks = [row.get(column, 0) >> bit & 1 for column in (names.met, names.unknown, names.manual)]
        assert sum(masks) <= 1, f"{clause.id} 同时落在两个掩码里"
        out[clause.id] = 1 if masks[0] else 2 if masks[1] else 3 if masks[2] else 0
    for name in program.points:
        out[name] = (row[names.score(name, "low")], row[names.score(name, "high")])
    return out


def folded(result: Mapping[str, object], program: Program) -> dict[str, object]:
    """把免考、不适用折成满足，与列式同样。"""
    ids = {clause.id for clause in program.clauses}
    return {key: 1 if key in ids and value in (4, 5) else value for key, value in result.items()}
