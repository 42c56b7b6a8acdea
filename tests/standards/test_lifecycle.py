"""动态管理：有效期、更新截止、报告期限、复核队列；月末与闰年。"""

from datetime import date

import pytest

from miaopu.standards.given.special import Special
from miaopu.standards.lifecycle import Lifecycle, months_later


@pytest.fixture(scope="module")
def rules(catalog):
    return Lifecycle.load(catalog)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
    ],
)
def test_months_later(day, months, end):
    assert months_later(day, months) == end


def test_validity(rules):
    assert rules.valid_until(date(2023, 7, 14)) == date(2026, 7, 14)
    assert rules.valid_until(date(2023, 7, 14), announced=date(2026, 6, 30)) == date(2026, 6, 30)
    assert rules.valid_until(date(2022, 12, 30), "INNOV", "山东") == date(2025, 12, 31)
    assert rules.valid_until(date(2025, 6, 1), "TECHSME") is None


def test_update_deadline_moved_in_2026(rules):
    assert [rules.update_deadline(year) for year in (2023, 2025, 2026, 2027)] == [
        date(2023, 4, 30),
        date(2025, 4, 30),
        date(2026, 5, 31),
        date(2027, 5, 31),
    ]
    assert rules.update_deadline(2024, "CHAMPION") == date(2024, 5, 31)


def test_consequence_needs_two_misses_since_2026(rules):
    assert rules.update_consequence(1, date(2025, 6, 1)) and not rules.update_consequence(1, date(2026, 6, 1))
    assert "累计两次" in rules.update_consequence(2, date(2026, 6, 1))


def test_review_cohorts(rules):
    assert rules.cohort(2026) == (5, 2) and rules.cohort(2027) == (6, 3) and rules.cohort(2028) == (7, 4, 1)
    assert rules.review_year(5) == 2026
    with pytest.raises(KeyError, match="没有小巨人第 99 批"):
        rules.review_year(99)


def test_special_answers_only_what_is_asked(catalog):
    special = Special(catalog)
    found = special.evaluate("LIFECYCLE", {"updated_on": "2026-05-31"}, date(2026, 11, 20))
    assert found == {"update": "pass", "update_deadline": "2026-05-31"}
    found = special.evaluate("USCC", {"code": "91350100M000100Y43"}, date(2026, 11, 20))
    assert found["valid"] is True
