"""三种算法一致：行式、列式（Polars、DuckDB）与参照，对每份标准的每个条款、得分、结论逐格相同。"""

from datetime import date
from random import Random

import pytest
from compared import by_column, by_reference, by_row, folded, in_engine
from few import FEW
from hypothesis import given
from hypothesis import strategies as st
from rows import Rows, frame

from miaopu.standards.engine.bind import bind
from miaopu.standards.engine.row import compile_row

OCCASIONS = [
    (date(2025, 5, 1), "new"),
    (date(2025, 5, 1), "review"),
    (date(2026, 5, 10), "new"),
    (date(2026, 5, 10), "review"),
    (date(2027, 5, 10), "review"),
]
SEEDS = st.integers(0, 2**32)


def programs_for(library, on, kind):
    standards = [one for one in library.standards.values() if one.clauses or one.scores]
    return [bind(one, on, kind, library.notices_for(one.code, on, kind)) for one in standards]


@pytest.fixture(scope="module")
def prepared(library):
    out = {}
    for on, kind in OCCASIONS:
        programs = programs_for(library, on, kind)
        out[on, kind] = programs, [compile_row(one) for one in programs], Rows(programs)
    return out


@pytest.mark.parametrize("occasion", OCCASIONS, ids=lambda o: f"{o[0]}-{o[1]}")
@FEW
@given(seed=SEEDS)
def test_row_form_is_the_reference(prepared, occasion, seed):
    programs, forms, rows = prepared[occasion]
    random = Random(seed)
    for _ in range(6):
        values = rows.draw(random)
        for program, form in zip(programs, forms, strict=True):
            assert by_row(form, values) == by_reference(program, values), (program.standard.code, values)


RUNS = [(occasion, "polars") for occasion in OCCASIONS[:3]] + [(occasion, "lazy") for occasion in OCCASIONS[3:]]
RUNS += [(OCCASIONS[0], "duckdb"), (OCCASIONS[3], "duckdb")]


@pytest.mark.parametrize(("occasion", "engine"), RUNS, ids=str)
def test_column_form_is_the_row_form(prepared, occasion, engine, tmp_path):
    programs, forms, rows = prepared[occasion]
    random = Random(repr((occasion, engine)))
    drawn = [rows.draw(random, gaps) for gaps in (0, 0.02, 0.15, 0.5) for _ in range(150)]
    table = frame(programs, drawn)
    table = in_engine(table, engine, tmp_path)
    for program, form, found in zip(programs, forms, by_column(programs, table), strict=True):
        for values, cell in zip(drawn, found, strict=True):
            assert cell == folded(by_row(form, values), program), (program.standard.code, values)
