"""红黄绿灯与期：界线两边各一格都对；周期切成的期首尾相接，不多不少。"""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaopu.supervision.tasks.lights import Pace, Work, expected, light, limits
from miaopu.supervision.tasks.periods import periods, shifted

SINCE, DUE = date(2026, 1, 1), date(2026, 4, 10)
"""正好 100 天。"""
TODAY = date(2026, 2, 19)
"""第 50 天：100 的目标，进度线是 50。"""


def work(done, **changes):
    given = Work(SINCE, DUE, "doing", 1, (Pace(100, done, SINCE, DUE),))
    return replace(given, **changes)


@pytest.mark.parametrize(
    ("done", "colour"), [(51, "green"), (50, "green"), (49, "yellow"), (40, "yellow"), (39, "red"), (0, "red")]
)
def test_the_light_turns_exactly_at_the_line(done, colour):
    assert limits().behind_percent == 20
    assert light(work(done), TODAY, 20, 0) == colour


def test_not_reported_is_grey_and_zero_is_red():
    assert light(work(None), TODAY, 20, 0) == "grey"
    assert light(work(0), TODAY, 20, 0) == "red"
    assert light(work(0, entries=0), TODAY, 20, 0) == "grey"


def test_overdue_is_red_whatever_was_reported_and_done_is_green():
    late = DUE + timedelta(days=1)
    assert light(work(100), late, 20, 0) == "red"
    assert light(work(0, entries=0), late, 20, 0) == "red"
    assert light(work(0, state="done"), late, 20, 0) == "green"
    assert light(work(100), DUE, 20, 0) == "green"


def test_what_is_due_soon_and_neither_done_nor_reached_is_yellow():
    near = DUE - timedelta(days=14)
    assert light(work(0, entries=0), near, 20, 14) == "yellow" and light(work(0, entries=0), near, 20, 13) == "grey"
    assert light(work(95), near, 20, 14) == "yellow" and light(work(100), near, 20, 14) == "green"
    assert light(work(None, counts=()), DUE, 20, 14) == "yellow" and light(work(10), near, 20, 14) == "red"
    assert (
        light(work(0, state="done"), near, 20, 14) == "green" and light(work(0, state="paused"), near, 20, 14) == "grey"
    )
    assert light(work(0, entries=0, since=DUE), near, 20, 14) == "grey", "没有开始的不算临期"


def test_paused_and_dropped_are_grey():
    late = DUE + timedelta(days=9)
    assert {light(work(100, state=one), late, 20, 0) for one in ("paused", "dropped")} == {"grey"}


def test_without_a_goal_any_report_is_green_and_none_is_grey():
    assert light(work(None, counts=()), TODAY, 20, 0) == "green"
    assert light(work(None, counts=(), entries=0), TODAY, 20, 0) == "grey"


def test_the_worst_of_several_goals_shows():
    counts = (Pace(100, 60, SINCE, DUE), Pace(100, 45, SINCE, DUE))
    assert light(work(0, counts=counts), TODAY, 20, 0) == "yellow"


def test_expected_starts_at_zero_and_ends_at_the_goal():
    assert expected(100, SINCE, DUE, SINCE - timedelta(days=1)) == 0
    assert expected(100, SINCE, DUE, TODAY) == 50
    assert expected(7, SINCE, DUE, DUE + timedelta(days=30)) == 7


@given(
    st.sampled_from(["monthly", "quarterly", "half", "yearly", "once"]),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.integers(0, 1500),
)
def test_periods_cover_the_window_without_gap_or_overlap(cadence, since, days):
    due = since + timedelta(days=days)
    found = periods(cadence, since, due)
    assert found[0].since == since and found[-1].due == due
    assert all(one.due + timedelta(days=1) == two.since for one, two in pairwise(found))
    assert len({one.label for one in found}) == len(found)


def test_periods_are_named_by_the_calendar():
    found = periods("quarterly", date(2026, 2, 10), date(2026, 7, 31))
    assert [one.label for one in found] == ["2026年一季度", "2026年二季度", "2026年三季度"]
    assert shifted(date(2024, 2, 29), 2) == date(2026, 2, 28)
