"""列式在 PySpark 上：每份发布的标准与随机的树，逐格（值与列型）与 Polars 相同。用 make test-spark 跑。"""

from datetime import date
from random import Random

import narwhals as nw
import polars as pl
import pytest
from rows import Rows, frame
from trees import Trees

from miaopu.standards.engine.bind import Program, bind
from miaopu.standards.engine.column import evaluate
from miaopu.standards.engine.inequality import AMOUNT_LIMIT

OCCASIONS = [(date(2026, 11, 20), "new"), (date(2026, 11, 20), "review"), (date(2025, 5, 1), "new")]
GAPS = (0, 0.02, 0.15, 0.5)
KEY = "enterprise"


def sample(programs: list[Program], seed: object, size: int) -> list[dict[str, object]]:
    """缺数多少不等的行，其中有正好在线上、离线一个内部单位的。"""
    rows, random = Rows(programs), Random(repr(seed))
    return [rows.draw(random, gaps) for gaps in GAPS for _ in range(size // len(GAPS))]


def assert_same(session, programs: list[Program], table: pl.DataFrame, folder) -> None:
    path = folder / "rows.parquet"
    table.write_parquet(path)
    ours = evaluate(table, programs)
    found = evaluate(session.read.parquet(str(path)), programs)
    types = dict(nw.from_native(found).collect_schema())
    assert list(types) == ours.columns
    theirs = {row[0]: tuple(row) for row in found.collect()}
    assert len(theirs) == table.height
    for row in ours.iter_rows():
        cells = zip(ours.columns, row, theirs[row[0]], strict=True)
        wrong = {name: (mine, other) for name, mine, other in cells if mine != other}
        assert not wrong, (wrong, table.row(by_predicate=pl.col(KEY) == row[0], named=True))
    expected = {name: dtype for name, dtype in nw.from_native(ours).collect_schema().items() if name != KEY}
    assert {name: types[name] for name in expected} == expected


@pytest.mark.parametrize("occasion", OCCASIONS, ids=lambda one: f"{one[0]}-{one[1]}")
def test_every_standard(session, library, occasion, tmp_path):
    on, kind = occasion
    standards = [one for one in library.standards.values() if one.clauses or one.scores]
    programs = [bind(one, on, kind, library.notices_for(one.code, on, kind)) for one in standards]
    assert_same(session, programs, frame(programs, sample(programs, occasion, 1200)), tmp_path)


def test_random_trees(session, tmp_path):
    random = Random(11)
    trees = Trees(random)
    programs = [bind(trees.standard(f"T{i}"), None, random.choice(("new", "review"))) for i in range(12)]
    assert_same(session, programs, frame(programs, sample(programs, "trees", 400)), tmp_path)


def test_largest_amounts_do_not_overflow(session, library, tmp_path):
    """金额到上限、份额的线也在上限：中间值超过 64 位，仍与 Polars 相同。"""
    programs = [bind(one, *OCCASIONS[0]) for one in library.standards.values() if one.clauses]
    rows = Rows(programs)
    drawn = sample(programs, "largest", 80)
    for random, row in zip(map(Random, range(len(drawn))), drawn, strict=True):
        for item in rows.inputs.values():
            if item.kind == "money" and row.get(item.name) is not None:
                row[item.name] = random.choice((AMOUNT_LIMIT, AMOUNT_LIMIT - 1, -AMOUNT_LIMIT, AMOUNT_LIMIT // 2))
    assert_same(session, programs, frame(programs, drawn), tmp_path)


def test_absent_columns_are_unknown(session, library, tmp_path):
    programs = [bind(one, *OCCASIONS[0]) for one in library.standards.values() if one.clauses]
    table = frame(programs, sample(programs, "absent", 40))
    kept = [KEY, *sorted(table.columns[1:])[::2]]
    assert_same(session, programs, table.select(kept), tmp_path)
