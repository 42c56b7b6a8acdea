"""全城：207,455 家走完主线；总数对得上；行式与列式逐家相同；遮数据不翻案。用 make scale 跑（十分钟上下，不在 make test 里）。"""

import contextlib
import io
import json
import os
import random
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from miaopu.cli.main import main
from miaopu.standards.engine.column import Columns, evaluate, needed
from miaopu.standards.engine.row import compile_row
from miaopu.standards.load import load_library
from miaopu.standards.run import select
from miaopu.standards.tree.state import Verdict
from miaopu.terms.catalog import Catalog

FIRMS = int(os.environ.get("MIAOPU_SCALE", "207455"))
TOTALS = {"C": 34_600, "I": 8_302}
DECIDED = (int(Verdict.eligible), int(Verdict.not_eligible))


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work, before = tmp_path_factory.mktemp("whole"), Path.cwd()
    os.chdir(work)
    try:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            assert main(["demo", "--firms", str(FIRMS), "--json"]) == 0
        (work / "told.json").write_text(out.getvalue(), encoding="utf-8")
    finally:
        os.chdir(before)
    return work


@pytest.fixture(scope="session")
def programs():
    catalog = Catalog.default()
    return [item.program for item in select(load_library(catalog), catalog, date(2026, 11, 20))]


@pytest.fixture(scope="session")
def wide(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "out" / "wide.parquet")


def test_stage_times_are_told(folder: Path) -> None:
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    print(told["seconds"])
    assert set(told["seconds"]) >= {"造部门文件", "评估", "写成果"}


def test_totals_are_those_of_the_plan(wide: pl.DataFrame) -> None:
    assert wide.height == FIRMS
    if FIRMS == 207_455:
        counts = dict(wide["industry_section"].value_counts().iter_rows())
        assert {section: counts[section] for section in TOTALS} == TOTALS


def test_row_and_column_forms_agree_on_every_firm(wide: pl.DataFrame, programs) -> None:
    table = evaluate(wide.lazy(), programs).collect()
    forms = [compile_row(program) for program in programs]
    for start in range(0, wide.height, 20_000):
        rows = wide[start : start + 20_000].to_dicts()
        for form in forms:
            names = Columns(form.program.standard.code)
            part = table[start : start + 20_000]
            found = [form.evaluate(row) for row in rows]
            assert [int(one.verdict) for one in found] == part[names.verdict].to_list(), form.program.standard.code
            met = [sum(1 << bit for bit, state in enumerate(one.states.values()) if state.met) for one in found]
            assert met == part[names.met].to_list(), form.program.standard.code


def test_masking_never_contradicts(wide: pl.DataFrame, programs) -> None:
    full = evaluate(wide.lazy(), programs).collect()
    for seed, share in ((1, 0.1), (2, 0.3), (3, 0.6)):
        dice = random.Random(seed)
        hide = {name: pl.Series([dice.random() < share for _ in range(wide.height)]) for name in needed(programs)}
        columns = [
            pl.when(mask).then(None).otherwise(pl.col(name)).alias(name)
            for name, mask in hide.items()
            if name in wide.columns
        ]
        part = evaluate(wide.with_columns(columns).lazy(), programs).collect()
        for program in programs:
            name = Columns(program.standard.code).verdict
            wrong = (part[name].is_in(DECIDED) & (part[name] != full[name])).sum()
            assert wrong == 0, f"{program.standard.code}：遮去 {share:.0%} 后 {wrong} 家翻案"
