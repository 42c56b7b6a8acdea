"""小城里真的企业：方案办完没有不满足的，不动已结账年度；做不到的写明缘由；差距、预计、假如与判定一致。"""

from datetime import date

import polars as pl
import pytest

from miaopu.desk.dossier import Reading
from miaopu.desk.planning import forecast_of, gap_of, plan_many, what_if_of
from miaopu.desk.planning.firm import Planner
from miaopu.desk.planning.record import Desk
from miaopu.desk.workspace import Workspace
from miaopu.plan.result import Failed, Impossible, Plan
from miaopu.plan.what_if import Unusable
from miaopu.standards.judge import Judge
from miaopu.standards.tree.state import State

KNOWN, JUDGED = date(2026, 11, 20), date(2027, 5, 10)


@pytest.fixture(scope="module")
def reading(small_city) -> Reading:
    space = Workspace(small_city / "ledger" / "2000-2026")
    return Reading(space, space.assess(KNOWN, KNOWN), Judge(space.library))


@pytest.fixture(scope="module")
def firms(reading) -> list[str]:
    column = "revenue_t1"
    known = reading.run.wide.filter(reading.run.wide["rd_t1"].is_not_null()).sort(column, descending=True)
    return known["enterprise"].to_list()[:25]


@pytest.mark.parametrize("standard", ["LG", "SRDI", "INNOV"])
def test_every_firm_has_a_plan_or_the_reason_why_not(reading, firms, standard) -> None:
    """本次的、备选的、最早那年的方案都查；INNOV 按得分判、三月就报，审计与预计最容易写漏。"""
    planner, plans = Planner(Desk(reading, tuple(firms))), 0
    for _, found in plan_many(reading, firms, standard, JUDGED):
        assert not isinstance(found, Failed), found.why
        best = found.best
        if isinstance(best, Impossible):
            assert best.clashes and all(one.why for one in best.clashes)
            assert best.then is None or best.then.judged_on == best.earliest > JUDGED
            plans += best.then is not None and check(best.then, planner, standard)
            continue
        plans += check(best, planner, standard)
        for other in found.others:
            check(other, planner, standard)
            assert sum(map(middle, other.steps)) * 100 <= sum(map(middle, best.steps)) * 110
            assert sum(other.cost) >= sum(best.cost) and not set(codes(best)) <= set(codes(other))
    assert plans, "一家也没有方案，这条测试什么也没有测"


def check(plan: Plan, planner: Planner, standard: str) -> bool:
    """没有不满足的，没定的都列着；步子都在期内、先办的先成、各为哪几条；不动已结账年度；用到的预计都写明。"""
    record = planner.desk.record(plan.enterprise, plan.judged_on)
    target = planner.target_at(standard, plan.judged_on)
    waiting, measures = {one.clause for one in plan.left}, planner.desk.setting.measures
    for one in target.clauses:
        assert plan.after[one.id] is not State.fail_
        assert plan.after[one.id].met or waiting & {child.id for child in one.clause.walk()}
    for step in plan.steps:
        assert KNOWN <= step.start <= step.ready <= plan.judged_on and 0 <= step.cost[0] <= step.cost[1]
        assert step.clauses, f"{step.measure} 不为哪一条"
        assert not any(record.closed(effect.name) for effect in step.effects)
        assert not any(effect.name.startswith(("reviewed_", "eval_score")) for effect in step.effects)
        first = [one for one in plan.steps if one.measure in measures[step.measure].requires]
        assert all(one.ready <= step.start for one in first)
    read = {name for one in target.clauses for name in target.columns[one.id]}
    assert read & record.assumed.keys() <= {one.name for one in plan.assumptions}
    return True


def middle(step) -> int:
    """求解比的花费：只补依据的不在内。"""
    return sum(step.cost) if step.effects else 0


def codes(plan: Plan) -> list[str]:
    return [step.measure for step in plan.steps if step.effects]


def test_the_gap_forecast_and_what_if_agree_with_the_verdict(reading, firms) -> None:
    enterprise = firms[0]
    coming = forecast_of(reading, enterprise, "LG", [JUDGED])[0]
    short = {one.clause for one in gap_of(reading, enterprise, "LG", JUDGED) if one.why == "short"}
    assert short == set(coming.failing)
    found = what_if_of(reading, enterprise, "LG", JUDGED, {"revenue_t1": "100"})
    assert found.after["B2a"] is State.fail_
    assert found.before == coming.states


def test_an_unusable_what_if_says_so(reading, firms) -> None:
    for given in ({"debt_ratio": "5"}, {"revenue_t1": "很多"}, {"srdi": "也许"}):
        with pytest.raises(Unusable):
            what_if_of(reading, firms[0], "LG", JUDGED, given)


def test_no_standard_by_that_name_is_an_error(reading, firms) -> None:
    with pytest.raises(LookupError):
        gap_of(reading, firms[0], "NOTHING", JUDGED)


def test_one_firm_that_breaks_does_not_stop_the_rest(reading, firms, monkeypatch, caplog) -> None:
    """一家的毛病、一家名册里没有：各给自己的缘由，记进日志，别家与平常一样。"""
    good, broken = firms[0], firms[1]
    whole, real = dict(plan_many(reading, [good], "LG", JUDGED)), Desk.record

    def record(desk, enterprise, *given):
        if enterprise == broken:
            raise TypeError("坏数")
        return real(desk, enterprise, *given)

    monkeypatch.setattr(Desk, "record", record)
    found = dict(plan_many(reading, [broken, "没有这家", good], "LG", JUDGED))
    assert list(found) == [broken, "没有这家", good] and found[good] == whole[good]
    assert isinstance(found[broken], Failed) and "TypeError：坏数" in found[broken].why and broken in found[broken].why
    assert isinstance(found["没有这家"], Failed) and "核对企业号" in found["没有这家"].why
    assert [one.exc_info[0] for one in caplog.records if one.exc_info] == [TypeError]
    with pytest.raises(LookupError, match="没有适用的"):
        list(plan_many(reading, [good], "LG", date(1990, 1, 1)))


def test_an_earlier_window_is_judged_by_what_held_on_that_day(reading) -> None:
    """先要的称号早些申报：那天还在三年以内的事故照算，那天还有效的称号照认，不照判定日的。"""
    wide = reading.run.wide
    names = [name for name in wide.columns if name.startswith("incident_3y_")]
    firm = wide.filter(pl.any_horizontal(pl.col(*names) == 1)).sort("enterprise")["enterprise"][0]
    kind = next(name for name in names if wide.filter(pl.col("enterprise") == firm)[name][0] == 1)
    holder = wide.filter(pl.col("innovative") == 1).sort("enterprise")["enterprise"][0]
    desk = Desk(reading, (firm, holder))
    days = [date(2026, 11, 21), *(date(year, 5, 10) for year in range(2027, 2031))]
    for one, column in ((firm, kind), (holder, "innovative")):
        record = desk.record(one, date(2030, 5, 10))
        told = [record.at(day, (column,))[column] for day in days]
        assert (told[0], told[-1], record.values[column]) == (1, 0, 0)
        assert told == [desk.record(one, day).values[column] for day in days]
    assert kind not in desk.record(holder, date(2030, 5, 10)).moved
