"""小城里逐家核对：一家的快照与溯源同全市的一样；一家对全部标准的结论同评估结果一样；出处是结构。"""

from datetime import date
from pathlib import Path
from random import Random

import polars as pl
import pytest
from tests.ledger.restriction import same_rows

from miaopu.desk.workspace import Workspace
from miaopu.ledger.snapshot import snapshot
from miaopu.ledger.trace import firm_file, trace
from miaopu.standards.engine.column import Columns
from miaopu.standards.explain.firm import assess_firm, computed, files_of, find_firm, origins
from miaopu.standards.judge import Judge
from miaopu.terms.complaint import Refusal

ON = date(2026, 11, 20)
SOME = 12
COLUMNS = ("name", "revenue_t1", "srdi", "growth_avg", "class1_ip_2026_low", "rd_institution_level_high", "region")


@pytest.fixture(scope="module")
def space(city: Path) -> Workspace:
    return Workspace(city / "var/ledger/2000-2026")


@pytest.fixture(scope="module")
def full(space):
    return snapshot(space.ledger, known_on=ON, assessed_on=ON, indicators=space.indicators, sources=space.sources)


@pytest.fixture(scope="module")
def run(space):
    return space.assess(ON, ON)


@pytest.fixture(scope="module")
def firms(full) -> list[str]:
    """随机若干家，另加有冲突、有条目、有核定、有称号的。"""
    random = Random(5)
    told = [full.conflicts, full.items["ip"], full.items["equity"], full.judgements, full.frame]
    every = [frame["enterprise"].unique(maintain_order=True).to_list() for frame in told]
    assert all(every)
    return list(dict.fromkeys(one for some in every for one in random.sample(some, min(SOME, len(some)))))


def _one(space, firm):
    given = {"indicators": space.indicators, "sources": space.sources}
    return snapshot(space.ledger, known_on=ON, assessed_on=ON, enterprises=[firm], **given)


def test_one_firm_equals_its_row_of_the_city_and_so_does_its_trace(space, full, firms) -> None:
    given = {"indicators": space.indicators, "sources": space.sources}
    for firm in firms:
        one = _one(space, firm)
        same_rows(one, full, [firm])
        for column in COLUMNS:
            assert trace(space.ledger, one, firm, column, **given) == trace(space.ledger, full, firm, column, **given)


def test_several_firms_at_once_equal_their_rows(space, full, firms) -> None:
    given = {"indicators": space.indicators, "sources": space.sources}
    same_rows(snapshot(space.ledger, known_on=ON, assessed_on=ON, enterprises=firms, **given), full, firms)


def test_every_fact_of_the_file_is_the_snapshots_value(space, full, firms) -> None:
    for firm in firms:
        row = full.frame.row(by_predicate=pl.col("enterprise") == firm, named=True)
        found = firm_file(space.ledger, full, firm, indicators=space.indicators, sources=space.sources)
        assert found.facts and found.batches and found.events
        for fact in found.facts:
            assert fact.column is None or fact.value == row[fact.column]
            judged = {one["indicator"] for one in full.judgements.to_dicts() if one["enterprise"] == firm}
            assert len(fact.taken) == 1 or fact.value in (None, 0) or fact.column in judged, fact


def test_one_firm_by_rows_agrees_with_the_city_by_columns(space, run, firms) -> None:
    judge, files = Judge(space.library), files_of(space.ledger, ON)
    for firm in firms:
        row = run.firm(firm)
        verdicts = run.verdicts.row(by_predicate=pl.col("enterprise") == firm, named=True)
        found = list(assess_firm(run, row, judge, origins(run, firm, files)))
        assert [one.selected for one in found] == list(run.selected)
        for one in found:
            assert int(one.judgement.verdict) == verdicts[Columns(one.judgement.standard.code).verdict]
            assert one.reasons


def test_an_origin_is_the_cell_the_trace_leads_to(space, full, run, firms) -> None:
    files = files_of(space.ledger, ON)
    seen = 0
    for firm in firms:
        told = origins(run, firm, files).get("revenue_t1", ())
        cells = trace(space.ledger, full, firm, "revenue_t1", indicators=space.indicators).facts
        assert [(one.file, one.sheet, one.cell, one.batch) for one in told] == [
            (one.file, one.sheet, one.cell, one.batch) for one in cells
        ]
        seen += len(told)
    assert seen


def test_a_formula_shows_its_value(space, run) -> None:
    row = run.wide.filter(pl.col("revenue_t1") > 0, pl.col("main_revenue_t1") > 0).row(0, named=True)
    told = computed(space.library.vocabulary, row)
    share = 100 * row["main_revenue_t1"] / row["revenue_t1"]
    assert float(told("main_ratio").removesuffix("%")) == pytest.approx(share, abs=0.006)
    assert computed(space.library.vocabulary, {**row, "revenue_t1": None})("main_ratio") == ""


def test_a_firm_is_found_by_code_or_name_or_refused_with_near_names(run) -> None:
    row = run.wide.row(7, named=True)
    assert find_firm(run, row["enterprise"].lower()) == row
    assert find_firm(run, f" {row['name']} ")["name"] == row["name"]
    with pytest.raises(Refusal, match="名称里含有它的有"):
        find_firm(run, "虚构")
