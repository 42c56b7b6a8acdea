"""小城上的可靠：遮去一部分数据，已定的结论不与全数据矛盾；行式与列式逐家相同。全城的同样两条在 tests/scale。"""

import random
from datetime import date

import polars as pl
import pytest

from miaopu.standards.engine.bind import bind
from miaopu.standards.engine.column import Columns, evaluate, needed
from miaopu.standards.engine.row import compile_row
from miaopu.standards.load import load_library
from miaopu.standards.run import select
from miaopu.standards.tree.state import State, Verdict
from miaopu.terms.catalog import Catalog

LEDGER = "var/ledger/2000-2026"
DECIDED = (Verdict.eligible, Verdict.not_eligible)


@pytest.fixture(scope="module")
def programs():
    catalog = Catalog.default()
    return [item.program for item in select(load_library(catalog), catalog, date(2026, 11, 20))]


@pytest.fixture
def wide(city) -> pl.DataFrame:
    return pl.read_parquet(next((city / LEDGER / "runs").glob("*/wide.parquet")))


def masked(wide: pl.DataFrame, columns: list[str], share: float, seed: int) -> pl.DataFrame:
    dice = random.Random(seed)
    hidden = [
        pl.when(pl.Series([dice.random() < share for _ in range(wide.height)]))
        .then(None)
        .otherwise(pl.col(name))
        .alias(name)
        for name in columns
    ]
    return wide.with_columns(hidden)


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_masking_never_contradicts_a_decided_verdict(wide, programs, share) -> None:
    columns = [name for name in needed(programs) if name in wide.columns]
    full = evaluate(wide.lazy(), programs).collect()
    part = evaluate(masked(wide, columns, share, 7).lazy(), programs).collect()
    for program in programs:
        names = Columns(program.standard.code)
        for before, after in zip(full[names.verdict], part[names.verdict], strict=True):
            assert Verdict(after) not in DECIDED or before == after, program.standard.code
        lost = part.filter((pl.col(names.met) & ~full[names.met]) != 0)
        assert lost.is_empty(), f"{program.standard.code} 遮去数据后反而满足了原来不满足或未定的条款"


def test_row_and_column_forms_agree_on_every_firm(wide, programs) -> None:
    table = evaluate(wide.lazy(), programs).collect()
    rows = wide.to_dicts()
    for program in programs:
        form, names = compile_row(program), Columns(program.standard.code)
        found = [form.evaluate(row) for row in rows]
        assert [int(one.verdict) for one in found] == table[names.verdict].to_list()
        met = [sum(1 << bit for bit, state in enumerate(one.states.values()) if state.met) for one in found]
        assert met == table[names.met].to_list(), program.standard.code
        for score in program.points:
            assert [one.scores[score][0] for one in found] == table[names.score(score, "low")].to_list()
            assert [one.scores[score][1] for one in found] == table[names.score(score, "high")].to_list()
        assert {State.pass_, State.fail_, State.unknown} & {state for one in found for state in one.states.values()}


def test_review_and_new_bind_differently(programs) -> None:
    giant = next(one for one in programs if one.standard.code == "LG-2026")
    review = bind(giant.standard, giant.assessed_on, "review")
    assert {one.id for one in review.clauses if one.applies is not None} >= {"B2c", "X1", "X2"}
