"""快照：更正、来源先后、口径、名单、有效期；冲突保留，缺失是 null。"""

from datetime import date

import polars as pl
import pytest
from firms import RULES, A, B, C, book, registered
from words import PLAIN

from miaopu.ledger.decision import decide
from miaopu.ledger.journal import open_ledger
from miaopu.ledger.ruling import Decision
from miaopu.ledger.snapshot import SourceRule, snapshot, source_rules
from miaopu.ledger.source import load_sources
from miaopu.terms.catalog import Catalog

DAY, LATER, NOW = date(2026, 3, 1), date(2026, 4, 1), date(2026, 11, 20)


@pytest.fixture
def ledger(tmp_path):
    found = open_ledger(tmp_path / "台账")
    registered(found)
    return found


def _take(ledger, known_on=NOW, assessed_on=NOW, sources=RULES, indicators=PLAIN):
    return snapshot(ledger, known_on=known_on, assessed_on=assessed_on, indicators=indicators, sources=sources)


def _row(taken, firm=A):
    return taken.frame.row(by_predicate=pl.col("enterprise") == firm, named=True)


def _year(value, year="2025", basis="单体", indicator="revenue", firm=A):
    return {"firm": firm, "indicator": indicator, "value": value, "period": year, "basis": basis}


def _title(key, period, firm=A, value=1):
    return {"firm": firm, "indicator": key, "value": value, "period": period}


def test_within_a_source_the_later_received_corrects_the_earlier(ledger):
    book(ledger, "tax", [_year(100)], DAY)
    book(ledger, "tax", [_year(120)], LATER)
    taken = _take(ledger)
    assert _row(taken)["revenue_t1"] == 120 and taken.conflicts.is_empty()
    assert _row(_take(ledger, known_on=DAY))["revenue_t1"] == 100


def test_a_late_file_with_an_earlier_date_does_not_correct_a_newer_one(ledger):
    book(ledger, "tax", [_year(120)], LATER)
    book(ledger, "tax", [_year(100)], DAY)
    assert _row(_take(ledger))["revenue_t1"] == 120


def test_one_file_saying_two_things_decides_nothing(ledger):
    book(ledger, "tax", [_year(100), _year(120)], DAY)
    taken = _take(ledger)
    assert _row(taken)["revenue_t1"] is None
    assert taken.conflicts["chosen"].to_list() == [None]


def test_one_file_saying_the_same_twice_is_no_conflict(ledger):
    book(ledger, "tax", [_year(100), _year(100)], DAY)
    taken = _take(ledger)
    assert _row(taken)["revenue_t1"] == 100 and taken.conflicts.is_empty()


def test_between_sources_the_declared_precedence_decides_and_the_conflict_is_kept(ledger):
    book(ledger, "tax", [_year(100)], DAY)
    book(ledger, "firm", [_year(101)], DAY)
    taken = _take(ledger)
    found = taken.conflicts.row(0, named=True)
    assert _row(taken)["revenue_t1"] == 101
    assert (found["column"], found["chosen"]) == ("revenue_t1", "firm")
    assert [one["value"] for one in found["values"]] == [101, 100]


def test_a_person_outranks_every_declared_precedence(ledger):
    rules = [SourceRule("tax", rank=-100), SourceRule("firm", rank=-20)]
    book(ledger, "tax", [_year(100)], DAY)
    book(ledger, "firm", [_year(101)], DAY)
    assert _take(ledger, sources=rules).conflicts["rule"].to_list() == ["按来源先后取值"]
    entry = Decision("choice", enterprise=A, indicator="revenue", source="firm", reason="核过")
    decide(ledger, [entry], by="王五", on=LATER)
    assert _row(_take(ledger, sources=rules))["revenue_t1"] == 101


def test_amounts_a_thousand_times_apart_wait_for_a_person(ledger):
    book(ledger, "tax", [_year(100)], DAY)
    book(ledger, "firm", [_year(100_000)], DAY)
    taken = _take(ledger)
    assert _row(taken)["revenue_t1"] is None
    assert "单位" in taken.conflicts["rule"][0]
    entry = Decision("choice", enterprise=A, indicator="revenue", period="2025", source="tax", reason="核过")
    decide(ledger, [entry], by="王五", on=LATER)
    assert _row(_take(ledger))["revenue_t1"] == 100


def test_an_indicator_may_declare_its_own_order_of_sources(ledger):
    book(ledger, "tax", [_year(100)], DAY)
    book(ledger, "firm", [_year(101)], DAY)
    revenue = PLAIN["revenue"]
    own = type(revenue)(**{**revenue.__dict__, "extra": {"precedence": ["tax", "firm"]}})
    assert _row(_take(ledger, indicators={**PLAIN, "revenue": own}))["revenue_t1"] == 100


def test_equal_sources_with_equal_values_agree_and_with_different_values_decide_nothing(ledger):
    book(ledger, "tax", [_year(100), _year(90, "2024")], DAY)
    book(ledger, "county", [_year(100), _year(91, "2024")], DAY)
    taken = _take(ledger)
    assert (_row(taken)["revenue_t1"], _row(taken)["revenue_t2"]) == (100, None)
    assert taken.conflicts["column"].to_list() == ["revenue_t2"]


def test_years_of_different_basis_are_not_combined(ledger):
    book(ledger, "tax", [_year(100), _year(90, "2024"), _year(300, "2023", "合并")], DAY)
    taken = _take(ledger)
    assert [_row(taken)[f"revenue_t{n}"] for n in (1, 2, 3)] == [100, 90, None]
    assert taken.conflicts.select("column", "kind").rows() == [("revenue_t3", "basis")]


def test_indicators_of_one_firm_do_not_mix_consolidated_with_single(ledger):
    book(ledger, "tax", [_year(100)], DAY)
    consolidated = [
        _year(v, y, "合并", k) for k, v, y in (("rd", 9, "2025"), ("rd", 8, "2024"), ("main_revenue", 80, "2025"))
    ]
    book(ledger, "firm", consolidated, DAY)
    row = _row(_take(ledger))
    assert (row["revenue_t1"], row["rd_t1"], row["main_revenue_t1"]) == (None, 9, 80)


def test_unstated_basis_stands_beside_a_stated_one_in_another_indicator(ledger):
    book(ledger, "tax", [_year(100)], DAY)
    book(ledger, "firm", [_year(80, "2025", "未说明", "main_revenue")], DAY)
    row = _row(_take(ledger))
    assert (row["revenue_t1"], row["main_revenue_t1"]) == (100, 80)


def test_staff_of_one_basis_stands_beside_money_of_another(ledger):
    book(ledger, "firm", [_year(100, basis="合并")], DAY)
    book(ledger, "hrss", [_year(30, indicator="insured_staff")], DAY)
    row = _row(_take(ledger))
    assert (row["revenue_t1"], row["insured_staff_t1"]) == (100, 30)


def test_the_years_move_with_the_assessment_date(ledger):
    book(ledger, "tax", [_year(100, "2025"), _year(90, "2024")], DAY)
    row = _row(_take(ledger, assessed_on=date(2025, 6, 1)))
    assert [row[f"revenue_t{n}"] for n in (1, 2, 3)] == [90, None, None]


def test_the_current_year_has_a_column_only_where_declared(ledger):
    told = [_year(600_000, "2026", indicator="eval_score"), _year(500_000, "2025", indicator="eval_score")]
    book(ledger, "miit", [*told, _year(100, "2026")], DAY)
    row = _row(_take(ledger))
    assert (row["eval_score_t0"], row["eval_score_t1"]) == (600_000, 500_000)
    assert row["revenue_t1"] is None and "revenue_t0" not in row


def test_the_latest_day_wins_and_days_after_the_assessment_are_not_seen(ledger):
    told = [{"firm": A, "indicator": "market_share", "value": value, "period": period}
            for value, period in ((1, "2024-12-31"), (2, "2025-12-31"), (3, "2026-12-31"))]  # fmt: skip
    book(ledger, "firm", told, DAY)
    assert _row(_take(ledger))["market_share"] == 2
    assert _row(_take(ledger, assessed_on=date(2026, 12, 31)))["market_share"] == 3


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2024-01-01/2026-11-20", 1),
        ("2024-01-01/2026-11-19", 0),
        ("2026-11-21/2029-11-20", 0),
        ("2024-01-01/", 1),
        ("", 1),
    ],
)
def test_a_title_holds_through_its_last_day(ledger, period, expected):
    book(ledger, "miit", [_title("srdi", period), _title("srdi", "2024-01-01/2027-01-01", B)], DAY)
    assert _row(_take(ledger))["srdi"] == expected


def test_absence_from_a_complete_list_is_none_and_from_any_other_unknown(ledger):
    held = "2024-01-01/2026-12-31"
    book(ledger, "miit", [_title("srdi", held)], DAY)
    book(ledger, "science", [_title("hte", held)], DAY)
    row = _row(_take(ledger), B)
    assert (row["srdi"], row["hte"], row["little_giant"]) == (0, None, None)


def test_a_title_known_only_as_expired_is_unknown_without_a_complete_list(ledger):
    book(ledger, "science", [_title("hte", "2020-01-01/2022-12-31")], DAY)
    row = _row(_take(ledger))
    assert (row["hte"], row["hte_until"]) == (None, "2022-12-31")


def test_a_firm_dropped_from_the_latest_complete_list_no_longer_has_the_title(ledger):
    held = "2024-01-01/2026-12-31"
    book(ledger, "miit", [_title("srdi", held, firm) for firm in (A, B, C)], DAY)
    book(ledger, "miit", [_title("srdi", held, firm) for firm in (A, B)], LATER)
    assert _take(ledger).frame["srdi"].to_list() == [1, 1, 0]
    assert _take(ledger, known_on=DAY).frame["srdi"].to_list() == [1, 1, 1]


def test_a_supplement_adds_to_the_list_and_removes_nobody(ledger):
    held = "2024-01-01/2026-12-31"
    book(ledger, "miit", [_title("srdi", held, firm) for firm in (A, B)], DAY)
    assert book(ledger, "miit", [_title("srdi", held, C)], LATER, partial=True).extent == "partial"
    assert _take(ledger).frame["srdi"].to_list() == [1, 1, 1]


def test_a_list_half_as_long_as_the_last_is_taken_as_a_supplement_and_says_so(ledger):
    held = "2024-01-01/2026-12-31"
    book(ledger, "miit", [_title("srdi", held, firm) for firm in (A, B, C)], DAY)
    book(ledger, "miit", [_title("srdi", held)], LATER)
    taken = _take(ledger)
    assert taken.frame["srdi"].to_list() == [1, 1, 1] and "按补报处理" in taken.messages[0]
    book(ledger, "miit", [_title("srdi", held)], date(2026, 5, 1), partial=False, name="全.xlsx")
    taken = _take(ledger)
    assert taken.frame["srdi"].to_list() == [1, 0, 0] and taken.messages == ()


def test_lists_received_on_one_day_make_one_list(ledger):
    held = "2024-01-01/2026-12-31"
    book(ledger, "miit", [_title("srdi", held, A)], DAY)
    book(ledger, "miit", [_title("srdi", held, B)], DAY)
    assert _take(ledger).frame["srdi"].to_list() == [1, 1, 0]


def test_a_list_of_several_titles_is_whole_for_all_of_its_titles(ledger):
    tables = {"miit": frozenset({"srdi", "innovative", "gazelle"})}
    rules = [SourceRule("miit", complete=tables["miit"], tables=tables)]
    told = [_title(key, "2024-01-01/2026-12-31") for key in ("srdi", "innovative")]
    book(ledger, "miit", told, DAY)
    assert _take(ledger, sources=rules).frame["gazelle"].to_list() == [0, 0, 0]


def test_a_list_declared_whole_says_none_for_titles_it_does_not_mention(ledger):
    rules = [one for one in RULES if one.code != "miit"]
    tables = {"miit": frozenset({"srdi", "gazelle"})}
    rules.append(SourceRule("miit", complete=frozenset({"srdi", "gazelle"}), tables=tables))
    book(ledger, "miit", [_title("srdi", "2024-01-01/2026-12-31")], DAY)
    assert _take(ledger, sources=rules).frame["gazelle"].to_list() == [None, None, None]
    book(ledger, "miit", [_title("srdi", "2024-01-01/2026-12-31")], LATER, partial=False, name="全.xlsx")
    assert _take(ledger, sources=rules).frame["gazelle"].to_list() == [0, 0, 0]


def test_a_claim_against_a_complete_list_is_a_conflict_settled_by_precedence(ledger):
    held = "2024-01-01/2026-12-31"
    book(ledger, "miit", [_title("srdi", held, B)], DAY)
    book(ledger, "firm", [_title("srdi", held, A)], DAY)
    taken = _take(ledger)
    assert _row(taken)["srdi"] == 0
    assert taken.conflicts.select("enterprise", "column", "chosen").rows() == [(A, "srdi", "miit")]


def test_an_unsettled_claim_against_a_list_stays_unknown(ledger):
    rules = [SourceRule("market", complete=frozenset({"abnormal_list"})), SourceRule("tax")]
    listing = {"indicator": "abnormal_list", "value": 1}
    book(ledger, "market", [{"firm": B, **listing}], DAY)
    book(ledger, "tax", [{"firm": A, **listing}], DAY)
    taken = _take(ledger, sources=rules)
    assert taken.frame["abnormal_list"].to_list() == [None, 1, 0]
    assert taken.conflicts["rule"].to_list() == ["来源先后相同而值不同，待人工取舍"]


def test_a_claim_against_a_list_that_shows_it_expired_is_settled_by_precedence(ledger):
    book(ledger, "miit", [_title("srdi", "2020-01-01/2022-12-31"), _title("srdi", "2024-01-01/2026-12-31", B)], DAY)
    book(ledger, "firm", [_title("srdi", "2024-01-01/2026-12-31")], DAY)
    assert _row(_take(ledger))["srdi"] == 0


def test_an_explicit_no_ends_a_title(ledger):
    book(ledger, "science", [_title("hte", "2024-01-01/2026-12-31")], DAY)
    book(ledger, "science", [_title("hte", "", value=0)], LATER)
    assert _row(_take(ledger))["hte"] == 0


def test_every_value_knows_its_fact(ledger):
    book(ledger, "tax", [_year(100)], DAY)
    found = _take(ledger).origin_of(A, "revenue_t1").row(0, named=True)
    assert (found["source"], found["sheet"], found["row"], found["cell"]) == ("tax", "表1", 2, 3)


def test_facts_about_firms_not_in_the_registry_are_left_out(ledger):
    book(ledger, "tax", [_year(100, firm="91371500MA00000Z99")], DAY)
    assert _take(ledger).frame.height == 3


def test_an_empty_ledger_gives_an_empty_snapshot(tmp_path):
    taken = _take(open_ledger(tmp_path / "空"))
    assert taken.frame.height == 0 and "revenue_t1" in taken.frame.columns


def test_the_fingerprint_moves_with_facts_and_dates_only(ledger):
    book(ledger, "tax", [_year(100)], DAY)
    one = _take(ledger)
    assert one.fingerprint == _take(ledger).fingerprint
    assert one.fingerprint != _take(ledger, assessed_on=date(2026, 11, 21)).fingerprint
    book(ledger, "tax", [_year(120)], LATER)
    assert one.fingerprint != _take(ledger).fingerprint


def test_the_declared_sources_become_rules():
    rules = source_rules(load_sources(Catalog.default()), PLAIN)
    assert rules["registration"].rank_of("region") < rules["county"].rank_of("region")
    assert {"srdi", "little_giant"} <= rules["miit"].complete
    assert rules["science"].is_complete("hte") and not rules["tax"].is_complete("revenue")


def test_numbers_are_integers_and_everything_else_text(ledger):
    types = set(_take(ledger).frame.schema.values())
    assert types == {pl.Int64(), pl.String()}
