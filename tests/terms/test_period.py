"""日期与年度的解析。"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaopu.terms.period import from_serial, parse_date, parse_year, validity


@pytest.mark.parametrize(
    ("text", "iso", "precision"),
    [("2024.3", "2024-03-01", "month"), ("2024年3月", "2024-03-01", "month"), ("202403", "2024-03-01", "month"),
     ("20240301", "2024-03-01", "day"), ("2024-3-1", "2024-03-01", "day"), ("2024/03/01 12:30:00", "2024-03-01", "day"),
     ("２０２４年３月１日", "2024-03-01", "day"), ("45352", "2024-03-01", "day"), ("45352.5", "2024-03-01", "day")],
)  # fmt: skip
def test_written_shapes(text, iso, precision):
    assert (parse_date(text).iso, parse_date(text).precision) == (iso, precision)


def test_a_month_that_ends_something_means_its_last_day():
    assert parse_date("2024年2月", end=True).iso == "2024-02-29" and parse_date("2024年2月").iso == "2024-02-01"


@pytest.mark.parametrize("text", ["2024-02-30", "2024年13月", "2024", "2024年", "某日", "99999", "123", "2024.3.1.1"])
def test_what_is_no_date_is_a_problem(text):
    got = parse_date(text)
    assert got.problem and not got.iso and not got.missing


def test_missing_and_open_ended_are_not_problems():
    assert parse_date("—").missing and parse_date("长期").open_end and not parse_date("长期").problem


def test_a_number_may_have_lost_its_last_zero():
    assert parse_date("2024.1", number=True).problem and parse_date("2024.1").iso == "2024-01-01"


@given(st.dates(date(1930, 1, 1), date(2100, 1, 1)))
def test_serials_of_both_epochs(day):
    assert parse_date(str((day - date(1899, 12, 30)).days)).iso == day.isoformat()
    if day.year >= 1935:
        assert parse_date(str((day - date(1904, 1, 1)).days), 1904).iso == day.isoformat()


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_survives_every_shape(day):
    for shape in ("%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d", "%Y.%m.%d"):
        assert parse_date(day.strftime(shape)).iso == day.isoformat()


def test_years_and_validity():
    assert [parse_year(one) for one in ("2025", "2025年度", "2025年末", "２０２５年", "去年", "25", "20251")] == [
        "2025"
    ] * 4 + [None] * 3
    assert validity("2024-01-01", "") == "2024-01-01/" and from_serial(0, 1904) == "1904-01-01"
