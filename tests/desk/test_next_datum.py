"""下一个数的接头：已经不满足的条款当作由方案办到，其余照行式；没有不满足的与先后表一样；一批与逐家一样；够快。"""

import time
from datetime import date

import polars as pl
import pytest

from miaopu.desk.dossier import Reading
from miaopu.desk.planning import next_data_for, next_datum_for
from miaopu.desk.signals.ask import Asker, selected_of
from miaopu.desk.workspace import Workspace
from miaopu.plan.next_datum import leaves
from miaopu.plan.solver.target import target_of
from miaopu.plan.supposed import supposing, verdict_of
from miaopu.standards.judge import Judge
from miaopu.standards.tree.state import State, Verdict
from miaopu.terms.complaint import Refusal

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def reading(small_city) -> Reading:
    space = Workspace(small_city / "ledger" / "2000-2026")
    return Reading(space, space.assess(DAY, DAY), Judge(space.library))


def near(reading: Reading, code: str, count: int) -> list[str]:
    met = pl.col(f"{code}.met").cast(pl.UInt64).bitwise_count_ones()
    found = reading.run.verdicts.select("enterprise", met=met).sort(["met", "enterprise"], descending=True)
    return found["enterprise"].to_list()[:count]


@pytest.mark.parametrize("code", ["LG-2026", "SRDI-2026", "GAZELLE-SD-2020", "TECHSME-115"])
def test_the_verdict_of_the_clauses_one_by_one_is_the_verdict(reading, code) -> None:
    """逐条合起来的结论与行式一样：当作办到的几条去掉以后才说得通。"""
    asker = Asker(reading, selected_of(reading.run, code))
    target = target_of(asker.form)
    for row in asker.frame.head(400).iter_rows(named=True):
        verdict, states = asker.form.raw(row)[:2]
        assert verdict_of([states[target.places[one.id]] for one in target.wanted]) == verdict


def test_a_firm_that_already_fails_is_still_asked_for_the_rest(reading) -> None:
    asker = Asker(reading, selected_of(reading.run, "LG"))
    target, asked = target_of(asker.form), 0
    rows = {row["enterprise"]: row for row in asker.frame.iter_rows(named=True)}
    for enterprise, found in next_data_for(reading, near(reading, "LG-2026", 80), "LG").items():
        states = target.states(rows[enterprise])
        assert found.verdict is Verdict(asker.form.raw(rows[enterprise])[0])
        assert all(states[name] is State.fail_ for name in found.failing)
        assert bool(found.failing) == (found.verdict is Verdict.not_eligible)
        for one in found.data:
            asked += 1
            assert all(states[clause] is State.unknown for clause in one.clauses) and one.clauses
            assert not set(one.clauses) & set(found.failing)
    assert asked, "一个要补的数也没有，这条测试什么也没有测"


def test_where_nothing_fails_it_is_the_plain_list(reading) -> None:
    asker = Asker(reading, selected_of(reading.run, "SRDI"))
    pending = reading.run.verdicts.filter(pl.col("SRDI-2026.verdict") == 1)["enterprise"].to_list()[:20]
    rows = {row["enterprise"]: row for row in asker.frame.iter_rows(named=True) if row["enterprise"] in pending}
    assert pending
    for enterprise in pending:
        found = next_datum_for(reading, enterprise, "SRDI")
        assert not found.failing and found.data == asker.firm(rows[enterprise])
        assert supposing(target_of(asker.form), leaves(asker.form.program), rows[enterprise]).form is asker.form


def test_many_at_once_are_the_same_as_one_by_one_and_quick(reading) -> None:
    firms = near(reading, "LG-2026", 50)
    next_datum_for(reading, firms[0], "LG")
    begun = time.process_time()
    many = next_data_for(reading, firms, "LG")
    assert time.process_time() - begun < 2.5
    assert list(many) == firms
    assert all(many[one] == next_datum_for(reading, one, "LG") for one in firms[:5])


def test_a_firm_or_standard_that_is_not_there_is_refused(reading) -> None:
    with pytest.raises(Refusal, match="没有企业"):
        next_datum_for(reading, "没有这家", "LG")
    with pytest.raises(Refusal, match="没有评"):
        next_datum_for(reading, near(reading, "LG-2026", 1)[0], "NOTHING")
