"""快照：更正、来源先后、口径、名单、有效期；冲突保留，缺失是 null。"""

from datetime import date

import polars as pl
from firms import A, book
from shots import DAY, LATER, firm_row, take, year
from words import PLAIN

from miaopu.ledger.decision import decide
from miaopu.ledger.journal import open_ledger
from miaopu.ledger.ruling import Decision
from miaopu.ledger.snapshot import SourceRule, source_rules
from miaopu.ledger.source import load_sources
from miaopu.terms.catalog import Catalog


def test_within_a_source_the_later_received_corrects_the_earlier(ledger):
    book(ledger, "tax", [year(100)], DAY)
    book(ledger, "tax", [year(120)], LATER)
    taken = take(ledger)
    assert firm_row(taken)["revenue_t1"] == 120 and taken.conflicts.is_empty()
    assert firm_row(take(ledger, known_on=DAY))["revenue_t1"] == 100


def test_a_late_file_with_an_earlier_date_does_not_correct_a_newer_one(ledger):
    book(ledger, "tax", [year(120)], LATER)
    book(ledger, "tax", [year(100)], DAY)
    assert firm_row(take(ledger))["revenue_t1"] == 120


def test_one_file_saying_two_things_decides_nothing(ledger):
    book(ledger, "tax", [year(100), year(120)], DAY)
    taken = take(ledger)
    assert firm_row(taken)["revenue_t1"] is None
    assert taken.conflicts["chosen"].to_list() == [None]


def test_one_file_saying_the_same_twice_is_no_conflict(ledger):
    book(ledger, "tax", [year(100), year(100)], DAY)
    taken = take(ledger)
    assert firm_row(taken)["revenue_t1"] == 100 and taken.conflicts.is_empty()


def test_between_sources_the_declared_precedence_decides_and_the_conflict_is_kept(ledger):
    book(ledger, "tax", [year(100)], DAY)
    book(ledger, "firm", [year(101)], DAY)
    taken = take(ledger)
    found = taken.conflicts.row(0, named=True)
    assert firm_row(taken)["revenue_t1"] == 101
    assert (found["column"], found["chosen"]) == ("revenue_t1", "firm")
    assert [one["value"] for one in found["values"]] == [101, 100]


def test_a_person_outranks_every_declared_precedence(ledger):
    rules = [SourceRule("tax", rank=-100), SourceRule("firm", rank=-20)]
    book(ledger, "tax", [year(100)], DAY)
    book(ledger, "firm", [year(101)], DAY)
    assert take(ledger, sources=rules).conflicts["rule"].to_list() == ["按来源先后取值"]
    entry = Decision("choice", enterprise=A, indicator="revenue", source="firm", reason="核过")
    decide(ledger, [entry], by="王五", on=LATER)
    assert firm_row(take(ledger, sources=rules))["revenue_t1"] == 101


def test_amounts_a_thousand_times_apart_wait_for_a_person(ledger):
    book(ledger, "tax", [year(100)], DAY)
    book(ledger, "firm", [year(100_000)], DAY)
    taken = take(ledger)
    assert firm_row(taken)["revenue_t1"] is None
    assert "单位" in taken.conflicts["rule"][0]
    entry = Decision("choice", enterprise=A, indicator="revenue", period="2025", source="tax", reason="核过")
    decide(ledger, [entry], by="王五", on=LATER)
    assert firm_row(take(ledger))["revenue_t1"] == 100


def test_an_indicator_may_declare_its_own_order_of_sources(ledger):
    book(ledger, "tax", [year(100)], DAY)
    book(ledger, "firm", [year(101)], DAY)
    revenue = PLAIN["revenue"]
    own = type(revenue)(**{**revenue.__dict__, "extra": {"precedence": ["tax", "firm"]}})
    assert firm_row(take(ledger, indicators={**PLAIN, "revenue": own}))["revenue_t1"] == 100


def test_equal_sources_with_equal_values_agree_and_with_different_values_decide_nothing(ledger):
    book(ledger, "tax", [year(100), year(90, "2024")], DAY)
    book(ledger, "county", [year(100), year(91, "2024")], DAY)
    taken = take(ledger)
    assert (firm_row(taken)["revenue_t1"], firm_row(taken)["revenue_t2"]) == (100, None)
    assert taken.conflicts["column"].to_list() == ["revenue_t2"]


def test_years_of_different_basis_are_not_combined(ledger):
    book(ledger, "tax", [year(100), year(90, "2024"), year(300, "2023", "合并")], DAY)
    taken = take(ledger)
    assert [firm_row(taken)[f"revenue_t{n}"] for n in (1, 2, 3)] == [100, 90, None]
    assert taken.conflicts.select("column", "kind").rows() == [("revenue_t3", "basis")]


def test_indicators_of_one_firm_do_not_mix_consolidated_with_single(ledger):
    book(ledger, "tax", [year(100)], DAY)
    consolidated = [
        year(v, y, "合并", k) for k, v, y in (("rd", 9, "2025"), ("rd", 8, "2024"), ("main_revenue", 80, "2025"))
    ]
    book(ledger, "firm", consolidated, DAY)
    row = firm_row(take(ledger))
    assert (row["revenue_t1"], row["rd_t1"], row["main_revenue_t1"]) == (None, 9, 80)


def test_unstated_basis_stands_beside_a_stated_one_in_another_indicator(ledger):
    book(ledger, "tax", [year(100)], DAY)
    book(ledger, "firm", [year(80, "2025", "未说明", "main_revenue")], DAY)
    row = firm_row(take(ledger))
    assert (row["revenue_t1"], row["main_revenue_t1"]) == (100, 80)


def test_staff_of_one_basis_stands_beside_money_of_another(ledger):
    book(ledger, "firm", [year(100, basis="合并")], DAY)
    book(ledger, "hrss", [year(30, indicator="insured_staff")], DAY)
    row = firm_row(take(ledger))
    assert (row["revenue_t1"], row["insured_staff_t1"]) == (100, 30)


def test_the_years_move_with_the_assessment_date(ledger):
    book(ledger, "tax", [year(100, "2025"), year(90, "2024")], DAY)
    row = firm_row(take(ledger, assessed_on=date(2025, 6, 1)))
    assert [row[f"revenue_t{n}"] for n in (1, 2, 3)] == [90, None, None]


def test_the_current_year_has_a_column_only_where_declared(ledger):
    told = [year(600_000, "2026", indicator="eval_score"), year(500_000, "2025", indicator="eval_score")]
    book(ledger, "miit", [*told, year(100, "2026")], DAY)
    row = firm_row(take(ledger))
    assert (row["eval_score_t0"], row["eval_score_t1"]) == (600_000, 500_000)
    assert row["revenue_t1"] is None and "revenue_t0" not in row


def test_the_latest_day_wins_and_days_after_the_assessment_are_not_seen(ledger):
    told = [{"firm": A, "indicator": "market_share", "value": value, "period": period}
            for value, period in ((1, "2024-12-31"), (2, "2025-12-31"), (3, "2026-12-31"))]  # fmt: skip
    book(ledger, "firm", told, DAY)
    assert firm_row(take(ledger))["market_share"] == 2
    assert firm_row(take(ledger, assessed_on=date(2026, 12, 31)))["market_share"] == 3


def test_every_value_knows_its_fact(ledger):
    book(ledger, "tax", [year(100)], DAY)
    found = take(ledger).origin_of(A, "revenue_t1").row(0, named=True)
    assert (found["source"], found["sheet"], found["row"], found["cell"]) == ("tax", "表1", 2, 3)


def test_facts_about_firms_not_in_the_registry_are_left_out(ledger):
    book(ledger, "tax", [year(100, firm="91371500MA00000Z99")], DAY)
    assert take(ledger).frame.height == 3


def test_an_empty_ledger_gives_an_empty_snapshot(tmp_path):
    taken = take(open_ledger(tmp_path / "空"))
    assert taken.frame.height == 0 and "revenue_t1" in taken.frame.columns


def test_the_fingerprint_moves_with_facts_and_dates_only(ledger):
    book(ledger, "tax", [year(100)], DAY)
    one = take(ledger)
    assert one.fingerprint == take(ledger).fingerprint
    assert one.fingerprint != take(ledger, assessed_on=date(2026, 11, 21)).fingerprint
    book(ledger, "tax", [year(120)], LATER)
    assert one.fingerprint != take(ledger).fingerprint


def test_the_declared_sources_become_rules():
    rules = source_rules(load_sources(Catalog.default()), PLAIN)
    assert rules["registration"].rank_of("region") < rules["county"].rank_of("region")
    assert {"srdi", "little_giant"} <= rules["miit"].complete
    assert rules["science"].is_complete("hte") and not rules["tax"].is_complete("revenue")


def test_numbers_are_integers_and_everything_else_text(ledger):
    types = set(take(ledger).frame.schema.values())
    assert types == {pl.Int64(), pl.String()}
