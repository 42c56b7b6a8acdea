"""工作日：放假、调休、没有表的年份。"""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as some

from miaopu.terms.workdays import calendar

DAYS = some.dates(date(2026, 1, 1), date(2028, 12, 31))


def test_a_weekend_worked_and_a_weekday_off():
    known = calendar()
    assert known.is_workday(date(2026, 10, 10)) and not known.is_workday(date(2026, 10, 5))
    assert known.after(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert known.after(date(2026, 11, 20), 2) == date(2026, 11, 24)


def test_a_year_without_a_table_says_so():
    told = calendar().note(date(2027, 12, 20), date(2028, 1, 5))
    assert told and "2028年没有节假日表" in told
    assert "凭记忆" in (calendar().note(date(2026, 11, 20), date(2026, 11, 24)) or "")
    assert "2027年（推算）" in (calendar().note(date(2026, 12, 30), date(2027, 1, 5)) or "")


@given(DAYS, some.integers(0, 40))
def test_after_and_between_agree(day, count):
    end = calendar().after(day, count)
    assert calendar().between(day, end) == count
    assert count == 0 or calendar().is_workday(end)
    assert calendar().between(end, day) == -count


@given(DAYS, some.integers(1, 20))
def test_one_more_working_day_is_later(day, count):
    assert calendar().after(day, count + 1) >= calendar().after(day, count) + timedelta(days=1)
