"""记录与预计：往前推的数精确、标明；已结账年度不动；年限按年增加；划型缺数时不推。"""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from miaopu.plan.record import Known, is_sme, record
from miaopu.plan.rules import load_planning
from miaopu.standards.load import load_library
from miaopu.terms.catalog import Catalog

CATALOG = Catalog.default()
VOCABULARY = load_library(CATALOG).vocabulary
PLANNING = load_planning(CATALOG)
WAN = 1_000_000
LIMITS = {"employees_t1": 1000, "revenue_t1": 40_000 * WAN}


def known(panel: dict, judged: date = date(2027, 5, 10), **row: object) -> Known:
    return Known("甲", date(2026, 11, 20), panel, {"is_sme": None, **row}, judged, LIMITS)


def test_an_open_year_is_carried_from_the_last_two_and_said_how() -> None:
    panel = {
        ("revenue", 2025): 11_000 * WAN,
        ("revenue", 2024): 10_000 * WAN,
        ("rd", 2025): 330 * WAN,
        ("employees", 2025): 90,
    }
    found = record(known(panel), PLANNING, VOCABULARY)
    assert found.values["revenue_t1"] == 12_100 * WAN
    assert found.values["rd_t1"] == 363 * WAN
    assert found.values["revenue_t2"] == 11_000 * WAN and "revenue_t2" not in found.assumed
    assert found.assumed["revenue_t1"].value == Fraction(12_100) and "平稳" in found.assumed["revenue_t1"].how
    assert found.values["is_sme"] == 1
    assert found.closed("revenue_t2") and not found.closed("revenue_t1")


def test_growth_is_held_between_the_ends_of_the_scenario() -> None:
    panel = {("revenue", 2025): 30_000 * WAN, ("revenue", 2024): 10_000 * WAN}
    assert record(known(panel), PLANNING, VOCABULARY).values["revenue_t1"] == 34_500 * WAN
    assert record(known(panel), PLANNING, VOCABULARY, "cautious").values["revenue_t1"] == 31_500 * WAN
    fall = {("revenue", 2025): 1_000 * WAN, ("revenue", 2024): 10_000 * WAN}
    assert record(known(fall), PLANNING, VOCABULARY).values["revenue_t1"] == 900 * WAN
    dip = {("revenue", 2025): 9_400 * WAN, ("revenue", 2024): 10_000 * WAN}
    assert record(known(dip), PLANNING, VOCABULARY, "cautious").values["revenue_t1"] == 8_836 * WAN


def test_what_is_not_known_is_not_made_up() -> None:
    found = record(known({("revenue", 2024): 10_000 * WAN}), PLANNING, VOCABULARY)
    assert found.values["revenue_t1"] is None and not found.assumed
    assert found.values["is_sme"] is None and found.limits is None


def test_years_in_the_niche_grow_by_one_a_year() -> None:
    found = record(known({}, date(2028, 5, 10), segment_years=20_000), PLANNING, VOCABULARY)
    assert found.values["segment_years"] == 40_000
    assert found.open_years == (2026, 2027)


def test_an_earlier_window_has_the_years_it_had_then() -> None:
    """先要的称号在前一年申报：那时的从事年限少一年，不照后来的算。"""
    found = record(known({}, date(2028, 5, 10), segment_years=10_000, field_years=None), PLANNING, VOCABULARY)
    assert found.values["segment_years"] == 30_000
    read = ("segment_years", "field_years")
    assert found.at(date(2027, 9, 10), read)["segment_years"] == 20_000
    assert found.at(date(2028, 4, 1), read)["segment_years"] == 30_000
    assert found.at(date(2027, 9, 10), read)["field_years"] is None


def test_an_earlier_window_sees_what_was_still_valid_then() -> None:
    """有效期、条目照那一天；要看的列没有变过的，不去取那天的数。"""
    asked = []

    def then(day: date) -> dict[str, int]:
        asked.append(day)
        return {"innovative": 1, "hte": 1}

    given = known({}, date(2028, 5, 10), innovative=0, hte=0)
    found = record(replace(given, moved=frozenset({"innovative"}), then=then), PLANNING, VOCABULARY)
    assert found.at(date(2027, 9, 10), ("hte",))["innovative"] == 0 and not asked
    values = found.at(date(2027, 9, 10), ("innovative", "hte"))
    assert (values["innovative"], values["hte"], found.values["innovative"]) == (1, 0, 0)
    assert asked == [date(2027, 9, 10)]


def test_size_needs_all_limits_reached_to_be_large() -> None:
    assert is_sme({"employees_t1": 2000, "revenue_t1": 50_000 * WAN}, LIMITS) == 0
    assert is_sme({"employees_t1": 2000, "revenue_t1": None}, LIMITS) is None
    assert is_sme({"employees_t1": None, "revenue_t1": 1}, LIMITS) == 1
